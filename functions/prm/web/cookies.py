"""The cookies of staff's browsers: which session, which form, and what to say on the next page.

`__Host-` names (RFC 6265bis, 4.1.3.2) are taken from our own host alone, over TLS, for every path.
"""

import base64
import binascii
import json
from http.cookies import CookieError, SimpleCookie

from chalice import Response
from chalice.app import Request

SESSION = "__Host-session"
VISIT = "__Host-visit"
FLASH = "__Host-flash"
_TERMS = "Path=/; Secure; HttpOnly; SameSite=Lax"
_LONG = 2000


def read(request: Request, name: str) -> str:
    """Return a cookie's value, "" where there is none or the header is not one of cookies."""
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def keep(name: str, value: str) -> str:
    """Return the header that sets a cookie until the browser is closed."""
    return f"{name}={value}; {_TERMS}"


def drop(name: str) -> str:
    """Return the header that removes a cookie."""
    return f"{name}=; {_TERMS}; Max-Age=0"


def flash(key: str, values: dict[str, str]) -> str:
    """Return the header that lets the next page say a sentence. Values are for that browser alone, and short."""
    document = json.dumps([key, values], separators=(",", ":")).encode()
    return keep(FLASH, base64.urlsafe_b64encode(document[:_LONG]).decode().rstrip("="))


def flashed(request: Request) -> tuple[str, dict[str, str]] | None:
    """Return the sentence's key and values that the last page left, if it can be read."""
    text = read(request, FLASH)
    try:
        key, values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return str(key), {str(name): str(value) for name, value in dict(values).items()}
    except (ValueError, TypeError, RecursionError, binascii.Error):
        return None


def on(answer: Response, kept: list[str]) -> Response:
    """Return the answer with the headers that set and drop cookies."""
    if kept:
        answer.headers["Set-Cookie"] = kept if len(kept) > 1 else kept[0]
    return answer
