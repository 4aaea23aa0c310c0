"""Mail by the clock, from the tick to the mailbox: each once, to who wants it, and only when there is something."""

import datetime as dt
from dataclasses import dataclass, replace

import pytest

from prm.clinics.model import Alert, Clinic, ClinicState
from prm.mail.model import Letter, State, staff_recipient
from tests import examples
from tests.clinic_console.conftest import cognito
from tests.cognito import FakeCognito
from tests.console import Console, console
from tests.fakes import FakeClock

__all__ = ["cognito"]
MONDAY = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
"""Seven in the morning in New York."""
DAY = dt.timedelta(days=1)


class Nobody:
    def failed(self, line: str, key: object, error: Exception, failures: int) -> None:
        raise error


@dataclass
class Mornings:
    console: Console

    def choose(self, **alerts: set[Alert]) -> None:
        """Let members of staff choose what they are told of, and nobody else anything."""
        clinics = self.console.house.clinics
        clinic = clinics.fresh("riverbend")
        staff = tuple(replace(one, alerts=frozenset(alerts.get(one.id, set()))) for one in clinic.staff)
        clinics.save(replace(clinic, staff=staff), clinic.version)

    def change(self, **changes: object) -> Clinic:
        clinics = self.console.house.clinics
        clinic = clinics.fresh("riverbend")
        return clinics.save(replace(clinic, **changes), clinic.version)  # type: ignore[arg-type]

    def tick(self, at: dt.datetime) -> list[Letter]:
        """Let the tick come at a moment, and return what is sent then."""
        before = len(self.console.ses.sent)
        self.console.clock.now = at
        self.console.house.schedule.drain("jobs", 0, lambda: True, Nobody())
        self.console.deliver()
        return [letter for _, letter, *_ in self.console.ses.sent[before:]]


@pytest.fixture
def mornings(tables: None, clock: FakeClock, cognito: FakeCognito) -> Mornings:
    """Riverbend on a Sunday, from now on with mornings."""
    clock.now = MONDAY - DAY
    made = Mornings(console(clock, cognito, examples.riverbend()))
    made.console.house.bulletins.begin("riverbend")
    return made


def told(letters: list[Letter]) -> list[tuple[str, str]]:
    return [(one.to.partition("@")[0], one.subject) for one in letters]


def test_on_monday_the_week_goes_to_who_chose_it_and_once(mornings: Mornings) -> None:
    mornings.choose(nora={Alert.WEEKLY}, ana={Alert.WEEKLY}, luis={Alert.LOW_ANSWER})

    assert mornings.tick(MONDAY - dt.timedelta(minutes=1)) == []
    assert told(mornings.tick(MONDAY)) == [("nora", "Your week at Riverbend"), ("ana", "Your week at Riverbend")]
    assert mornings.tick(MONDAY + dt.timedelta(minutes=1)) == []
    assert mornings.tick(MONDAY + DAY) == []


def test_the_next_week_brings_the_next_mail(mornings: Mornings) -> None:
    mornings.choose(nora={Alert.WEEKLY})
    for ahead in range(7):
        mornings.tick(MONDAY + ahead * DAY)

    assert len(mornings.tick(MONDAY + 7 * DAY)) == 1


def test_the_morning_tells_who_waits_at_ones_own_places(mornings: Mornings) -> None:
    mornings.choose(luis={Alert.DIGEST}, ana={Alert.DIGEST})
    mornings.console.knows(location="downtown")
    mornings.console.answers(4)

    letters = mornings.tick(MONDAY)

    assert told(letters) == [("luis", "Riverbend: 1 call to make")]


def test_a_morning_without_cases_brings_no_mail_and_says_why(mornings: Mornings) -> None:
    mornings.choose(nora={Alert.DIGEST})

    assert mornings.tick(MONDAY) == []
    (touch,) = mornings.console.house.mail.of_recipient("riverbend", staff_recipient("nora"))
    assert (touch.state, touch.reason) == (State.SKIPPED, "nobody waits for a call")


