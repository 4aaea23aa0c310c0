"""Who is let in where: one table of all routes, tried by everyone who could stand at the door.

A route without a row fails. What stands in a row is who may open it and whose data it shows; each test below tries one
kind of visitor on all routes, so that what it finds is one list of what is not as the table says.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import pytest

from prm.accounts.model import DAY, IDLE, Stage
from prm.clinics.model import ClinicState, Role
from prm.web.staff import EVERYONE, LEADS, OWNER
from tests.clinic_console.whole import DOWNTOWN, LAKESIDE, NORTH, RIVERBEND, SECRETS, STAFF, Whole, without
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
    "POST /clinic/cases/{patient}/{case}/note": sent(EVERYONE, Whose.PLACE, note="Called", do="save"),
    "GET /clinic/cases/{patient}/{case}/close": Row(EVERYONE, Whose.PLACE, shows=True),
    "POST /clinic/cases/{patient}/{case}/close": sent(EVERYONE, Whose.PLACE, outcome="resolved"),
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
    "POST /clinic/changes": sent(LEADS, day="2026-11-02", words="New phones"),
    "POST /clinic/changes/{mark}/remove": sent(LEADS, Whose.CLINIC),
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
STAGES = [stage for stage in Stage if stage is not Stage.IN]

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


def refusal(name: str) -> tuple[int, str]:
    """Return what someone who is not signed in gets: the way in, or a page that says so."""
    return (401, "") if name.startswith("POST") else (303, "/clinic/sign-in")


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.location.partition("?")[0]


def leaks(answer: Answer) -> set[str]:
    return {secret for secret in SECRETS if secret in answer.body or secret in str(answer.headers)}


def odd[Said](found: Mapping[str, Said], expected: Mapping[str, Said]) -> dict[str, tuple[Said, Said]]:
    """Return the routes that answer otherwise than expected, with both answers."""
    assert found.keys() == expected.keys()
    return {name: (found[name], expected[name]) for name in found if found[name] != expected[name]}


def outcome(whole: Whole, name: str, visitor: Visitor, **more: Any) -> tuple[int, str]:
    """Knock and return the answer; whoever is refused reads no secret."""
    answer = knock(whole, visitor(), name, **more)
    assert leaks(answer) == set(), name
    return told(answer)


def everyone_gets(whole: Whole, rows: Mapping[str, Row], visitor: Visitor) -> None:
    """Hold that who is not signed in is sent away from all of these, and changes nothing."""
    with watched(whole):
        found = {name: outcome(whole, name, visitor) for name in rows}
    assert odd(found, {name: refusal(name) for name in rows}) == {}


def test_every_route_has_a_row_and_every_row_a_route(whole: Whole) -> None:
    assert {f"{method} {path}" for method, path in whole.routes() if method != "HEAD"} ^ set(TABLE) == set()


def test_whatever_can_be_read_can_be_asked_for_its_head(whole: Whole) -> None:
    routes = whole.routes()
    assert {path for method, path in routes if method == "HEAD"} == {path for method, path in routes if method == "GET"}


def test_a_browser_without_a_session_is_shown_the_way_in(whole: Whole) -> None:
    everyone_gets(whole, BEHIND, whole.stranger)


def test_a_browser_with_a_made_up_session_is_shown_the_way_in(whole: Whole) -> None:
    def forger() -> Browser:
        browser = whole.signed_in("nora")
        browser.cookies["__Host-session"] = "a" * len(browser.cookies["__Host-session"])
        return browser

    everyone_gets(whole, BEHIND, forger)


@pytest.mark.parametrize("stage", STAGES)
def test_a_session_on_its_way_in_opens_nothing_behind_the_door(whole: Whole, stage: Stage) -> None:
    everyone_gets(whole, BEHIND, lambda: whole.at(stage))


@pytest.mark.parametrize("life", [IDLE, DAY], ids=["idle", "old"])
def test_a_session_that_is_over_opens_nothing(whole: Whole, life: Any) -> None:
    browser = whole.signed_in("nora")
    whole.console.clock.now += life
    everyone_gets(whole, BEHIND, lambda: browser)


def test_someone_who_was_taken_off_the_team_is_out_at_once(whole: Whole) -> None:
    browser = whole.signed_in("gone")
    assert browser.get("/clinic/home").status == 200
    with without(whole, "gone"):
        everyone_gets(whole, STAFFED, lambda: browser)


def test_someone_who_was_signed_out_everywhere_is_out_at_once(whole: Whole) -> None:
    browser = whole.signed_in("gone")
    whole.console.clock.advance(seconds=1)
    now = whole.console.clock.now
    changed(whole, staff=tuple(replace(one, signed_out_at=now) if one.id == "gone" else one for one in STAFF))
    everyone_gets(whole, STAFFED, lambda: browser)


def test_nobody_gets_into_a_clinic_that_was_closed(whole: Whole) -> None:
    browser = whole.signed_in("nora")
    changed(whole, state=ClinicState.CLOSED)
    everyone_gets(whole, STAFFED, lambda: browser)


def test_a_suspended_clinic_still_reads_and_works_its_cases(whole: Whole) -> None:
    changed(whole, state=ClinicState.SUSPENDED)
    rows = [name for name in STAFFED if name.startswith("GET")]
    found = {name: knock(whole, whole.signed_in("nora"), name).status for name in rows}
    assert odd(found, {name: BEHIND[name].said for name in found}) == {}


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_its_rows_say_and_nothing_else(whole: Whole, role: Role) -> None:
    found, expected = {}, {}
    for name, row in BEHIND.items():
        assert row.roles is not None
        may, no = role in row.roles, 404 if row.is_operators else 403
        if may and row.whose is Whose.BROUGHT and role not in BRINGERS:
            may, no = False, 404
        answer = admitted(whole, name, DOWNTOWN[role]) if may else None
        found[name] = answer.status if answer else outcome(whole, name, lambda: whole.signed_in(DOWNTOWN[role]))[0]
        expected[name] = row.said if may else no
        if answer and row.shows:
            assert leaks(answer), f"{name} shows nothing that could leak"
    assert odd(found, expected) == {}


def admitted(whole: Whole, name: str, member: str) -> Answer:
    """Knock as someone who may, and put back what that changed."""
    answer = knock(whole, whole.signed_in(member), name)
    if name.startswith("POST"):
        whole.anew()
    return answer


@pytest.mark.parametrize("member", ["nora", "luis"])
def test_another_clinics_people_get_nothing_of_this_one(whole: Whole, member: str) -> None:
    """Their ids of staff are the same, the ids in the address are Riverbend's."""
    found, expected = {}, {}
    role, before = {"nora": Role.OWNER, "luis": Role.MANAGER}[member], of_clinic(RIVERBEND)
    for name, row in BEHIND.items():
        answer = knock(whole, whole.signed_in(member, LAKESIDE), name)
        assert leaks(answer) == set(), name
        if name.startswith("POST"):
            assert of_clinic(RIVERBEND) == before, name
        assert "Riverbend" not in answer.body, name
        closed = row.is_operators or row.whose in {Whose.CLINIC, Whose.PLACE, Whose.BROUGHT}
        assert row.roles is not None
        found[name] = answer.status
        may = role in row.roles or row.is_operators
        expected[name] = 403 if not may else 404 if closed else row.said
        if name.startswith("POST"):
            whole.anew()
    assert odd(found, expected) == {}


