"""Turns rows into patients and visits. A row that cannot be one raises Invalid with the file's name of the column."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from prm.clinics.model import Clinic
from prm.core import ids, sheet
from prm.core.errors import Invalid
from prm.patients import cells, dates, wording
from prm.patients.columns import DATES, FileKind, Layout
from prm.patients.model import DAY_UNKNOWN, Patient, Proxy, Visit, VisitKind, VisitStatus

USUAL_LENGTH = dt.timedelta(minutes=45)
_FIVE_YEARS = dt.timedelta(days=5 * 365)
_DAY_MINUTES = 24 * 60
_TOTALS = re.compile(r"(grand |sub|sub-|sub )?(totals?|sum|count|average)\b|(rows|records|patients|visits)\s*[:=]")
_ONLY_TIME = re.compile(r"\d{1,2}:\d{2}.*")
_PHONE = re.compile(r"[\d\s()+./#,;extEXT-]{3,40}")
_YES = {"y", "yes", "true", "1", "deceased", "dead"}
_NO = {"n", "no", "false", "0", "alive"}


@dataclass(frozen=True)
class Note:
    """Something about a row that is worth a look, though the row is in."""

    column: str
    reason: str


@dataclass
class Row:
    """One row with its columns' names."""

    layout: Layout
    line: int
    cells: Sequence[str]
    notes: list[Note] = field(default_factory=list)

    def text(self, column: str) -> str:
        """Return a cell as it stands, empty where there is none. What our own downloads made safe is undone."""
        place = self.layout.places.get(column)
        text = "" if place is None or place >= len(self.cells) else self.cells[place].strip()
        text = sheet.plain(text) if self.layout.is_ours else text
        return "" if text == "NULL" else text

    def read[T](self, column: str, reader: Callable[[str], T]) -> T:
        """Return what a reader makes of a cell. Raises Invalid that names the column."""
        try:
            return reader(self.text(column))
        except Invalid as err:
            err.field = self.layout.name(column)
            raise

    def read_or_note[T](self, column: str, reader: Callable[[str], T | None]) -> T | None:
        """Return what a reader makes of a cell; what it refuses is left out with a note."""
        try:
            return self.read(column, reader)
        except Invalid as err:
            self.notes.append(Note(err.field, err.message))
            return None


@dataclass
class Unknown:
    """A name that the clinic's settings do not have, met `count` times, first in row `line`."""

    line: int
    count: int = 0


