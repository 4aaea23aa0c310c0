"""Mail to staff about a case: where, since when, until when, and its number.

Mail is no place for a patient's name, score or words, nor for initials: these letters are made without them. Their
links name the case by its number alone and open nothing to who is not signed in.
"""

import datetime as dt
from dataclasses import dataclass

from prm.clinics.model import Alert, Clinic, StaffMember
from prm.core.formats import Formats
from prm.core.text import Texts
from prm.core.urls import Urls
from prm.mail import letter
from prm.mail.letter import Draft
from prm.mail.model import Letter
from prm.recovery.model import Case


@dataclass(frozen=True)
class Notice:
    """What a member of staff is told of: one case, and how many others of theirs are open, and late, at this moment."""

    clinic: Clinic
    member: StaffMember
    case: Case
    now: dt.datetime
    urls: Urls
    others_open: int = 0
    others_late: int = 0

    @property
    def texts(self) -> Texts:
        """The sentences in the clinic's first language."""
        return Texts(self.clinic.languages[0])

    @property
    def formats(self) -> Formats:
        """Dates and times at the clinic."""
        return Formats(self.texts, self.clinic.tz)

    @property
    def is_late(self) -> bool:
        """Whether the call should have been made by now."""
        return self.now > self.case.call_by


def alert(notice: Notice) -> Letter:
    """Return the news that a patient needs a call."""
    return _letter(notice, "alert_mail", "", _told_next(notice))


def escalation(notice: Notice) -> Letter:
    """Return the reminder, to those who answer for it, that a case is still open."""
    return _letter(notice, "escalation_mail", "_late" if notice.is_late else "", "")


def _letter(notice: Notice, section: str, mood: str, escalation_line: str) -> Letter:
    texts, formats, case = notice.texts, notice.formats, notice.case
    name = letter.short_name(notice.clinic)
    opened_on = formats.local(case.opened_at).date()
    draft = Draft(
        template="alert",
        clinic=notice.clinic,
        to=notice.member.email,
        language=notice.clinic.languages[0],
        sender=texts("alert_mail.sender", clinic=name),
        local_part="alerts",
        replies=False,
        subject=texts(f"{section}.subject{mood}", place=_full_place(notice), by=_by_short(notice)),
        preheader=texts(f"{section}.preheader", number=case.id),
        values={
            "heading": texts(f"{section}.heading{mood}", by=formats.by(case.call_by, notice.now)),
            "section": section,
            "place": _place(notice),
            "came_at": formats.time(case.opened_at),
            "came_on": formats.weekday_date(opened_on),
            "owner": _owner(notice),
            "case": case.id,
            "open_case": notice.urls.console(f"cases/{case.id}"),
            "inbox": notice.urls.console("inbox"),
            "change": notice.urls.console("emails"),
            "also_open": _also_open(notice),
            "why": texts(f"{section}.why", place=_place(notice), clinic=letter.one_line(notice.clinic.name)),
            "escalation": escalation_line,
        },
    )
    return letter.write(draft)


def _place(notice: Notice) -> str:
    place = notice.clinic.location(notice.case.location)
    return letter.one_line(place.name) if place else letter.short_name(notice.clinic)


def _full_place(notice: Notice) -> str:
    """Return the place with the clinic's name before it, unless it says so itself."""
    clinic, place = letter.short_name(notice.clinic), _place(notice)
    return place if place.casefold().startswith(clinic.casefold()) else f"{clinic} {place}"


def _by_short(notice: Notice) -> str:
    """Return the time, with its day unless that is the day the mail is read on."""
    formats, call_by = notice.formats, notice.case.call_by
    is_today = formats.local(call_by).date() == formats.local(notice.now).date()
    return formats.time(call_by) if is_today else formats.moment(call_by, notice.now)


def _owner(notice: Notice) -> str:
    owner = next((one for one in notice.clinic.staff if one.id == notice.case.owner), None)
    if owner is None:
        return notice.texts("alert_mail.owner_none")
    if owner.id == notice.member.id:
        return notice.texts("alert_mail.owner_you")
    return notice.texts("alert_mail.owner_other", owner=letter.one_line(owner.name))


def _also_open(notice: Notice) -> str:
    if not notice.others_open:
        return ""
    late = ""
    if notice.others_late:
        alone = notice.others_open == 1
        late = (
            notice.texts("alert_mail.only_late") if alone else notice.texts.count("alert_mail.late", notice.others_late)
        )
    return notice.texts.count("alert_mail.also_open", notice.others_open, late=late)


def _told_next(notice: Notice) -> str:
    """Return who else is told, and when, if the case stays open; nothing where that is nobody."""
    at = notice.case.escalate_at
    names = [
        letter.one_line(one.name)
        for one in notice.clinic.staff
        if Alert.ESCALATION in one.alerts and one.covers(notice.case.location) and one.id != notice.member.id
    ]
    if at is None or at <= notice.now or not names:
        return ""
    return notice.texts("alert_mail.escalation", time=notice.formats.time(at), names=_listed(names, notice.texts))


def _listed(names: list[str], texts: Texts) -> str:
    if len(names) == 1:
        return names[0]
    return texts("alert_mail.and", first=", ".join(names[:-1]), last=names[-1])
