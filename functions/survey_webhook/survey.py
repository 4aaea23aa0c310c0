"""The survey page: the question, the thank-you, and changing one's mind.

Opening any of it changes nothing but `hits`. A HEAD is noted like a GET: programs that check links send it, and telling
them from people is what hits are for.
"""

from chalice import Chalice, Response

from prm.core.errors import Expired, Forbidden
from prm.links.model import HitKind, Purpose
from prm.surveys import comment as comments
from prm.surveys.model import Standing, Survey, Via
from prm.web import forms, page
from prm.web.house import House
from prm.web.routes import SEND, LinkPages
from prm.web.visit import Visit
from survey_webhook import survey_pages
from survey_webhook.survey_pages import Typed

_TAKEN = 409


def register(app: Chalice, house: House) -> None:
    """Add the routes."""
    pages = LinkPages(app, house, Purpose.ANSWER)
    pages.at("/s/{token}")(opened)
    pages.at("/s/{token}/thanks")(thanked)
    pages.at("/s/{token}/{score}")(opened)
    pages.at("/s/{token}", SEND)(sent)
    pages.at("/s/{token}/no-call", SEND)(not_called)


def opened(visit: Visit, score: str = "") -> Response:
    """Show the question, or what was answered. What is no score in the address chooses none."""
    survey = _survey(visit)
    chosen = forms.score(score)
    visit.house.links.hit(visit.link, HitKind.SURVEY, visit.client, score=chosen)
    if chosen is None and survey.answer and survey.standing is not Standing.MACHINE:
        chosen = survey.answer.score
    return survey_pages.question(visit, survey, Typed(chosen))


def sent(visit: Visit) -> Response:
    """Take what the form sent, or what the script saved for a reader who stayed."""
    survey = _survey(visit)
    form = visit.form()
    if form.one("via") == Via.DWELL:
        return _saved(visit, survey, forms.score(form.one("score")))
    if form.one("keep") and survey.is_counted and survey.answer:
        return _take(visit, survey, survey.answer.score, survey.answer.comment)
    typed = _typed(visit, form)
    if typed.score is None or typed.problem:
        return survey_pages.question(visit, survey, typed)
    return _take(visit, survey, typed.score, typed.comment)


def thanked(visit: Visit) -> Response:
    """Say what we have and what happens next. Where there is no answer yet, go and ask for it."""
    survey = _survey(visit)
    if survey.answer is None or not survey.is_counted:
        return page.see_other(visit.scene.urls.survey(visit.token))
    return survey_pages.thanks(visit, survey, survey.answer)


def not_called(visit: Visit) -> Response:
    """Note that the patient does not want to be called."""
    visit.form()
    visit.house.surveys.no_call(visit.link, _survey(visit).id)
    return page.see_other(survey_pages.thanks_address(visit))


def _survey(visit: Visit) -> Survey:
    if visit.link.survey is None:
        raise Forbidden("this link asks nothing")
    return visit.house.surveys.get(visit.link.clinic, visit.link.patient, visit.link.survey)


def _typed(visit: Visit, form: forms.Form) -> Typed:
    texts = visit.scene.texts
    score, words = forms.score(form.one("score")), comments.clean(form.one("comment"))
    if score is None:
        return Typed(None, words, texts("survey_page.error_score"))
    if len(words) > comments.LIMIT:
        sizes = {"limit": visit.formats.number(comments.LIMIT), "length": visit.formats.number(len(words))}
        return Typed(score, words, texts("survey_page.error_comment", **sizes), "comment")
    return Typed(score, words)


def _take(visit: Visit, survey: Survey, score: int, words: str) -> Response:
    try:
        visit.house.surveys.answer(visit.link, survey.id, score, words, Via.BUTTON)
    except Expired:
        return survey_pages.question(visit, survey, Typed(score, words), closed=True)
    return page.see_other(survey_pages.thanks_address(visit))


def _saved(visit: Visit, survey: Survey, score: int | None) -> Response:
    """Hold a provisional answer; never where a person's stands already."""
    if score is None or survey.is_counted:
        return page.bare(_TAKEN)
    visit.house.surveys.answer(visit.link, survey.id, score, "", Via.DWELL)
    return page.bare()
