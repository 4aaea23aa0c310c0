"""How moments, numbers and telephone numbers are written for a reader, in their language and the clinic's zone.

Parts that belong together are tied with no-break spaces, so that "5:10 pm" never breaks over two lines.
"""

import datetime as dt
import re
from dataclasses import dataclass

from prm.core.text import Texts

NBSP = "\u00a0"
_NOON = 12
_NORTH_AMERICAN = re.compile(r"(?:\+?1[\s.-]*)?\(?([0-9]{3})\)?[\s./-]*([0-9]{3})[\s.-]*([0-9]{4})")
_NOT_DIALLED = re.compile(r"[^0-9\s()+./-]")
_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Formats:
    """Writes for one language and zone. Moments are aware datetimes in any zone."""

    texts: Texts
    zone: dt.tzinfo

    def local(self, at: dt.datetime) -> dt.datetime:
        """Return the moment on the clinic's clock."""
        return at.astimezone(self.zone)

    def time(self, at: dt.datetime) -> str:
        """Return "5:10 pm"."""
        here = self.local(at)
        half = self._say("formats.am" if here.hour < _NOON else "formats.pm")
        return f"{here.hour % 12 or 12}:{here.minute:02d}{NBSP}{half}"

    def date(self, day: dt.date) -> str:
        """Return "November 23, 2026"."""
        return self._say("formats.date", day=day.day, month=self._month(day), year=day.year)

    def month_day(self, day: dt.date) -> str:
        """Return "November 28"."""
        return self._say("formats.month_day", day=day.day, month=self._month(day))

    def weekday_date(self, day: dt.date) -> str:
        """Return "Saturday, November 21"."""
        return self.texts("formats.weekday_date", weekday=self._weekday(day), month_day=self.month_day(day))

    def short_day(self, day: dt.date, today: dt.date) -> str:
        """Return "Nov 5", for lists; the year where it is another."""
        month = self.texts.words("formats.months_short")[day.month - 1]
        if day.year == today.year:
            return self._say("formats.short_day", day=day.day, month=month)
        return self._say("formats.short_day_year", day=day.day, month=month, year=day.year)

    def moment(self, at: dt.datetime, now: dt.datetime) -> str:
        """Return "today, 2:15 pm", "tomorrow, 11:00 am", "Fri, Nov 20, 5:10 pm"; the year where it is another."""
        day, today = self.local(at).date(), self.local(now).date()
        return self._say("formats.moment", day=self._near(day, today) or self._short(day, today), time=self.time(at))

    def by(self, at: dt.datetime, now: dt.datetime) -> str:
        """Return "4:40 pm today", "9:30 am tomorrow", "9:30 am on Wednesday, November 25"."""
        day, today = self.local(at).date(), self.local(now).date()
        near = self._near(day, today)
        if near:
            return self._say("formats.by_near", time=self.time(at), day=near)
        return self.texts("formats.by_far", time=self.time(at), day=self.weekday_date(day))

    def promise(self, at: dt.datetime, now: dt.datetime) -> str:
        """Return by when, in whole half-days: "noon today, Monday, November 23", "tomorrow evening, ...".

        Never earlier than `at`: what patients are promised leaves staff some room.
        """
        here, today = self.local(at), self.local(now).date()
        half = "noon" if here.time() <= dt.time(_NOON) else "evening"
        when = {0: "today", 1: "tomorrow"}.get((here.date() - today).days, "later")
        return self.texts(f"formats.{half}_{when}", date=self.weekday_date(here.date()))

    def past_day(self, at: dt.datetime, now: dt.datetime) -> str:
        """Return when something was, as the end of a sentence: "today", "yesterday", "on Saturday", "on May 3"."""
        day, today = self.local(at).date(), self.local(now).date()
        if day == today:
            return self.texts("formats.today")
        if today - day == dt.timedelta(days=1):
            return self.texts("formats.yesterday")
        name = self._weekday(day) if dt.timedelta() < today - day < _WEEK else self.month_day(day)
        return self._say("formats.on_day", day=name)

    def number(self, number: int) -> str:
        """Return "2,318"; a minus is the typographic one."""
        return f"{number:,}".replace("-", "−")  # noqa: RUF001  # the minus sign is meant

    def count(self, key: str, number: int) -> str:
        """Return the sentence for this number, with the number as a reader writes it: "2,318 patients"."""
        return self.texts(f"{key}_one" if number == 1 else f"{key}_other", number=self.number(number))

    def length(self, span: dt.timedelta) -> str:
        """Return "2 h 10 min", rounded down to minutes."""
        hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
        parts = [f"{hours}{NBSP}h"] if hours else []
        return NBSP.join([*parts, f"{minutes}{NBSP}min"] if minutes or not hours else parts)

    def _month(self, day: dt.date) -> str:
        return self.texts.words("formats.months")[day.month - 1]

    def _weekday(self, day: dt.date) -> str:
        return self.texts.words("formats.weekdays")[day.weekday()]

    def _near(self, day: dt.date, today: dt.date) -> str | None:
        keys = {-1: "formats.yesterday", 0: "formats.today", 1: "formats.tomorrow"}
        key = keys.get((day - today).days)
        return self.texts(key) if key else None

    def _short(self, day: dt.date, today: dt.date) -> str:
        key = "formats.short_date" if day.year == today.year else "formats.short_date_year"
        year = {} if day.year == today.year else {"year": day.year}
        weekday = self.texts.words("formats.weekdays_short")[day.weekday()]
        month = self.texts.words("formats.months_short")[day.month - 1]
        return self.texts(key, weekday=weekday, day=day.day, month=month, **year)

    def _say(self, key: str, **values: object) -> str:
        """Return a short form that must stay on one line."""
        return self.texts(key, **values).replace(" ", NBSP)


def phone(number: str) -> str:
    """Return "(937) 555-0142" for a North American number, anything else as it was written."""
    parts = _NORTH_AMERICAN.fullmatch(number.strip())
    if not parts:
        return number.strip()
    area, exchange, line = parts.groups()
    return f"({area}){NBSP}{exchange}-{line}"


def phone_link(number: str) -> str:
    """Return the `tel:` address of a number (RFC 3966); an extension cannot be dialled and is left out."""
    dialled = _NOT_DIALLED.split(number.strip())[0].strip()
    parts = _NORTH_AMERICAN.fullmatch(dialled)
    if parts:
        return f"tel:+1{''.join(parts.groups())}"
    plus = "+" if dialled.startswith("+") else ""
    return f"tel:{plus}{''.join(char for char in dialled if char in '0123456789')}"
