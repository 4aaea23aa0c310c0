"""Each figure of the night's count against a count by hand, over patients that hypothesis makes up."""

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given, settings

from prm.core import record
from prm.insights.contact import first_contact_at
from prm.insights.coverage import Reach
from prm.insights.model import CLINIC
from prm.insights.spans import Span
from prm.insights.summary import Draft, Summary, counted, summary
from prm.mail.model import State
from prm.recovery import course
from prm.recovery.model import Outcome
from tests import examples
from tests.insights.raw import GROUPS, LENGTHS, PEOPLE, WATCH, Raw, RawCase, RawMail, RawSurvey, RawVisit, ago, standing

FEW = settings(max_examples=30)


def drafted(people: list[Raw]) -> Draft:
    draft = Draft(WATCH.as_of)
    for one in people:
        draft.add(counted(one.seen(), WATCH))
    return draft


def found(people: list[Raw], scope: str = CLINIC) -> Summary:
    return summary(drafted(people).counts.get(scope, {}), WATCH, ())


@FEW
@given(PEOPLE)
def test_every_patient_with_a_visit_stands_in_one_place(people: list[Raw]) -> None:
    summed = found(people)
    for span in Span:
        by_hand = Counter(reach for one in people if (reach := one.reach(LENGTHS[span])))
        coverage = summed.spans[span].coverage
        assert {reach: getattr(coverage, reach) for reach in Reach} == {reach: by_hand[reach] for reach in Reach}
        assert coverage.patients == by_hand.total()
        assert coverage.visits == sum(len(one.done(LENGTHS[span])) for one in people if not one.dead)


@FEW
@given(PEOPLE)
def test_those_who_stopped_coming_are_told_apart_from_the_others(people: list[Raw]) -> None:
    summed = found(people)
    for span in Span:
        gone = []
        for one in people:
            reach = one.reach(LENGTHS[span])
            begun = [course for course in one.courses() if standing(course)]
            if reach and standing(max(begun, key=_last_done)) == "stopped":
                gone.append(reach)
        coverage = summed.spans[span].coverage
        assert (coverage.gone, coverage.gone_answered) == (len(gone), gone.count("answered"))
        assert coverage.gone + coverage.others == coverage.patients


def _last_done(course: list[RawVisit]) -> int:
    return -min(one.ago for one in course if one.status == "completed" and one.ago >= 0)


@FEW
@given(PEOPLE)
def test_surveys_are_counted_by_when_they_were_asked(people: list[Raw]) -> None:
    summed = found(people)
    for span in Span:
        asked = [s for one in people for s in one.surveys if s.went and s.ago < LENGTHS[span]]
        coverage = summed.spans[span].coverage
        assert coverage.surveys == len(asked)
        assert coverage.surveys_answered == sum(one.answered is not None for one in asked)


@FEW
@given(PEOPLE)
def test_a_first_score_is_held_against_the_next_of_the_same_patient(people: list[Raw]) -> None:
    summed = found(people)
    for span in Span:
        pairs = [one.answers()[:2] for one in people if len(one.answers()) > 1]
        scores = [(first[1], second[1]) for first, second in pairs if second[0] < LENGTHS[span]]
        changes = [after - before for before, after in scores]
        paired = summed.spans[span].paired
        assert paired.changes.count == len(changes)
        assert paired.changes.mean == (pytest.approx(statistics.fmean(changes)) if changes else None)
        assert (paired.up, paired.down, paired.same) == (
            sum(one > 0 for one in changes),
            sum(one < 0 for one in changes),
            changes.count(0),
        )
        assert paired.groups == Counter(f"{GROUPS[before]}>{GROUPS[after]}" for before, after in scores)
        if len(changes) > 1 and paired.changes.range:
            middle = (paired.changes.range.low + paired.changes.range.high) / 2
            assert middle == pytest.approx(statistics.fmean(changes))


@FEW
@given(PEOPLE)
def test_time_to_first_contact_is_the_middle_of_all(people: list[Raw]) -> None:
    summed = found(people)
    for span in Span:
        cases = [c for one in people for c in one.cases if c.ago < LENGTHS[span]]
        minutes = sorted(one.minutes for one in cases if one.minutes is not None)
        contact = summed.spans[span].contact
        assert contact.cases == len([one for one in cases if one.minutes is not None or not one.no_call])
        assert contact.contacted == len(minutes)
        assert contact.in_time == len([one for one in minutes if one <= 60])
        assert contact.median == (statistics.median_low(minutes) if minutes else None)


@FEW
@given(PEOPLE)
def test_every_mail_that_was_ordered_stands_in_one_place(people: list[Raw]) -> None:
    summed = found(people)
    for span in Span:
        states = Counter(m.state for one in people for m in one.mails if m.ago < LENGTHS[span])
        mail = summed.spans[span].mail
        assert (mail.sent, mail.delivered, mail.bounced, mail.complained, mail.failed) == (
            states[State.SENT],
            states[State.DELIVERED],
            states[State.BOUNCED],
            states[State.COMPLAINED],
            states[State.FAILED],
        )
        assert mail.unknown == states[State.UNKNOWN] + states[State.UNCONFIRMED]
        assert mail.waiting == states[State.DUE] + states[State.CLAIMED]


