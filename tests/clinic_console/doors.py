"""One table of all routes of the console and of sign-up: who may open each, and whose data it shows.

A route without a row fails. Each test that walks the table tries one kind of visitor on all routes, so that what it
finds is one list of what is not as the table says.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from prm.accounts.model import Stage
from prm.clinics.model import Role
from prm.web.staff import EVERYONE, LEADS, OWNER
from tests.clinic_console.whole import SECRETS, Whole
from tests.console import Answer, Browser
from tests.fakes import NOON
from tests.mailed import snapshot

READERS = LEADS | {Role.THERAPIST}
INTAKE = LEADS | {Role.FRONT_DESK}
BRINGERS = OWNER | {Role.FRONT_DESK}
NOTED = ("sessions", "audit", "hits", "attempts")
"""What any request may write: that a session is used, that someone looked, how often someone tried."""


class Whose(Enum):
    """Whose data a route is about, as its address says it."""

    OWN = "the reader's clinic, whatever the address says"
    CLINIC = "what stands in the address is of one clinic"
    LISTED = "the reader's clinic, limited to the reader's places"
    BROUGHT = "a file that one clinic's front desk downtown brought: who has places sees their own alone"
    PLACE = "what stands in the address is of one clinic and of one of its places"


@dataclass(frozen=True)
class Row:
    """What one route answers. `roles` None: anyone on the way in, or whoever got to `stage`.

    `form` is what a form needs to be taken; `said` is the status for who may, `shows` whether the patient's name is on
    the page then.
    """

    roles: frozenset[Role] | None
    whose: Whose = Whose.OWN
    said: int = 200
    form: Mapping[str, object] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    stage: Stage | None = None
    shows: bool = False
    is_operators: bool = False


def way_in(said: int = 200, stage: Stage | None = None, **form: object) -> Row:
    return Row(None, said=said, stage=stage, form=form)


def sent(roles: frozenset[Role], whose: Whose = Whose.OWN, said: int = 303, **form: object) -> Row:
    return Row(roles, whose, said, form)


def operators(said: int = 200, **form: object) -> Row:
    return Row(frozenset(), said=said, form=form, is_operators=True)


TABLE: dict[str, Row] = {
    # The way in
    "GET /signup": way_in(),
    "POST /signup": way_in(422),
    "GET /signup/agreement": way_in(),
    "GET /clinic": way_in(303),
    "GET /clinic/sign-in": way_in(),
    "POST /clinic/sign-in": way_in(422),
    "GET /clinic/second": way_in(stage=Stage.SECOND),
    "POST /clinic/second": way_in(422, Stage.SECOND, code="000000"),
    "GET /clinic/recover": way_in(stage=Stage.SECOND),
    "POST /clinic/recover": way_in(422, Stage.SECOND, code="aaaa-aaaa"),
    "GET /clinic/authenticator": way_in(stage=Stage.ENROL),
    "POST /clinic/authenticator": way_in(422, Stage.ENROL, code="000000"),
    "GET /clinic/forgot": way_in(),
    "POST /clinic/forgot": way_in(422),
    "GET /clinic/code": way_in(stage=Stage.CONFIRM),
    "POST /clinic/code": way_in(422, Stage.CONFIRM, code="000000"),
    "POST /clinic/code/again": way_in(303, Stage.CONFIRM),
    "GET /clinic/join/{token}": way_in(),
    "POST /clinic/join/{token}": way_in(303),
    "GET /clinic/password": way_in(stage=Stage.PASSWORD),
    "POST /clinic/password": way_in(422, Stage.PASSWORD, password="short"),
    "GET /clinic/new-password": way_in(stage=Stage.RENEW),
    "POST /clinic/new-password": way_in(422, Stage.RENEW, password="short"),
    "POST /clinic/sign-out": way_in(303, Stage.IN),
    # The desk
    "GET /clinic/home": Row(READERS, Whose.LISTED, shows=True),
    "GET /clinic/inbox": Row(EVERYONE, Whose.LISTED, shows=True),
    "GET /clinic/inbox/messages": Row(EVERYONE, Whose.LISTED, shows=True),
    "POST /clinic/inbox/messages/done": sent(EVERYONE, Whose.PLACE, at=NOON.isoformat(), id="m-p-maria"),
    "GET /clinic/cases/{case}": Row(EVERYONE, Whose.PLACE, 303),
    "GET /clinic/cases/{patient}/{case}": Row(EVERYONE, Whose.PLACE, shows=True),
    "POST /clinic/cases/{patient}/{case}/take": sent(EVERYONE, Whose.PLACE),
    "POST /clinic/cases/{patient}/{case}/give": sent(EVERYONE, Whose.PLACE, to="nora"),
    "POST /clinic/cases/{patient}/{case}/note": sent(EVERYONE, Whose.PLACE, note="Called", do="save", version="1"),
    "GET /clinic/cases/{patient}/{case}/close": Row(EVERYONE, Whose.PLACE, shows=True),
    "POST /clinic/cases/{patient}/{case}/close": sent(EVERYONE, Whose.PLACE, outcome="resolved", version="1"),
    "POST /clinic/cases/{patient}/{case}/reopen": sent(EVERYONE, Whose.PLACE, 409),
    "GET /clinic/start": Row(LEADS),
    # Patients and rules
    "GET /clinic/patients": Row(EVERYONE, Whose.LISTED, shows=True),
    "GET /clinic/patients/file": Row(LEADS, Whose.LISTED, shows=True),
    "GET /clinic/patients/{patient}": Row(EVERYONE, Whose.PLACE, shows=True),
    "GET /clinic/patients/{patient}/contact": Row(EVERYONE, Whose.PLACE, shows=True),
    "POST /clinic/patients/{patient}/contact": sent(EVERYONE, Whose.PLACE, 422),
    "GET /clinic/patients/{patient}/tags": Row(EVERYONE, Whose.PLACE, shows=True),
    "POST /clinic/patients/{patient}/tags": sent(EVERYONE, Whose.PLACE, 409),
    "GET /clinic/patients/{patient}/emails": Row(EVERYONE, Whose.PLACE, shows=True),
    "POST /clinic/patients/{patient}/emails": sent(EVERYONE, Whose.PLACE, 409),
    "GET /clinic/patients/{patient}/death": Row(EVERYONE, Whose.PLACE, shows=True),
    "POST /clinic/patients/{patient}/death": sent(EVERYONE, Whose.PLACE, 409),
    "GET /clinic/patients/{patient}/survey": Row(EVERYONE, Whose.PLACE, shows=True),
    "POST /clinic/patients/{patient}/survey": sent(EVERYONE, Whose.PLACE, anyway="1"),
    "GET /clinic/patients/{patient}/erase": Row(OWNER, Whose.PLACE, shows=True),
    "POST /clinic/patients/{patient}/erase": sent(OWNER, Whose.PLACE, 422),
    "GET /clinic/rules": Row(EVERYONE),
    "GET /clinic/rules/{rule}": Row(EVERYONE),
    "POST /clinic/rules/{rule}/off": sent(LEADS, Whose.CLINIC),
    "POST /clinic/rules/{rule}/again": sent(LEADS, Whose.CLINIC),
    "POST /clinic/rules/{rule}/follow-up": sent(LEADS, Whose.CLINIC, days="7"),
    "GET /clinic/rules/{rule}/on": Row(LEADS, Whose.LISTED, names={"rule": "sixth-visit"}),
    "POST /clinic/rules/{rule}/on": sent(LEADS, do="new", version="1"),
    "POST /clinic/rules/{rule}/count": sent(LEADS),
    "POST /clinic/rules/{rule}/past": sent(LEADS),
    "GET /clinic/rules/{rule}/email": Row(LEADS),
    "POST /clinic/rules/{rule}/test": sent(LEADS),
    # Records
    "GET /clinic/records": Row(INTAKE),
    "POST /clinic/records/example": sent(INTAKE, said=409),
    "GET /clinic/records/example/remove": Row(LEADS, said=303),
    "POST /clinic/records/example/remove": sent(LEADS),
    "GET /clinic/records/{upload}": Row(INTAKE, Whose.BROUGHT),
    "POST /clinic/records/{upload}/check": sent(INTAKE, Whose.BROUGHT, order="mdy"),
    "GET /clinic/records/{upload}/import": Row(INTAKE, Whose.BROUGHT),
    "POST /clinic/records/{upload}/import": sent(INTAKE, Whose.BROUGHT, version="1"),
    "POST /clinic/records/{upload}/again": sent(INTAKE, Whose.BROUGHT),
    "GET /clinic/records/{upload}/rows": Row(INTAKE, Whose.BROUGHT, 404),
    # Numbers
    "GET /clinic/reports": Row(READERS),
    "GET /clinic/reports/{name}": Row(READERS),
    "GET /clinic/reports/{name}/file": Row(READERS),
    "GET /clinic/changes": Row(LEADS),
    "POST /clinic/changes": sent(LEADS, day="2026-11-02", words="New phones", version="1"),
    "POST /clinic/changes/{mark}/remove": sent(LEADS, Whose.CLINIC, version="1"),
    # Settings
    "GET /clinic/emails": Row(EVERYONE),
    "POST /clinic/emails": sent(EVERYONE, said=409),
    "GET /clinic/settings": Row(LEADS),
    "GET /clinic/settings/practice": Row(LEADS),
    "POST /clinic/settings/practice": sent(LEADS, said=422),
    "GET /clinic/settings/hours": Row(LEADS),
    "POST /clinic/settings/hours": sent(LEADS, said=422),
    "GET /clinic/settings/limits": Row(LEADS),
    "POST /clinic/settings/limits": sent(LEADS, said=422),
    "GET /clinic/settings/locations": Row(LEADS),
    "GET /clinic/settings/locations/{location}": Row(LEADS, Whose.CLINIC),
    "POST /clinic/settings/locations/{location}": sent(LEADS, Whose.CLINIC, 422),
    "GET /clinic/settings/therapists": Row(LEADS),
    "POST /clinic/settings/therapists": sent(LEADS, said=422),
    "GET /clinic/settings/reviews": Row(LEADS),
    "POST /clinic/settings/reviews": sent(LEADS, policy="everyone", version="1"),
    "GET /clinic/settings/team": Row(LEADS),
    "GET /clinic/settings/team/new": Row(LEADS),
    "POST /clinic/settings/team/new": sent(LEADS, said=422),
    "GET /clinic/settings/team/{member}": Row(LEADS, Whose.CLINIC),
    "POST /clinic/settings/team/{member}": sent(LEADS, Whose.CLINIC, 422),
    "POST /clinic/settings/team/{member}/invite": sent(LEADS, Whose.CLINIC),
    "GET /clinic/settings/team/{member}/remove": Row(LEADS, Whose.CLINIC),
    "POST /clinic/settings/team/{member}/remove": sent(LEADS, Whose.CLINIC),
    "GET /clinic/settings/looks": Row(LEADS),
    "POST /clinic/settings/looks": sent(LEADS, said=422),
    "GET /clinic/settings/looks/email": Row(LEADS),
    "GET /clinic/settings/looks/page": Row(LEADS),
    "GET /clinic/settings/retention": Row(OWNER),
    "POST /clinic/settings/retention": sent(OWNER, said=422),
    "GET /clinic/settings/export": Row(OWNER),
    "POST /clinic/settings/export": sent(OWNER),
    "GET /clinic/settings/export/file": Row(OWNER, said=404),
    "GET /clinic/settings/close": Row(OWNER),
    "POST /clinic/settings/close": sent(OWNER, said=422),
    "GET /clinic/settings/texts": Row(LEADS),
    "GET /clinic/settings/texts/{mail}/{language}": Row(LEADS),
    "POST /clinic/settings/texts/{mail}/{language}": sent(LEADS, said=409),
    "POST /clinic/settings/texts/{mail}/{language}/ours": sent(LEADS, said=409),
    "GET /clinic/settings/texts/{mail}/{language}/preview": Row(LEADS),
    "GET /clinic/settings/talk": Row(LEADS),
    "GET /clinic/settings/talk/{kind}": Row(LEADS),
    "POST /clinic/settings/talk/{kind}": sent(LEADS, said=422),
    "POST /clinic/settings/talk/{kind}/ours": sent(LEADS, said=409),
    "GET /clinic/settings/audit": Row(OWNER),
    # The operator's group
    "GET /clinic/operator": operators(),
    "GET /clinic/operator/costs": operators(),
    "GET /clinic/operator/mail": operators(),
    "POST /clinic/operator/mail": operators(404),
    "GET /clinic/operator/clinics/{clinic}": operators(),
    "POST /clinic/operator/clinics/{clinic}": operators(303, do="suspend"),
}
BEHIND = {name: row for name, row in TABLE.items() if row.roles is not None}
STAFFED = {name: row for name, row in BEHIND.items() if not row.is_operators}
SENT = {name: row for name, row in TABLE.items() if name.startswith("POST")}

type Visitor = Callable[[], Browser]


def knock(whole: Whole, browser: Browser, name: str, **more: Any) -> Answer:
    """Ask a route for what its row says, with Riverbend's own ids in the address."""
    method, _, pattern = name.partition(" ")
    path = whole.path(pattern, TABLE[name].names)
    return browser.get(path, method) if method in {"GET", "HEAD"} else browser.post(path, TABLE[name].form, **more)


def someone(whole: Whole, row: Row) -> Browser:
    """Return a browser of someone who may."""
    if row.is_operators:
        return whole.operator()
    return whole.signed_in("nora") if row.roles else whole.at(row.stage) if row.stage else whole.stranger()


def leaks(answer: Answer) -> set[str]:
    return {secret for secret in SECRETS if secret in answer.body or secret in str(answer.headers)}


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.location.partition("?")[0]


def odd[Said](found: Mapping[str, Said], expected: Mapping[str, Said]) -> dict[str, tuple[Said, Said]]:
    """Return the routes that answer otherwise than expected, with both answers."""
    assert found.keys() == expected.keys()
    return {name: (found[name], expected[name]) for name in found if found[name] != expected[name]}


@contextmanager
def watched(whole: Whole) -> Iterator[None]:
    queues = whole.console.queues
    before, queued = snapshot(but=NOTED), (list(queues.now), list(queues.bulk))
    yield
    assert snapshot(but=NOTED) == before
    assert (queues.now, queues.bulk) == queued
