"""A clinic that has one of everything, beside another clinic; remembered, so that each test begins with it anew."""

import datetime as dt
import pickle
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import boto3
import pytest
from chalice import Chalice
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from clinic_console.routes import build as console_pages
from clinic_signup.routes import build as signup_pages
from prm.accounts.model import OPERATOR, CodeKind, Stage
from prm.clinics.model import Clinic, Location, Mark, Role, StaffMember, Therapist
from prm.core import ids, table, tokens
from prm.mail.failures import FailureService
from prm.patients.model import Visit, VisitStatus
from prm.patients.report import Counts
from prm.recovery.model import InboxItem, InboxKind, Outcome
from prm.uploads.model import Findings, Upload
from prm.uploads.model import Stage as UploadStage
from tests import examples
from tests.cognito import FakeCognito
from tests.console import Browser, Console, console
from tests.fakes import FakeClock

RIVERBEND, LAKESIDE = "riverbend", "lakeside"
SECRETS = ("Mariabel", "Alvarez-Quist", "zebra crossing", "mariabel@patient.example", "555-0177", "left-handed runner")
"""What stands of the patient downtown alone: nobody of another clinic or place may read one of these."""
STAFF = (
    StaffMember("nora", "Nora Ellison", "nora@clinic.example", Role.OWNER),
    StaffMember("luis", "Luis Ortega", "luis@clinic.example", Role.MANAGER, frozenset({"downtown"})),
    StaffMember(
        "omar", "Omar Haddad", "omar@clinic.example", Role.THERAPIST, frozenset({"downtown"}), therapist="omar"
    ),
    StaffMember("dora", "Dora Finch", "dora@clinic.example", Role.FRONT_DESK, frozenset({"downtown"})),
    StaffMember("mara", "Mara Voss", "mara@clinic.example", Role.MANAGER, frozenset({"north"})),
    StaffMember("theo", "Theo Brandt", "theo@clinic.example", Role.THERAPIST, frozenset({"north"})),
    StaffMember("ana", "Ana Silva", "ana@clinic.example", Role.FRONT_DESK, frozenset({"north"})),
    StaffMember("gone", "Gus Leaver", "gus@clinic.example", Role.OWNER),
)
_CHALLENGES = {
    Stage.SECOND: "a-session-that-nobody-holds",
    Stage.RENEW: "a-session-that-nobody-holds",
    Stage.ENROL: "MFA_SETUP a-session-that-nobody-holds",
}

DOWNTOWN = {Role.OWNER: "nora", Role.MANAGER: "luis", Role.THERAPIST: "omar", Role.FRONT_DESK: "dora"}
NORTH = {Role.MANAGER: "mara", Role.THERAPIST: "theo", Role.FRONT_DESK: "ana"}


def riverbend() -> Clinic:
    """Return the clinic that is looked at."""
    return examples.riverbend(
        staff=STAFF,
        marks=(Mark("mark1", dt.date(2026, 11, 2), "Evening hours", "nora"),),
        therapists=(
            Therapist("mei-lin", "Mei-Lin Chen"),
            Therapist("omar", "Omar Haddad"),
            Therapist("theo", "Theo Brandt"),
        ),
    )


def lakeside() -> Clinic:
    """Return the other clinic: its people have the same ids, as anyone's could."""
    return examples.riverbend(
        id=LAKESIDE,
        name="Lakeside Therapy",
        short_name="Lakeside",
        locations=(Location("downtown", "Shore"), Location("shore", "Shore two")),
        signer="Ida Berg",
        therapists=(Therapist("mei-lin", "Ida Berg"),),
        staff=(
            StaffMember("nora", "Ida Berg", "ida@lakeside.example", Role.OWNER),
            StaffMember("luis", "Lars Berg", "lars@lakeside.example", Role.MANAGER),
        ),
    )


@dataclass(frozen=True)
class Whole:
    """Both clinics, and the ids that stand in addresses of Riverbend's."""

    console: Console
    names: Mapping[str, str]
    memory: bytes
    apps: tuple[Chalice, ...] = ()
    _start: dt.datetime = field(default_factory=lambda: FakeClock().now)

    def path(self, pattern: str, others: Mapping[str, str] | None = None) -> str:
        """Return an address with Riverbend's own ids in it, or these."""
        for name, value in (*(others or {}).items(), *self.names.items()):
            pattern = pattern.replace("{" + name + "}", value)
        assert "{" not in pattern, f"whole.py has no example for the name in {pattern}"
        return pattern

    def routes(self) -> list[tuple[str, str]]:
        """Return method and pattern of every route of both functions."""
        return sorted((method, path) for app in self.apps for path, one in app.routes.items() for method in one)

    def anew(self) -> None:
        """Put everything back to where it began."""
        kept, self.console.cognito.users = pickle.loads(self.memory)  # noqa: S301 - our own, of a moment ago
        for name, items in kept.items():
            _tables()[name].items = items
        self.console.cognito.sessions.clear()
        self.console.house.clinics._kept.clear()
        self.console.queues.take_all()
        self.console.ses.sent.clear()
        self.console.clock.now = self._start

    def signed_in(self, member: str, clinic: str = RIVERBEND) -> Browser:
        """Return a browser whose forms have their token, as if it had seen a page."""
        browser = self.console.signed_in(member, clinic)
        browser.csrf = csrf_of(browser.cookies["__Host-session"])
        return browser

    def at(self, stage: Stage, member: str = "nora") -> Browser:
        """Return a browser that got this far on the way in."""
        browser = self.console.browser()
        email = next(one.email for one in STAFF if one.id == member)
        token = self.console.house.sessions.open(
            stage,
            RIVERBEND,
            member,
            email=email,
            kind=CodeKind.RESET if stage in {Stage.CONFIRM, Stage.PASSWORD} else None,
            challenge=_CHALLENGES.get(stage, ""),
            secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" if stage is Stage.ENROL else "",
        )
        browser.cookies["__Host-session"] = token
        browser.csrf = csrf_of(token)
        return browser

    def operator(self) -> Browser:
        """Return a browser of the operator's group."""
        return self.signed_in("ops@vendor.example", OPERATOR)

    def stranger(self) -> Browser:
        """Return a browser that opened the first page and no more."""
        browser = self.console.browser()
        browser.get("/clinic/sign-in")
        return browser


