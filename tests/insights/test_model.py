import datetime as dt
import zoneinfo

import pytest

from prm.insights.model import Figures, months_back, moved, scopes
from prm.surveys.model import Answer, Via

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")


def answer(score: int) -> Answer:
    return Answer(score, "", Via.BUTTON, dt.datetime(2026, 11, 24, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        (None, 9, {"p3": 1, "n9": 1}),
        (None, 7, {"s3": 1, "n7": 1}),
        (None, 0, {"d3": 1, "n0": 1}),
        (9, 10, {"n10": 1, "n9": -1}),
        (10, 8, {"s3": 1, "n8": 1, "p3": -1, "n10": -1}),
        (6, 7, {"s3": 1, "n7": 1, "d3": -1, "n6": -1}),
        (4, 4, {}),
    ],
)
def test_an_edit_moves_exactly_what_it_changes(before: int | None, after: int, moves: dict[str, int]) -> None:
    assert moved(3, None if before is None else answer(before), answer(after)) == moves


def test_a_survey_counts_for_the_clinic_its_place_and_its_therapist() -> None:
    assert scopes("north", "omar") == ("clinic", "location:north", "therapist:omar")
    assert scopes(None, None) == ("clinic",)


def test_months_are_counted_back_on_the_clinics_calendar() -> None:
    new_year_at_home = dt.datetime(2027, 1, 1, 4, tzinfo=dt.UTC)
    assert months_back(new_year_at_home, NEW_YORK, 3) == ("2026-10", "2026-11", "2026-12")
    assert months_back(new_year_at_home, dt.UTC, 3) == ("2026-11", "2026-12", "2027-01")


def test_figures_add_up_and_come_apart() -> None:
    north, south = Figures(10, 3, 2, 1), Figures(5, 1, 0, 2)
    assert north + south == Figures(15, 4, 2, 3)
    assert north + south - south == north
    assert (north + south).answered == 9
