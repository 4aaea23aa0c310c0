"""The morning's and the week's mail to staff: counts, places and times, and a way to the rest.

A patient's name, score and words stand in neither. Whom patients praised is counted by the therapist's name.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from prm.clinics.model import Clinic, Role, StaffMember
from prm.core.formats import Formats
from prm.core.text import Texts
from prm.core.urls import Urls
from prm.insights.dashboard import Dashboard
from prm.insights.model import Figures
from prm.insights.nps import Range
from prm.insights.posted import MailHealth
from prm.insights.spans import Days, Span
from prm.insights.verdicts import ENOUGH
from prm.mail import letter
from prm.mail.letter import Draft
from prm.mail.model import Letter
from prm.recovery.model import Case

SHOWN = 8
"""Cases listed in a morning's mail; the inbox has all."""
TREND = 3
"""Months in a week's mail, the one under way included."""
_NO_HOME = Role.FRONT_DESK


@dataclass(frozen=True)
class Reader:
    """Whom a mail is for: a member of staff of this clinic, at this moment (business time)."""

    clinic: Clinic
    member: StaffMember
    now: dt.datetime
    urls: Urls

    @property
    def texts(self) -> Texts:
        """The sentences in the clinic's first language."""
        return Texts(self.clinic.languages[0])

    @property
    def formats(self) -> Formats:
        """Dates and times at the clinic."""
        return Formats(self.texts, self.clinic.tz)

    def late(self, waiting: Iterable[Case]) -> int:
        """Return how many of these should have been called by now."""
        return sum(one.is_late(self.now) for one in waiting)

    def draft(self, kind: str, subject: str, preheader: str, **values: object) -> Draft:
        """Return the frame of a mail of this kind."""
        return Draft(
            template=kind,
            clinic=self.clinic,
            to=self.member.email,
            language=self.clinic.languages[0],
            sender=self.texts("alert_mail.sender", clinic=letter.short_name(self.clinic)),
            local_part="alerts",
            replies=False,
            subject=subject,
            preheader=preheader,
            values={"change": self.urls.console("emails"), "inbox": self.urls.console("inbox"), **values},
        )


@dataclass(frozen=True)
class Part:
    """What a week's mail says of the clinic, or of one of its places where the reader does not answer for all."""

    name: str
    board: Dashboard
    week: Figures


def digest(reader: Reader, waiting: list[Case], since: dt.datetime) -> Letter:
    """Return the morning's mail: who waits for a call, the most urgent first, and how many are new."""
    texts = reader.texts
    heading = _waiting(reader, waiting)
    fresh = sum(one.opened_at >= since for one in waiting)
    shown = waiting[:SHOWN]
    draft = reader.draft(
        "digest",
        texts.count("digest_mail.subject", len(waiting), clinic=letter.short_name(reader.clinic)),
        texts("digest_mail.preheader"),
        heading=heading,
        fresh=texts.count("digest_mail.fresh", fresh, day=reader.formats.past_day(since, reader.now)) if fresh else "",
        cases=[
            (_place(reader, one), _by(reader, one), reader.urls.console(f"cases/{one.id}"), one.id) for one in shown
        ],
        more=texts.count("digest_mail.more", len(waiting) - len(shown)) if len(waiting) > len(shown) else "",
    )
    return letter.write(draft)


def weekly(reader: Reader, parts: list[Part], days: Days, waiting: list[Case]) -> Letter:
    """Return the week's mail: the score with its range, the months, praise by name, and what needs attention."""
    texts, name = reader.texts, letter.short_name(reader.clinic)
    answers = sum(one.week.answered for one in parts)
    looks = _attention(reader, parts, waiting)
    sees_home = reader.member.role is not _NO_HOME
    draft = reader.draft(
        "weekly",
        texts("weekly_mail.subject", clinic=name),
        f"{_answers(reader, answers)}. {looks[0] if looks else texts('weekly_mail.fine')}",
        heading=texts("weekly_mail.heading", clinic=name),
        week=_week(reader, answers, days),
        parts_of_it=[
            (letter.one_line(one.name), _score(reader, one.board), _months(reader, one.board)) for one in parts
        ],
        praise=_praise(reader, parts),
        looks=looks,
        button=texts("weekly_mail.button" if sees_home else "weekly_mail.button_inbox"),
        link=reader.urls.console("home" if sees_home else "inbox"),
    )
    return letter.write(draft)


