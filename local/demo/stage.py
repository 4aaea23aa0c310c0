"""The house as the demo lives in it: the same services and tables, a clock for each thread, and mail that goes nowhere.

A year of mails must not fill today's mailbox, so its letters end in the hand of whoever plays the patient. And as each
patient is played by one thread alone, what was read of them is remembered until it changes. Nothing else differs from
the house that runs.
"""

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from prm import wiring
from prm.core import table
from prm.core.settings import Settings
from prm.mail import store as mail_tables
from prm.mail.gateway import MailGateway
from prm.mail.model import Letter, State, StopKind, StopReason, Touch, TouchKey
from prm.mail.service import MailService
from prm.mail.stops import StopService
from prm.patients import store as patient_tables
from prm.patients.model import Chart
from prm.patients.service import PatientService
from prm.recovery.model import Case
from prm.recovery.service import RecoveryService
from prm.rules.model import Rule
from prm.rules.store import RuleStore
from prm.surveys.model import Survey
from prm.surveys.service import SurveyService

if TYPE_CHECKING:
    from prm.rules.service import RuleService


class Hand(threading.local):
    """What one thread, playing one patient at a time, has in hand."""

    def __init__(self, began_at: dt.datetime) -> None:
        """Start each thread at the beginning of the year."""
        self.now = began_at
        self.due_at: dt.datetime | None = None
        self.queued: list[Touch] = []
        self.tokens: dict[str, str] = {}
        self.known: dict[tuple[str, ...], Any] = {}

    def recall[T](self, name: tuple[str, ...], read: Callable[[], T]) -> T:
        """Return what was read under this name, or read it."""
        if name not in self.known:
            self.known[name] = read()
        found: T = self.known[name]
        return found

    def forget(self, *kinds: str) -> None:
        """Read these kinds of facts anew when they are next asked for."""
        self.known = {name: found for name, found in self.known.items() if name[0] not in kinds}


@dataclass(frozen=True)
class StageClock:
    """Business time is the thread's own; wall time is everybody's."""

    hand: Hand

    def business(self) -> dt.datetime:
        """Where this thread is in the year."""
        return self.hand.now

    def wall(self) -> dt.datetime:
        """The machine's time."""
        return dt.datetime.now(dt.UTC)

    def ahead(self) -> dt.timedelta:
        """How far the thread is from today; a year behind, at first."""
        return self.business() - self.wall()


@dataclass(frozen=True)
class StagePatients(PatientService):
    """Remembers when the patient is due next, which otherwise the due index tells."""

    hand: Hand = field(kw_only=True)

    def find(self, clinic_id: str, patient_id: str) -> Chart | None:
        """Return the chart; a decision leaves it as it is, a fact does not."""
        return self.hand.recall(("chart", patient_id), lambda: super(StagePatients, self).find(clinic_id, patient_id))

    def fact(self, clinic_id: str, patient_id: str, now: dt.datetime, version: int | None = None) -> table.Write:
        """Note that the patient is due now, and forget what was known."""
        self.hand.due_at = now
        self.hand.forget("chart", "surveys", "cases")
        return super().fact(clinic_id, patient_id, now, version)

    def decided(
        self, clinic_id: str, patient_id: str, version: int, next_due_at: dt.datetime | None, card: str = ""
    ) -> table.Write:
        """Note when to look again."""
        self.hand.due_at = next_due_at
        return super().decided(clinic_id, patient_id, version, next_due_at, card)


@dataclass(frozen=True)
class StageMail(MailService):
    """Keeps what would be queued; the thread sends it next."""

    hand: Hand = field(kw_only=True)

    def announce(self, touches: Sequence[Touch]) -> None:
        """Take them in hand."""
        self.hand.queued.extend(one for one in touches if one.state is State.DUE)


@dataclass(frozen=True)
class StageSurveys(SurveyService):
    """Surveys change by being asked, and by an answer, which is a fact."""

    hand: Hand = field(kw_only=True)

    def of_patient(self, clinic_id: str, patient_id: str) -> tuple[Survey, ...]:
        """Return the patient's surveys."""
        return self.hand.recall(
            ("surveys", patient_id), lambda: super(StageSurveys, self).of_patient(clinic_id, patient_id)
        )

    def asked(self, clinic_id: str, touch: Touch, now: dt.datetime, expires_at: dt.datetime) -> None:
        """Ask, and forget what was known."""
        super().asked(clinic_id, touch, now, expires_at)
        self.hand.forget("surveys")


