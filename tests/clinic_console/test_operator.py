"""The operator's group: in by a first password that is replaced, sees all clinics and no patient."""

import datetime as dt
import json
from dataclasses import replace

import boto3
import pytest

from prm.accounts.model import OPERATOR, Stage
from prm.clinics.model import ClinicState
from prm.core import table
from prm.insights.model import CLINIC
from prm.insights.posted import MailHealth
from prm.insights.spans import Span
from prm.jobs.store import JobRow
from prm.mail.failures import FailureService
from prm.mail.gateway import DeadLetterGateway
from prm.mail.model import TouchKey
from tests import examples
from tests.clinic_console.numbers import answered, counted
from tests.clinic_console.test_access import enrol, enter
from tests.cognito import totp
from tests.console import PASSWORD, Browser, Console, requests_to_dynamodb

OPS = "ops@vendor.example"


@pytest.fixture
def operator(clinic_console: Console) -> Browser:
    """A browser of the operator's group that is signed in."""
    browser = clinic_console.browser()
    browser.cookies["__Host-session"] = clinic_console.house.sessions.open(Stage.IN, OPERATOR, OPS)
    return browser


def test_a_first_password_is_replaced_and_an_authenticator_set_up(clinic_console: Console) -> None:
    clinic_console.house.joining.cognito.create_with_first_password(OPS, OPERATOR, OPS, "first password of all")
    browser = clinic_console.browser()
    browser.get("/clinic/sign-in")
    browser.follow(browser.follow(browser.post("/clinic/sign-in", {"email": OPS, "password": "first password of all"})))
    weak = browser.post("/clinic/new-password", {"email": OPS, "password": "short"})
    browser.follow(browser.follow(browser.post("/clinic/new-password", {"password": "seven quiet river otters"})))

    browser.post(
        "/clinic/authenticator", {"code": totp(clinic_console.cognito.key_of(OPS), clinic_console.clock.wall())}
    )

    assert weak.status == 422
    assert browser.get("/clinic").location == "/clinic/operator"
    assert browser.get("/clinic/operator").status == 200


def test_a_printed_code_lets_someone_of_the_operators_set_up_a_new_phone(clinic_console: Console) -> None:
    clinic_console.house.joining.cognito.create(OPS, OPERATOR, OPS, PASSWORD)
    first, browser = clinic_console.browser(), clinic_console.browser()
    enter(clinic_console, first, OPS)
    printed = enrol(clinic_console, first, OPS)
    old_key = clinic_console.cognito.key_of(OPS)

    enter(clinic_console, browser, OPS)
    browser.submit("/clinic/recover", {"code": printed[0]})
    browser.submit("/clinic/password", {"password": "seven quiet river otters"})
    enrol(clinic_console, browser, OPS)

    assert browser.get("/clinic").location == "/clinic/operator"
    assert clinic_console.cognito.key_of(OPS) != old_key


def test_nobody_of_a_clinic_gets_in(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")

    assert {owner.get(f"/clinic/operator{path}").status for path in ("", "/mail", "/clinics/riverbend")} == {404}


def test_the_operator_gets_into_no_page_of_a_clinic(operator: Browser) -> None:
    for path in ("inbox", "settings", "settings/team", "patients"):
        assert operator.get(f"/clinic/{path}").location.startswith("/clinic/sign-in")


def test_a_clinic_is_approved_capped_suspended_and_let_go(clinic_console: Console, operator: Browser) -> None:
    path = "/clinic/operator/clinics/riverbend"
    operator.get(path)

    operator.post(path, {"do": "approve", "limit": "900"})
    operator.post(path, {"do": "suspend", "limit": ""})
    suspended = clinic_console.house.clinics.fresh("riverbend")
    operator.post(path, {"do": "resume", "limit": ""})

    kept = clinic_console.house.clinics.fresh("riverbend")
    assert (suspended.state, kept.state, kept.daily_limit) == (ClinicState.SUSPENDED, ClinicState.ACTIVE, 900)
    assert kept.approved_at is not None
    log = {entry.what for _, entry in clinic_console.house.audit.month("riverbend", "2026-11")}
    assert log == {"operator: resume", "operator: suspend", "operator: approve"}
    assert "The operator" in clinic_console.signed_in("nora").get("/clinic/settings/audit").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "cap", "limit": "lots"}, ""),
        ({"do": "cap", "limit": "0"}, ""),
        ({"do": "close", "name": "Riverbend"}, "Type the clinic's name"),
        ({"do": "explode"}, "Choose what to do"),
    ],
)
def test_what_cannot_be_is_refused(clinic_console: Console, operator: Browser, form: dict[str, str], said: str) -> None:
    before = clinic_console.house.clinics.fresh("riverbend")
    operator.get("/clinic/operator/clinics/riverbend")

    answer = operator.post("/clinic/operator/clinics/riverbend", form)

    assert answer.status == 422
    assert said in answer.text
    assert clinic_console.house.clinics.fresh("riverbend") == before