def csrf_of(token: str) -> str:
    """Return what the forms of a browser with this token hold."""
    return tokens.masked(ids.keyed(token.encode(), "form"))


def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
    return tables


_LIVED: list[tuple[Mapping[str, str], bytes]] = []


def lived(clock: FakeClock, cognito: FakeCognito) -> Whole:
    """Let both clinics live up to now, or remember that they did."""
    made = console(clock, cognito, riverbend(), lakeside())
    made.house.__dict__["failures"] = FailureService({}, made.house.mail)
    if not _LIVED:
        for one in STAFF[:-1]:
            made.has_account(riverbend(), one.id)
        names = _happened(made)
        _LIVED.append((names, pickle.dumps(({name: one.items for name, one in _tables().items()}, cognito.users))))
    whole = Whole(made, *_LIVED[0], (console_pages(made.house), signup_pages(made.house)))
    whole.anew()
    return whole


def _happened(made: Console) -> dict[str, str]:
    now = made.clock.now
    made.knows(
        first_name="Mariabel",
        last_name="Alvarez-Quist",
        email="mariabel@patient.example",
        phone="(937) 555-0177",
        therapist="omar",
        tags=frozenset({"left-handed runner"}),
    )
    made.knows(id="p-north", record_number="1002", first_name="Norbert", last_name="Quill", location="north")
    made.knows(id="p-old", record_number="1003", first_name="Olga", last_name="Ruiz")
    made.knows(LAKESIDE, id="p-lake", record_number="1", first_name="Lena", last_name="Lind", location="shore")
    for patient, place in (("p-maria", "downtown"), ("p-north", "north")):
        visits = [
            Visit(f"v{day}", at, at + dt.timedelta(hours=1), VisitStatus.COMPLETED, location=place, therapist="omar")
            for day in (9, 5, 2)
            for at in [now - dt.timedelta(days=day)]
        ]
        table.transact(made.house.patients.store.add_visits(RIVERBEND, patient, visits))
    made.answers(3, "I waited at the zebra crossing for an hour")
    made.answers(4, "Too loud", patient="p-north", occasion="2")
    made.answers(2, "No", patient="p-old", occasion="3")
    [case], [old] = (made.house.recovery.of_patient(RIVERBEND, one) for one in ("p-maria", "p-old"))
    owner = riverbend().member("nora")
    made.house.desk.close(old, owner, Outcome.RESOLVED, "", "spoke")
    for patient, words in (("p-maria", "Is the zebra crossing still shut?"), ("p-north", "Where do I park?")):
        kind = InboxKind.REPLY
        made.house.recovery.add_to_inbox(InboxItem(f"m-{patient}", RIVERBEND, patient, kind, words, now))
    made.house.rules.switch_on(RIVERBEND, "after-evaluation", now)
    for clinic in (RIVERBEND, LAKESIDE):
        made.house.summaries.keep(clinic, made.house.summaries.count(clinic))
    found = Findings(now, patients=Counts(read=2, new=2))
    made.house.uploads.store.add(
        Upload(RIVERBEND, "upload1234", "dora", "export.csv", now, 80, UploadStage.CHECKED, check=found)
    )
    made.queues.take_all()
    made.house.joining.invite(riverbend(), riverbend().member("ana"))
    made.deliver()
    token = made.last_mail.partition("/clinic/join/")[2].split()[0]
    made.ses.sent.clear()
    return {
        "patient": "p-maria",
        "case": case.id,
        "member": "dora",
        "location": "north",
        "rule": "after-evaluation",
        "mark": "mark1",
        "name": "score",
        "upload": "upload1234",
        "clinic": RIVERBEND,
        "kind": "waiting",
        "mail": "survey",
        "language": "en",
        "token": token,
    }


@contextmanager
def without(whole: Whole, member: str) -> Iterator[None]:
    """Take someone off the team."""
    clinics = whole.console.house.clinics
    clinic = clinics.fresh(RIVERBEND)
    clinics.save(replace(clinic, staff=tuple(one for one in clinic.staff if one.id != member)), clinic.version)
    yield
    whole.anew()


@pytest.fixture
def whole(tables: None, clock: FakeClock, cognito: FakeCognito) -> Iterator[Whole]:
    """Both clinics, and the bucket their files go to."""
    files = boto3.resource("s3").create_bucket(Bucket="records")
    yield lived(clock, cognito)
    files.objects.delete()
    files.delete()
