"""What the patients' pages ask of the house, as narrow as they ask it; `prm.wiring` fills it."""

from collections.abc import Sequence
from typing import Protocol

from prm.clinics.model import Clinic, ReviewSite
from prm.core.clock import Clock
from prm.core.settings import Settings
from prm.links.model import HitKind, Link
from prm.mail.model import StopKind
from prm.patients.model import Chart
from prm.recovery.model import Case
from prm.surveys.model import Survey, Via


class Links(Protocol):
    """Opening mailed links, and noting who fetched them."""

    def open(self, text: str, /) -> Link:
        """Return what stands behind a token, or raise NotFound."""
        ...

    def client(self, network: str, user_agent: str, /) -> str:
        """Return the name that tells one reader from another."""
        ...

    def hit(self, link: Link, kind: HitKind, client: str, /, *, score: int | None = None) -> None:
        """Note one fetch."""
        ...


class Clinics(Protocol):
    """Clinics by id."""

    def get(self, clinic_id: str, /) -> Clinic:
        """Return a clinic, or raise NotFound."""
        ...

    def picture(self, clinic_id: str, name: str, /) -> bytes:
        """Return a clinic's picture, or raise NotFound."""
        ...


class Patients(Protocol):
    """Charts by patient."""

    def find(self, clinic_id: str, patient_id: str, /) -> Chart | None:
        """Return the chart, or None for one that was erased."""
        ...


class Surveys(Protocol):
    """Questions and their answers."""

    def get(self, clinic_id: str, patient_id: str, survey_id: str, /) -> Survey:
        """Return a survey, or raise NotFound."""
        ...

    def answer(self, link: Link, survey_id: str, score: int, comment: str, via: Via, /) -> Survey:
        """Take an answer and return the survey that holds it."""
        ...

    def no_call(self, link: Link, survey_id: str, /) -> Survey:
        """Note that the patient does not want to be called about this answer."""
        ...


class Recovery(Protocol):
    """Cases of unhappy patients."""

    def of_patient(self, clinic_id: str, patient_id: str, /) -> Sequence[Case]:
        """Return a patient's cases."""
        ...


class Preferences(Protocol):
    """What a reader no longer wants to get."""

    def stop(self, link: Link, kind: StopKind, /) -> None:
        """Stop one kind of mail."""
        ...

    def resume(self, link: Link, /) -> None:
        """Let all mail go again."""
        ...

    def stopped(self, link: Link, /) -> frozenset[StopKind]:
        """Return what is stopped."""
        ...


class Reviews(Protocol):
    """Where a patient can write a public review."""

    def sites(self, link: Link, client: str | None, /) -> tuple[ReviewSite, ...]:
        """Return the sites, and note the fetch where a client is given."""
        ...

    def site(self, link: Link, site_id: str, client: str | None, /) -> ReviewSite | None:
        """Return one site of the clinic's settings, and note the fetch where a client is given."""
        ...


class House(Protocol):
    """The services behind the pages."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def links(self) -> Links: ...
    @property
    def clinics(self) -> Clinics: ...
    @property
    def patients(self) -> Patients: ...
    @property
    def surveys(self) -> Surveys: ...
    @property
    def recovery(self) -> Recovery: ...
    @property
    def preferences(self) -> Preferences: ...
    @property
    def reviews(self) -> Reviews: ...