def _waiting(reader: Reader, waiting: list[Case]) -> str:
    said = reader.texts.count("digest_mail.waiting", len(waiting))
    late = reader.late(waiting)
    return f"{said}{reader.texts.count('digest_mail.late', late) if late else ''}."


def _place(reader: Reader, case: Case) -> str:
    place = reader.clinic.location(case.location)
    return letter.one_line(place.name) if place else letter.short_name(reader.clinic)


def _by(reader: Reader, case: Case) -> str:
    key = "digest_mail.was_by" if case.is_late(reader.now) else "digest_mail.by"
    return reader.texts(key, moment=reader.formats.moment(case.call_by, reader.now))


def _answers(reader: Reader, number: int) -> str:
    return reader.texts.count("weekly_mail.answers", number)


def _week(reader: Reader, answers: int, days: Days) -> str:
    formats = reader.formats
    first, last = formats.month_day(days.first or days.last), formats.month_day(days.last)
    return reader.texts("weekly_mail.week", answers=_answers(reader, answers), first=first, last=last)


def _score(reader: Reader, board: Dashboard) -> str:
    found, nps = board.figures, board.figures.nps
    if nps is None or found.range is None or found.answered < ENOUGH:
        return reader.texts("weekly_mail.few", answers=_answers(reader, found.answered))
    low, high = _ends(reader, found.range)
    answers = _answers(reader, found.answered)
    return reader.texts("weekly_mail.score", score=_whole(reader, nps), low=low, high=high, answers=answers)


def _months(reader: Reader, board: Dashboard) -> list[tuple[str, str, str]]:
    """Return the last months: the name, the score with its range, the number of answers; none where nobody answered."""
    points = board.months[-TREND:]
    if not any(one.figures.answered for one in points):
        return []
    names = reader.texts.words("formats.months")
    return [
        (names[int(one.month[5:]) - 1], _month(reader, one.figures), _answers(reader, one.figures.answered))
        for one in points
    ]


def _month(reader: Reader, found: Figures) -> str:
    if found.nps is None or found.range is None or found.answered < ENOUGH:
        return reader.texts("weekly_mail.month_few")
    low, high = _ends(reader, found.range)
    return reader.texts("weekly_mail.month", score=_whole(reader, found.nps), low=low, high=high)


def _praise(reader: Reader, parts: list[Part]) -> list[str] | None:
    """Return who was named how often, or None before the first night's count.

    Sorted by name: in the order of success it would be a rank list of people.
    """
    summaries = [one.board.summary for one in parts if one.board.summary]
    if not summaries:
        return None
    found: Counter[str] = Counter()
    for one in summaries:
        found.update(one.praise)
    people = sorted((one.name, found[one.id]) for one in reader.clinic.therapists if found[one.id])
    return [reader.texts.count("weekly_mail.praised", number, name=letter.one_line(name)) for name, number in people]


def _attention(reader: Reader, parts: list[Part], waiting: list[Case]) -> list[str]:
    texts, found = reader.texts, [_waiting(reader, waiting)] if waiting else []
    for one in parts:
        rules = one.board.summary.rules if one.board.summary else ()
        found += [texts("weekly_mail.quiet", rule=letter.one_line(rule.name)) for rule in rules if rule.is_quiet]
    mail = _mail_of(parts)
    if mail and not mail.is_healthy:
        found.append(texts("weekly_mail.bounced", number=mail.bounced + mail.complained, went=mail.went))
    if unheard := [place for place in reader.clinic.unheard() if reader.member.covers(place.id)]:
        names = ", ".join(letter.one_line(place.name) for place in unheard)
        found.append(texts("weekly_mail.unheard", places=names))
    return found


def _mail_of(parts: list[Part]) -> MailHealth | None:
    """Return how mail of the last 30 days did, for who answers for the whole clinic."""
    summary = parts[0].board.summary if len(parts) == 1 and not parts[0].name else None
    return summary.spans[Span.MONTH].mail if summary else None


def _ends(reader: Reader, found: Range) -> tuple[str, str]:
    return _whole(reader, found.low), _whole(reader, found.high)


def _whole(reader: Reader, number: float) -> str:
    return reader.formats.number(round(number))
