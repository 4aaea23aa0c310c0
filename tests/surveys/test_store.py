"""Where surveys are kept: the store keeps its word in memory and on DynamoDB Local."""

from dataclasses import replace

import pytest

from prm.core import table
from prm.core.errors import Conflict, NotFound
from prm.surveys.model import HOLD, Answer, Asked, Standing, Survey, Via
from prm.surveys.store import SurveyRow, SurveyStore
from tests.fakes import NOON

MONTH = "2026-11"

pytestmark = pytest.mark.usefixtures("both_tables")


@pytest.fixture
def surveys() -> SurveyStore:
    return SurveyStore(shards=2)


def survey(name: str = "s1", patient: str = "p-maria") -> Survey:
    return Survey(
        name, "riverbend", patient, "after-evaluation", "v1", name, NOON, NOON, location="downtown", therapist="omar"
    )


def added(surveys: SurveyStore, name: str = "s1", patient: str = "p-maria") -> Survey:
    surveys.add(survey(name, patient), MONTH)
    return surveys.get("riverbend", patient, name)


def answered(one: Survey, score: int, standing: Standing = Standing.CONFIRMED, comment: str = "") -> Survey:
    return one.answered(Answer(score, comment, Via.BUTTON, NOON), standing, NOON)


def due() -> list[str]:
    return [key.sk for shard in range(2) for key in table.due_keys(SurveyRow, shard, NOON + HOLD)]


def test_a_survey_is_asked_once(surveys: SurveyStore) -> None:
    one = added(surveys)
    surveys.save(answered(one, 9), one.version)
    surveys.add(survey(), "2026-12")
    assert surveys.get("riverbend", "p-maria", "s1").answer is not None
    assert list(surveys.list_asked("riverbend", "2026-12")) == []


def test_nobody_finds_it_elsewhere(surveys: SurveyStore) -> None:
    added(surveys)
    with pytest.raises(NotFound):
        surveys.get("lakeside", "p-maria", "s1")
    assert surveys.find("riverbend", "p-second", "s1") is None


def test_an_answer_to_what_changed_meanwhile_is_refused(surveys: SurveyStore) -> None:
    read = added(surveys)
    surveys.save(answered(read, 9), read.version)
    with pytest.raises(Conflict):
        surveys.save(answered(read, 2), read.version)
    with pytest.raises(Conflict):
        table.transact([surveys.saving(answered(read, 2), read.version)])
    kept = surveys.get("riverbend", "p-maria", "s1")
    assert kept.answer
    assert (kept.answer.score, kept.version) == (9, 1)


def test_an_answer_on_hold_is_due_until_it_counts(surveys: SurveyStore) -> None:
    one = added(surveys)
    held = answered(one, 9, Standing.PROVISIONAL)
    surveys.save(held, one.version)
    assert due() == ["s1"]
    assert surveys.get("riverbend", "p-maria", "s1") == held
    table.transact([surveys.saving(answered(held, 9), held.version)])
    assert due() == []


def test_a_month_holds_what_was_asked_in_it_and_where(surveys: SurveyStore) -> None:
    for number, patient in enumerate(("p-maria", "p-second")):
        added(surveys, f"s{number}", patient)
    assert list(surveys.list_asked("riverbend", MONTH)) == [Asked("downtown", "omar")] * 2
    assert list(surveys.list_asked("lakeside", MONTH)) == []


def test_what_was_not_asked_after_all_leaves_its_month(surveys: SurveyStore) -> None:
    one = added(surveys)
    table.transact([surveys.unask(one)])
    assert list(surveys.list_asked("riverbend", MONTH)) == []
    assert surveys.get("riverbend", "p-maria", "s1") == replace(one, asked=False)


def test_all_surveys_of_a_patient_are_read_however_long_their_comments(surveys: SurveyStore) -> None:
    for number in range(4):
        one = added(surveys, f"s{number}")
        surveys.save(answered(one, 9, comment="x" * 350_000), one.version)
    assert [one.id for one in surveys.list_of("riverbend", "p-maria")] == ["s0", "s1", "s2", "s3"]
