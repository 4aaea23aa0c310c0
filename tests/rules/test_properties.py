"""What holds for every patient, whatever happened, in whatever order."""

import datetime as dt
import itertools
from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from prm.clinics.hours import is_open
from prm.clinics.model import Clinic, ReviewPolicy
from prm.mail.model import OPTIONAL, Kind, State, StopKind, Touch
from prm.patients.episodes import episodes
from prm.patients.model import Visit, VisitKind, VisitStatus
from prm.recovery.model import CaseState
from prm.rules.decide import decide
from prm.rules.model import Facts, Rule, Send, Skip, Trigger, TriggerKind, Wait
from prm.rules.occurrences import occurrences
from prm.rules.plan import plan, touch_id
from tests import examples
from tests.fakes import NOON
from tests.rules.world import ALL_RULES, DAY, HOUR, LONG_AGO, case, facts, survey_of, touch

EVERY_VISIT = Rule("every", "Every", (Kind.SURVEY,), Trigger(TriggerKind.VISIT, after=HOUR), on=True, since=LONG_AGO)
GAP = Rule("gap", "Gap", (Kind.SURVEY,), Trigger(TriggerKind.NO_VISIT, after=5 * DAY), on=True, since=LONG_AGO)
AGAIN = Rule(
    "again",
    "Again",
    (Kind.FOLLOW_UP,),
    Trigger(TriggerKind.NO_ANSWER, after=2 * DAY, rule="every"),
    on=True,
    since=LONG_AGO,
)
RULES = (*ALL_RULES, EVERY_VISIT, GAP, AGAIN)
ZONES = ["America/New_York", "America/Phoenix", "Pacific/Honolulu", "Europe/London", "Australia/Lord_Howe"]

clinics = st.builds(
    lambda zone, policy: examples.riverbend(zone=zone, review_policy=policy),
    st.sampled_from(ZONES),
    st.sampled_from(ReviewPolicy),
)
moments = st.integers(0, 60 * 24 * 60).map(lambda minutes: NOON + dt.timedelta(minutes=minutes))


@st.composite
def visits(draw: st.DrawFn) -> tuple[Visit, ...]:
    ends = draw(st.lists(moments, max_size=12, unique=True))
    return tuple(
        Visit(
            f"v{n}",
            end - HOUR,
            end,
            draw(st.sampled_from(VisitStatus)),
            draw(st.sampled_from(VisitKind)),
            location=draw(st.sampled_from(["downtown", "north", None])),
        )
        for n, end in enumerate(ends)
    )


@st.composite
def histories(draw: st.DrawFn) -> Facts:
    made = draw(st.lists(moments, max_size=6, unique=True))
    mails = [
        touch(
            at,
            draw(st.sampled_from(sorted(OPTIONAL))),
            draw(st.sampled_from(State)),
            draw(st.sampled_from([rule.id for rule in RULES])),
        )
        for at in made
    ]
    asked = [one for one in mails if one.kind is Kind.SURVEY]
    scores = draw(st.lists(st.none() | st.integers(0, 10), min_size=len(asked), max_size=len(asked)))
    return facts(
        draw(visits()),
        clinic=draw(clinics),
        patient=examples.maria(
            email=draw(st.sampled_from(["maria@example.com", None])),
            deceased_on=draw(st.sampled_from([None, None, dt.date(2026, 12, 1)])),
        ),
        touches=mails,
        surveys=[survey_of(one, score) for one, score in zip(asked, scores, strict=True)],
        cases=draw(st.lists(st.builds(case, moments, st.sampled_from(CaseState)), max_size=1)),
        stopped=draw(st.sets(st.sampled_from(StopKind), max_size=2)),  # type: ignore[arg-type]
    )


@given(histories(), moments)
@settings(max_examples=300, deadline=None)
def test_every_occurrence_gets_the_same_sensible_decision_each_time(known: Facts, now: dt.datetime) -> None:
    for rule in RULES:
        for occurrence in occurrences(rule, known):
            decision = decide(rule, occurrence, known, now)
            assert decision == decide(rule, occurrence, known, now)
            if isinstance(decision, Wait):
                assert decision.until > now
            if isinstance(decision, Send):
                assert decision.kind in rule.send
                assert is_open(known.clinic.window, known.clinic.tz, now)
                assert occurrence.due_at <= now < occurrence.deadline(rule)
                assert not known.stopped & {StopKind.ALL, StopKind.SURVEYS}
                assert known.patient.email
                assert known.patient.deceased_on is None
            if isinstance(decision, Wait | Skip) and now < occurrence.due_at:
                assert isinstance(decision, Wait)


