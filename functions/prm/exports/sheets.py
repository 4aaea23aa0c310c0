"""What stands in each file of an export: a line a thing, names of columns first, times in UTC."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prm.core.sheet import Cell, line, rows
from prm.mail.model import StopKind, Touch
from prm.patients.model import Chart
from prm.recovery.model import Case, InboxItem
from prm.surveys.model import Answer, Survey

COLUMNS: dict[str, tuple[str, ...]] = {
    "patients": (
        *("patient", "record_number", "first_name", "last_name", "birth_date", "email", "phone", "language"),
        *("proxy_name", "proxy_email", "location", "therapist", "deceased_on", "tags", "stopped"),
    ),
    "visits": ("patient", "visit", "starts_at", "ends_at", "status", "kind", "therapist", "location", "episode"),
    "answers": (
        *("patient", "survey", "rule", "asked_at", "score", "comment", "answered_at", "via", "standing", "is_latest"),
        *("location", "therapist"),
    ),
    "emails": ("patient", "email", "kind", "rule", "state", "reason", "created_at", "sent_at", "delivered_at"),
    "cases": (
        *("patient", "case", "score", "state", "opened_at", "call_by", "taken_by", "closed_at", "outcome", "cause"),
        *("location", "therapist"),
    ),
    "case_notes": ("patient", "case", "at", "by", "text"),
    "messages": ("patient", "message", "kind", "received_at", "text", "done_by", "done_at"),
}
"""The files of CSV, by name."""


@dataclass(frozen=True)
class Record:
    """All that is exported of one patient."""

    chart: Chart
    stopped: frozenset[StopKind]
    touches: tuple[Touch, ...]
    surveys: tuple[Survey, ...]
    cases: tuple[Case, ...]


def lines_of(record: Record) -> dict[str, str]:
    """Return what one patient adds to each file."""
    patient = record.chart.patient.id
    found: dict[str, Iterable[Sequence[Cell]]] = {
        "patients": [_patient(record)],
        "visits": (
            (
                patient,
                one.id,
                _at(one.starts_at),
                _at(one.ends_at),
                one.status,
                one.kind,
                one.therapist,
                one.location,
                one.episode,
            )
            for one in record.chart.visits
        ),
        "answers": (row for survey in record.surveys for row in _answers(survey)),
        "emails": (
            (
                patient,
                one.id,
                one.kind,
                one.purpose,
                one.state,
                one.reason,
                *map(_at, (one.created_at, one.sent_at, one.delivered_at)),
            )
            for one in record.touches
        ),
        "cases": (_case(one) for one in record.cases),
        "case_notes": (
            (patient, one.id, _at(note.at), note.by, note.text) for one in record.cases for note in one.notes
        ),
    }
    return {name: "".join(line(cells) for cells in lines) for name, lines in found.items()}


def messages(items: Iterable[InboxItem]) -> str:
    """Return the file of messages that were no answer."""
    lines = (
        (one.patient, one.id, one.kind, _at(one.received_at), one.text, one.done_by, _at(one.done_at)) for one in items
    )
    return rows(COLUMNS["messages"], lines)


def head(name: str) -> str:
    """Return how a file begins."""
    return rows(COLUMNS[name], ())


def _patient(record: Record) -> tuple[Cell, ...]:
    one = record.chart.patient
    return (
        *(one.id, one.record_number, one.first_name, one.last_name, _day(one.birth_date), one.email, one.phone),
        *(one.language, one.proxy.name if one.proxy else "", one.proxy.email if one.proxy else ""),
        *(one.location, one.therapist, _day(one.deceased_on), " ".join(sorted(one.tags))),
        " ".join(sorted(record.stopped)),
    )


def _answers(survey: Survey) -> Iterator[tuple[Cell, ...]]:
    """Yield a line for each answer, and one for a question that has none."""
    latest = survey.answer
    given: list[Answer | None] = [*survey.history, latest]
    for answer in given:
        yield (
            *(survey.patient, survey.id, survey.rule, _at(survey.asked_at)),
            *((answer.score, answer.comment, _at(answer.at), answer.via) if answer else ("", "", "", "")),
            *(survey.standing, "yes" if answer is latest else "", survey.location, survey.therapist),
        )


def _case(one: Case) -> tuple[Cell, ...]:
    return (
        *(one.patient, one.id, one.score, one.state, _at(one.opened_at), _at(one.call_by), one.taken_by),
        *(_at(one.closed_at), one.outcome, one.cause, one.location, one.therapist),
    )


def _at(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat() if moment else ""


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
