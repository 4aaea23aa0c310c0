"""What is stored of a model, and that it comes back as it was."""

import datetime as dt
import json
from dataclasses import dataclass, field, replace

import pytest

from prm.clinics.model import Clinic
from prm.core import record
from prm.mail.model import Kind, Subject, Touch
from prm.surveys.model import Answer, Survey, Via
from tests.examples import maria, riverbend
from tests.fakes import NOON

TOUCH = Touch("riverbend", "patient:p-maria", "after-evaluation", "v1", Kind.SURVEY, NOON)


@dataclass(frozen=True)
class Inner:
    name: str = ""


@dataclass(frozen=True)
class Model:
    must: int
    count: int = 0
    limit: int = 5
    note: str | None = None
    inner: Inner = field(default_factory=Inner)
    many: tuple[Inner, ...] = ()
    by_name: dict[str, Inner] = field(default_factory=dict)


def test_what_is_empty_by_default_is_left_out() -> None:
    assert json.loads(record.dump(Model(1))) == {"must": 1, "limit": 5}


def test_what_must_be_given_is_kept_though_it_is_empty() -> None:
    assert json.loads(record.dump(Model(0)))["must"] == 0


def test_an_empty_value_is_kept_where_the_default_is_none() -> None:
    assert record.parse(Model, record.dump(Model(1, limit=0))).limit == 0


@pytest.mark.parametrize(
    "model",
    [
        Model(1, note=""),
        Model(1, 2, 0, "a", Inner("b"), (Inner(), Inner("c")), {"d": Inner()}),
        TOUCH,
        replace(TOUCH, about=Subject(visit="v1"), resend=1, at=NOON + dt.timedelta(hours=1)),
        Survey("s", "c", "p", "r", "o", "t", NOON, NOON, history=(Answer(0, "", Via.BUTTON, NOON),)),
        maria(),
        riverbend(),
    ],
    ids=["plain", "nested", "touch", "touch-changed", "survey", "patient", "clinic"],
)
def test_a_model_comes_back_as_it_was(model: object) -> None:
    assert record.parse(type(model), record.dump(model)) == model


def test_what_an_older_release_wrote_in_full_is_read_the_same() -> None:
    full = '{"must":1,"count":0,"limit":5,"note":null,"inner":{"name":""},"many":[],"by_name":{},"gone":1}'
    assert record.parse(Model, full) == Model(1)


def test_a_document_that_fits_no_longer_is_called_unreadable() -> None:
    with pytest.raises(record.Unreadable):
        record.parse(Clinic, "{}")
