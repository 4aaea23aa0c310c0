"""How long patients are kept: an owner's choice, meant, and with days to think better of it."""

import pytest

from prm.clinics.model import Retention
from tests.clinic_console.test_settings import send
from tests.console import Console

PATH = "/clinic/settings/retention"


def kept(console: Console) -> Retention | None:
    return console.house.clinics.fresh("riverbend").retention


def test_years_are_kept_with_the_day_they_were_chosen_and_said(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    answer = send(owner, PATH, kept="years", years="7", understood="1")

    page = owner.follow(answer)

    assert kept(clinic_console) == Retention(7, clinic_console.clock.now)
    assert "erased from December 1, 2026 on" in page.text.replace("\u00a0", " ")
    assert "Nobody is erased before" in page.text
    assert "Patients are counted tonight." in page.text


def test_the_same_years_again_do_not_begin_anew(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    send(owner, PATH, kept="years", years="7", understood="1")
    first = kept(clinic_console)
    clinic_console.clock.advance(days=2)
    owner = clinic_console.signed_in("nora")
    send(owner, PATH, kept="years", years="7")

    assert kept(clinic_console) == first


def test_for_good_again_ends_it(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    send(owner, PATH, kept="years", years="7", understood="1")
    send(owner, PATH, kept="for_good")

    assert kept(clinic_console) is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kept": "years", "years": "1", "understood": "1"}, "Enter years from 2 to 50."),
        ({"kept": "years", "years": "51", "understood": "1"}, "Enter years from 2 to 50."),
        ({"kept": "years", "years": "", "understood": "1"}, "Enter years from 2 to 50."),
        ({"kept": "years", "years": "9" * 5000, "understood": "1"}, "Enter years from 2 to 50."),
        ({"kept": "years", "years": "7"}, "Tick the box"),
        ({"kept": "never"}, "Choose one."),
        ({"kept": ""}, "Choose one."),
    ],
)
def test_what_is_not_meant_or_cannot_be_is_refused(clinic_console: Console, fields: dict[str, str], said: str) -> None:
    answer = send(clinic_console.signed_in("nora"), PATH, **fields)

    assert answer.status == 422
    assert said in answer.text
    assert kept(clinic_console) is None


def test_of_two_people_the_second_changes_nothing(clinic_console: Console) -> None:
    answer = send(clinic_console.signed_in("nora"), PATH, kept="years", years="7", understood="1", version="0")

    assert answer.status == 409
    assert kept(clinic_console) is None


def test_it_is_for_owners_alone(clinic_console: Console) -> None:
    assert clinic_console.signed_in("luis").get(PATH).status == 403
