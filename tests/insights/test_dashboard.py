"""What a dashboard shows, against the answers themselves, one by one."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prm.clinics.model import Location
from prm.insights.dashboard import comparison, dashboard
from prm.insights.model import CLINIC, Cut, Figures, Tally, moved
from prm.insights.posted import worked
from prm.insights.spans import DAYS, Days, Span, days, whole_months
from prm.insights.stays import Stays
from prm.insights.summary import Stretch, Summary, answers_of, first_days
from prm.mail.model import Kind, State
from prm.surveys.model import Answer, Survey, Via
from tests import examples
from tests.fakes import NOON
from tests.insights.raw import MAILS, WATCH, Raw, RawMail, RawSurvey

TODAY = dt.date(2026, 11, 24)
FEW = settings(max_examples=40)
GIVEN = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 10)), max_size=60)
"""Answers: how many days ago, and the score."""


def tallied(answers: list[tuple[int, int]]) -> tuple[Tally, ...]:
    """Return the tallies that these answers leave, as their transactions move them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for ago, score in answers:
        day = TODAY - dt.timedelta(days=ago)
        counts[f"{day:%Y-%m}"].update(moved(day.day, None, Answer(score, "", Via.BUTTON, NOON)))
    return tuple(Tally(CLINIC, month, dict(found)) for month, found in sorted(counts.items()))


def by_hand(answers: list[tuple[int, int]], first: int, last: int) -> Figures:
    """Count the answers given from `last` to `first` days ago."""
    scores = [score for ago, score in answers if last <= ago <= first]
    promoters, detractors = len([s for s in scores if s > 8]), len([s for s in scores if s < 7])
    return Figures(0, promoters, len(scores) - promoters - detractors, detractors)


def summed(**spans: Stretch) -> Summary:
    stays = Stays(TODAY, TODAY)
    return Summary(NOON, {span: spans.get(span, Stretch()) for span in Span}, stays)


@FEW
@given(GIVEN)
def test_the_figures_of_a_span_are_those_of_its_answers(answers: list[tuple[int, int]]) -> None:
    for span in Span:
        board = dashboard(CLINIC, days(span, TODAY), span, tallied(answers), None)
        length = DAYS.get(span, 10_000)
        assert board.figures == by_hand(answers, length - 1, 0)
        earliest = max((ago for ago, _ in answers), default=None)
        if span is Span.ALL:
            assert board.days.first == (None if earliest is None else TODAY - dt.timedelta(days=earliest))


@FEW
@given(GIVEN)
def test_the_trend_has_each_months_answers(answers: list[tuple[int, int]]) -> None:
    board = dashboard(CLINIC, days(Span.MONTH, TODAY), Span.MONTH, tallied(answers), None)
    for one in board.months:
        scores = [score for ago, score in answers if f"{TODAY - dt.timedelta(days=ago):%Y-%m}" == one.month]
        assert one.figures.answered == len(scores)
        assert one.figures.promoters == len([score for score in scores if score > 8])
    assert sum(one.figures.answered for one in board.months) == len([ago for ago, _ in answers if ago <= 358])


@FEW
@given(GIVEN)
def test_the_first_90_days_begin_with_the_first_answer_and_must_be_over(answers: list[tuple[int, int]]) -> None:
    found = first_days(tallied(answers), TODAY)
    earliest = max((ago for ago, _ in answers), default=0)
    if earliest < 90:
        assert found is None
        return
    assert found is not None
    assert found.first == TODAY - dt.timedelta(days=earliest)
    assert found.figures == by_hand(answers, earliest, earliest - 89)


def test_a_span_that_shares_answers_with_the_first_days_is_not_held_against_them() -> None:
    answers = [(ago, 10 if ago < 100 else 2) for ago in range(0, 190, 3)]
    first = first_days(tallied(answers), TODAY)
    summary = Summary(NOON, {span: Stretch() for span in Span}, Stays(TODAY, TODAY), first)
    boards = {span: dashboard(CLINIC, days(span, TODAY), span, tallied(answers), summary) for span in Span}
    assert [span for span, board in boards.items() if board.progress] == [Span.MONTH, Span.QUARTER]


@FEW
@given(st.tuples(GIVEN, GIVEN))
def test_parts_are_compared_by_their_own_answers(both: tuple[list[tuple[int, int]], list[tuple[int, int]]]) -> None:
    run = days(Span.YEAR, TODAY)
    per = {f"location:{name}": answers_of(tallied(one), run) for name, one in zip("ab", both, strict=True)}
    everyone = [answer for one in both for answer in one]
    stretch = Stretch(parts=per | {CLINIC: answers_of(tallied(everyone), run)})
    clinic = examples.riverbend(locations=(Location("a", "A"), Location("b", "B")))
    found = comparison(clinic, summed(**{Span.YEAR: stretch}), Cut.LOCATION, Span.YEAR)
    assert found.clinic == by_hand(everyone, 364, 0)
    assert {one.part.key: one.part.figures for one in found.rows} == {
        name: by_hand(one, 364, 0) for name, one in zip("ab", both, strict=True)
    }


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (dt.date(2026, 11, 24), dt.date(2026, 7, 1), dt.date(2026, 9, 30)),
        (dt.date(2026, 11, 30), dt.date(2026, 8, 1), dt.date(2026, 10, 31)),
        (dt.date(2026, 3, 2), dt.date(2025, 11, 1), dt.date(2026, 1, 31)),
        (dt.date(2026, 3, 1), dt.date(2025, 10, 1), dt.date(2025, 12, 31)),
        (dt.date(2026, 3, 31), dt.date(2025, 12, 1), dt.date(2026, 2, 28)),
    ],
)
def test_whole_months_are_those_that_ended_long_enough_ago(today: dt.date, first: dt.date, last: dt.date) -> None:
    assert whole_months(today, 3, dt.timedelta(days=30)) == Days(first, last)


@FEW
@given(st.lists(MAILS, max_size=20))
def test_a_rules_work_is_counted_by_how_long_ago_it_went(mails: list[RawMail]) -> None:
    seen = Raw(mails=mails).seen()
    found = Counter(one.name.rpartition(".")[2] for one in worked(seen.touches, (), WATCH))
    went = [one.ago for one in mails if one.state in _WENT]
    assert found["sent_month"] == len([ago for ago in went if ago < 30])
    assert found["sent_lately"] == len([ago for ago in went if ago < 14])
    assert found["sent_before"] == len([ago for ago in went if 14 <= ago < 98])
    assert found["skipped_month"] == len([one for one in mails if one.state is State.SKIPPED and one.ago < 30])


_WENT = {State.SENT, State.DELIVERED, State.BOUNCED, State.COMPLAINED, State.UNKNOWN, State.UNCONFIRMED}


def test_only_mails_that_ask_are_answered() -> None:
    seen = Raw(mails=[RawMail(1, State.DELIVERED), RawMail(1, State.DELIVERED, Kind.THANK_YOU)]).seen()
    asked = seen.touches[0]
    survey = _answered(asked.id)
    names = [one.name for one in worked(seen.touches, (survey,), WATCH)]
    assert names.count("rule.after-evaluation.answered_month") == 1


def _answered(touch: str) -> Survey:
    (survey,) = Raw(surveys=[RawSurvey(1, 1)]).seen().surveys
    return replace(survey, touch=touch)
