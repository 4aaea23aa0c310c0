"""Fourteen rows with three mistakes are three things to do."""

import pytest

from prm.patients.report import Problem
from prm.uploads.troubles import MOST, ROWS_SHOWN, group, is_about_order


def problem(row: int | None, reason: str, column: str | None = "status") -> Problem:
    return Problem("visits.csv", row, column, reason)


def test_rows_with_the_same_mistake_are_one_line_and_the_most_frequent_comes_first() -> None:
    found = group(
        [
            problem(9, "“arr” is not a status we know"),
            problem(4, "The date 25/11/2026 does not fit month/day/year", "start"),
            problem(3, "The date 26/11/2026 does not fit month/day/year", "start"),
            problem(7, "“cxl?” is not a status we know"),
        ],
        [],
    )

    assert [(one.count, one.rows, one.reason) for one in found] == [
        (2, (3, 4), "The date 26/11/2026 does not fit month/day/year"),
        (1, (7,), "“cxl?” is not a status we know"),
        (1, (9,), "“arr” is not a status we know"),
    ]


def test_the_months_of_a_doubtful_date_do_not_make_two_mistakes_of_one() -> None:
    doubtful = "The date {} could be {}. Say which is first: date_order in the clinic's settings, or --date-order"
    (found,) = group(
        [
            problem(2, doubtful.format("11/12/26", "November 12 or December 11")),
            problem(3, doubtful.format("01/02/26", "January 2 or February 1")),
        ],
        [],
    )

    assert (found.count, found.reason) == (2, "The date 11/12/26 could be November 12 or December 11")
    assert is_about_order([found])


@pytest.mark.parametrize(
    "reason",
    [
        "The date 31.02.2026 does not exist",
        "The date 05/05/2099 is out of range",
        "“someday” is not a date we can read",
        "“25:00” is not a time we can read",
    ],
)
def test_a_date_that_is_none_in_any_order_does_not_ask_for_one(reason: str) -> None:
    assert not is_about_order(group([problem(2, reason, "start")], []))


def test_days_that_do_not_exist_are_one_mistake() -> None:
    found = group(
        [problem(row, f"The date {day} does not exist") for row, day in ((2, "31.02.2026"), (3, "13/13/2026"))], []
    )

    assert [one.count for one in found] == [2]


def test_cells_that_are_left_out_come_after_rows_that_are() -> None:
    found = group(
        [problem(8, "The name is missing", "last")],
        [
            problem(5, "This is not a phone number. Stored without it", "phone"),
            problem(6, "This is not a phone number", "phone"),
        ],
    )

    assert [(one.left_out, one.count) for one in found] == [(True, 1), (False, 2)]
    assert found[1].reason == "This is not a phone number"


def test_what_is_about_the_whole_file_is_no_row() -> None:
    assert group([], [problem(None, "12 more problems are not listed", None)]) == ()


def test_a_hundred_rows_and_two_hundred_reasons_are_enough_for_a_page() -> None:
    (many,) = group([problem(row, "The name is missing") for row in range(2, 500)], [])
    reasons = group([problem(row, f"“{row}x” is not a status we know") for row in range(2, 900)], [])

    assert (many.count, len(many.rows)) == (498, ROWS_SHOWN)
    assert len(reasons) == MOST
