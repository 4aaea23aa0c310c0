"""Who a rule is for."""

import datetime as dt

import pytest

from prm.clinics.model import Language
from prm.patients.model import Patient, StateOfCare, VisitKind
from prm.rules.model import Condition, Segment
from prm.rules.occurrences import occurrences
from prm.rules.segment import Person, mismatch
from prm.surveys.model import Group
from tests import examples
from tests.fakes import NOON
from tests.rules.world import AFTER, DAY, SIXTH, facts, survey_of, touch, visit

VISITS = [visit(NOON - (6 - n) * DAY, f"v{n}") for n in range(6)]


def fits(segment: Segment, patient: Patient | None = None, at: dt.datetime = NOON) -> bool:
    known = facts(VISITS, patient=patient)
    (occurrence,) = occurrences(SIXTH, known)
    return mismatch(segment, Person(known, occurrence, at)) is None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(), True),
        (Condition(languages=frozenset({Language.ENGLISH})), True),
        (Condition(languages=frozenset({Language.SPANISH})), False),
        (Condition(locations=frozenset({"downtown", "north"})), True),
        (Condition(locations=frozenset({"north"})), False),
        (Condition(therapists=frozenset({"mei-lin"})), True),
        (Condition(therapists=frozenset({"omar"})), False),
        (Condition(tags=frozenset({"runner", "golf"})), True),
        (Condition(tags=frozenset({"golf"})), False),
        (Condition(states=frozenset({StateOfCare.IN_CARE})), True),
        (Condition(states=frozenset({StateOfCare.DISCHARGED})), False),
        (Condition(min_age=42), True),
        (Condition(min_age=43), False),
        (Condition(max_age=42), True),
        (Condition(max_age=41), False),
        (Condition(min_visits=6), True),
        (Condition(min_visits=7), False),
        (Condition(max_visits=5), False),
        (Condition(groups=frozenset({Group.PROMOTER})), False),
        (Condition(min_age=18, tags=frozenset({"golf"})), False),
    ],
)
def test_every_field_of_a_condition_must_hold(condition: Condition, *, expected: bool) -> None:
    patient = examples.maria(tags=frozenset({"runner"}))
    assert fits(Segment(all=(condition,)), patient) is expected
    assert fits(Segment(any=(condition,)), patient) is expected
    assert fits(Segment(none=(condition,)), patient) is not expected


def test_one_of_several_alternatives_is_enough() -> None:
    assert fits(Segment(any=(Condition(min_age=90), Condition(min_age=18))))
    assert not fits(Segment(any=(Condition(min_age=90), Condition(min_age=91))))


def test_an_unknown_age_is_neither_old_nor_young() -> None:
    ageless = examples.maria(birth_date=None)
    assert not fits(Segment(all=(Condition(min_age=0),)), ageless)
    assert not fits(Segment(all=(Condition(max_age=120),)), ageless)


def test_a_birthday_begins_at_midnight_in_the_clinic() -> None:
    turning = examples.maria(birth_date=dt.date(1966, 11, 24))
    before_midnight = dt.datetime(2026, 11, 24, 4, 59, tzinfo=dt.UTC)
    sixty = Segment(all=(Condition(min_age=60),))
    assert not fits(sixty, turning, before_midnight)
    assert fits(sixty, turning, before_midnight + dt.timedelta(minutes=1))


def test_a_visit_without_a_place_counts_for_the_patients_own() -> None:
    known = facts([visit(NOON - DAY, f"v{n}", location=None) for n in range(6)])
    (occurrence,) = occurrences(SIXTH, known)
    at_home = Segment(all=(Condition(locations=frozenset({"downtown"})),))
    assert mismatch(at_home, Person(known, occurrence, NOON)) is None


def test_a_discharged_patient_is_seen_as_one() -> None:
    known = facts([*VISITS, visit(NOON - DAY / 2, "end", VisitKind.DISCHARGE)])
    (occurrence,) = occurrences(SIXTH, known)
    left = Segment(all=(Condition(states=frozenset({StateOfCare.DISCHARGED})),))
    assert mismatch(left, Person(known, occurrence, NOON)) is None


def test_groups_look_at_the_answer_in_question_and_else_at_the_latest() -> None:
    old, new = touch(NOON - 90 * DAY), touch(NOON - DAY)
    known = facts(VISITS, surveys=[survey_of(old, 3), survey_of(new, 9)])
    promoters = Segment(all=(Condition(groups=frozenset({Group.PROMOTER})),))
    first, second = occurrences(AFTER, known)
    (visit_in_question,) = occurrences(SIXTH, known)
    assert mismatch(promoters, Person(known, first, NOON)) == "another answer, or none"
    assert mismatch(promoters, Person(known, second, NOON)) is None
    assert mismatch(promoters, Person(known, visit_in_question, NOON)) is None
