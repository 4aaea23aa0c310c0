import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.clinics import form, sites
from prm.clinics.model import Alert, Hours, Language, ReviewPolicy, Role
from prm.core.errors import Invalid

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "clinic.json"
SMALL: dict[str, Any] = {
    "name": "Lakeside Rehab",
    "phone": "(937) 555-0190",
    "postal_address": "9 Lake Road, Dayton, OH 45402",
    "zone": "America/New_York",
    "locations": [{"name": "Main Street"}],
}


HEARS = {"name": "Ann", "email": "ann@clinic.example", "role": "owner", "alerts": ["low_answer"]}


def read(**changes: Any) -> Any:
    return form.read(json.dumps(SMALL | changes))


def refusal(**changes: Any) -> str:
    with pytest.raises(Invalid) as caught:
        read(**changes)
    return caught.value.message


def site(url: str, name: str = "A site") -> list[dict[str, Any]]:
    return [{"name": "Main Street", "review_sites": [{"name": name, "url": url}]}]


def test_the_example_is_a_clinic() -> None:
    clinic = form.read(EXAMPLE.read_bytes())
    assert (clinic.id, clinic.zone, clinic.date_order) == ("riverbend", "America/New_York", "mdy")
    assert clinic.languages == (Language.ENGLISH, Language.SPANISH)
    assert clinic.hours[4] == Hours(dt.time(8), dt.time(16))
    assert clinic.member("nora").role is Role.OWNER
    assert clinic.member("luis").alerts == {Alert.LOW_ANSWER}
    assert [one.id for one in clinic.review_sites("downtown")] == ["google", "facebook", "healthgrades"]


def test_little_is_needed() -> None:
    clinic = read()
    assert (clinic.id, clinic.short_name) == ("lakeside-rehab", "Lakeside Rehab")
    assert clinic.locations[0].id == "main-street"
    assert clinic.review_policy is ReviewPolicy.EVERYONE
    assert (clinic.window.opens, clinic.window.closes) == (dt.time(9), dt.time(19))
    assert clinic.daily_limit == 100
    assert clinic.date_order == ""


def test_all_that_is_wrong_is_said_at_once_and_where() -> None:
    said = refusal(zone="Mars/Base", phone="call us", colour="green", locations=site("http://x.example/"))
    assert said.splitlines() == [
        "phone: is not a phone number",
        "zone: 'Mars/Base' is not a time zone name such as America/New_York",
        "locations.0.review_sites.0.url: A review site needs an address that starts with https://",
        "colour: is no setting we know",
    ]


@pytest.mark.parametrize("name", ["name", "phone", "postal_address", "zone", "locations"])
def test_what_no_mail_can_do_without_is_asked_for(name: str) -> None:
    with pytest.raises(Invalid, match=f"^{name}: is missing$"):
        form.read(json.dumps({key: value for key, value in SMALL.items() if key != name}))


@pytest.mark.parametrize(
    "url",
    [
        "https://www.yelp.com/biz/riverbend",
        "https://m.yelp.ca/biz/riverbend",
        "https://YELP.com./writeareview",
        "https://biz.yelp.co.uk/x",
        "https://yelp.to/abc",
        "https://www.google.com/url?q=https://www.yelp.com/biz/x",
        "https://go.example/?to=https%3A%2F%2Fwww.yelp.com%2Fbiz",
        "https://go.example/?to=https%253A%252F%252Fwww.yelp.com",
        "https://www.\uff59\uff45\uff4c\uff50.com/biz/x",
    ],
)
def test_yelp_is_refused_with_the_reason(url: str) -> None:
    assert "Yelp forbids asking for reviews" in refusal(locations=site(url))


def test_yelp_is_refused_by_name_too() -> None:
    assert "Yelp forbids asking" in refusal(locations=site("https://short.example/a", "Yelp"))


@pytest.mark.parametrize(
    "url",
    [
        "http://www.google.com/",
        "ftp://www.google.com/",
        "javascript:alert(1)",
        "//www.google.com/",
        "https://",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://user@www.google.com/",
        "https://www.google.com:8443/",
        "https://www.google.com:port/",
        "https://www.google.com\\@evil.example/",
        "https://www.google.com/a b",
        "https://www.google.com/\nX: y",
        "https://w.example/" + "x" * 2000,
    ],
)
def test_other_addresses_that_lead_nowhere_good_are_refused(url: str) -> None:
    with pytest.raises(Invalid):
        sites.review_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://search.google.com/local/writereview?placeid=ChIJ",
        "https://www.facebook.com/riverbend/reviews",
        "https://www.healthgrades.com/review/X",
        "https://kelp.yelpington.example/reviews",
    ],
)
def test_any_other_https_address_will_do(url: str) -> None:
    assert sites.review_url(url) == url


@given(st.text(max_size=60))
def test_any_text_is_a_site_or_refused(text: str) -> None:
    try:
        kept = sites.review_url(text)
    except Invalid:
        return
    assert kept.startswith("https://")


@pytest.mark.parametrize("name", ["A\r\nBcc: x@example.com\x00", "A\x07", "\u202egnidaer", "", "x" * 101])
def test_a_name_that_could_harm_a_mail_is_refused(name: str) -> None:
    assert refusal(name=name)


@pytest.mark.parametrize(
    "zone",
    ["Mars/Base", "", "America", "america/new_york", "EST5EDT4", "../../../etc/passwd", "/etc/localtime", "UTC\x00",
     "+05:00", "x" * 10_000, 5, None, ["UTC"]],
    ids=lambda zone: ascii(zone)[:20],
)  # fmt: skip
def test_a_zone_that_does_not_exist_is_refused(zone: object) -> None:
    assert refusal(zone=zone).startswith("zone: ")


