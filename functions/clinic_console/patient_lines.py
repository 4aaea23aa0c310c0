"""One patient's story as lines: what happened, newest first, and what each rule says to them."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from clinic_console.case import begun
from prm.mail.model import Kind, State, Touch
from prm.patients.model import Visit, VisitStatus
from prm.recovery.model import SYSTEM, Case
from prm.rules.decide import LATE
from prm.rules.dossier import Dossier
from prm.rules.model import Rule
from prm.rules.why import Reason, Standing, why
from prm.surveys.model import Survey
from prm.web.parts import Entry
from prm.web.staff import StaffVisit

_FATES = {
    State.DUE: "waits",
    State.CLAIMED: "waits",
    State.UNKNOWN: "unknown",
    State.UNCONFIRMED: "unknown",
    State.SENT: "sent",
    State.DELIVERED: "delivered",
    State.BOUNCED: "bounced",
    State.COMPLAINED: "complained",
    State.FAILED: "failed",
    State.SKIPPED: "skipped",
}
_TAGS = {
    Standing.SENT: "sent",
    Standing.WAITS: "waits",
    Standing.SKIPPED: "skipped",
    Standing.FAILED: "failed",
    Standing.NO_MATCH: "no_match",
    Standing.OFF: "off",
}
_WORDS, _NUMBERS = re.compile(r"[a-z]+"), re.compile(r"\d+")
VISITS, EMAILS, ANSWERS = "visits", "emails", "answers"
KINDS = (VISITS, EMAILS, ANSWERS)


@dataclass(frozen=True)
class Line:
    """Something that happened, and of which kind it is."""

    at: dt.datetime
    kind: str
    entry: Entry


@dataclass(frozen=True)
class Story:
    """Tells what happened with one patient."""

    visit: StaffVisit
    dossier: Dossier
    rules: dict[str, str]

    def lines(self, kind: str = "") -> list[Entry]:
        """Return what happened, newest first: all of it, or one kind."""
        found = [*self._visits(), *self._mails(), *self._answers(), *self._cases(), *self._stops()]
        found = [one for one in found if kind in {"", one.kind}]
        return [one.entry for one in sorted(found, key=lambda one: one.at, reverse=True)]

    def _visits(self) -> Iterator[Line]:
        number: dict[str, int] = {}
        for episode in self.dossier.facts.episodes:
            number |= {one.id: place for place, one in enumerate(episode.completed, 1)}
        for one in self.dossier.chart.visits:
            if one.starts_at <= self.visit.now:
                yield self._line(one.starts_at, VISITS, self._visit(one, number.get(one.id)), icon=_icon(one))

    def _visit(self, one: Visit, number: int | None) -> str:
        said = self.visit.texts(f"console_case.line_{one.status}_{one.kind}")
        if one.status is VisitStatus.COMPLETED and number:
            said = self._say(f"visit_{one.kind}", number=number)
        therapist = self.visit.clinic.therapist(one.therapist)
        return self.visit.texts("console_case.line_with", what=said, name=therapist.name) if therapist else said

    def _mails(self) -> Iterator[Line]:
        for touch in self.dossier.facts.touches:
            at = touch.sent_at or touch.at or touch.created_at
            said = self._say("mail", what=self._say(f"kind_{touch.kind}"), fate=self._fate(touch))
            name = self.rules.get(touch.purpose, "")
            yield self._line(at, EMAILS, self._say("mail_of", what=said, rule=name) if name else said, icon="mail")

    def _fate(self, touch: Touch) -> str:
        if touch.state in {State.SKIPPED, State.FAILED}:
            return self._say(f"fate_{_FATES[touch.state]}", why=reason(self.visit, touch.reason))
        return self._say(f"fate_{_FATES[touch.state]}")

    def _answers(self) -> Iterator[Line]:
        for survey in self.dossier.facts.surveys:
            for answer in survey.history:
                yield self._line(answer.at, ANSWERS, self._say("gave_first", score=answer.score), score=answer.score)
            if survey.answer:
                yield self._answer(survey)

    def _answer(self, survey: Survey) -> Line:
        answer = survey.answer
        assert answer is not None  # noqa: S101  # its caller looked
        key = "gave_again" if survey.history else "gave_answer" if survey.is_counted else "gave_unsure"
        score = answer.score
        return self._line(answer.at, ANSWERS, self._say(key, score=score), score=score, words=answer.comment)

    def _cases(self) -> Iterator[Line]:
        for case in self.dossier.facts.cases:
            href = self.visit.urls.console(f"cases/{case.patient}/{case.id}")
            yield self._line(case.opened_at, "", self._say("case", number=case.id), icon="inbox", href=href)
            yield from self._notes(case)

    def _notes(self, case: Case) -> Iterator[Line]:
        names = {one.id: one.name for one in self.visit.clinic.staff}
        for note in case.notes:
            if note.by == SYSTEM and note.at > case.opened_at:
                yield self._line(note.at, "", begun(note.text))
            elif note.by != SYSTEM:
                name = names.get(note.by) or self.visit.texts("console_case.someone")
                yield self._line(note.at, "", self.visit.texts("console_case.note_by", name=name, words=note.text))

    def _stops(self) -> Iterator[Line]:
        for at, kind, why_ in sorted({(one.at, one.kind, one.reason) for one in self.dossier.stops}):
            yield self._line(at, EMAILS, self._say(f"stop_{why_}_{kind}"), icon="close")

    def _line(  # noqa: PLR0913  # the parts of one line
        self,
        at: dt.datetime,
        kind: str,
        said: str,
        *,
        icon: str = "note",
        score: int | None = None,
        words: str = "",
        href: str = "",
    ) -> Line:
        when = self.visit.formats.moment(at, self.visit.now)
        return Line(at, kind, Entry(said, when, icon=icon, score=score, words=words, href=href))

    def _say(self, key: str, **values: object) -> str:
        return self.visit.texts(f"console_patient.{key}", **values)


@dataclass(frozen=True)
class RuleLine:
    """What one rule says to a patient: its state as a tag, and why."""

    rule: str
    name: str
    tag: str
    because: str


def rule_lines(visit: StaffVisit, dossier: Dossier, rules: tuple[Rule, ...]) -> list[RuleLine]:
    """Return each rule with its state for this patient, in plain words; those that are off last."""
    names = {rule.id: rule.name for rule in rules}
    found = [(_ORDER.get(one.state, 0), one) for one in why(rules, dossier.facts, visit.now)]
    return [
        RuleLine(one.rule, names.get(one.rule, one.rule), _TAGS[one.state], _begun(_because(visit, dossier, one)))
        for _, one in sorted(found, key=lambda pair: pair[0])
    ]


_ORDER = {Standing.NO_MATCH: 1, Standing.OFF: 2}


def _because(visit: StaffVisit, dossier: Dossier, one: Reason) -> str:
    """Return the reason as a sentence; when, first."""
    when = visit.formats.moment(one.at, visit.now) if one.at else ""
    if one.state is Standing.SENT:
        return _sent(visit, dossier, one, when)
    said = reason(visit, one.reason)
    if one.state is Standing.WAITS and one.at and one.at > visit.now:
        return visit.texts("console_patient.because_waits", when=when, why=said)
    if one.state in {Standing.SKIPPED, Standing.FAILED} and when:
        return visit.texts("console_patient.because_then", when=when, why=said)
    return visit.texts("console_patient.because", why=said)


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _sent(visit: StaffVisit, dossier: Dossier, one: Reason, when: str) -> str:
    touch = next((touch for touch in dossier.facts.touches if touch.purpose == one.rule and _at(touch) == one.at), None)
    if touch is None:
        return visit.texts("console_patient.because_then", when=when, why=one.reason)
    fate = visit.texts(f"console_patient.fate_{_FATES[touch.state]}")
    survey = dossier.facts.survey(touch.about.survey or touch.id)
    asks = touch.kind in {Kind.SURVEY, Kind.FOLLOW_UP}
    if asks and survey and survey.is_counted and survey.answer and survey.counted_at:
        answered = visit.formats.moment(survey.counted_at, visit.now)
        return visit.texts(
            "console_patient.because_answered", when=when, fate=fate, answered=answered, score=survey.answer.score
        )
    return visit.texts("console_patient.because_sent", when=when, fate=fate)


def _at(touch: Touch) -> dt.datetime:
    return touch.sent_at or touch.at or touch.created_at


def reason(visit: StaffVisit, text: str) -> str:
    """Return a reason that rules give as a sentence; one without a sentence of its own stands as it is."""
    late, colon, rest = text.partition(": ")
    if late == LATE and colon:
        return visit.texts("console_why.too_late_anyway", why=reason(visit, rest))
    key = f"console_why.{'_'.join(_WORDS.findall(text.casefold()))}"
    values = dict(zip(("first", "second"), _NUMBERS.findall(text), strict=False))
    return visit.texts(key, **values) if visit.texts.placeholders().get(key) == values.keys() else text


def _icon(one: Visit) -> str:
    return "walk" if one.status is VisitStatus.COMPLETED else "close"
