"""Patients who came and answered, for pages of numbers."""

import datetime as dt

from prm.core import table
from prm.patients.model import Visit, VisitStatus
from tests.console import Console

HOUR = dt.timedelta(hours=1)


def answered(console: Console, count: int, score: int = 10, location: str = "downtown", prefix: str = "p") -> None:
    """Let so many patients come and answer."""
    for number in range(count):
        patient = f"{prefix}{number}"
        console.knows(id=patient, record_number=patient, last_name=f"Alvarez{number}", location=location)
        end = console.clock.now - dt.timedelta(days=3)
        visit = Visit("v1", end - HOUR, end, VisitStatus.COMPLETED, location=location)
        table.transact(console.house.patients.store.add_visits("riverbend", patient, [visit]))
        console.answers(score, patient=patient)


def says(console: Console, score: int, comment: str, patient: str, location: str = "downtown") -> None:
    """Let someone new answer with these words, a minute later."""
    console.knows(id=patient, record_number=patient, first_name=patient.title(), last_name="Reed", location=location)
    console.clock.advance(minutes=1)
    console.answers(score, comment, patient=patient)


def counted(console: Console) -> None:
    """Let the night pass."""
    console.house.summaries.keep("riverbend", console.house.summaries.count("riverbend"))
