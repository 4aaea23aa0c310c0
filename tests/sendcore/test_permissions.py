"""The stories of a clinic, told through the real handlers: nothing in them needs more than template.yaml allows.

`tests.allowed` watches every test. These go where other tests of handlers use fakes.
"""

import datetime as dt
import json

import boto3
import pytest

from prm.mail.model import Kind, State
from prm.web.routes import serve
from review_request.routes import build
from tests.fakes import NOON
from tests.sendcore import events
from tests.sendcore.story import CLINIC, arrives, rules_on
from tests.sendcore.telling import AFTERWARDS
from tests.sendcore.wire import Sent
from tests.sendcore.world import World


@pytest.fixture
def asked(world: World) -> World:
    """A world in which one patient's survey has just arrived."""
    rules_on(world)
    arrives(world, "1001", NOON - dt.timedelta(hours=5))
    world.settle(minutes=1)
    return world


def survey(world: World) -> tuple[Sent, str]:
    """Return the survey mail and its token."""
    ((mail, token),) = world.tokens()
    return mail, token


def last_token(world: World) -> str:
    """Return the token of the newest mail to the patient."""
    return world.tokens()[-1][1]


def status(answer: dict[str, object] | None) -> object:
    assert answer is not None
    return answer["statusCode"]


def test_a_pleased_answer_leads_to_a_review(asked: World) -> None:
    asked.post_answer(survey(asked)[1], 10)
    asked.pump()
    for step in AFTERWARDS:
        asked.settle(**step)
    pages = serve(build(asked.house), asked.house)
    token = last_token(asked)

    assert status(pages(events.request("GET", f"/r/{token}"), None)) == 200
    assert status(pages(events.request("GET", f"/r/{token}/google"), None)) in {302, 404}


def test_the_nights_count_reads_patients_and_keeps_what_it_found(asked: World) -> None:
    asked.post_answer(survey(asked)[1], 4)
    asked.pump()
    asked.settle(days=1)
    found = asked.house.insights.dashboard(CLINIC).stretch

    assert found is not None
    assert (found.coverage.answered, found.contact.cases, found.mail.went) == (1, 1, 3)


def test_a_case_that_nobody_works_on_escalates(asked: World) -> None:
    asked.post_answer(survey(asked)[1], 2, "It hurt")
    for step in AFTERWARDS:
        asked.settle(**step)

    assert any(one.touch.startswith("staff") for one in asked.wire.sent)


def test_a_patient_looks_leaves_and_comes_back(asked: World) -> None:
    token = survey(asked)[1]

    assert status(asked.request("GET", f"/u/{token}")) == 200
    assert status(asked.request("POST", f"/u/{token}", {"kind": "all"})) == 303
    assert status(asked.request("POST", f"/u/{token}", {"List-Unsubscribe": "One-Click"})) == 200
    assert status(asked.request("POST", f"/u/{token}", {"again": "yes"})) == 303


def test_a_page_that_was_only_looked_at_and_a_score_that_dwelt(asked: World) -> None:
    token = survey(asked)[1]

    assert status(asked.request("GET", f"/s/{token}/9")) == 200
    assert asked.request("POST", f"/s/{token}", {"score": "9", "via": "dwell"}) is not None
    asked.settle(minutes=11)
    asked.post_answer(token, 3, "I thought again")
    asked.post_answer(token, 9)
    asked.pump()


@pytest.mark.parametrize("body", ["4 I waited long", "Thank you, see you on Monday", "unsubscribe"])
def test_a_reply_is_read_and_acted_on(asked: World, body: str) -> None:
    token = survey(asked)[1]

    asked.reply(token, body)
    asked.pump()


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("Bounce", {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "1001@example.com"}]}),
        ("Complaint", {"complainedRecipients": [{"emailAddress": "1001@example.com"}]}),
    ],
)
def test_an_address_that_takes_no_mail_is_not_written_to_again(
    asked: World, kind: str, detail: dict[str, object]
) -> None:
    mail, _ = survey(asked)
    tags = {"clinic": [mail.clinic], "touch": [mail.touch]}
    about = {"timestamp": asked.clock.wall().isoformat(), "destination": [mail.to], "tags": tags}
    event = {"eventType": kind, "mail": about, kind.lower(): detail}
    with asked.quiet():
        boto3.client("sqs").send_message(QueueUrl=asked.queues["events"], MessageBody=json.dumps(event))
    asked.pump()

    touch = asked.house.mail.find(asked.touch_of(mail))
    assert touch is not None
    assert touch.kind is Kind.SURVEY
    assert touch.state in {State.BOUNCED, State.COMPLAINED}


def test_all_presets_run_for_a_month(world: World) -> None:
    rules_on(world, "after-evaluation", "sixth-visit", "after-discharge")
    for number in ("1001", "1002"):
        arrives(world, number, NOON - dt.timedelta(hours=5))
    world.settle(minutes=1)
    for _ in range(30):
        world.settle(days=1)

    assert world.tokens()