@FEW
@given(PEOPLE)
def test_who_stopped_early_is_counted_among_those_who_began_when_it_can_be_known(people: list[Raw]) -> None:
    summed = found(people).stays
    # Today is November 24: October ended 24 days ago and is too young.
    assert (summed.first, summed.last) == (dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    begun = [
        (course, done)
        for one in people
        if not one.dead
        for course in one.courses()
        if (done := [v for v in course if v.status == "completed" and v.ago >= 0])
        and summed.first <= ago(max(v.ago for v in done)).astimezone(WATCH.zone).date() <= summed.last
    ]
    stopped = [len(done) for course, done in begun if standing(course) == "stopped"]
    assert summed.started == len(begun)
    assert summed.early == len([one for one in stopped if one <= 3])
    assert summed.kept == tuple(
        pytest.approx(100 * (1 - len([one for one in stopped if one < visit]) / len(begun)))
        for visit in (range(1, 11) if begun else ())
    )
    risky = [c for one in people if not one.dead for c in one.courses() if standing(c) == "at_risk"]
    assert summed.at_risk == len(risky)


@FEW
@given(PEOPLE)
def test_what_is_counted_for_the_places_adds_up_to_the_clinic(people: list[Raw]) -> None:
    counts = drafted(people).counts
    whole = {name: number for name, number in counts.get(CLINIC, {}).items() if not name.startswith("rule.")}
    total = Counter(counts.get("location:downtown", {}))
    total.update(counts.get("location:north", {}))
    assert _without_nought(total) == _without_nought(whole)


def _without_nought(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in counts.items() if number}


@FEW
@given(PEOPLE, PEOPLE)
def test_a_draft_laid_down_and_taken_up_again_counts_the_same(first: list[Raw], second: list[Raw]) -> None:
    draft = Draft.load(drafted(first).dump())
    for one in second:
        draft.add(counted(one.seen(), WATCH))
    assert draft == drafted(first + second)


@FEW
@given(PEOPLE)
def test_a_summary_reads_back_as_it_was_kept(people: list[Raw]) -> None:
    kept = found(people)
    assert record.parse(Summary, record.dump(kept)) == kept


def test_a_visit_late_in_the_evening_belongs_to_the_clinics_day() -> None:
    # 90 days back on the clinic's calendar is August 27; at four in the morning UTC it is still the 26th in New York.
    late = Raw(visits=[RawVisit(0)]).seen()
    assert late.episodes
    run = WATCH.spans[Span.QUARTER]
    assert run.first == dt.date(2026, 8, 27)
    assert WATCH.day(dt.datetime(2026, 8, 27, 3, tzinfo=dt.UTC)) not in run
    assert WATCH.day(dt.datetime(2026, 8, 27, 5, tzinfo=dt.UTC)) in run


def test_a_case_without_a_call_to_make_is_waited_for_by_nobody() -> None:
    assert found([Raw(cases=[RawCase(5, None, no_call=True)])]).spans[Span.MONTH].contact.cases == 0


def test_taking_a_case_is_no_contact_yet() -> None:
    (case,) = Raw(cases=[RawCase(5)]).seen().cases
    taken = course.taken(case, "luis", ago(4.9))
    handed = course.handed(taken, "ana", "Ana Silva", "luis", ago(4.8))
    assert first_contact_at(handed) is None
    assert first_contact_at(course.paused(handed, ago(4), "ana", "", ago(4.7))) == ago(4.7)
    ended = course.closed(handed, Outcome.RESOLVED, "ana", "", ago(4.5))
    assert first_contact_at(ended) == ago(4.5)
    again = course.opened_by_hand(ended, "ana", examples.riverbend(), ago(3))
    assert first_contact_at(again) is None
    assert first_contact_at(course.written(again, "ana", "She is fine", ago(2))) == ago(2)


def test_mail_health_says_when_it_is_time_to_look() -> None:
    fine = [RawMail(1, State.DELIVERED)] * 96 + [RawMail(1, State.BOUNCED)] * 3
    assert found([Raw(mails=fine)]).spans[Span.MONTH].mail.is_healthy
    mail = found([Raw(mails=[*fine, RawMail(1, State.BOUNCED)])]).spans[Span.MONTH].mail
    assert (mail.bounce_rate, mail.is_healthy) == (4.0, False)


def test_nothing_at_all_makes_no_share() -> None:
    summed = found([])
    assert summed.stays.early_share is None
    assert summed.stays.kept == ()
    assert summed.spans[Span.ALL].coverage.response is None
    assert summed.spans[Span.ALL].mail.bounce_rate is None


def test_an_unasked_survey_counts_as_nothing_asked() -> None:
    summed = found([Raw(visits=[RawVisit(3)], surveys=[RawSurvey(2, None, 0, went=False)])])
    assert summed.spans[Span.MONTH].coverage.not_yet == 1