@dataclass(frozen=True)
class StageRecovery(RecoveryService):
    """Whether a case is open changes by facts alone."""

    hand: Hand = field(kw_only=True)

    def of_patient(self, clinic_id: str, patient_id: str) -> tuple[Case, ...]:
        """Return the patient's cases."""
        return self.hand.recall(
            ("cases", patient_id), lambda: super(StageRecovery, self).of_patient(clinic_id, patient_id)
        )


@dataclass(frozen=True)
class StageStops(StopService):
    """Who is not written to."""

    hand: Hand = field(kw_only=True)

    def stopped(self, clinic: str, names: Iterable[str]) -> frozenset[StopKind]:
        """Return what these names stopped."""
        asked = tuple(names)
        return self.hand.recall(("stops", *asked), lambda: super(StageStops, self).stopped(clinic, asked))

    def stop(
        self, clinic: str, names: Iterable[str], kind: StopKind, reason: StopReason, at: dt.datetime
    ) -> table.Writes:
        """Stop, and forget what was known."""
        self.hand.forget("stops")
        return super().stop(clinic, names, kind, reason, at)


class StageRules(RuleStore):
    """Reads the rules once: nobody changes them during the year."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[str, tuple[Rule, ...]] = {}

    def list_of(self, clinic: str) -> Iterator[Rule]:
        """Yield a clinic's rules."""
        if clinic not in self._known:
            self._known[clinic] = tuple(super().list_of(clinic))
        yield from self._known[clinic]

    def find(self, clinic: str, rule: str) -> Rule | None:
        """Return one of them."""
        return next((one for one in self.list_of(clinic) if one.id == rule), None)

    def saving(self, clinic: str, rule: Rule) -> table.Writes:
        """Save one, and forget what was known."""
        self._known.clear()
        return super().saving(clinic, rule)


class StageSes(MailGateway):
    """Takes every letter, and keeps only the token that its links carry."""

    def __init__(self, hand: Hand) -> None:
        """Without a client: nothing leaves the house."""
        self._hand = hand

    def send(self, letter: Letter, key: TouchKey, token: str | None) -> str:
        """Accept it."""
        del letter
        self._hand.tokens[key.id] = token or ""
        return f"demo-{key.id}"


class Stage(wiring.House):
    """All services, as wired for everyone, except for the things above."""

    def __init__(self, settings: Settings, began_at: dt.datetime, ends_at: dt.datetime, at_once: int) -> None:
        """Set the stage for the time between, and for so many patients side by side."""
        self.ends_at = ends_at
        self.at_once = at_once
        self.hand = Hand(began_at)
        super().__init__(settings, StageClock(self.hand))

    @cached_property
    def patients(self) -> PatientService:
        """Charts."""
        store = patient_tables.PatientStore(self.settings.shards)
        return StagePatients(store, self.clock, self.at_once, hand=self.hand)

    @cached_property
    def stops(self) -> StopService:
        """Who is not written to."""
        return StageStops(mail_tables.SuppressionStore(), hand=self.hand)

    @cached_property
    def surveys(self) -> SurveyService:
        """Questions and answers."""
        return StageSurveys(**vars(super().surveys), hand=self.hand)

    @cached_property
    def recovery(self) -> RecoveryService:
        """Cases."""
        return StageRecovery(**vars(super().recovery), hand=self.hand)

    @cached_property
    def rules(self) -> "RuleService":
        """Who gets what, when."""
        return replace(super().rules, store=StageRules())

    @cached_property
    def mail(self) -> MailService:
        """Touches."""
        store = mail_tables.TouchStore(self.settings.shards)
        return StageMail(store, self.stops, self.queues, self.clock, self._unasked, hand=self.hand)

    @cached_property
    def ses(self) -> MailGateway:
        """The way out that leads nowhere."""
        return StageSes(self.hand)

    def furnish(self) -> None:
        """Build all that the threads share before there are any."""
        table.warm()
        _ = (self.sender, self.rules, self.recovery, self.desk, self.insights, self.preferences, self.schedule)
