"""The clinic's people, and that a clinic keeps an owner."""

import json
import re

import pytest

from prm.clinics.model import Clinic, Role
from prm.core import record
from tests import examples
from tests.console import PASSWORD, Console

BEA = {"name": "Bea Novak", "email": "Bea@clinic.example", "role": "therapist", "locations": ["north"], "alerts": []}


def roles(console: Console) -> dict[str, Role]:
    return {one.name: one.role for one in console.house.clinics.fresh("riverbend").staff}


def test_someone_invited_gets_a_mail_and_can_sign_in_with_their_rights(clinic_console: Console) -> None:
    owner, bea = clinic_console.signed_in("nora"), clinic_console.browser()
    owner.get("/clinic/settings/team/new")

    page = owner.follow(owner.post("/clinic/settings/team/new", BEA))
    link = re.search(r"example\.org(/clinic/join/\w+)", clinic_console.last_mail)
    assert link
    bea.get(link[1])
    bea.follow(bea.post(link[1]))
    bea.post("/clinic/password", {"email": "", "password": PASSWORD})

    (made,) = [one for one in clinic_console.house.clinics.fresh("riverbend").staff if one.name == "Bea Novak"]
    assert "Bea Novak is invited." in page.text
    assert made.joined_at is not None
    assert made.locations == {"north"}
    assert "bea@clinic.example" in clinic_console.cognito.users


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "nora@clinic.example"}, "Someone in your team has this address"),
        ({"email": "nonsense"}, "Enter an email address like"),
        ({"role": "emperor"}, "Choose a role"),
        ({"name": ""}, "Enter a name"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_invited(
    clinic_console: Console, changes: dict[str, object], said: str
) -> None:
    owner = clinic_console.signed_in("nora")
    owner.get("/clinic/settings/team/new")

    answer = owner.post("/clinic/settings/team/new", BEA | changes)

    assert answer.status == 422
    assert said in answer.text
    assert len(clinic_console.house.clinics.fresh("riverbend").staff) == 3


def test_a_manager_neither_makes_nor_changes_an_owner(clinic_console: Console) -> None:
    manager = clinic_console.signed_in("luis")
    manager.get("/clinic/settings/team/new")

    made = manager.post("/clinic/settings/team/new", BEA | {"role": "owner"})
    changed = manager.post("/clinic/settings/team/nora/remove")

    assert made.status == 422
    assert changed.status == 403
    assert roles(clinic_console)["Nora Ellison"] is Role.OWNER


@pytest.mark.parametrize("locations", [[], ["north"], ["downtown", "north"]])
def test_a_manager_of_one_place_gives_nobody_another_not_even_themselves(
    clinic_console: Console, locations: list[str]
) -> None:
    manager = clinic_console.signed_in("luis")
    manager.get("/clinic/settings/team/new")
    own = {"name": "Luis Ortega", "role": "manager", "locations": locations}

    made = manager.post("/clinic/settings/team/new", BEA | {"locations": locations})
    changed = manager.post("/clinic/settings/team/luis", own)

    assert (made.status, changed.status) == (422, 422)
    assert "You give only locations that are yours" in changed.text
    assert clinic_console.house.clinics.fresh("riverbend").member("luis").locations == {"downtown"}


def test_a_manager_of_one_place_may_change_what_else_someone_of_another_is(clinic_console: Console) -> None:
    manager = clinic_console.signed_in("luis")
    manager.get("/clinic/settings/team/ana")

    answer = manager.post(
        "/clinic/settings/team/ana", {"name": "Ana Souza", "role": "front_desk", "locations": ["north"]}
    )

    assert answer.status == 303
    assert "Ana Souza" in roles(clinic_console)


def test_the_last_owner_can_neither_leave_nor_step_down(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    owner.get("/clinic/settings/team/nora")

    left = owner.post("/clinic/settings/team/nora/remove")
    stepped = owner.post("/clinic/settings/team/nora", {"name": "Nora", "role": "manager"})

    assert left.status == 409
    assert "A clinic needs an owner" in left.text
    assert stepped.status == 422
    assert roles(clinic_console)["Nora Ellison"] is Role.OWNER


def test_an_owner_who_removes_herself_is_signed_out(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    owner.get("/clinic/settings/team/luis")
    owner.post("/clinic/settings/team/luis", {"name": "Luis Ortega", "role": "owner"})
    owner.get("/clinic/settings/team/nora/remove")

    answer = owner.post("/clinic/settings/team/nora/remove")

    assert answer.location == "/clinic/sign-in"
    assert owner.get("/clinic/inbox").location.startswith("/clinic/sign-in")
    assert "Nora Ellison" not in roles(clinic_console)


def test_who_lost_phone_and_codes_is_set_up_anew_by_an_owner(clinic_console: Console) -> None:
    clinic_console.has_account(examples.riverbend(), "luis")
    old = clinic_console.signed_in("luis")
    clinic_console.clock.advance(seconds=1)
    owner = clinic_console.signed_in("nora")
    owner.get("/clinic/settings/team/luis")

    owner.post("/clinic/settings/team/luis/invite")

    assert "luis@clinic.example" not in clinic_console.cognito.users
    assert old.get("/clinic/inbox").location.startswith("/clinic/sign-in")
    assert "Set up your account" in clinic_console.last_mail


def test_front_desk_and_therapists_do_not_see_the_team(clinic_console: Console) -> None:
    assert clinic_console.signed_in("ana").get("/clinic/settings/team").status == 403


def test_who_was_taken_off_before_choosing_a_password_gets_no_account(clinic_console: Console) -> None:
    owner, ana = clinic_console.signed_in("nora"), clinic_console.browser()
    owner.get("/clinic/settings/team/ana")
    owner.post("/clinic/settings/team/ana/invite")
    link = re.search(r"example\.org(/clinic/join/\w+)", clinic_console.last_mail)
    assert link
    ana.get(link[1])
    ana.follow(ana.post(link[1]))
    owner.get("/clinic/settings/team/ana/remove")
    owner.post("/clinic/settings/team/ana/remove")

    answer = ana.post("/clinic/password", {"email": "", "password": PASSWORD})

    assert answer.status == 409
    assert "ana@clinic.example" not in clinic_console.cognito.users


def test_a_member_linked_to_a_therapist_is_so_until_taken_off(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    form = {"name": "Ana Silva", "role": "therapist", "locations": ["north"]}
    owner.get("/clinic/settings/team/ana")

    page = owner.follow(owner.post("/clinic/settings/team/ana", form | {"therapist": "omar"}))
    linked = clinic_console.house.clinics.fresh("riverbend").member("ana")
    shown = owner.get("/clinic/settings/team/ana")
    owner.post("/clinic/settings/team/ana", form | {"therapist": ""})

    assert linked.therapist == "omar"
    assert "Omar Haddad in records" in page.text
    assert '<option value="omar" selected>' in shown.body
    assert clinic_console.house.clinics.fresh("riverbend").member("ana").therapist is None


@pytest.mark.parametrize(
    ("therapist", "said"),
    [("omar", "That is Luis Ortega. Take it off there first."), ("moon", "Choose one of the clinic's therapists.")],
)
@pytest.mark.parametrize("path", ["/clinic/settings/team/ana", "/clinic/settings/team/new"])
def test_nobody_is_linked_to_a_therapist_of_a_colleagues_or_to_none_of_the_clinics(
    clinic_console: Console, path: str, therapist: str, said: str
) -> None:
    owner = clinic_console.signed_in("nora")
    owner.get(path)
    owner.post("/clinic/settings/team/luis", {"name": "Luis Ortega", "role": "manager", "therapist": "omar"})

    answer = owner.post(path, BEA | {"therapist": therapist})

    assert answer.status == 422
    assert said in answer.text
    assert [one.id for one in clinic_console.house.clinics.fresh("riverbend").staff if one.therapist] == ["luis"]


def test_a_clinic_stored_before_anyone_was_linked_loads() -> None:
    stored = json.loads(record.dump(examples.riverbend()))
    for one in stored["staff"]:
        one.pop("therapist", None)
    assert record.parse(Clinic, json.dumps(stored)).member("luis").therapist is None