def test_the_operators_people_see_clinics_and_no_page_of_a_clinic(whole: Whole) -> None:
    everyone_gets(whole, STAFFED, whole.operator)
    found = {}
    for name, row in BEHIND.items():
        if row.is_operators:
            answer = knock(whole, whole.operator(), name)
            assert leaks(answer) == set()
            found[name] = (answer.status, row.said)
            whole.anew()
    assert all(answered == said for answered, said in found.values()), found


@pytest.mark.parametrize("role", NORTH)
def test_people_of_another_place_get_nothing_of_this_one(whole: Whole, role: Role) -> None:
    rows = {
        name: row
        for name, row in BEHIND.items()
        if row.roles and role in row.roles and row.whose in {Whose.LISTED, Whose.PLACE, Whose.BROUGHT}
    }
    with watched(whole):
        found = {name: outcome(whole, name, lambda: whole.signed_in(NORTH[role]))[0] for name in rows}
    expected = {name: row.said if row.whose is Whose.LISTED else 404 for name, row in rows.items()}
    assert odd(found, expected) == {}


@pytest.mark.parametrize("stage", Stage)
def test_a_step_on_the_way_in_is_for_who_got_there(whole: Whole, stage: Stage) -> None:
    found, expected = {}, {}
    for name, row in TABLE.items():
        if row.roles is not None:
            continue
        browser = whole.at(stage)
        answer = knock(whole, browser, name)
        assert leaks(answer) == set()
        may = row.stage in {None, stage}
        found[name] = told(answer)
        expected[name] = (row.said, answer.location.partition("?")[0]) if may else (303, "/clinic/sign-in")
        whole.anew()
    assert odd(found, expected) == {}


