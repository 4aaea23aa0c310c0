"""What the console's navigation shows to whom."""

import pytest

from prm.clinics.model import Role
from prm.core.text import Texts
from prm.web import assets, navigation


def test_an_owner_sees_every_area() -> None:
    assert navigation.first(Role.OWNER) == ["home", "inbox", "patients", "rules"]
    assert navigation.rest(Role.OWNER) == [["reports", "records"], ["settings"]]


def test_a_group_of_areas_none_of_which_may_be_opened_is_left_out() -> None:
    assert navigation.rest(Role.FRONT_DESK) == [["records"]]


def test_settings_are_for_those_who_lead() -> None:
    assert {role for role in Role if ["settings"] in navigation.rest(role)} == {Role.OWNER, Role.MANAGER}


@pytest.mark.parametrize("role", Role)
def test_every_area_has_a_name_and_an_icon(role: Role) -> None:
    for area in [*navigation.first(role), *(one for group in navigation.rest(role) for one in group)]:
        assert Texts("en")(f"console_shell.area_{area}")
        assert assets.icon(area)