def test_a_case_put_off_does_not_wait(mornings: Mornings) -> None:
    mornings.choose(nora={Alert.DIGEST})
    mornings.console.knows()
    mornings.console.answers(4)
    house = mornings.console.house
    (case,) = house.recovery.of_patient("riverbend", "p-maria")
    house.desk.pause(case, house.clinics.get("riverbend").member("nora"), MONDAY + DAY, "No answer")

    assert mornings.tick(MONDAY) == []


def test_on_a_closed_day_nobody_is_told(mornings: Mornings) -> None:
    mornings.choose(nora={Alert.DIGEST})
    mornings.console.knows()
    mornings.console.answers(4)
    mornings.change(holidays=frozenset({MONDAY.date()}))

    assert mornings.tick(MONDAY) == []
    assert len(mornings.tick(MONDAY + DAY)) == 1


def test_who_chose_otherwise_meanwhile_gets_nothing(mornings: Mornings) -> None:
    mornings.choose(nora={Alert.WEEKLY})
    mornings.console.clock.now = MONDAY
    mornings.console.house.schedule.drain("jobs", 0, lambda: True, Nobody())
    mornings.choose()
    mornings.console.deliver()

    assert mornings.console.ses.sent == []


def test_news_that_is_too_old_is_not_sent(mornings: Mornings) -> None:
    mornings.choose(nora={Alert.WEEKLY})
    mornings.console.clock.now = MONDAY
    mornings.console.house.schedule.drain("jobs", 0, lambda: True, Nobody())
    mornings.console.clock.now = MONDAY + 4 * DAY
    mornings.console.deliver()

    assert mornings.console.ses.sent == []


def test_a_closed_clinic_has_no_mornings(mornings: Mornings) -> None:
    mornings.choose(nora={Alert.WEEKLY})
    mornings.change(state=ClinicState.CLOSED)

    assert mornings.tick(MONDAY) == []
    assert mornings.console.house.mail.of_recipient("riverbend", staff_recipient("nora")) == ()


def test_a_clinic_that_moves_has_its_next_morning_on_its_new_clock(mornings: Mornings) -> None:
    mornings.choose(nora={Alert.WEEKLY})
    mornings.tick(MONDAY)
    mornings.change(zone="Asia/Kolkata")
    mornings.tick(MONDAY + DAY)
    for ahead in range(2, 7):
        mornings.tick(MONDAY + ahead * DAY)

    assert len(mornings.tick(dt.datetime(2026, 11, 30, 1, 30, tzinfo=dt.UTC))) == 1


def test_mornings_begin_once(mornings: Mornings) -> None:
    mornings.choose(nora={Alert.WEEKLY})
    mornings.tick(MONDAY)
    mornings.console.house.bulletins.begin("riverbend")

    assert mornings.tick(MONDAY + dt.timedelta(minutes=1)) == []


def test_a_nights_count_begins_the_mornings(tables: None, clock: FakeClock, cognito: FakeCognito) -> None:
    made = Mornings(console(clock, cognito, examples.riverbend()))
    made.console.house.summaries.begin("riverbend")
    made.console.house.schedule.drain("jobs", 0, lambda: True, Nobody())

    assert made.console.house.jobs.find("riverbend", "bulletins") is not None


def test_the_week_of_who_answers_for_one_place_is_of_that_place(mornings: Mornings) -> None:
    mornings.choose(luis={Alert.WEEKLY})
    for number, place in enumerate(("downtown", "north", "north")):
        mornings.console.knows(id=f"p{number}", record_number=f"p{number}", location=place)
        mornings.console.answers(10, patient=f"p{number}")

    (letter,) = mornings.tick(MONDAY)

    assert "Downtown\n1 answer in 90 days." in letter.text
    assert "North" not in letter.text
