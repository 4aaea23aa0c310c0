"""What the fields of a clinic's form may hold: text that is safe in a mail's header, times, telephone numbers."""

import datetime as dt
import re
import zoneinfo
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from prm.clinics import sites
from prm.core.errors import Invalid

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_HALF_DAY = 12
_ID = r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"


def _one_line(text: str) -> str:
    """Refuse what could start another header in a mail; a line break in an address is a comma."""
    text = ", ".join(part.strip(" ,") for part in text.splitlines() if part.strip(" ,"))
    if _CONTROLS.search(text):
        raise ValueError("holds control characters")
    return text


def _time(value: object) -> object:
    """Read 8:00, 08:00, 8 am or 6:30 pm."""
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError("write a time as 8:00 or 18:30")
    hour, half = int(found[1]), (found[3] or "").lower()
    if half:
        hour = hour % _HALF_DAY + (_HALF_DAY if half == "pm" else 0)
    return dt.time(hour, int(found[2] or 0))


def span(value: object) -> object:
    """Read "8:00-18:00"; anything else is handed on as it is."""
    if isinstance(value, str):
        opens, dash, closes = value.replace("–", "-").partition("-")
        if not dash:
            raise ValueError("write opening hours as 8:00-18:00")
        return {"opens": opens.strip(), "closes": closes.strip()}
    return value


def _phone(text: str) -> str:
    if not re.fullmatch(r"[\d ()+./#x-]{3,40}", text):
        raise ValueError("is not a phone number")
    return text


def _zone(text: str) -> str:
    if text not in zoneinfo.available_timezones():
        raise ValueError(f"{text!r} is not a time zone name such as America/New_York")
    return text


def _no_yelp(text: str) -> str:
    if sites.is_yelp(text):
        raise ValueError(sites.NO_YELP)
    return text


def _review_url(text: str) -> str:
    try:
        return sites.review_url(text)
    except Invalid as err:
        raise ValueError(err.message) from err


Line = Annotated[str, BeforeValidator(lambda value: _one_line(value) if isinstance(value, str) else value)]
Name = Annotated[Line, Field(min_length=1, max_length=100)]
Id = Annotated[str, Field(pattern=_ID)]
Time = Annotated[dt.time, BeforeValidator(_time)]
Phone = Annotated[str, AfterValidator(_phone)]
Zone = Annotated[str, AfterValidator(_zone)]
SiteName = Annotated[Name, AfterValidator(_no_yelp)]
SiteUrl = Annotated[str, AfterValidator(_review_url)]
