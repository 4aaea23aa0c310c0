"""The clinic's settings: kept as typed, refused with the field named, and never over someone else's change."""

import datetime as dt
import re
from dataclasses import replace
from html import unescape

import pytest

from prm.clinics.model import Clinic, Hours, Language, ReviewPolicy
from tests.console import Answer, Browser, Console

_FIELD = re.compile(r'<input id="f-([\w]+)"[^>]*? value="([^"]*)"')
_AREA = re.compile(r'(?s)<textarea id="f-(\w+)"[^>]*>\n(.*?)</textarea>')
_CHOSEN = re.compile(r'name="([\w]+)" value="([^"]*)" checked')
_OPTION = re.compile(r'(?s)<select id="f-(\w+)".*?<option value="([^"]*)" selected')


def fields(page: Answer) -> dict[str, object]:
    """Return what a page's form would send as it stands."""
    found: dict[str, object] = {name: unescape(value) for name, value in _FIELD.findall(page.body)}
    found |= {name: unescape(value) for name, value in (*_AREA.findall(page.body), *_OPTION.findall(page.body))}
    for name, value in _CHOSEN.findall(page.body):
        found[name] = [*found.get(name, []), value]  # type: ignore[misc]
    version = re.search(r'name="version" value="(\d+)"', page.body)
    return {**found, "version": version[1] if version else "", "csrf": ""}


def send(browser: Browser, path: str, **changes: object) -> Answer:
    """Open a page's form, change some fields and send all of it."""
    typed = {**fields(browser.get(path)), **changes}
    del typed["csrf"]
    return browser.post(path, typed)


def riverbend(console: Console) -> Clinic:
    return console.house.clinics.fresh("riverbend")


@pytest.mark.parametrize("topic", ["practice", "hours", "limits"])
def test_what_a_form_shows_can_be_sent_as_it_stands_and_changes_nothing(clinic_console: Console, topic: str) -> None:
    before = riverbend(clinic_console)

    answer = send(clinic_console.signed_in("nora"), f"/clinic/settings/{topic}")

    assert answer.status == 303
    assert replace(riverbend(clinic_console), version=before.version) == before


