"""A patient, how to reach them, and what happened: visits, and the episodes of care they make up."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from prm.clinics.model import Language
from prm.core.addresses import is_example
from prm.core.errors import Invalid
from prm.patients import made_up

ADULT_YEARS = 18

DAY_UNKNOWN = dt.date.min
"""The day of death of someone of whom only the death is known."""


class VisitStatus(StrEnum):
    """What became of a visit."""

    SCHEDULED = "scheduled"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class VisitKind(StrEnum):
    """What the visit was for."""

    EVALUATION = "evaluation"
    TREATMENT = "treatment"
    DISCHARGE = "discharge"


class StateOfCare(StrEnum):
    """Where in an episode a patient stands."""

    NEW = "new"
    IN_CARE = "in_care"
    DISCHARGED = "discharged"


@dataclass(frozen=True)
class Proxy:
    """The person who reads mail for a patient: a parent, a carer."""

    name: str
    email: str


@dataclass(frozen=True)
class Patient:
    """A patient of one clinic.

    `id` is a hash of clinic and the EMR's number, which itself stays in `record_number` and goes nowhere else. `tester`
    is the member of staff whom a test is for: such a one stands in no list, so that nothing counts them. `edited` holds
    what the records say of each field that staff changed by hand (see `edits`).
    """

    id: str
    record_number: str
    first_name: str
    last_name: str
    birth_date: dt.date | None = None
    email: str | None = None
    phone: str | None = None
    language: Language = Language.ENGLISH
    proxy: Proxy | None = None
    location: str | None = None
    therapist: str | None = None
    deceased_on: dt.date | None = None
    tags: frozenset[str] = frozenset()
    tester: str = ""
    edited: dict[str, str] = field(default_factory=dict)

    @property
    def is_test(self) -> bool:
        """Whether this is no patient, but a member of staff who tries out what patients get."""
        return bool(self.tester)

    @property
    def is_example(self) -> bool:
        """Whether this is an example patient: made up, mailed by nobody, counted nowhere."""
        born = self.birth_date or DAY_UNKNOWN
        return made_up.Person(self.record_number, self.first_name, self.last_name, born) in made_up.KNOWN

    def __post_init__(self) -> None:
        """Refuse a patient nobody could be found by."""
        if not self.record_number:
            raise Invalid("a patient needs the number the EMR knows them by", field="patient_id")

    def age_on(self, day: dt.date) -> int | None:
        """Return completed years, or None without a birth date."""
        if self.birth_date is None:
            return None
        before = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before

    def address_on(self, day: dt.date) -> str | None:
        """Return where mail for this patient goes: to the proxy of a minor only, to the proxy first for anyone else.

        An example patient has none but the made-up one: whoever gives them a real one gets no mail there.
        """
        address = self._given_on(day)
        return None if self.is_example and not is_example(address) else address

    def _given_on(self, day: dt.date) -> str | None:
        age = self.age_on(day)
        if age is not None and age < ADULT_YEARS:
            return self.proxy.email if self.proxy else None
        return self.proxy.email if self.proxy else self.email

    def greeting_on(self, day: dt.date) -> str:
        """Return the first name of whoever reads the mail."""
        return (
            self.proxy.name.split(" ")[0]
            if self.proxy and self.address_on(day) == self.proxy.email
            else self.first_name
        )


@dataclass(frozen=True)
class Visit:
    """One visit as the EMR tells it; `episode` is the EMR's name for the course of care, where it gives one."""

    id: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    status: VisitStatus
    kind: VisitKind = VisitKind.TREATMENT
    therapist: str | None = None
    location: str | None = None
    episode: str | None = None

    def __post_init__(self) -> None:
        """Refuse times that cannot be."""
        if self.ends_at < self.starts_at:
            raise Invalid("a visit ends after it starts", field="ends_at")


@dataclass(frozen=True)
class Chart:
    """One patient with all visits, as read together.

    `version` counts the facts: whoever writes one adds 1, and a decision holds only for the version it read. `card` is
    the document of the line that lists show.
    """

    patient: Patient
    visits: tuple[Visit, ...]
    version: int
    card: str = ""
