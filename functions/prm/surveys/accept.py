"""What an answer does to a survey: the rules of confirmed and provisional answers, of edits and of double submits."""

import datetime as dt
from dataclasses import replace

from prm.core.errors import Expired
from prm.surveys.model import MOST_EDITS, Answer, Standing, Survey, Via


def accept(survey: Survey, answer: Answer, now: dt.datetime) -> Survey:
    """Return the survey as `answer` leaves it: the same object where it changes nothing.

    A dwell waits on hold and never touches a counted answer. What a person sends counts at once, ends a hold, and may
    replace their own answer for 7 days. Raises Expired.
    """
    if answer.via is Via.DWELL:
        return _hold(survey, answer, now)
    answer = _with_kept_comment(survey, answer)
    if survey.standing is Standing.CONFIRMED and answer.says_what(survey.answer):
        return survey
    _check_open(survey, now)
    return survey.answered(answer, Standing.CONFIRMED, now)


def count_held(survey: Survey, now: dt.datetime) -> Survey:
    """Return the survey with its provisional answer counted, as unconfirmed: the hold is over, no machine shows."""
    if survey.answer is None:
        return survey
    return survey.answered(survey.answer, Standing.UNCONFIRMED, now)


def set_aside(survey: Survey) -> Survey:
    """Return the survey with its provisional answer marked a machine's: counts nothing, a person may still confirm."""
    return replace(survey, standing=Standing.MACHINE, due_at=None, version=survey.version + 1)


def _hold(survey: Survey, answer: Answer, now: dt.datetime) -> Survey:
    if survey.is_counted or (survey.standing is Standing.PROVISIONAL and answer.says_what(survey.answer)):
        return survey
    _check_open(survey, now)
    return survey.answered(answer, Standing.PROVISIONAL, now)


def _with_kept_comment(survey: Survey, answer: Answer) -> Answer:
    """Keep the earlier words when the same score comes again without any: a second click, a bare reply."""
    before = survey.answer
    if before is None or answer.comment or answer.score != before.score:
        return answer
    if not survey.is_counted and answer.via is not Via.REPLY:
        return answer
    return replace(answer, comment=before.comment)


def _check_open(survey: Survey, now: dt.datetime) -> None:
    until = survey.edit_until()
    if until is None:
        if now >= survey.expires_at:
            raise Expired("This survey has ended", clinic=survey.clinic)
    elif now >= until or len(survey.history) >= MOST_EDITS:
        raise Expired("This answer can no longer be changed", clinic=survey.clinic)
