"""From the mail to a review site."""

import itertools
from dataclasses import replace

import pytest

from prm.clinics.model import ReviewSite
from prm.links.model import HitKind, Purpose
from prm.web.adapter import Handler
from prm.web.routes import serve
from prm.wiring import House
from review_request.routes import build
from tests.mailed import Mailed, location_of, mailed, snapshot


def pages(house: House) -> Handler:
    """Return the handler that API Gateway would call."""
    return serve(build(house), house)


@pytest.fixture
def mail(tables: None) -> Mailed:
    """A mail to Maria about her visit downtown."""
    return mailed(pages)


def kinds(mail: Mailed) -> list[tuple[HitKind, str | None]]:
    """Return what was noted."""
    return [(hit.kind, hit.site) for hit in mail.house.links.hits(mail.clinic.id, mail.touch.id)]


def test_the_list_shows_the_sites_of_the_location(mail: Mailed) -> None:
    body = mail.get("/r/{token}")["body"]
    assert f'href="/r/{mail.token}/google"' in body
    assert "Facebook" not in body
    assert kinds(mail) == [(HitKind.REVIEW_LIST, None)]


def test_one_click_leads_to_the_site_in_the_clinics_settings(mail: Mailed) -> None:
    answer = mail.get("/r/{token}/google")
    assert answer["statusCode"] == 302
    assert location_of(answer) == "https://g.example/downtown"
    assert kinds(mail) == [(HitKind.REVIEW_SITE, "google")]


def test_another_locations_patient_gets_that_locations_sites(tables: None) -> None:
    mail = mailed(pages, location="north")
    assert location_of(mail.get("/r/{token}/facebook")) == "https://f.example/north"


def test_a_change_of_the_settings_changes_where_old_mails_lead(mail: Mailed) -> None:
    site = ReviewSite("google", "Google", "https://g.example/new")
    places = (replace(mail.clinic.locations[0], review_sites=(site,)), *mail.clinic.locations[1:])
    mail.house.clinics.save(replace(mail.clinic, locations=places), mail.clinic.version)
    assert location_of(mail.get("/r/{token}/google")) == "https://g.example/new"


@pytest.mark.parametrize("site", ["yelp", "https:%2F%2Fevil.example", "evil.example", "GOOGLE", "x" * 3000])
def test_an_unknown_site_gets_the_list_and_leads_nowhere(mail: Mailed, site: str) -> None:
    answer = mail.get(f"/r/{{token}}/{site}")
    assert answer["statusCode"] == 404
    assert "Where would you like to write your review?" in answer["body"]
    assert "Location" not in answer["headers"]
    assert kinds(mail) == []


def test_a_clinic_without_sites_says_so(tables: None) -> None:
    mail = mailed(pages)
    places = tuple(replace(place, review_sites=()) for place in mail.clinic.locations)
    mail.house.clinics.save(replace(mail.clinic, locations=places), mail.clinic.version)
    assert "There is no review site to show" in mail.get("/r/{token}")["body"]


def test_a_program_that_only_looks_is_not_counted(mail: Mailed) -> None:
    assert mail.get("/r/{token}/google", "HEAD")["statusCode"] == 302
    mail.get("/r/{token}", "HEAD")
    assert kinds(mail) == []


def test_looking_changes_nothing_but_hits(mail: Mailed) -> None:
    before = snapshot()
    paths = ["/r", "/r/{token}", "/r/{token}/google", "/r/{token}/nowhere", "/r/" + "a" * 26]
    for path, method in itertools.product(paths, ["GET", "HEAD", "OPTIONS"]):
        mail.get(path, method)
    assert snapshot() == before


def test_a_form_is_no_way_in(mail: Mailed) -> None:
    assert mail.post("/r/{token}/google")["statusCode"] == 405


def test_a_link_for_something_else_leads_nowhere(mail: Mailed) -> None:
    assert mail.get(f"/r/{mail.issue(Purpose.ANSWER)}/google")["statusCode"] == 403


def test_an_expired_link_gives_the_phone_number(mail: Mailed) -> None:
    mail.clock.advance(days=30)
    answer = mail.get("/r/{token}/google")
    assert answer["statusCode"] == 410
    assert "tel:+19375550142" in answer["body"]


def test_a_forged_link_names_no_clinic(mail: Mailed) -> None:
    answer = mail.get("/r/" + "a" * 26)
    assert answer["statusCode"] == 404
    assert "Riverbend" not in answer["body"]


@pytest.mark.parametrize("path", ["/r/{token}", "/r/{token}/google"])
def test_a_closed_clinics_link_leads_to_no_site_and_notes_nothing(mail: Mailed, path: str) -> None:
    mail.house.operator.close(mail.clinic.id)
    page = mail.get(path)
    assert page["statusCode"] == 410
    assert "google" not in page["body"]
    assert kinds(mail) == []
