"""What the survey's pages show."""

import datetime as dt
from dataclasses import dataclass

from chalice import Response
from markupsafe import Markup

from prm.core.formats import NBSP
from prm.recovery.model import case_id
from prm.surveys import comment as comments
from prm.surveys.model import EDIT_FOR, PROMOTER_FROM, TOP, Answer, Survey
from prm.web.page import render
from prm.web.visit import Visit

_STRONG = Markup("<strong>{}</strong>")
_UNPROCESSABLE = 422
_GONE = 410


@dataclass(frozen=True)
class Typed:
    """What a reader chose and wrote so far; `problem` is what is wrong with it, at `field`."""

    score: int | None
    comment: str = ""
    problem: str = ""
    field: str = "score"


def question(visit: Visit, survey: Survey, typed: Typed, *, closed: bool = False) -> Response:
    """Return the form: to answer, to change an answer, or why that is no longer possible."""
    status = _UNPROCESSABLE if typed.problem else 200
    if survey.answer is None or not survey.is_counted:
        return _ask(visit, typed, status)
    if closed or visit.now >= _changeable_until(visit, survey):
        return _too_late(visit, survey.answer, status=_GONE if closed else 200)
    return _change(visit, survey, survey.answer, typed, status)


def thanks(visit: Visit, survey: Survey, answer: Answer) -> Response:
    """Return the receipt, with what happens next."""
    until = _changeable_until(visit, survey)
    return render(
        "survey/thanks.html",
        visit.scene,
        name=visit.patient.greeting_on(visit.today),
        answer=answer,
        score=_STRONG.format(visit.scene.texts("survey_page.out_of_ten", score=answer.score).replace(" ", NBSP)),
        no_call=survey.no_call,
        next_step=_next_step(visit, survey, answer),
        until=visit.formats.month_day(visit.formats.local(until).date()) if visit.now < until else None,
    )


def thanks_address(visit: Visit) -> str:
    """Return where the receipt stands."""
    return f"{visit.scene.urls.survey(visit.token)}/thanks"


def _ask(visit: Visit, typed: Typed, status: int) -> Response:
    texts = visit.scene.texts
    chosen = typed.score is not None
    return _form(
        visit,
        typed,
        status,
        page_heading=texts("survey_page.chosen", score=typed.score) if chosen else texts("survey_page.choose"),
        label=_comment_key(typed.score),
        button=texts("survey_page.send"),
        old=None,
        told=None,
    )


def _change(visit: Visit, survey: Survey, answer: Answer, typed: Typed, status: int) -> Response:
    texts = visit.scene.texts
    until = visit.formats.month_day(visit.formats.local(_changeable_until(visit, survey)).date())
    other = typed.score is not None and typed.score != answer.score
    return _form(
        visit,
        typed,
        status,
        page_heading=texts("survey_page.change", score=typed.score) if other else texts("survey_page.change_none"),
        label="survey_page.comment_changed",
        button=texts("survey_page.send_instead", new=typed.score, old=answer.score)
        if other
        else texts("survey_page.send_change"),
        old=answer.score,
        told=texts.marked(
            "survey_page.answered",
            score=_STRONG.format(answer.score),
            day=visit.formats.past_day(answer.at, visit.now),
            until=until,
        ),
    )


def _form(visit: Visit, typed: Typed, status: int, **values: object) -> Response:
    return render(
        "survey/question.html",
        visit.scene,
        status=status,
        typed=typed,
        scores=range(TOP + 1),
        promoter_from=PROMOTER_FROM,
        limit=comments.LIMIT,
        **values,
    )


def _too_late(visit: Visit, answer: Answer, status: int) -> Response:
    day = visit.formats.weekday_date(visit.formats.local(answer.at).date())
    return render("survey/too_late.html", visit.scene, status=status, score=answer.score, day=day, days=EDIT_FOR.days)


def _comment_key(score: int | None) -> str:
    if score is None:
        return "survey_page.comment_any"
    return "survey_page.comment_high" if score >= PROMOTER_FROM else "survey_page.comment_low"


def _changeable_until(visit: Visit, survey: Survey) -> dt.datetime:
    """The edit window, or the link's own end where that comes first: no more may be promised."""
    ends = [visit.link.expires_at, survey.edit_until() or survey.expires_at]
    return min(ends)


def _next_step(visit: Visit, survey: Survey, answer: Answer) -> Markup:
    texts = visit.scene.texts
    if survey.no_call:
        return texts.marked("survey_page.no_call_done")
    cases = visit.house.recovery.of_patient(survey.clinic, survey.patient) if answer.is_low else ()
    name = case_id(survey.clinic, survey.patient, survey.episode)
    case = next((one for one in cases if one.id == name and one.is_open), None)
    if case is None:
        return texts.marked("survey_page.next_high")
    if visit.now >= case.call_by:
        return texts.marked("survey_page.next_low_late")
    when = visit.formats.promise(case.call_by, visit.now)
    return texts.marked("survey_page.next_low", by=_STRONG.format(texts("survey_page.call_by", when=when)))
