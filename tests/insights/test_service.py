import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from prm.core import table
from prm.insights.model import CLINIC, Counts, Cut, Difference, Figures, Line, Report, Tally
from prm.insights.store import TallyRow, TallyStore
from tests.answering import MARIA, Practice
from tests.fakes import NOON

OCTOBER = dt.datetime(2026, 10, 15, 16, tzinfo=dt.UTC)


def report(practice: Practice, by: Cut | None = None) -> Report:
    return practice.insights.nps(practice.clinic.id, by)


def lines(found: Report) -> dict[str | None, Figures]:
    return {line.key: line.figures for line in found.lines}


def answer_all(practice: Practice, *scores: int, **about: str | None) -> None:
    for number, score in enumerate(scores):
        link = practice.asks(f"{practice.clock.now}-{about}-{number}", MARIA, **about)
        practice.answers(link, score)


def test_a_clinic_without_answers_has_no_score(practice: Practice) -> None:
    practice.asks()
    total = report(practice).total
    assert total == Figures(asked=1)
    assert total.nps is None
    assert total.range is None


def test_answers_are_in_the_numbers_at_once(practice: Practice) -> None:
    answer_all(practice, 10, 9, 9, 8, 3)
    total = report(practice).total
    assert total == Figures(asked=5, promoters=3, passives=1, detractors=1)
    assert total.nps == pytest.approx(40)


def test_an_edit_moves_the_number_in_the_month_of_the_first_answer(practice: Practice) -> None:
    practice.clock.now = dt.datetime(2026, 10, 30, 16, tzinfo=dt.UTC)
    link = practice.asks()
    practice.answers(link, 10)
    practice.clock.advance(days=4)
    practice.answers(link, 2)
    by_month = lines(report(practice, Cut.MONTH))
    assert by_month["2026-10"] == Figures(asked=1, detractors=1)
    assert by_month["2026-11"] == Figures()
    assert practice.insights.recount(practice.clinic.id) == []


def test_a_month_ends_when_it_ends_at_the_clinic(practice: Practice) -> None:
    practice.clock.now = dt.datetime(2026, 12, 1, 4, 59, tzinfo=dt.UTC)
    answer_all(practice, 9)
    practice.clock.advance(minutes=2)
    answer_all(practice, 9)
    by_month = lines(report(practice, Cut.MONTH))
    assert by_month["2026-11"] == by_month["2026-12"] == Figures(asked=1, promoters=1)


def test_every_month_of_the_year_has_its_line(practice: Practice) -> None:
    found = report(practice, Cut.MONTH)
    assert [line.key for line in found.lines] == list(found.months)
    assert (len(found.months), found.months[0], found.months[-1]) == (12, "2025-12", "2026-11")


def test_what_is_older_than_the_year_is_left_out(practice: Practice) -> None:
    practice.clock.now = NOON - dt.timedelta(days=400)
    answer_all(practice, 9)
    practice.clock.now = NOON
    assert report(practice).total == Figures()
    assert practice.insights.nps(practice.clinic.id, months=24).total == Figures(asked=1, promoters=1)


def test_numbers_are_split_by_place_and_by_therapist(practice: Practice) -> None:
    answer_all(practice, 10, 4, location="downtown", therapist="mei-lin")
    answer_all(practice, 9, location="north", therapist="mei-lin")
    found = report(practice, Cut.LOCATION)
    assert [line.name for line in found.lines] == ["Downtown", "North"]
    assert lines(found) == {"downtown": Figures(2, 1, 0, 1), "north": Figures(1, 1, 0, 0)}
    assert lines(report(practice, Cut.THERAPIST)) == {"mei-lin": Figures(3, 2, 0, 1), "omar": Figures()}


def test_what_belongs_to_no_place_of_today_has_a_line_of_its_own(practice: Practice) -> None:
    answer_all(practice, 10, location="closed last year")
    answer_all(practice, 4, location=None)
    assert report(practice, Cut.LOCATION).lines[-1] == Line(None, "elsewhere", Figures(2, 1, 0, 1))


def test_numbers_of_another_clinic_stay_there(practice: Practice) -> None:
    answer_all(practice, 10)
    practice.clinics.create(replace(practice.clinic, id="elsewhere"))
    assert practice.insights.nps("elsewhere").total == Figures()


def kept(practice: Practice, scope: str, month: str) -> int | None:
    found = practice.insights.store.list_months(practice.clinic.id, scope, (month, month))
    return next((one.asked for one in found), None)


