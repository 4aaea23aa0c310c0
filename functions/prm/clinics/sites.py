"""Which addresses may stand on a review page."""

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from prm.core.errors import Invalid

NO_YELP = (
    "Yelp forbids asking for reviews and hides those that were asked for, so it cannot be a review site "
    "(Yelp, Don't Ask for Reviews)"
)
_YELP = re.compile(r"(?<![a-z0-9-])yelp(?:\.[a-z]{2,}|(?![a-z0-9-]))")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_MAX = 2000


def review_url(text: str) -> str:
    """Return the address of a review site. Raises Invalid unless it is plain https, and for Yelp wherever it hides."""
    text = text.strip()
    if len(text) > _MAX or re.search(r"[\s\x00-\x1f\x7f\\]", text):
        raise Invalid("This is not a web address", field="url")
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as err:
        raise Invalid("This is not a web address", field="url") from err
    if parts.scheme != "https" or "@" in parts.netloc or port not in {None, 443}:
        raise Invalid("A review site needs an address that starts with https://", field="url")
    if is_yelp(text):
        raise Invalid(NO_YELP, field="url")
    if not _HOST.fullmatch(host):
        raise Invalid("A review site needs the name of a web site, such as https://www.google.com/...", field="url")
    return text


def is_yelp(text: str) -> bool:
    """Tell whether an address or a name is Yelp's, also as the target of a redirect and however it is encoded."""
    for _ in range(3):
        text = unquote(text)
    return bool(_YELP.search(unicodedata.normalize("NFKC", text).casefold()))