FORGED: dict[str, Callable[[Whole, Browser], dict[str, Any]]] = {
    "no token": lambda whole, browser: {"csrf": ""},
    "a wrong token": lambda whole, browser: {"csrf": "a" * len(browser.csrf)},
    "the token of someone else's browser": lambda whole, browser: {"csrf": whole.signed_in("luis").csrf},
    "no origin": lambda whole, browser: from_(browser, ""),
    "a sandbox": lambda whole, browser: from_(browser, "null"),
    "another site": lambda whole, browser: from_(browser, "https://evil.example"),
    "a site whose name begins like ours": lambda whole, browser: from_(
        browser, "https://care.example.org.evil.example"
    ),
    "another port": lambda whole, browser: from_(browser, "https://care.example.org:8443"),
    "no address at all": lambda whole, browser: from_(browser, "https://[care.example.org"),
}


def from_(browser: Browser, origin: str) -> dict[str, Any]:
    browser.origin = origin
    return {}


@pytest.mark.parametrize("how", FORGED)
def test_a_form_that_is_not_from_our_page_is_refused_and_changes_nothing(whole: Whole, how: str) -> None:
    found = {}
    with watched(whole):
        for name, row in SENT.items():
            browser = someone(whole, row)
            found[name] = knock(whole, browser, name, **FORGED[how](whole, browser)).status
    assert odd(found, dict.fromkeys(SENT, 403)) == {}


def test_looking_changes_nothing_but_that_someone_looked(whole: Whole) -> None:
    """Mail scanners and prefetching browsers open what they see."""
    with watched(whole):
        for name, row in TABLE.items():
            if name.startswith("GET"):
                browser = someone(whole, row)
                for method in ("GET", "HEAD"):
                    answer = browser.get(whole.path(name.partition(" ")[2], row.names), method)
                    assert answer.status == row.said, name


def test_a_head_is_answered_like_a_get_without_the_page(whole: Whole) -> None:
    for name, row in TABLE.items():
        if name.startswith("GET"):
            path = whole.path(name.partition(" ")[2], row.names)
            browser = someone(whole, row)
            shown, asked = browser.get(path), browser.get(path, "HEAD")
            assert (asked.status, asked.body) == (shown.status, ""), name


def test_a_method_that_a_page_does_not_have_is_named_as_such(whole: Whole) -> None:
    patterns = {path for _, path in whole.routes()}
    for path in patterns:
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            answer = whole.signed_in("nora").get(whole.path(path), method)
            assert answer.status == 405, (method, path)
            assert answer.headers["Allow"], path


def test_no_answer_may_be_kept_framed_or_run_anything_that_is_not_ours(whole: Whole) -> None:
    for name, row in TABLE.items():
        answer = knock(whole, someone(whole, row), name)
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store", name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy or policy.endswith("sandbox"), (
            name
        )  # a letter, which brings its style, in a frame
        assert "script-src 'self';" in policy or "script-src" not in policy, name
        whole.anew()


def test_a_session_of_one_clinic_is_never_one_of_another(whole: Whole) -> None:
    """Whatever a browser adds to its request, the clinic is the session's."""
    browser = whole.signed_in("nora", LAKESIDE)
    for query in ("?clinic=riverbend", "?clinic_id=riverbend", "?tenant=riverbend"):
        assert "Riverbend" not in browser.get(f"/clinic/settings/practice{query}").body


@contextmanager
def watched(whole: Whole) -> Iterator[None]:
    queues = whole.console.queues
    before, queued = snapshot(but=NOTED), (list(queues.now), list(queues.bulk))
    yield
    assert snapshot(but=NOTED) == before
    assert (queues.now, queues.bulk) == queued


def of_clinic(clinic: str) -> list[str]:
    """Return all rows of one clinic, but for what any request may write."""
    return [row for rows in snapshot(but=NOTED).values() for row in rows if clinic in row]


def changed(whole: Whole, **how: object) -> None:
    clinics = whole.console.house.clinics
    clinic = clinics.fresh(RIVERBEND)
    clinics.save(replace(clinic, **how), clinic.version)  # type: ignore[arg-type]