def test_an_old_months_asked_is_kept_as_a_number(practice: Practice) -> None:
    practice.clock.now = OCTOBER
    answer_all(practice, 10, 4)
    practice.asks("unanswered", location="north")
    practice.clock.now = dt.datetime(2026, 12, 11, 6, tzinfo=dt.UTC)
    first = report(practice, Cut.LOCATION)
    assert first.total.asked == 3
    assert (kept(practice, CLINIC, "2026-10"), kept(practice, "location:north", "2026-10")) == (3, 1)
    assert report(practice, Cut.LOCATION) == first
    assert practice.insights.recount(practice.clinic.id) == []


def test_a_young_months_asked_is_counted_from_the_surveys(practice: Practice) -> None:
    practice.clock.now = OCTOBER
    answer_all(practice, 10)
    practice.clock.now = dt.datetime(2026, 12, 10, 3, tzinfo=dt.UTC)
    assert report(practice).total.asked == 1
    assert kept(practice, CLINIC, "2026-10") is None


def test_a_kept_number_outlives_the_surveys_it_was_counted_from(practice: Practice) -> None:
    practice.clock.now = OCTOBER
    link = practice.asks()
    practice.clock.now = NOON + dt.timedelta(days=30)
    assert report(practice).total.asked == 1
    table.transact([practice.surveys.store.unask(practice.survey(link))])
    assert report(practice).total.asked == 1


def spoil(practice: Practice, scope: str, **numbers: int) -> None:
    row = TallyRow(pk=table.key(practice.clinic.id, scope), sk="2026-11")
    row.update([getattr(TallyRow, name).set(number) for name, number in numbers.items()])


def test_a_recount_names_each_counter_that_is_wrong(practice: Practice) -> None:
    answer_all(practice, 10, 4)
    spoil(practice, CLINIC, p24=5, n7=1)
    assert practice.insights.recount(practice.clinic.id) == [
        Difference(CLINIC, "2026-11", "n7", 1, 0),
        Difference(CLINIC, "2026-11", "p24", 5, 1),
    ]


def test_a_recount_finds_a_tally_that_is_missing(practice: Practice) -> None:
    answer_all(practice, 10)
    TallyRow(pk=table.key(practice.clinic.id, "location:downtown"), sk="2026-11").delete()
    assert [(one.scope, one.counter) for one in practice.insights.recount(practice.clinic.id)] == [
        ("location:downtown", "n10"),
        ("location:downtown", "p24"),
    ]


def test_a_recount_puts_right_only_what_it_is_told_to(practice: Practice) -> None:
    answer_all(practice, 10, 4)
    spoil(practice, CLINIC, p24=5, n7=1)
    spoil(practice, "therapist:mei-lin", d24=0)
    found = practice.insights.recount(practice.clinic.id, fix=True)
    assert len(found) == 3
    assert practice.insights.recount(practice.clinic.id) == []
    assert report(practice).total == Figures(2, 1, 0, 1)


def test_a_recount_puts_right_what_was_asked_in_an_old_month(practice: Practice) -> None:
    practice.clock.now = OCTOBER
    practice.asks()
    practice.clock.now = NOON + dt.timedelta(days=30)
    report(practice)
    practice.insights.store.keep_asked(practice.clinic.id, CLINIC, "2026-10", 7)
    assert practice.insights.recount(practice.clinic.id, fix=True) == [Difference(CLINIC, "2026-10", "a", 7, 1)]
    assert practice.insights.recount(practice.clinic.id) == []


class Interrupted(TallyStore):
    """Reads tallies, and lets an answer come in before anyone acts on them."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self._meanwhile: list[Callable[[], object]] = [meanwhile]

    def repair(self, clinic: str, tally: Tally, change: Counts) -> None:
        while self._meanwhile:
            self._meanwhile.pop()()
        super().repair(clinic, tally, change)


def test_a_counter_that_moves_while_it_is_put_right_is_left_for_the_next_recount(practice: Practice) -> None:
    answer_all(practice, 10)
    spoil(practice, CLINIC, p24=5)
    late = practice.asks("late")
    insights = replace(practice.insights, store=Interrupted(lambda: practice.answers(late, 9)))
    assert len(insights.recount(practice.clinic.id, fix=True)) == 1
    assert practice.insights.recount(practice.clinic.id) == [Difference(CLINIC, "2026-11", "p24", 6, 2)]