def test_a_closed_clinic_lets_nobody_in(clinic_console: Console, operator: Browser) -> None:
    inside = clinic_console.signed_in("nora")
    operator.get("/clinic/operator/clinics/riverbend")

    operator.post("/clinic/operator/clinics/riverbend", {"do": "close", "name": "Riverbend Physical Therapy"})

    assert inside.get("/clinic/inbox").location.startswith("/clinic/sign-in")


def test_mail_that_was_given_up_is_looked_at_sent_again_and_dropped(clinic_console: Console, operator: Browser) -> None:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="NowDead")["QueueUrl"]
    bulk = sqs.create_queue(QueueName="BulkDead")["QueueUrl"]
    queues = {"now": DeadLetterGateway(url), "bulk": DeadLetterGateway(bulk)}
    clinic_console.house.__dict__["failures"] = FailureService(dict(queues), clinic_console.house.mail)
    clinic_console.house.joining.invite(examples.riverbend(), examples.riverbend().member("ana"))
    (key,) = clinic_console.queues.take_all()
    for body in (json.dumps({"clinic": key.clinic, "recipient": key.recipient, "touch": key.id}), "poison"):
        sqs.send_message(QueueUrl=url, MessageBody=body)

    page = operator.get("/clinic/operator/mail")
    handles = [dead.handle for dead in queues["now"].look() if dead.key]
    fields = {"clinic": key.clinic, "recipient": key.recipient, "touch": key.id}
    operator.post("/clinic/operator/mail", {"do": "retry", "queue": "now", "handle": handles[0], **fields})

    assert "invitation" in page.text
    assert "Not readable" in page.text
    assert clinic_console.queues.take_all() == [TouchKey(key.clinic, key.recipient, key.id)]
    assert [dead.key for dead in queues["now"].look()] == [None]


def test_a_clinic_that_never_confirmed_shows_nowhere(clinic_console: Console, operator: Browser) -> None:
    clinic_console.house.clinics.propose(replace(examples.riverbend(), id="other", state=ClinicState.PROPOSED))

    assert operator.get("/clinic/operator").text.count("Riverbend Physical Therapy") == 1


def test_long_work_of_a_clinic_is_shown_by_its_kind_and_never_by_a_patient(
    clinic_console: Console, operator: Browser
) -> None:
    house, now = clinic_console.house, clinic_console.clock.now
    table.transact([house.jobs.start("riverbend", "erase-p-maria", now)])
    table.transact([house.jobs.start("riverbend", "summary", now + dt.timedelta(hours=15))])
    for _ in range(2):
        table.put_off(JobRow, table.DueKey("riverbend", "erase-p-maria", now), now)

    page = operator.get("/clinic/operator/clinics/riverbend").text

    assert "Erasing a patient Failing Failed 2 times in a row. Tried again at 2026-11-24" in page
    assert "Nightly count Waiting Next at 2026-11-25 08:00 UTC." in page
    assert page.index("Erasing a patient") < page.index("Nightly count")
    assert "p-maria" not in page


def test_costs_are_reckoned_from_what_the_night_counted(clinic_console: Console, operator: Browser) -> None:
    assert "Nothing is counted yet." in operator.get("/clinic/operator/costs").text
    answered(clinic_console, 12)
    counted(clinic_console)
    summary = clinic_console.house.insights.summary("riverbend")
    assert summary is not None
    month = replace(summary.spans[Span.MONTH], mail=MailHealth(sent=10_000, delivered=40_000))
    kept = replace(summary, spans=summary.spans | {Span.MONTH: month})
    clinic_console.house.insights.store.keep_summary("riverbend", CLINIC, kept)

    with requests_to_dynamodb() as requests:
        page = operator.get("/clinic/operator/costs").text

    assert "Riverbend Physical Therapy 50,000 12 12 $5.00" in page
    assert "An email uses 16 write and 17 read units." in page
    assert len(requests) <= 6, requests
    assert "Emails sent 50000 Answers 12 Email $5.00" in operator.get("/clinic/operator/clinics/riverbend").text
