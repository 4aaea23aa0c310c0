"""A clinic whose mails went out: real services over tables in memory, and requests as API Gateway sends them."""

import base64
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from prm import wiring
from prm.clinics.model import Clinic
from prm.core import table
from prm.core.settings import Settings
from prm.links.model import SURVEY_DAYS, Link, Purpose
from prm.mail.model import Kind, Subject, Touch, patient_recipient
from prm.patients.model import Patient
from prm.patients.store import PatientStore
from prm.surveys.model import Survey
from tests import examples
from tests.fakes import NOON, FakeClock, FakeQueues

FORM = "application/x-www-form-urlencoded"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"

type Handler = Callable[[dict[str, Any], object], dict[str, Any] | None]


def request(
    method: str,
    path: str,
    *,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    stage: str = "prod",
    base64_encoded: bool = False,
) -> dict[str, Any]:
    """Return the event of a REST API's `/<area>/{proxy+}` (payload 1.0)."""
    area, _, rest = path.removeprefix("/").partition("/")
    resource = f"/{area}/{{proxy+}}" if rest else f"/{area}"
    sent = {"Host": "abc123.execute-api.us-east-1.amazonaws.com", "User-Agent": CHROME, **(headers or {})}
    return {
        "version": "1.0",
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": rest} if rest else None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "domainName": sent["Host"],
            "httpMethod": method,
            "identity": {"sourceIp": "203.0.113.7", "userAgent": sent["User-Agent"]},
            "path": f"/{stage}{path}" if stage else path,
            "protocol": "HTTP/1.1",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "resourceId": "a1b2c3",
            "resourcePath": resource,
            "stage": stage or "prod",
        },
        "body": base64.b64encode(body.encode()).decode() if body is not None and base64_encoded else body,
        "isBase64Encoded": base64_encoded,
    }


def location_of(answer: Mapping[str, Any]) -> str:
    """Return where an answer leads."""
    return str(answer["headers"]["Location"])


@dataclass
class Mailed:
    """One patient who got a survey mail; `handler` is the function under test."""

    house: wiring.House
    clock: FakeClock
    queues: FakeQueues
    clinic: Clinic
    patient: Patient
    handler: Handler
    stage: str = ""
    token: str = field(default="", init=False)
    touch: Touch = field(init=False)

    def __post_init__(self) -> None:
        """Send the mail, as far as pages can tell."""
        self.house.clinics.create(self.clinic)
        table.transact([PatientStore(1).add(self.clinic.id, self.patient, self.clock.now)])
        self.touch = Touch(
            clinic=self.clinic.id,
            recipient=patient_recipient(self.patient.id),
            purpose="after-first-visit",
            occurrence="visit-1",
            kind=Kind.SURVEY,
            created_at=self.clock.now,
            about=Subject(visit="visit-1", episode="episode-1", location=self.patient.location),
        )
        table.transact([self.house.mail.order(self.touch)])
        expires_at = self.clock.now + dt.timedelta(days=SURVEY_DAYS)
        self.house.surveys.asked(self.clinic.id, self.touch, self.clock.now, expires_at)
        self.token = self.issue()

    def issue(self, *purposes: Purpose, survey: str | None = "") -> str:
        """Return a link of the mail; "" for `survey` means the one it asks."""
        allowed = frozenset(purposes or Purpose)
        expires_at = self.clock.now + dt.timedelta(days=SURVEY_DAYS)
        about = self.touch.id if survey == "" else survey
        return self.house.links.issue(
            Link(self.clinic.id, self.touch.recipient, self.touch.id, allowed, expires_at, about)
        )

    @property
    def survey(self) -> Survey:
        """The survey as it stands."""
        return self.house.surveys.get(self.clinic.id, self.patient.id, self.touch.id)

    def get(self, path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
        """Open a page; `{token}` in the path is the mail's."""
        return self.ask(request(method, path.replace("{token}", self.token), stage=self.stage, **more))

    def post(self, path: str, fields: object = (), **more: Any) -> dict[str, Any]:
        """Send a form."""
        headers = {"Content-Type": FORM, **more.pop("headers", {})}
        body = fields if isinstance(fields, str) else urlencode(fields)  # type: ignore[arg-type]
        return self.ask(
            request("POST", path.replace("{token}", self.token), body=body, headers=headers, stage=self.stage, **more)
        )

    def ask_path(self, path: str, method: str = "GET") -> dict[str, Any]:
        """Open a path as it stands."""
        return self.ask(request(method, path, stage=self.stage))

    def ask(self, event: dict[str, Any]) -> dict[str, Any]:
        """Call the function."""
        answer = self.handler(event, None)
        assert answer is not None
        return answer


def house(clock: FakeClock, queues: FakeQueues, base_url: str = "") -> wiring.House:
    """Return all services over the tables in memory; only the queues and the clock are not real."""
    made = wiring.House(Settings(tables="test-", base_url=base_url, hit_key=b"hits"), clock)
    made.__dict__["queues"] = queues
    return made


def mailed(
    app_handler: Callable[[wiring.House], Handler], *, base_url: str = "", stage: str = "", **changes: Any
) -> Mailed:
    """Return a clinic that mailed Maria; `changes` are hers."""
    clock, queues = FakeClock(NOON), FakeQueues()
    made = house(clock, queues, base_url)
    clinic = changes.pop("clinic", None) or examples.riverbend()
    return Mailed(made, clock, queues, clinic, examples.maria(**changes), app_handler(made), stage)


def snapshot(*, but: tuple[str, ...] = ("hits",)) -> dict[str, list[str]]:
    """Return all that is stored, table by table, but for what a page may write."""
    tables = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
    return {
        name: sorted(str(item.to_json()) for item in one.all_items())
        for name, one in tables.items()
        if not name.endswith(but)
    }
