"""What a rule's touch turns into once it may go: the letter, what its link may do, and what must be stored first."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from prm.core.errors import NotFound
from prm.core.urls import Urls
from prm.links.model import SURVEY_DAYS, Purpose
from prm.mail.model import Kind, Letter, LinkTerms, Send, Touch
from prm.reviews import letters as review_letters
from prm.rules.model import Facts
from prm.surveys import letters as survey_letters
from prm.surveys.letters import Occasion
from prm.surveys.model import Answer
from prm.surveys.service import SurveyService

LINK_LIFE = dt.timedelta(days=SURVEY_DAYS)
_ALWAYS = frozenset({Purpose.STOP, Purpose.REPLY})
_EXTRA = {
    Kind.SURVEY: frozenset({Purpose.ANSWER}),
    Kind.FOLLOW_UP: frozenset({Purpose.ANSWER}),
    Kind.REVIEW_REQUEST: frozenset({Purpose.REVIEW}),
    Kind.THANK_YOU: frozenset[Purpose](),
}


@dataclass(frozen=True)
class Mailing:
    """Mail that rules order. Links live `LINK_LIFE` from sending, in business time; leaving the list never expires."""

    surveys: SurveyService
    urls: Urls

    def prepare(self, touch: Touch, kind: Kind, facts: Facts, now: dt.datetime) -> Send:
        """Return how to send this touch as `kind`."""
        expires_at = now + LINK_LIFE
        terms = LinkTerms(_ALWAYS | _EXTRA[kind], expires_at, self._survey_of(touch, kind))
        return Send(kind, self._writer(touch, kind, facts, now), terms, self._before(touch, kind, now, expires_at))

    def _survey_of(self, touch: Touch, kind: Kind) -> str:
        if kind is Kind.SURVEY:
            return touch.id
        return touch.about.survey or touch.occurrence

    def _before(self, touch: Touch, kind: Kind, now: dt.datetime, expires_at: dt.datetime) -> Callable[[], None]:
        """A survey stands before its mail goes: a reader may be faster than we are."""
        if kind is Kind.SURVEY:
            return lambda: self.surveys.asked(touch.clinic, touch, now, expires_at)
        return lambda: None

    def _writer(self, touch: Touch, kind: Kind, facts: Facts, now: dt.datetime) -> Callable[[str], Letter]:
        occasion = Occasion(facts.clinic, facts.patient, self.urls, now)
        if kind is Kind.SURVEY:
            return lambda token: survey_letters.survey(occasion, token)
        if kind is Kind.FOLLOW_UP:
            return lambda token: survey_letters.follow_up(occasion, token)
        answer = _answer(facts, self._survey_of(touch, kind))
        if kind is Kind.THANK_YOU:
            return lambda token: survey_letters.thank_you(occasion, answer.at, token)
        return lambda token: review_letters.review_request(occasion, touch.about.location, answer.at, token)


def _answer(facts: Facts, survey_id: str) -> Answer:
    for survey in facts.surveys:
        if survey.id == survey_id and survey.answer:
            return survey.answer
    raise NotFound("the answer this mail is about is gone")
