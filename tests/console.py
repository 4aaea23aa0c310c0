"""A browser's way through the console, without a browser: cookies kept, forms sent with what their page held."""

import base64
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from botocore.client import BaseClient

from clinic_console.routes import build as console_pages
from clinic_signup.routes import build as signup_pages
from prm import wiring
from prm.accounts.model import Stage
from prm.clinics.model import Clinic, Terms
from prm.core import table
from prm.core.settings import Settings
from prm.links.model import SURVEY_DAYS, Link, Purpose
from prm.mail.model import Kind, Subject, Touch, patient_recipient
from prm.patients.model import Patient
from prm.surveys.model import Survey, Via
from prm.web.staff import serve
from tests import examples
from tests.cognito import FakeCognito
from tests.fakes import FakeClock, FakeQueues, FakeSes
from tests.mailed import FORM, request

BASE = "https://care.example.org"
PASSWORD = "seven quiet river otters"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')

type Handler = Callable[[dict[str, Any], object], dict[str, Any]]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def location(self) -> str:
        """Where it leads, below the base."""
        return self.headers.get("Location", "")

    @property
    def text(self) -> str:
        """What a reader sees, roughly: without tags, white space as one blank."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>", " ", self.body))).split())


@dataclass
class Browser:
    """One browser: its cookies, and the token of the last page it saw."""

    handler: Handler
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    origin: str = BASE
    network: str = "203.0.113.7"

    def get(self, path: str, method: str = "GET") -> Answer:
        """Open a page."""
        answer = self._ask(method, path, None)
        found = _CSRF.search(answer.body)
        self.csrf = found[1] if found else self.csrf
        return answer

    def post(self, path: str, fields: Mapping[str, object] | list[tuple[str, str]] = (), **more: Any) -> Answer:  # type: ignore[assignment]
        """Send a form as the last page would."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        body = urlencode([("csrf", more.pop("csrf", self.csrf)), *pairs], doseq=True)
        answer = self._ask("POST", path, body)
        found = _CSRF.search(answer.body)
        self.csrf = found[1] if found else self.csrf
        return answer

    def follow(self, answer: Answer) -> Answer:
        """Go where a form leads."""
        assert answer.status == 303, (answer.status, answer.text)
        return self.get(answer.location)

    def submit(self, path: str, fields: Mapping[str, object]) -> Answer:
        """Open the page's form at `path`, send it and follow."""
        self.get(path)
        return self.follow(self.post(path, fields))

    def send(self, path: str, body: bytes, kind: str) -> Answer:
        """Send a form with a file in it, as API Gateway hands it on."""
        return self._ask("POST", path, base64.b64encode(body).decode(), kind)

    def _ask(self, method: str, path: str, body: str | None, kind: str = FORM) -> Answer:
        headers = {"Host": "care.example.org", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": kind} | ({"Origin": self.origin} if self.origin else {})
        own, _, query = path.partition("?")
        event = request(method, own, body=body, headers=headers, stage="") | {"isBase64Encoded": kind != FORM}
        if query:
            pairs = dict(parse_qsl(query, keep_blank_values=True))
            event["queryStringParameters"] = pairs
            event["multiValueQueryStringParameters"] = {name: [value] for name, value in pairs.items()}
        event["requestContext"]["identity"]["sourceIp"] = self.network
        found = self.handler(event, None)
        for cookie in found.get("multiValueHeaders", {}).get("Set-Cookie", []) or filter(
            None, [found["headers"].get("Set-Cookie")]
        ):
            self._keep(cookie)
        return Answer(found["statusCode"], found["headers"], found["body"])

    def _keep(self, cookie: str) -> None:
        name, _, rest = cookie.partition("=")
        value = rest.partition(";")[0]
        if "Max-Age=0" in rest:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


@dataclass
class Console:
    """The console's functions over tables in memory, and what it mails."""

    house: wiring.House
    clock: FakeClock
    queues: FakeQueues
    ses: FakeSes
    cognito: FakeCognito
    handler: Handler

    def browser(self) -> Browser:
        """Return a browser that was never here."""
        return Browser(self.handler)

    def signed_in(self, member: str, clinic: str = "riverbend") -> Browser:
        """Return a browser of someone who is signed in."""
        browser = self.browser()
        browser.cookies["__Host-session"] = self.house.sessions.open(Stage.IN, clinic, member)
        return browser

    def has_account(self, clinic: Clinic, member: str, password: str = PASSWORD) -> str:
        """Give a member of staff an account, and return the address."""
        email = clinic.member(member).email
        self.house.joining.cognito.create(email, clinic.id, member, password)
        return email

    def knows(self, clinic: str = "riverbend", **changes: object) -> Patient:
        """Take a patient in."""
        patient = examples.maria(**changes)
        table.transact([self.house.patients.store.add(clinic, patient, self.clock.now)])
        return patient

    def answers(
        self, score: int, comment: str = "", *, patient: str = "p-maria", clinic: str = "riverbend", occasion: str = "1"
    ) -> Survey:
        """Let a patient answer a survey that was mailed just now."""
        location = self.house.patients.chart(clinic, patient).patient.location
        touch = Touch(
            clinic=clinic,
            recipient=patient_recipient(patient),
            purpose="after-first-visit",
            occurrence=f"visit-{occasion}",
            kind=Kind.SURVEY,
            created_at=self.clock.now,
            about=Subject(visit=f"visit-{occasion}", episode="episode-1", location=location, therapist="omar"),
        )
        table.transact([self.house.mail.order(touch)])
        expires_at = self.clock.now + dt.timedelta(days=SURVEY_DAYS)
        self.house.surveys.asked(clinic, touch, self.clock.now, expires_at)
        link = Link(clinic, touch.recipient, touch.id, frozenset({Purpose.ANSWER}), expires_at, touch.id)
        return self.house.surveys.answer(link, touch.id, score, comment, Via.BUTTON)

    def deliver(self) -> None:
        """Send what is queued."""
        for key in self.queues.take_all():
            self.house.sender.send(key)

    @property
    def last_mail(self) -> str:
        """The text of the newest mail."""
        self.deliver()
        return self.ses.sent[-1][1].text


@contextmanager
def requests_to_dynamodb() -> Iterator[list[str]]:
    """Note each request to the database meanwhile."""
    noted: list[str] = []
    original = BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(self: BaseClient, operation_name: str, api_params: dict[str, Any]) -> Any:
        if self.meta.service_model.service_name == "dynamodb":
            noted.append(operation_name)
        return original(self, operation_name, api_params)

    BaseClient._make_api_call = call  # type: ignore[attr-defined]
    try:
        yield noted
    finally:
        BaseClient._make_api_call = original  # type: ignore[attr-defined]


def console(clock: FakeClock, cognito: FakeCognito, *clinics: Clinic, requires_totp: bool = True) -> Console:
    """Return the console of these clinics, by default of one."""
    queues, ses = FakeQueues(), FakeSes()
    settings = Settings(
        tables="test-",
        base_url=BASE,
        hit_key=b"hits",
        code_key=b"codes",
        user_pool="us-east-1_pool",
        user_client="client",
        records_bucket="records",
        requires_totp=requires_totp,
        reply_domain="reply.example.org",
    )
    made = wiring.House(settings, clock)
    made.__dict__.update(queues=queues, ses=ses)
    for clinic in clinics or (examples.riverbend(),):
        made.clinics.create(clinic)
    made.clinics.set_terms(Terms("2026-11", "We keep your patients' data safe.\n\nYou tell us whose it is."))
    staff, public = serve(console_pages(made), made), serve(signup_pages(made), made)

    def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
        return (public if event["path"].startswith("/signup") else staff)(event, context)

    return Console(made, clock, queues, ses, cognito, handle)


def is_in(browser: Browser) -> bool:
    """Tell whether a browser is signed in: the console's root leads it on, not to the way in."""
    return browser.get("/clinic").location in {"/clinic/home", "/clinic/inbox"}
