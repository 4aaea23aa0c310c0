"""Who treats, as a clinic names them."""

import pytest

from tests.console import Browser, Console

PATH = "/clinic/settings/therapists"
BOTH = {"name_0": "Mei-Lin Chen", "name_1": "Omar Haddad"}


def names(console: Console) -> list[tuple[str, str]]:
    return [(one.id, one.name) for one in console.house.clinics.fresh("riverbend").therapists]


def opened(console: Console) -> Browser:
    browser = console.signed_in("nora")
    browser.get(PATH)
    return browser


def test_new_ones_come_after_those_there_are_and_nobody_twice(clinic_console: Console) -> None:
    more = " Dana Whitaker \r\n\r\nomar haddad\r\nDana Whitaker\r\n"

    said = opened(clinic_console).post(PATH, {**BOTH, "more": more, "version": "1"})

    assert said.status == 303
    assert names(clinic_console) == [
        ("mei-lin", "Mei-Lin Chen"),
        ("omar", "Omar Haddad"),
        ("dana-whitaker", "Dana Whitaker"),
    ]


def test_another_name_is_the_same_person(clinic_console: Console) -> None:
    opened(clinic_console).post(PATH, {**BOTH, "name_1": "Omar Haddad-Quist", "more": "", "version": "1"})

    assert names(clinic_console)[1] == ("omar", "Omar Haddad-Quist")


def test_a_name_in_other_letters_gets_an_id_of_its_own(clinic_console: Console) -> None:
    opened(clinic_console).post(PATH, {**BOTH, "more": "李小龙\nOmar\nMei Lin", "version": "1"})

    made = names(clinic_console)
    assert len({name for name, _ in made}) == 5
    assert all(name for name, _ in made)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name_0": " "}, "Enter a name."),
        ({"more": "x" * 101}, "of at most 100 characters"),
        ({"more": "\n".join(f"Person {number}" for number in range(149))}, "at most 150 therapists"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    clinic_console: Console, changes: dict[str, str], said: str
) -> None:
    answer = opened(clinic_console).post(PATH, {**BOTH, "more": "", "version": "1", **changes})

    assert answer.status == 422
    assert said in answer.text
    assert len(names(clinic_console)) == 2


def test_of_two_at_once_the_second_is_told(clinic_console: Console) -> None:
    first, second = opened(clinic_console), opened(clinic_console)
    first.post(PATH, {**BOTH, "more": "Dana Whitaker", "version": "1"})

    answer = second.post(PATH, {**BOTH, "name_2": "Dana Whitaker", "more": "Iris Okoye", "version": "1"})

    assert answer.status == 409
    assert "Iris Okoye" in answer.body
    assert len(names(clinic_console)) == 3
