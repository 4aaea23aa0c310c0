"""What is left of a survey when its patient is erased: what the numbers were made of, and nothing of a person."""

import datetime as dt
from dataclasses import replace

from prm.surveys.model import COUNTED, Answer, Standing, Survey

_NOON = dt.time(12)


def bare(survey: Survey, patient: str, name: str, zone: dt.tzinfo) -> Survey:
    """Return the survey under another patient and name: score, place and day alone.

    Hours go, since a visit book would tell whose they were; days and months stay as the clinic's calendar has them, so
    that counting again finds what was counted.
    """
    counted = survey.standing in COUNTED and survey.answer is not None
    return replace(
        survey,
        id=name,
        patient=patient,
        occurrence="",
        touch="",
        asked_at=_day(survey.asked_at, zone),
        expires_at=_day(survey.expires_at, zone),
        visit=None,
        episode=None,
        standing=survey.standing if counted else Standing.NONE,
        answer=_bare(survey.answer, zone) if counted and survey.answer else None,
        history=(),
        counted_at=_day(survey.counted_at, zone) if survey.counted_at else None,
        due_at=None,
    )


def _bare(answer: Answer, zone: dt.tzinfo) -> Answer:
    return Answer(answer.score, "", answer.via, _day(answer.at, zone))


def _day(at: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(at.astimezone(zone).date(), _NOON, zone).astimezone(dt.UTC)