@given(histories(), moments)
@settings(max_examples=150, deadline=None)
def test_a_wait_for_the_window_ends_within_its_first_two_hours(known: Facts, now: dt.datetime) -> None:
    for rule in RULES:
        for occurrence in occurrences(rule, known):
            decision = decide(rule, occurrence, known, now)
            if isinstance(decision, Wait) and decision.reason == "outside the hours for mail":
                assert dt.time(9) <= decision.until.astimezone(known.clinic.tz).time() < dt.time(11)


@dataclass
class Life:
    """One patient through two months: judged when due, mails sent late or lost, answers, edits, an opt-out."""

    known: Facts
    chance: Random
    sent: list[tuple[dt.datetime, Touch]] = field(default_factory=list)
    opted_out_at: dt.datetime | None = None

    def run(self, all_visits: tuple[Visit, ...]) -> None:
        now, end = NOON, NOON + 60 * DAY
        while now < end:
            seen = [one for one in all_visits if one.ends_at <= now or one.status is VisitStatus.SCHEDULED]
            self.known = replace(self.known, episodes=episodes(seen))
            found = plan(RULES, self.known, now)
            self.known = replace(self.known, touches=(*self.known.touches, *found.touches))
            self.something_happens(now)
            for waiting in [one for one in self.known.touches if one.state is State.DUE]:
                if self.chance.randint(0, 3):
                    self.try_to_send(waiting, now)
            now += self.chance.choice([HOUR, 5 * HOUR, DAY, 2 * DAY])

    def try_to_send(self, waiting: Touch, now: dt.datetime) -> None:
        others = tuple(one for one in self.known.touches if one.id != waiting.id)
        known = replace(self.known, touches=others, judged=waiting)
        rule = next(one for one in RULES if one.id == waiting.purpose)
        mine = [one for one in occurrences(rule, known) if touch_id(rule, one, known) == waiting.id]
        decision = decide(rule, mine[0], known, now) if mine else Skip("gone")
        if isinstance(decision, Wait):
            return
        if not isinstance(decision, Send):
            self.replace(replace(waiting, state=State.SKIPPED))
            return
        fate = self.chance.choice([State.SENT, State.DELIVERED, State.FAILED, State.UNKNOWN])
        done = replace(waiting, kind=decision.kind, state=fate, at=now, sent_at=now if fate is State.SENT else None)
        self.replace(done)
        if fate is not State.FAILED:
            self.sent.append((now, done))
            if done.kind is Kind.SURVEY:
                self.known = replace(self.known, surveys=(*self.known.surveys, survey_of(done)))

    def replace(self, new: Touch) -> None:
        touches = tuple(new if one.id == new.id else one for one in self.known.touches)
        self.known = replace(self.known, touches=touches)

    def something_happens(self, now: dt.datetime) -> None:
        event = self.chance.choice(["", "", "", "answer", "open", "close", "stop"])
        if event == "answer" and self.known.surveys:
            score = self.chance.randint(0, 10)
            last = self.known.surveys[-1]
            by_now = next(one for one in self.known.touches if one.id == last.id)
            new = survey_of(by_now, score, now, counted_at=last.counted_at or now)
            self.known = replace(self.known, surveys=(*self.known.surveys[:-1], new))
        if event in {"open", "close"}:
            state = CaseState.OPEN if event == "open" else CaseState.CLOSED
            self.known = replace(self.known, cases=(case(now, state),))
        if event == "stop" and self.chance.randint(0, 9) == 0:
            self.opted_out_at = self.opted_out_at or now
            self.known = replace(self.known, stopped=frozenset({StopKind.ALL}))


@given(clinics, visits(), st.randoms(use_true_random=True))
@settings(max_examples=150, deadline=None)
def test_no_life_breaks_a_cap_a_window_or_a_stop(clinic: Clinic, all_visits: tuple[Visit, ...], chance: Random) -> None:
    life = Life(facts(clinic=clinic), chance)
    life.run(all_visits)
    times = sorted(at for at, _ in life.sent)
    assert len({one.id for _, one in life.sent}) == len(life.sent)
    assert all(third - first >= 7 * DAY for first, third in zip(times, times[2:], strict=False))
    surveys = sorted(at for at, one in life.sent if one.kind is Kind.SURVEY)
    assert all(later - earlier >= 14 * DAY for earlier, later in itertools.pairwise(surveys))
    assert len([one for _, one in life.sent if one.kind is Kind.REVIEW_REQUEST]) <= 1
    assert all(is_open(clinic.window, clinic.tz, at) for at in times)
    assert life.opted_out_at is None or all(at < life.opted_out_at for at in times)
