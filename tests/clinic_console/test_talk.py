"""Talk tracks: the clinic's own words on the case, ours again on request."""

import pytest

from prm.clinics.model import Clinic
from prm.recovery import playbook
from prm.surveys.themes import Theme
from tests.clinic_console.test_settings import send
from tests.console import Console

PATH = "/clinic/settings/talk/waiting"


def riverbend(console: Console) -> Clinic:
    return console.house.clinics.fresh("riverbend")


def case_page(console: Console, member: str) -> str:
    console.knows(location="north")
    console.answers(4, "I waited too long")
    (case,) = console.house.recovery.of_patient("riverbend", "p-maria")
    return console.signed_in(member).get(f"/clinic/cases/p-maria/{case.id}").body


def test_all_talk_tracks_are_listed_with_when_they_are_shown(clinic_console: Console) -> None:
    page = clinic_console.signed_in("nora").get("/clinic/settings/talk")

    assert all(playbook.usual(kind).title in page.text for kind in playbook.kinds())
    assert "When the comment is about: Waiting time." in page.text


def test_the_clinics_own_steps_stand_on_the_case(clinic_console: Console) -> None:
    send(clinic_console.signed_in("nora"), PATH, title="We ran late", steps="Say sorry.\n\n  Offer the first slot.  ")

    page = case_page(clinic_console, "ana")

    assert riverbend(clinic_console).talk_tracks["waiting"].steps == ("Say sorry.", "Offer the first slot.")
    assert "We ran late" in page
    assert "Offer the first slot" in page


def test_our_own_words_sent_as_they_stand_stay_ours(clinic_console: Console) -> None:
    answer = send(clinic_console.signed_in("nora"), PATH)

    assert answer.status == 303
    assert riverbend(clinic_console).talk_tracks == {}


def test_back_to_ours_drops_the_clinics_words_and_no_others(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    send(owner, PATH, steps="One.")
    send(owner, "/clinic/settings/talk/pain", steps="Two.")
    owner.get(PATH)

    answer = owner.post(f"{PATH}/ours", {"version": riverbend(clinic_console).version})

    assert "is ours again" in owner.follow(answer).text
    assert set(riverbend(clinic_console).talk_tracks) == {"pain"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"steps": ""}, "Enter 1 to 10 steps"),
        ({"steps": " \n \n"}, "Enter 1 to 10 steps"),
        ({"steps": "x\n" * 11}, "Enter 1 to 10 steps"),
        ({"steps": "x" * 301}, "Enter 1 to 10 steps"),
        ({"steps": "a\u202eb"}, "Enter 1 to 10 steps"),
        ({"title": ""}, "Enter a title"),
        ({"title": "x" * 61}, "Enter a title"),
    ],
)
def test_what_nobody_could_read_on_the_phone_is_refused_and_kept_as_typed(
    clinic_console: Console, changes: dict[str, object], said: str
) -> None:
    answer = send(clinic_console.signed_in("nora"), PATH, **{"title": "Kept as typed", **changes})

    assert answer.status == 422
    assert said in answer.text
    assert riverbend(clinic_console).talk_tracks == {}


def test_ten_steps_of_300_characters_are_kept(clinic_console: Console) -> None:
    send(clinic_console.signed_in("nora"), PATH, steps="\n".join(["x" * 300] * 10))

    assert len(riverbend(clinic_console).talk_tracks["waiting"].steps) == 10


def test_markup_in_a_step_is_shown_as_it_was_typed(clinic_console: Console) -> None:
    send(clinic_console.signed_in("nora"), PATH, steps="<script>alert(1)</script>")

    assert "<script>alert" not in case_page(clinic_console, "nora")


@pytest.mark.parametrize("path", ["", "/ours"])
def test_of_two_people_the_second_overwrites_nothing(clinic_console: Console, path: str) -> None:
    first, second = clinic_console.signed_in("nora"), clinic_console.signed_in("luis")
    second.get(PATH)
    shown = riverbend(clinic_console).version
    send(first, PATH, steps="First.")

    answer = second.post(f"{PATH}{path}", {"title": "Mine", "steps": "Second.", "version": shown})

    assert answer.status == 409
    assert riverbend(clinic_console).talk_tracks["waiting"].steps == ("First.",)


@pytest.mark.parametrize("version", ["", "x", "٣", "9" * 5000])
def test_a_form_without_a_version_of_ours_changes_nothing(clinic_console: Console, version: str) -> None:
    owner = clinic_console.signed_in("nora")
    owner.get(PATH)

    assert owner.post(PATH, {"title": "T", "steps": "S", "version": version}).status == 409


def test_an_unknown_talk_track_is_not_found(clinic_console: Console) -> None:
    assert clinic_console.signed_in("nora").get("/clinic/settings/talk/place").status == 404


@pytest.mark.parametrize(("member", "is_shown"), [("nora", True), ("ana", False)])
def test_who_may_edit_a_talk_track_finds_it_from_the_case(
    clinic_console: Console, member: str, *, is_shown: bool
) -> None:
    assert ("settings/talk/waiting" in case_page(clinic_console, member)) is is_shown


def test_front_desk_may_not_change_talk_tracks(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("ana")

    assert {browser.get(path).status for path in ("/clinic/settings/talk", PATH)} == {403}


def test_each_theme_but_the_place_has_a_talk_track() -> None:
    assert set(Theme) - set(playbook.kinds()) == {Theme.PLACE}
