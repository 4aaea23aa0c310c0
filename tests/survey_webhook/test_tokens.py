"""Every route of every function that takes a mailed link, with every link that must not work, changes nothing."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

import review_request.routes
import survey_webhook.routes
from prm.core import table, tokens
from prm.links.model import Link, Purpose
from prm.mail.model import staff_recipient
from prm.patients.store import PatientRow
from prm.web.routes import serve
from tests import examples
from tests.mailed import Mailed, mailed, snapshot
from tests.survey_webhook.conftest import pages

BUILDERS = (survey_webhook.routes.build, review_request.routes.build)
FORMS: tuple[dict[str, str], ...] = (
    {"score": "2", "comment": "Bad"},
    {"score": "9", "via": "dwell"},
    {"keep": "yes"},
    {"kind": "all"},
    {"again": "yes"},
    {"List-Unsubscribe": "One-Click"},
)


def everything(mail: Mailed, token: str) -> list[dict[str, Any]]:
    """Walk all routes with a token, by every method and with every form, and return the answers."""
    answers = []
    for build in BUILDERS:
        app = build(mail.house)
        one = Mailed.__new__(Mailed)
        one.__dict__ = {**vars(mail), "handler": serve(app, mail.house), "token": quote(token)}
        for pattern, methods in app.routes.items():
            path = pattern.replace("{score}", "9").replace("{site}", "google")
            if "{token}" not in path:
                continue
            answers += [one.get(path, method) for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")]
            answers += [one.post(path, form) for form in FORMS if "POST" in methods]
    return answers


def gone(mail: Mailed) -> str:
    """A real link of a patient who was erased since."""
    PatientRow(pk=table.key(mail.clinic.id, mail.patient.id), sk="profile").delete()
    return mail.token


def of_staff(mail: Mailed) -> str:
    """A link that would open a staff member's mail."""
    link = Link(mail.clinic.id, staff_recipient("nora"), mail.touch.id, frozenset(Purpose), mail.clock.now)
    return mail.house.links.issue(link)


def of_no_clinic(mail: Mailed) -> str:
    """A link of a clinic that is not there."""
    link = Link("nobody", mail.touch.recipient, mail.touch.id, frozenset(Purpose), mail.clock.now, mail.touch.id)
    return mail.house.links.issue(link)


LINKS: dict[str, Callable[[Mailed], str]] = {
    "never drawn": lambda _: "a" * tokens.LENGTH,
    "one letter off": lambda mail: mail.token[:-1] + ("a" if mail.token[-1] != "a" else "b"),
    "the hash that is stored": lambda mail: tokens.digest(mail.token),
    "too long": lambda mail: mail.token + "a",
    "with a line break": lambda mail: mail.token + "\n",
    "with another behind it": lambda mail: mail.token + "#link",
    "a key of ours": lambda mail: f"{mail.clinic.id}#{mail.patient.id}",
    "of an erased patient": gone,
    "of staff": of_staff,
    "of no clinic": of_no_clinic,
    "for nothing": lambda mail: mail.house.links.issue(
        Link(mail.clinic.id, mail.touch.recipient, mail.touch.id, frozenset(), mail.clock.now, mail.touch.id)
    ),
}


@pytest.mark.parametrize("kind", LINKS)
def test_a_link_that_must_not_work_works_nowhere(mail: Mailed, kind: str) -> None:
    token = LINKS[kind](mail)
    before = snapshot(but=())
    answers = everything(mail, token)
    assert len(answers) > 50
    assert {answer["statusCode"] for answer in answers} <= {403, 404, 405}
    assert snapshot(but=()) == before
    assert not [answer for answer in answers if "Maria" in answer["body"] or "maria@" in answer["body"]]


def test_the_walk_finds_what_a_good_link_does(mail: Mailed) -> None:
    before = snapshot(but=())
    statuses = {answer["statusCode"] for answer in everything(mail, mail.token)}
    assert {200, 302, 303} <= statuses
    assert snapshot() != {name: rows for name, rows in before.items() if not name.endswith("hits")}


def test_an_expired_link_only_leaves_the_list(mail: Mailed) -> None:
    mail.clock.advance(days=30)
    before = snapshot(but=("suppressions", "patients", "audit"))
    answers = everything(mail, mail.token)
    assert {200, 303, 410} <= {answer["statusCode"] for answer in answers}
    assert snapshot(but=("suppressions", "patients", "audit")) == before


def test_a_used_link_changes_nothing_once_its_week_is_over(mail: Mailed) -> None:
    mail.post("/s/{token}", {"score": "3", "comment": "Long waits"})
    mail.clock.advance(days=8)
    survey = mail.survey
    everything(mail, mail.token)
    assert (mail.survey.answer, mail.survey.history) == (survey.answer, survey.history)


def test_a_link_of_another_clinic_touches_no_row_of_this_one(mail: Mailed) -> None:
    other = mailed(pages, clinic=examples.riverbend(id="hillside", name="Hillside Rehab"), id="p-ann")
    before = rows_of(mail.clinic.id)
    everything(mail, other.token)
    assert rows_of(mail.clinic.id) == before != []
    assert other.survey.answer is not None


def test_a_link_that_names_another_clinics_survey_finds_none(mail: Mailed) -> None:
    other = mailed(pages, clinic=examples.riverbend(id="hillside", name="Hillside Rehab"), id="p-ann")
    link = Link("hillside", other.touch.recipient, other.touch.id, frozenset(Purpose), other.clock.now, mail.touch.id)
    token = mail.house.links.issue(link)
    before = rows_of(mail.clinic.id)
    everything(mail, token)
    assert rows_of(mail.clinic.id) == before


def rows_of(clinic: str) -> list[str]:
    """Return all rows under a clinic's keys, hits too."""
    tables = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
    rows = [str(item.to_json()) for one in tables.values() for item in one.all_items()]
    return sorted(row for row in rows if f"'{clinic}#" in row or f"'{clinic}'" in row)
