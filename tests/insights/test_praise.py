"""Whom pleased patients name: counted where no one else can be meant, and never quoted."""

import datetime as dt

import pytest

from prm.clinics.model import Therapist
from prm.insights.praise import named, praise
from prm.insights.seen import Seen, Watch
from prm.surveys.model import Answer, Standing, Survey, Via
from tests import examples
from tests.fakes import NOON

TEAM = (
    Therapist("mei-lin", "Mei-Lin Chen"),
    Therapist("omar", "Omar Haddad"),
    Therapist("may", "May Haddad"),
    Therapist("jose", "José Ruiz"),
    Therapist("bo", "Bo Li"),
)


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("Omar was great", ["omar"]),
        ("omar is the best", ["omar"]),
        ("Mei-Lin's hands are magic", ["mei-lin"]),
        ("Ms. Chen and Omar!", ["mei-lin", "omar"]),
        ("Thanks to Dr. Haddad", []),
        ("It may take time", []),
        ("May is wonderful", ["may"]),
        ("jose, gracias", ["jose"]),
        ("José Ruiz", ["jose"]),
        ("Omaria helped", []),
        ("Bo knows", []),
        ("", []),
    ],
)
def test_a_name_is_found_where_it_can_mean_one_person_alone(comment: str, found: list[str]) -> None:
    assert sorted(set(named(comment, TEAM))) == found


def survey(score: int, comment: str, days_ago: float, standing: Standing = Standing.CONFIRMED) -> Survey:
    at = NOON - dt.timedelta(days=days_ago)
    return Survey(
        id=f"s{score}{days_ago}",
        clinic="riverbend",
        patient="p-maria",
        rule="after-evaluation",
        occurrence="v1",
        touch="t",
        asked_at=at,
        expires_at=NOON,
        location="downtown",
        answer=Answer(score, comment, Via.BUTTON, at),
        standing=standing,
        counted_at=at,
    )


def counted(*surveys: Survey) -> list[tuple[str | None, str]]:
    watch = Watch(NOON, examples.riverbend().tz)
    return [(one.place.location, one.name) for one in praise(Seen(examples.maria(), surveys=surveys), watch, TEAM)]


def test_praise_of_the_last_week_is_counted_once_a_comment_at_its_place() -> None:
    assert counted(survey(10, "Omar! Omar! Omar Haddad!", 1)) == [("downtown", "praise.omar")]


@pytest.mark.parametrize(
    "unfit",
    [
        survey(8, "Omar was fine", 1),
        survey(10, "All was fine", 1),
        survey(10, "Omar was great", 7),
        survey(10, "Omar was great", -1),
        survey(10, "Omar was great", 1, Standing.MACHINE),
        survey(10, "Omar was great", 1, Standing.PROVISIONAL),
    ],
)
def test_only_what_a_promoter_said_and_meant_in_the_last_week_is_praise(unfit: Survey) -> None:
    assert counted(unfit) == []