@pytest.mark.parametrize("field", ["name", "short_name", "signer", "postal_address"])
@pytest.mark.parametrize("evil", ["A\x00B", "A\x1bB", "A\x7fB", "A\u2066B", "\u202eA", "A\x9bB", "\ud800A"], ids=ascii)
def test_nothing_unseen_stands_in_what_mails_show_of_a_clinic(field: str, evil: str) -> None:
    assert refusal(**{field: evil * 2})


@pytest.mark.parametrize(
    "email", ["n@example.com\r\nBcc: x@example.com", "n@example.com, x@example.com", "n\x00@example.com", "@"]
)
def test_staff_are_written_to_at_one_address(email: str) -> None:
    assert "staff.0.email" in refusal(staff=[{"name": "Nora", "email": email, "role": "owner"}])


def test_a_line_break_in_a_name_begins_no_header() -> None:
    said = read(name="Lakeside\r\nBcc: x@example.com", id="lakeside", signer="Nora\nX: y")
    assert (said.name, said.signer) == ("Lakeside, Bcc: x@example.com", "Nora, X: y")


def test_a_postal_address_may_take_several_lines() -> None:
    assert read(postal_address="9 Lake Road\nDayton,\nOH 45402").postal_address == "9 Lake Road, Dayton, OH 45402"


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        ({"mon": "8:00-18:00"}, {0: (8, 18)}),
        ({"Tuesday": "8 am-6 pm"}, {1: (8, 18)}),
        ({"sun": {"opens": "09:00", "closes": "17:00"}}, {6: (9, 17)}),
        ({"wed": None}, {}),
    ],
)
def test_opening_hours(hours: dict[str, Any], found: dict[int, tuple[int, int]]) -> None:
    expected = {day: Hours(dt.time(opens), dt.time(closes)) for day, (opens, closes) in found.items()}
    assert read(hours=hours).hours == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"hours": {"mon": "18:00-8:00"}}, "closing time must be after opening time"),
        ({"hours": {"mon": "all day"}}, "write opening hours as 8:00-18:00"),
        ({"hours": {"funday": "8:00-18:00"}}, "is no day of the week"),
        ({"hours": {"mon": "8:00-25:00"}}, "hours.mon.closes: hour must be in 0..23"),
        ({"languages": []}, "languages"),
        ({"languages": ["fr"]}, "languages.0"),
        ({"id": "Has Spaces"}, "id"),
        ({"id": "a#b"}, "id: may hold small letters, digits and hyphens"),
        ({"id": "clinics"}, "cannot be a clinic's id"),
        ({"locations": []}, "locations"),
        ({"locations": [{"name": "Main"}, {"name": "main"}]}, "locations: 'main' stands there twice"),
        ({"therapists": [{"name": "A B", "id": "a"}, {"name": "C D", "id": "a"}]}, "therapists: 'a'"),
        ({"staff": [{"name": "N", "email": "no address", "role": "owner"}]}, "staff.0.email"),
        ({"staff": [{"name": "N", "email": "n@example.com", "role": "boss"}]}, "staff.0.role"),
        (
            {"staff": [{"name": "N", "email": "n@example.com", "role": "owner", "locations": ["mars"]}]},
            "N has a location that the clinic does not: mars",
        ),
        (
            {"staff": [{"name": "N", "email": "n@example.com", "role": "therapist", "therapist": "t"}]},
            "N is a therapist that the clinic does not have: t",
        ),
        (
            {
                "therapists": [{"name": "T"}],
                "staff": [
                    {"name": name, "email": "n@example.com", "role": "therapist", "therapist": "t"} for name in "NM"
                ],
            },
            "therapists of staff: 't' stands there twice",
        ),
        ({"caps": {"mails": 0}}, "caps.mails"),
        ({"caps": {"emails": 3}}, "caps.emails: is no setting we know"),
        ({"window": "19:00-9:00"}, "closing time must be after opening time"),
        ({"date_order": "dym"}, "date_order"),
        ({"review_policy": "nobody"}, "review_policy"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], reason: str) -> None:
    assert reason in refusal(**changes)


@pytest.mark.parametrize("document", ["", "[]", "null", '"x"', "{", '{"name": "A",}', "\ufeff{}", "9" * 5000])
def test_what_is_no_clinic_is_refused(document: str) -> None:
    with pytest.raises(Invalid):
        form.read(document)


def test_asking_promoters_alone_comes_with_a_warning() -> None:
    (said,) = form.warnings(read(review_policy="promoters", staff=[HEARS]))
    assert "review gating" in said
    assert "FTC" in said


def test_a_place_where_nobody_hears_of_a_case_comes_with_a_warning() -> None:
    assert form.warnings(read(staff=[HEARS])) == ()
    (said,) = form.warnings(read(staff=[HEARS | {"alerts": ["escalation"]}]))
    assert "Nobody gets an email when a patient of Main Street is unhappy" in said


def test_case_times_are_hours_and_minutes() -> None:
    times = read(case_times={"call_within_hours": 1.5, "escalate_before_minutes": 10}).case_times
    assert (times.call_within, times.escalate_before) == (dt.timedelta(minutes=90), dt.timedelta(minutes=10))


def test_a_member_of_staff_may_be_one_of_the_therapists() -> None:
    staff = [{"name": "N", "email": "n@example.com", "role": "therapist", "therapist": "t"}]
    [member] = read(therapists=[{"name": "T"}], staff=staff).staff
    assert member.therapist == "t"
