"""Mail scanners open every link, some with HEAD: nothing a page or a number shows may change by it."""

import itertools

import pytest

from prm.web.routes import READ
from survey_webhook.routes import build
from tests.mailed import Mailed, snapshot

PATHS = [
    "/s/{token}",
    "/s/{token}/9",
    "/s/{token}/0",
    "/s/{token}/thanks",
    "/s/{token}/no-call",
    "/u/{token}",
    "/u/{token}/done",
    "/assets/patient.css",
    "/assets/pictures/riverbend/logo.png",
    "/s",
    "/u",
    "/s/x/y/z",
]
STATES = ["new", "held", "answered low", "stopped", "late", "expired"]


def bring_into(mail: Mailed, state: str) -> None:
    """Let happen what the state's name says."""
    if state == "held":
        mail.post("/s/{token}", {"score": "9", "via": "dwell"})
    if state in {"answered low", "late"}:
        mail.post("/s/{token}", {"score": "3", "comment": "Long waits"})
    if state == "stopped":
        mail.post("/u/{token}", {"kind": "all"})
    if state in {"late", "expired"}:
        mail.clock.advance(days=40 if state == "expired" else 8)


@pytest.mark.parametrize("state", STATES)
def test_looking_changes_nothing_but_hits(mail: Mailed, state: str) -> None:
    bring_into(mail, state)
    before, queued = snapshot(), (list(mail.queues.now), list(mail.queues.bulk))
    for path, method in itertools.product(PATHS, ["GET", "HEAD", "OPTIONS"]):
        mail.get(path, method)
    assert snapshot() == before
    assert (mail.queues.now, mail.queues.bulk) == queued


def test_only_the_survey_page_leaves_hits(mail: Mailed) -> None:
    for path in PATHS:
        mail.get(path)
        mail.get(path, "OPTIONS")
    hits = mail.house.links.hits(mail.clinic.id, mail.touch.id)
    assert sorted(str(hit.score) for hit in hits) == ["0", "9", "None"]


def test_a_head_is_noted_like_a_get(mail: Mailed) -> None:
    mail.get("/s/{token}/9", "HEAD")
    (hit,) = mail.house.links.hits(mail.clinic.id, mail.touch.id)
    assert hit.score == 9


def test_every_route_that_reads_answers_head_without_a_body(mail: Mailed) -> None:
    for path in PATHS:
        shown, looked = mail.get(path), mail.get(path, "HEAD")
        assert looked["body"] == ""
        assert (looked["statusCode"], looked["headers"]) == (shown["statusCode"], shown["headers"])


def test_every_path_of_the_app_is_tried_here(mail: Mailed) -> None:
    routes = build(mail.house).routes
    tried = {path.replace("{token}", "x").count("/") for path in PATHS}
    reading = [path for path, methods in routes.items() if set(READ) <= set(methods)]
    assert {path.count("/") for path in reading} <= tried
    assert len(reading) == 7


@pytest.mark.parametrize("path", ["/s/{token}", "/u/{token}", "/s/{token}/no-call"])
def test_options_says_what_there_is_and_shows_nothing(mail: Mailed, path: str) -> None:
    answer = mail.get(path, "OPTIONS")
    assert answer["statusCode"] == 405
    assert "POST" in answer["headers"]["Allow"]