@dataclass
class Reader:
    """Reads the rows of one file for one clinic; `orders` says how its date columns are written."""

    clinic: Clinic
    layout: Layout
    orders: Mapping[str, dates.Order | None]
    now: dt.datetime
    unknown: dict[tuple[str, str], Unknown] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Prepare what all rows share."""
        today = self.now.astimezone(self.clinic.tz).date()
        latest = today if self.layout.kind is FileKind.PATIENTS else today + _FIVE_YEARS
        self._dates = {column: dates.Dates(self.orders.get(column), latest) for column in DATES[self.layout.kind]}
        self._tz = self.clinic.tz
        self._names = {
            "therapist": wording.Names((one.id, one.name) for one in self.clinic.therapists),
            "location": wording.Names((one.id, one.name) for one in self.clinic.locations),
        }

    def patient_id(self, number: str) -> str:
        """Return our id of the patient whom the EMR knows by `number`."""
        return ids.name_of(self.clinic.id, number)

    def number(self, row: Row) -> str:
        """Return the patient's number in the EMR. Raises Invalid for a row without one, or a row of totals."""
        extra = row.cells[self.layout.width :]
        if any(cell.strip() for cell in extra):
            raise Invalid("The row has more cells than the header has names")
        number = row.read("patient_id", cells.number)
        filled = [cell for cell in map(str.strip, row.cells) if cell]
        if (not number or len(filled) * 2 <= self.layout.width) and _TOTALS.match(filled[0].casefold()):
            raise Invalid("This is a row of totals")
        if not number:
            raise Invalid("The patient number is missing", field=self.layout.name("patient_id"))
        return number

    def patient(self, row: Row) -> Patient:
        """Return the patient of a row. Raises Invalid."""
        number = self.number(row)
        first, last = row.read("first_name", cells.name), row.read("last_name", cells.name)
        if not first and not last:
            raise Invalid("The name is missing", field=self.layout.name("last_name"))
        return Patient(
            id=self.patient_id(number),
            record_number=number,
            first_name=first,
            last_name=last,
            birth_date=row.read("birth_date", self._dates["birth_date"].day),
            email=row.read_or_note("email", cells.email),
            phone=row.read_or_note("phone", _phone),
            language=wording.language(row.text("language"), self.clinic.languages[0]),
            proxy=_proxy(row),
            location=self._known(row, "location"),
            therapist=self._known(row, "therapist"),
            deceased_on=row.read("deceased_on", self._deceased),
            tags=frozenset(tag.casefold() for tag in re.split(r"[|;,]", row.read("tags", cells.name)) if tag.strip()),
        )

    def visit(self, row: Row) -> tuple[str, Visit]:
        """Return the number of the patient, and the visit. Raises Invalid."""
        number = self.number(row)
        starts_at, ends_at = self._span(row)
        emr_id = row.read("visit_id", cells.number)
        name = (emr_id,) if emr_id else (number, starts_at.isoformat())
        return number, Visit(
            id=ids.name_of(self.clinic.id, "visit", *name),
            starts_at=starts_at,
            ends_at=ends_at,
            status=self._status(row, ends_at),
            kind=row.read("kind", wording.kind) if "kind" in self.layout else VisitKind.TREATMENT,
            therapist=self._known(row, "therapist"),
            location=self._known(row, "location"),
            episode=row.read("episode", cells.number) or None,
        )

    def _span(self, row: Row) -> tuple[dt.datetime, dt.datetime]:
        start = row.read("starts_at", self._dates["starts_at"].moment)
        if start is None:
            raise Invalid("The date is missing", field=self.layout.name("starts_at"))
        if start.time is None:
            start = dates.Moment(start.day, row.read("start_time", dates.time_of), start.zone)
        end = self._end(row, start)
        starts_at = start.at(self._tz)
        if end is None:
            return starts_at, starts_at + row.read("minutes", _length)
        ends_at = end.at(self._tz)
        if ends_at < starts_at and _reads_later(end, start):
            # A clock change lies between, or start is in the hour it left out: what the clinic meant is the length.
            ends_at = starts_at + (_plain(end) - _plain(start))
        if ends_at < starts_at:
            column = "ends_at" if "ends_at" in self.layout else "end_time"
            raise Invalid("The visit ends before it starts", field=self.layout.name(column))
        return starts_at, ends_at

    def _end(self, row: Row, start: dates.Moment) -> dates.Moment | None:
        """Return when the visit ended as far as the row says: a moment, a time on the day it began, or nothing."""
        if _ONLY_TIME.fullmatch(row.text("ends_at")):
            return dates.Moment(start.day, row.read("ends_at", dates.time_of), start.zone)
        end = row.read("ends_at", self._dates["ends_at"].moment)
        if end and end.time:
            return end
        time = row.read("end_time", dates.time_of)
        if time:
            return dates.Moment(end.day if end else start.day, time, start.zone)
        return end if end and end.day != start.day else None

    def _status(self, row: Row, ends_at: dt.datetime) -> VisitStatus:
        if row.text("status"):
            return row.read("status", wording.status)
        return VisitStatus.COMPLETED if ends_at <= self.now else VisitStatus.SCHEDULED

    def _known(self, row: Row, column: str) -> str | None:
        text = cells.clean(row.text(column))
        if not text:
            return None
        found = self._names[column].find(text)
        if found is None:
            self.unknown.setdefault((self.layout.name(column), text[:60]), Unknown(row.line)).count += 1
        return found

    def _deceased(self, text: str) -> dt.date | None:
        if text.casefold() in _NO:
            return None
        return DAY_UNKNOWN if text.casefold() in _YES else self._dates["deceased_on"].day(text)


def _plain(moment: dates.Moment) -> dt.datetime:
    return dt.datetime.combine(moment.day, moment.time or dt.time(12))


def _reads_later(end: dates.Moment, start: dates.Moment) -> bool:
    return end.zone is start.zone is None and _plain(end) >= _plain(start)


def _length(text: str) -> dt.timedelta:
    found = re.fullmatch(r"(\d{1,4})(?:\.0+)?\s*(?:m|min|mins|minutes)?", text.casefold())
    if text and (not found or not 0 < int(found[1]) <= _DAY_MINUTES):
        raise Invalid("This is not a number of minutes")
    return dt.timedelta(minutes=int(found[1])) if found else USUAL_LENGTH


def _phone(text: str) -> str | None:
    text = cells.clean(text)
    if text and not (_PHONE.fullmatch(text) and any(map(str.isdigit, text))):
        raise Invalid("This is not a phone number")
    return text or None


def _proxy(row: Row) -> Proxy | None:
    address = row.read_or_note("proxy_email", cells.email)
    return Proxy(row.read("proxy_name", cells.name), address) if address else None
