"""Makes a cell safe to keep, to put into a mail header and to export again; or says why it is not."""

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from prm.core.errors import Invalid

_MAX_NAME = 100
_MAX_ID = 64
_PLACEHOLDERS = {"-", "--", "n/a", "(none)"}
_QUOTED_BY_EXCEL = re.compile(r'="([^"]*)"')
_FORMULA = ("=", "@", "+", "-")
# Bidirectional overrides make a name read backwards; the rest is invisible.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def clean(text: str) -> str:
    """Return the text on one line, without control or invisible characters, and empty for a placeholder.

    Line breaks become spaces, so that nothing that comes in can start a mail header. ="00123", by which exports keep
    leading zeros from spreadsheets, is 00123.
    """
    if text.isalnum() and text.isascii():
        return text
    text = text.strip()
    if found := _QUOTED_BY_EXCEL.fullmatch(text):
        text = found[1]
    text = _INVISIBLE.sub("", _CONTROLS.sub(" ", unicodedata.normalize("NFC", text)))
    text = " ".join(text.split())
    return "" if text.casefold() in _PLACEHOLDERS else text


def name(text: str) -> str:
    """Return what a person, a place or a tag is called. Raises Invalid on a formula, or on what nobody is called."""
    text = clean(text)
    if text.startswith(_FORMULA):
        raise Invalid("The cell looks like a spreadsheet formula")
    if len(text) > _MAX_NAME:
        raise Invalid(f"The cell is longer than {_MAX_NAME} characters")
    if "\ufffd" in text:
        raise Invalid("The cell has characters that cannot be read. Save the file in UTF-8")
    return text


def number(text: str) -> str:
    """Return an identifier of the EMR. Raises Invalid where it cannot be one: two patients must never become one."""
    cleaned = clean(text)
    if _CONTROLS.search(text.strip()) or "\ufffd" in cleaned:
        raise Invalid("The number holds characters that cannot be read")
    if len(cleaned) > _MAX_ID:
        raise Invalid(f"The number is longer than {_MAX_ID} characters")
    if cleaned.startswith(_FORMULA[:2]):
        raise Invalid("The cell looks like a spreadsheet formula")
    return cleaned


def email(text: str) -> str | None:
    """Return an address written the usual way, None for an empty cell. Raises Invalid for what no mail can reach."""
    text = clean(text)
    return _address(text) if text else None


@lru_cache(maxsize=1024)
def _address(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as err:
        raise Invalid("This is not an email address that mail can reach") from err