def test_name_languages_and_zone_are_kept(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")

    send(owner, "/clinic/settings/practice", name="Riverbend PT", languages=["es"], zone="Asia/Kolkata")

    kept = riverbend(clinic_console)
    assert (kept.name, kept.languages, kept.zone) == ("Riverbend PT", (Language.SPANISH,), "Asia/Kolkata")
    assert owner.get("/clinic/settings").status == 200


def test_hours_and_closed_days_are_kept(clinic_console: Console) -> None:
    send(
        clinic_console.signed_in("nora"),
        "/clinic/settings/hours",
        opens_5="9:00",
        closes_5="13:30",
        opens_0="",
        closes_0="",
        holidays="2026-12-25\n2027-01-01",
        call_within="2.5",
    )

    kept = riverbend(clinic_console)
    assert kept.hours[5] == Hours(dt.time(9), dt.time(13, 30))
    assert 0 not in kept.hours
    assert kept.holidays == {dt.date(2026, 12, 25), dt.date(2027, 1, 1)}
    assert kept.case_times.call_within == dt.timedelta(hours=2, minutes=30)


@pytest.mark.parametrize(
    ("path", "changes", "said"),
    [
        ("practice", {"phone": "none"}, "Enter a phone number like"),
        ("practice", {"name": ""}, "Enter the clinic's name"),
        ("practice", {"zone": "Mars/Olympus"}, "Choose a time zone"),
        ("practice", {"name": "x" * 500}, "Enter the clinic's name"),
        ("hours", {"opens_2": "18:00", "closes_2": "8:00"}, "Enter a closing time after the opening time"),
        ("hours", {"opens_2": "soon"}, "Enter a time like 8:00"),
        ("hours", {"opens_2": ""}, "Enter a closing time after"),
        ("hours", {"holidays": "Christmas"}, "Write each day as"),
        ("hours", {"call_within": "0"}, "more than 0"),
        ("limits", {"mails": "1000000"}, "from 1 to 20"),
        ("limits", {"mails": "٣x"}, "from 1 to 20"),
        ("limits", {"opens": "20:00", "closes": "8:00"}, "closing time after"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    clinic_console: Console, path: str, changes: dict[str, object], said: str
) -> None:
    before = riverbend(clinic_console)

    answer = send(clinic_console.signed_in("nora"), f"/clinic/settings/{path}", **changes)

    assert answer.status == 422
    assert said in answer.text
    assert riverbend(clinic_console) == before


def test_of_two_people_the_second_keeps_what_they_typed_and_overwrites_nothing(clinic_console: Console) -> None:
    first, second = clinic_console.signed_in("nora"), clinic_console.signed_in("luis")
    shown = fields(second.get("/clinic/settings/practice"))
    del shown["csrf"]
    send(first, "/clinic/settings/practice", name="First")

    answer = second.post("/clinic/settings/practice", {**shown, "name": "Second"})

    assert answer.status == 409
    assert 'value="Second"' in answer.body
    assert riverbend(clinic_console).name == "First"


def test_a_location_is_added_with_its_review_sites(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")

    answer = send(
        owner, "/clinic/settings/locations/new", name="Eastside", site_1="Google", url_1="https://g.page/r/east/review"
    )

    place = riverbend(clinic_console).location("eastside")
    assert answer.status == 303
    assert place is not None
    assert [(one.id, one.name, one.url) for one in place.review_sites] == [
        ("google", "Google", "https://g.page/r/east/review")
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"site_1": "Yelp", "url_1": "https://www.yelp.com/biz/x"}, "Yelp"),
        ({"site_1": "Ours", "url_1": "http://plain.example"}, "starts with https://"),
        ({"site_1": "Ours", "url_1": "javascript:alert(1)"}, "starts with https://"),
        ({"name": ""}, "Enter a name"),
    ],
)
def test_a_review_site_that_may_not_be_is_refused(
    clinic_console: Console, changes: dict[str, object], said: str
) -> None:
    answer = send(clinic_console.signed_in("nora"), "/clinic/settings/locations/downtown", **changes)

    assert answer.status == 422
    assert said in answer.text


def test_asking_promoters_only_needs_the_warning_read_and_stands_in_the_log(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    owner.get("/clinic/settings/reviews")

    refused = owner.post("/clinic/settings/reviews", {"policy": "promoters"})
    version = riverbend(clinic_console).version
    owner.post("/clinic/settings/reviews", {"policy": "promoters", "understood": "1", "version": version})

    log = [entry.what for _, entry in clinic_console.house.audit.month("riverbend", "2026-11")]
    assert refused.status == 422
    assert riverbend(clinic_console).review_policy is ReviewPolicy.PROMOTERS
    assert "review policy promoters" in log


def test_a_review_policy_chosen_on_an_old_page_is_not_kept_over_what_came_since(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    owner.get("/clinic/settings/reviews")
    shown = riverbend(clinic_console)
    clinic_console.house.clinics.save(shown, shown.version)

    late = owner.post("/clinic/settings/reviews", {"policy": "promoters", "understood": "1", "version": shown.version})

    assert late.status == 409
    assert "Someone else changed the settings" in late.text
    assert riverbend(clinic_console).review_policy is shown.review_policy


def test_the_audit_log_is_for_owners_and_names_nobody_in_its_rows(clinic_console: Console) -> None:
    clinic_console.knows()
    clinic_console.answers(4)
    (case,) = clinic_console.house.recovery.of_patient("riverbend", "p-maria")
    owner = clinic_console.signed_in("nora")
    owner.get(f"/clinic/cases/p-maria/{case.id}")

    page = owner.get("/clinic/settings/audit")

    assert "Maria Alvarez" in page.text
    assert "Nora Ellison" in page.text
    assert clinic_console.signed_in("luis").get("/clinic/settings/audit").status == 403


def test_settings_are_not_for_therapists_and_front_desk(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("ana")

    assert {browser.get(f"/clinic/settings{path}").status for path in ("", "/practice", "/hours", "/limits")} == {403}
