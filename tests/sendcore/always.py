"""What must hold at every moment, whatever happened before and in whatever order."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from prm.clinics.model import Alert
from prm.mail.model import (
    LADDER,
    OPTIONAL,
    USES_CAP,
    Kind,
    State,
    StopKind,
    Touch,
    TouchKey,
    patient_recipient,
    staff_recipient,
)
from prm.mail.stops import names
from prm.recovery.model import Case
from prm.recovery.owners import told
from prm.surveys.model import Standing, Survey
from tests.sendcore.post import SURELY_NOT, TAKES, Mood
from tests.sendcore.story import CLINIC
from tests.sendcore.town import FOREVER, NUMBERS, Town, person

READS = frozenset({"touches", "surveys", "cases", "tallies"})
"""The tables that say whether it holds."""
_STOPS = frozenset({StopKind.ALL, StopKind.SURVEYS})
_WAITS = frozenset({State.DUE, State.CLAIMED, State.UNKNOWN})
_OVER_UNSENT = frozenset({State.FAILED, State.SKIPPED})


@dataclass(frozen=True)
class Handed:
    """One mail as it was handed to SES."""

    touch: Touch
    to: str
    at: dt.datetime
    mood: Mood

    @property
    def patient(self) -> str | None:
        """Whose mail it was, None for staff."""
        kind, _, name = self.touch.recipient.partition(":")
        return name if kind == "patient" else None


@dataclass
class Ledger:
    """What the town knows by itself: who left the list, who died, and what was handed to SES.

    `wrongs` are found while a mail is handed over; raising there would only look like one more failed message.
    """

    town: Town
    handed: list[Handed] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)
    left: defaultdict[str, set[StopKind]] = field(default_factory=lambda: defaultdict(set))
    died: set[str] = field(default_factory=set)
    seen: dict[str, Touch] = field(default_factory=dict)

    def look(self, key: TouchKey, to: str, mood: Mood) -> None:
        """Look at a mail that SES is about to get."""
        with self.town.quiet():
            touch = self.town.house.mail.find(key)
            if touch is None:
                self.wrongs.append(f"a mail without a touch: {key}")
                return
            one = Handed(touch, to, self.town.now, mood)
            self.wrongs += [f"{wrong}: {touch.purpose} {touch.kind} to {touch.recipient}" for wrong in self._of(one)]
            self.handed.append(one)

    def story(self) -> set[str]:
        """Return what this story had in it, so that one can see whether stories have much in them."""
        ends = {f"{touch.kind} ends as {touch.state}" for touch in self.seen.values()}
        return ends | {f"SES {one.mood}" for one in self.handed}

    def _of(self, one: Handed) -> Iterator[str]:
        if one.touch.state is not State.CLAIMED:
            yield "sent unclaimed"
        if one.patient in self.died:
            yield "sent to the dead"
        if one.patient and one.touch.kind in OPTIONAL:
            yield from self._of_optional(one, one.patient)

    def _of_optional(self, one: Handed, patient: str) -> Iterator[str]:
        house, clinic = self.town.house, self.town.house.clinics.get(CLINIC)
        if self.left[patient] & _STOPS:
            yield "sent to someone who left the list"
        if house.stops.stopped(CLINIC, names(one.touch.recipient, one.to)) & _STOPS:
            yield "sent to a stopped address"
        if not clinic.window.opens <= one.at.astimezone(clinic.tz).time() < clinic.window.closes:
            yield "sent outside the window"
        if one.touch.kind in {Kind.REVIEW_REQUEST, Kind.THANK_YOU} and any(
            case.is_open for case in house.recovery.of_patient(CLINIC, patient)
        ):
            yield "sent while a case is open"
        yield from self._of_caps(one)

    def _of_caps(self, one: Handed) -> Iterator[str]:
        clinic = self.town.house.clinics.get(CLINIC)
        caps = clinic.caps
        earlier = self._earlier(one)
        surveys = [was for was in earlier if was.touch.kind is Kind.SURVEY]
        if _since(earlier, one, caps.mails_days) >= caps.mails:
            yield f"more than {caps.mails} mails in {caps.mails_days} days"
        if one.touch.kind is Kind.SURVEY and _since(surveys, one, caps.survey_days):
            yield "two surveys too close together"
        of_episode = sum(was.touch.about.episode == one.touch.about.episode for was in surveys)
        if one.touch.kind is Kind.SURVEY and of_episode >= caps.surveys_per_episode:
            yield "too many surveys in an episode"
        requests = [was for was in earlier if was.touch.kind is Kind.REVIEW_REQUEST]
        if one.touch.kind is Kind.REVIEW_REQUEST and _since(requests, one, caps.review_days):
            yield "asked for a review twice"
        day = one.at.astimezone(clinic.tz).date()
        optional = [was for was in self.handed if was.touch.kind in OPTIONAL]
        if sum(was.at.astimezone(clinic.tz).date() == day for was in optional) >= clinic.daily_limit:
            yield "more than the day's mails"

    def _earlier(self, one: Handed) -> list[Handed]:
        """Return the optional mails to this person that went, or may have, and did not bounce."""
        touches = self.town.house.mail.of_recipient(CLINIC, one.touch.recipient)
        count = {touch.id for touch in touches if touch.state in USES_CAP}
        return [
            was
            for was in self.handed
            if was.touch.recipient == one.touch.recipient
            and was.touch.id in count - {one.touch.id}
            and was.touch.kind in OPTIONAL
            and was.mood not in SURELY_NOT
        ]


def _since(mails: list[Handed], one: Handed, days: int) -> int:
    return sum(was.at > one.at - dt.timedelta(days=days) for was in mails)


@dataclass(frozen=True)
class Moment:
    """What is stored at one moment."""

    touches: tuple[Touch, ...]
    surveys: tuple[Survey, ...]
    cases: tuple[Case, ...]
    due: frozenset[str]


def moment(town: Town) -> Moment:
    """Read it."""
    house = town.house
    patients = [person(number) for number in NUMBERS]
    recipients = [*map(patient_recipient, patients), *(f"staff:{one.id}" for one in house.clinics.get(CLINIC).staff)]
    line = house.schedule.lines["touches"]
    return Moment(
        tuple(touch for one in recipients for touch in house.mail.of_recipient(CLINIC, one)),
        tuple(survey for one in patients for survey in house.surveys.of_patient(CLINIC, one)),
        tuple(case for one in patients for case in house.recovery.of_patient(CLINIC, one)),
        frozenset(key.sk for shard in range(house.settings.shards) for key in line.find(shard, FOREVER, 1000)),
    )


def hold(ledger: Ledger) -> None:
    """Hold everything that must be so."""
    town = ledger.town
    assert not ledger.wrongs, "; ".join(ledger.wrongs)
    with town.quiet():
        now = moment(town)
        assert town.house.insights.recount(CLINIC) == []
        alerted(town, now)
    one_each(now)
    sent_once(ledger, now)
    on_their_way(now)
    only_forward(ledger.seen, now)
    asked_once(ledger, now)


def one_each(now: Moment) -> None:
    """One touch for each clinic, recipient, purpose and occurrence."""
    found = Counter((one.clinic, one.recipient, one.purpose, one.occurrence) for one in now.touches)
    assert max(found.values(), default=1) == 1, found


def sent_once(ledger: Ledger, now: Moment) -> None:
    """SES took a touch once, and an urgent one once each time it was started over."""
    took = Counter((one.touch.key.tag, one.touch.resend) for one in ledger.handed if one.mood in TAKES)
    assert max(took.values(), default=1) == 1, took
    assert all(touch.resend == 0 or touch.is_urgent for touch in now.touches)


def on_their_way(now: Moment) -> None:
    """What is not over stands in the due index, and nothing else does."""
    for touch in now.touches:
        waits = touch.state in _WAITS
        assert waits == (touch.due_at is not None), touch
        assert waits == (touch.id in now.due), touch


def only_forward(seen: dict[str, Touch], now: Moment) -> None:
    """A state only moves up, but where an urgent touch starts over or a claim is given back; nothing vanishes."""
    stored = {touch.id: touch for touch in now.touches}
    assert seen.keys() <= stored.keys()
    for before in seen.values():
        after = stored[before.id]
        assert after.created_at == before.created_at
        assert after.resend >= before.resend
        if before.state in _OVER_UNSENT:
            assert after.state is before.state, (before, after)
        elif _rank(before) >= _rank_of(State.UNKNOWN) and after.resend == before.resend:
            assert after.state not in _OVER_UNSENT, (before, after)
            assert _rank(after) >= _rank(before), (before, after)
    seen.update(stored)


def _rank(touch: Touch) -> int:
    return len(LADDER) if touch.state in _OVER_UNSENT else _rank_of(touch.state)


def _rank_of(state: State) -> int:
    return LADDER.index(state)


def asked_once(ledger: Ledger, now: Moment) -> None:
    """Whoever was sent a survey, or may have been, was asked it: once, however often it was tried."""
    mails = {touch.id: touch for touch in now.touches if touch.kind is Kind.SURVEY}
    handed = {one.touch.id for one in ledger.handed if one.touch.kind is Kind.SURVEY}
    claimed = {touch.id for touch in mails.values() if touch.attempt}
    assert handed <= {survey.id for survey in now.surveys} <= claimed
    for survey in now.surveys:
        assert survey.asked == (mails[survey.touch].state not in _OVER_UNSENT), survey


def alerted(town: Town, now: Moment) -> None:
    """Each low answer that counts has its case, and each case its alerts."""
    clinic = town.house.clinics.get(CLINIC)
    known = {(case.patient, case.episode): case for case in now.cases}
    ordered = {(touch.recipient, touch.occurrence) for touch in now.touches}
    for survey in now.surveys:
        if survey.is_counted and survey.answer and survey.answer.is_low:
            assert (survey.patient, survey.episode) in known, survey
    for case in now.cases:
        for member in told(clinic, Alert.LOW_ANSWER, case.location):
            assert (staff_recipient(member.id), case.occurrence) in ordered, (case, member)


def at_rest(ledger: Ledger) -> None:
    """Hold what must be so when nothing is due any more."""
    now = moment(ledger.town)
    assert [touch for touch in now.touches if touch.state in _WAITS] == []
    assert [one for one in now.surveys if one.standing is Standing.PROVISIONAL] == []
