"""Which emails an import leads to, told before it is made: what is told is what then happens."""

import datetime as dt
from collections.abc import Sequence

import pytest

from prm.core import table
from prm.core.addresses import EXAMPLE_DOMAIN
from prm.mail.model import Kind, StopKind, StopReason, patient_recipient
from prm.mail.stops import names
from prm.patients.model import Chart, Patient, Visit, VisitKind, VisitStatus
from prm.rules.forecast import SPAN, Forecaster
from prm.rules.reading import Reader
from tests import examples
from tests.fakes import NOON
from tests.rules.conftest import World
from tests.rules.test_story import live
from tests.rules.world import DAY, HOUR, evaluation, visit

JUST_OVER = evaluation(NOON - 4 * HOUR)
LAST_NIGHT = evaluation(NOON - 17 * HOUR)
DISCHARGE = visit(NOON - 5 * HOUR, "v9", VisitKind.DISCHARGE)
TOMORROW = visit(NOON + DAY, "v2", status=VisitStatus.SCHEDULED)
SIX = (evaluation(NOON - 30 * DAY), *(visit(NOON - (21 - 4 * n) * DAY, f"v{n}") for n in range(1, 6)))


@pytest.fixture
def clinic(world: World) -> World:
    """A clinic whose presets are on since two days."""
    for name in ("after-evaluation", "sixth-visit", "after-discharge"):
        world.house.rules.switch_on("riverbend", name, NOON, NOON - 2 * DAY)
    live(world, NOON)
    return world


def told(world: World, before: Chart | None, patient: Patient, visits: Sequence[Visit]) -> list[tuple[Kind, dt.date]]:
    house = world.house
    reader = Reader(house.patients, house.mail, house.surveys, house.recovery, house.clinics)
    rules = house.rules.list_of("riverbend")
    found = Forecaster(reader).led_to(rules, "riverbend", before, Chart(patient, tuple(visits), 1), world.clock.now)
    return [(one.kind, one.at.date()) for one in found]


def happened(world: World, until: dt.datetime) -> list[tuple[Kind, dt.date]]:
    return [(kind, at.date()) for at, kind in live(world, until)]


@pytest.mark.parametrize(
    "visits",
    [(JUST_OVER,), (LAST_NIGHT, TOMORROW), (LAST_NIGHT, DISCHARGE), SIX, (TOMORROW,), (evaluation(NOON - 40 * DAY),)],
)
def test_of_a_new_patient_what_is_told_happens(clinic: World, visits: tuple[Visit, ...]) -> None:
    patient = examples.maria()
    expected = told(clinic, None, patient, visits)

    clinic.add(patient, visits)

    assert happened(clinic, NOON + SPAN - HOUR) == expected


def test_only_what_the_file_adds_is_told_of_a_patient_who_waits_for_mail_already(clinic: World) -> None:
    patient = clinic.add(examples.maria(), [JUST_OVER])
    before = clinic.house.patients.chart("riverbend", patient.id)

    assert told(clinic, before, patient, [JUST_OVER]) == []
    assert told(clinic, before, patient, [JUST_OVER, TOMORROW]) == []


def test_the_caps_count_what_went_before(clinic: World) -> None:
    patient = clinic.add(examples.maria(), [JUST_OVER])
    live(clinic, NOON + HOUR)
    before = clinic.house.patients.chart("riverbend", patient.id)
    visits = [JUST_OVER, visit(clinic.clock.now - HOUR / 2, "v9", VisitKind.DISCHARGE)]
    expected = told(clinic, before, patient, visits)

    clinic.visit(patient, visits[1])
    went = happened(clinic, clinic.clock.now + SPAN - HOUR)

    assert [kind for kind, _ in expected] == []
    assert [kind for kind, _ in went] == [Kind.FOLLOW_UP]  # of the mail that went before


@pytest.mark.parametrize(
    "changes",
    [{"email": None}, {"deceased_on": dt.date(2026, 11, 1)}, {"email": f"maria@{EXAMPLE_DOMAIN}"}],
)
def test_nothing_is_told_of_those_to_whom_nothing_goes(clinic: World, changes: dict[str, object]) -> None:
    patient = examples.maria(**changes)
    expected = told(clinic, None, patient, [JUST_OVER])

    clinic.add(patient, [JUST_OVER])

    assert expected == happened(clinic, NOON + SPAN) == []


def test_whoever_left_the_list_stays_off_it_under_another_number(clinic: World) -> None:
    known = examples.maria()
    left = names(patient_recipient(known.id), known.email)
    table.transact(clinic.house.mail.stops.stop("riverbend", left, StopKind.ALL, StopReason.ASKED, NOON))

    assert told(clinic, None, examples.maria(id="p-other", record_number="2002"), [JUST_OVER]) == []


def test_an_example_patients_mail_is_kept_with_its_moment_and_goes_nowhere(clinic: World) -> None:
    patient = clinic.add(examples.maria(email=f"maria@{EXAMPLE_DOMAIN}"), [JUST_OVER])
    live(clinic, NOON + SPAN)

    assert [(one.state, one.reason) for one in clinic.touches(patient)] == [("skipped", "example patient")]
    assert [key for key, _, _ in clinic.ses.sent if key.recipient.startswith("patient:")] == []
