"""Who is let in where: all routes, tried by everyone who could stand at the door."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from prm.accounts.model import DAY, IDLE, Stage
from prm.clinics.model import ClinicState, Role
from tests.clinic_console.doors import (
    BEHIND,
    BRINGERS,
    NOTED,
    STAFFED,
    TABLE,
    Row,
    Visitor,
    Whose,
    knock,
    leaks,
    odd,
    told,
    watched,
)
from tests.clinic_console.whole import DOWNTOWN, LAKESIDE, NORTH, RIVERBEND, STAFF, Whole, without
from tests.console import Answer, Browser
from tests.mailed import snapshot

STAGES = [stage for stage in Stage if stage is not Stage.IN]


def refusal(name: str) -> tuple[int, str]:
    """Return what someone who is not signed in gets: the way in, or a page that says so."""
    return (401, "") if name.startswith("POST") else (303, "/clinic/sign-in")


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


def test_a_session_of_one_clinic_is_never_one_of_another(whole: Whole) -> None:
    """Whatever a browser adds to its request, the clinic is the session's."""
    browser = whole.signed_in("nora", LAKESIDE)
    for query in ("?clinic=riverbend", "?clinic_id=riverbend", "?tenant=riverbend"):
        assert "Riverbend" not in browser.get(f"/clinic/settings/practice{query}").body


def of_clinic(clinic: str) -> list[str]:
    """Return all rows of one clinic, but for what any request may write."""
    return [row for rows in snapshot(but=NOTED).values() for row in rows if clinic in row]


def changed(whole: Whole, **how: object) -> None:
    clinics = whole.console.house.clinics
    clinic = clinics.fresh(RIVERBEND)
    clinics.save(replace(clinic, **how), clinic.version)  # type: ignore[arg-type]
