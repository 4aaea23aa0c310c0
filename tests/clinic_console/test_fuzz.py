"""Ten thousand requests that no browser of ours would send: every answer is a page, none an exception.

Each seed begins with the clinic that has one of everything and goes on from there, so that forms find what forms before
them left; PRM_FUZZ says how many requests a seed makes. What a form's fields are called is read off the pages.
"""

import base64
import json
import os
import random
import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

from prm.accounts.model import Stage
from tests.clinic_console.doors import TABLE, someone
from tests.clinic_console.whole import LAKESIDE, Whole
from tests.console import Browser
from tests.mailed import FORM, request

SEEDS = 10
EACH = int(os.environ.get("PRM_FUZZ", "1000"))
AGAIN = 60
"""After so many requests everything is as it began: a clinic that was closed answers alike to all."""

WORDS = (
    *("", " ", "0", "1", "-1", "1.5", "1e309", "NaN", "null", "true", "[]", "{}", "yes", "on"),
    *("\u0663", "\uff19", "9" * 11, "9" * 40, "9" * 5000, "0x10", "+1", "1_000"),
    *("a" * 100, "a" * 1025, "a" * 3000, "é" * 700, "🙂" * 300, "\N{ZERO WIDTH JOINER}", "\u202etxt.exe", "e\u0301"),
    *("\x00", "a\x00b", "\r\nSet-Cookie: a=b", "\x1b[2J", "\ufffd", "\ufeffa", "\u2028"),
    *("'", '"', "' OR 1=1 --", "<script>alert(1)</script>", "{{ 7*7 }}", "${7*7}", "%s%n", "=cmd|' /C calc'!A0"),
    *("../../etc/passwd", "..", ".", "/", "//evil.example", "\\", "https://evil.example", "javascript:alert(1)"),
    *("#", "riverbend#p-maria", "lakeside", "p-lake", "p-maria", "nora", "gone", "downtown", "north", "new"),
    *("2026-11", "2026-13", "0000-00", "2026-02-30", "1900-01-01", "9999-12-31", "0001-01-01", "20261124"),
    *("2026-11-24T17:00:00+00:00", "9999-12-31T23:59:59.999999+00:00", "0001-01-01T00:00:00+23:59", "24:00", "9:00"),
    *("2026-11-24T17:00:00+99:99", "12:60", "00:00", "nora@clinic.example", "x@y", "ida@lakeside.example"),
    *("owner", "manager", "everyone", "promoters", "resolved", "America/New_York", "Mars/Olympus", "es", "90d", "all"),
    *("__proto__", "constructor", "__class__", "csrf", "after-evaluation", "sixth-visit", "score", "waiting", "closed"),
)
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "get", "TRACE")


class Forms(HTMLParser):
    """Reads what forms of a page send where."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.found: dict[str, list[tuple[str, str]]] = {}
        self._here: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "get").lower() == "post":
            self._here = given.get("action", self.path)
            self.found.setdefault(self._here, [])
        elif self._here is not None and tag in {"input", "select", "textarea", "button"} and given.get("name"):
            self.found[self._here].append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._here = None


UNSEEN = {
    "/clinic/records/example/remove": ["csrf"],  # shown while example patients are there
    "/clinic/cases/{patient}/{case}/reopen": [],
    "/clinic/operator/mail": ["queue", "handle", "do", "clinic", "recipient", "touch"],
    "/clinic/records/example": [],
    "/clinic/records/{upload}/again": [],
    "/clinic/records/{upload}/check": ["order"],
    "/clinic/rules/{rule}/again": [],
    "/clinic/rules/{rule}/count": [],
    "/clinic/records/{upload}/import": ["version"],
    "/clinic/settings/close": ["name", "version"],
    "/clinic/settings/talk/{kind}/ours": ["version"],
    "/clinic/settings/texts/{mail}/{language}/ours": ["version"],
}
"""The fields of forms that stand on a page only in a state that nothing is in here: a closed case, say."""


def forms_of(whole: Whole) -> dict[str, list[tuple[str, str]]]:
    """Return the fields of all forms, by the route they are sent to."""
    found = {pattern: [(name, "") for name in names] for pattern, names in UNSEEN.items()}
    routes = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + r"(\?.*)?"), path) for _, path in whole.routes()]
    routes.sort(key=lambda one: one[1].count("{"))
    for name, row in TABLE.items():
        if name.startswith("GET"):
            browser = someone(whole, row)
            path = whole.path(name.partition(" ")[2], row.names)
            reader = Forms(path)
            reader.feed(browser.get(path).body)
            for at, fields in reader.found.items():
                pattern = next((path for known, path in routes if known.fullmatch(at)), None)
                if pattern:
                    found.setdefault(pattern, fields)
    return found


@dataclass
class Fuzzer:
    """Draws requests. `whole` is at hand for ids and sessions that are real."""

    whole: Whole
    chance: random.Random
    forms: Mapping[str, list[tuple[str, str]]]
    routes: list[str] = field(init=False)
    known: dict[str, Browser] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.routes = sorted({path for _, path in self.whole.routes()})

    def draw(self) -> dict[str, Any]:
        """Return one event of API Gateway."""
        pattern = self.chance.choice(self.routes)
        path = self._path(pattern)
        browser = self._browser()
        method = self._method(pattern)
        headers = self._headers(browser)
        body = self._body(pattern, browser, headers) if method == "POST" or self._rarely(5) else None
        event = request(method, path, body=body, headers=headers, stage="")
        event |= self._query()
        if body is not None and self._rarely(8):
            event |= self._encoded(body)
        if self._rarely(100):
            event["headers"] = None
        return event

    def _rarely(self, one_of: int) -> bool:
        return self.chance.randrange(one_of) == 0

    def word(self) -> str:
        if self._rarely(6):
            return "".join(self.chance.choices(string.printable, k=self.chance.randrange(30)))
        return self.chance.choice(WORDS)

    def _path(self, pattern: str) -> str:
        if self._rarely(40):
            return "/" + self.chance.choice(["clinic", "signup"]) + "/" + self.word()
        names = re.findall(r"\{(\w+)\}", pattern)
        for name in names:
            own = self.whole.names.get(name, "x")
            value = own if self.chance.random() < 0.6 else self.word() or own
            pattern = pattern.replace("{" + name + "}", value)
        return pattern

    def _method(self, pattern: str) -> str:
        known = sorted({method for method, path in self.whole.routes() if path == pattern})
        return self.chance.choice(METHODS) if self._rarely(25) else self.chance.choice(known)

    def _browser(self) -> Browser:
        who = self.chance.randrange(20)
        if who < 12:
            member = self.chance.choice(["nora", "nora", "luis", "omar", "dora", "ana"])
            return self._kept(member, lambda: self.whole.signed_in(member))
        if who < 14:
            return self._kept("ida", lambda: self.whole.signed_in("nora", LAKESIDE))
        if who < 15:
            return self._kept("operator", self.whole.operator)
        if who < 19:
            stage = self.chance.choice([one for one in Stage if one is not Stage.IN])
            return self._kept(stage, lambda: self.whole.at(stage))
        browser = self.whole.console.browser()
        browser.cookies["__Host-visit"] = self.word()
        return browser

    def _kept(self, who: str, make: Callable[[], Browser]) -> Browser:
        """Return someone's browser, the same until everything is as it began: signing in costs more than a page."""
        if who not in self.known:
            self.known[who] = make()
        return replace(self.known[who], cookies=dict(self.known[who].cookies))

    def _headers(self, browser: Browser) -> dict[str, str]:
        if self._rarely(6):
            browser.cookies[self.chance.choice(["__Host-flash", "__Host-session", "__Host-visit", "a"])] = (
                self._cookie()
            )
        headers = {
            "Host": "care.example.org",
            "Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
            "Content-Type": FORM,
            "Origin": "https://care.example.org",
        }
        if self._rarely(12):
            headers[self.chance.choice([*headers, "X-Forwarded-Host", "Accept-Language", "Referer"])] = self.word()
        if self._rarely(25):
            del headers[self.chance.choice(list(headers))]
        return headers

    def _cookie(self) -> str:
        documents = [
            "[" * 3000,
            '{"a":' * 1500,
            json.dumps(["console_access.flash_signed_out", {}]),
            json.dumps(["console_team.flash_invited", {"name": self.word(), "email": "x"}]),
            json.dumps(["console_access.entry_wrong", {}]),
            json.dumps([1, 2]),
            json.dumps("ab"),
        ]
        if self._rarely(2):
            return base64.urlsafe_b64encode(self.chance.choice(documents).encode()).decode().rstrip("=")
        return self.word()

    def _query(self) -> dict[str, Any]:
        if self.chance.random() < 0.5:
            return {}
        names = ["show", "location", "before", "month", "who", "next", "span", "search", "after", "care", "tag", "off"]
        pairs = {self.chance.choice(names) if self._rarely(2) else self.word(): self.word() for _ in range(3)}
        many = {name: [value] * self.chance.randrange(1, 3) for name, value in pairs.items()}
        return {"queryStringParameters": pairs, "multiValueQueryStringParameters": many}

    def _body(self, pattern: str, browser: Browser, headers: dict[str, str]) -> str:
        kind = self.chance.randrange(14)
        if kind == 0:
            return "csrf=" + browser.csrf + "&" + self.chance.choice(["%", "a=%FF%FE", "%ZZ=1", "&&==&", "a=%ED%A0%80"])
        if kind == 1:
            headers["Content-Type"] = self.chance.choice(["application/json", "multipart/form-data; boundary=x", ""])
            return self.chance.choice(['{"csrf": 1}', "--x\r\n\r\n--x--", "", self.word()])
        pairs = [(name, value) for name, value in self.forms.get(pattern, []) if name != "csrf"]
        pairs = [(name, self._value(value)) for name, value in pairs if not self._rarely(12)]
        if self._rarely(6):
            pairs += self.chance.choices(pairs, k=2) if pairs else []
        if self._rarely(8):
            pairs += [(self.word(), self.word()) for _ in range(self.chance.choice([1, 3, 400]))]
        token = self.word() if self._rarely(15) else browser.csrf
        encoded = [(quote(name, errors="replace"), quote(value, errors="replace")) for name, value in pairs]
        body = "&".join([f"csrf={quote(token, errors='replace')}", *(f"{name}={value}" for name, value in encoded)])
        return body + "&x=" + "y" * 70_000 if self._rarely(60) else body

    def _value(self, own: str) -> str:
        return own if self.chance.random() < 0.5 else self.word()

    def _encoded(self, body: str) -> dict[str, Any]:
        broken = "not base64!" if self._rarely(3) else base64.b64encode(body.encode("utf-8", "replace")).decode()
        return {"body": broken, "isBase64Encoded": True}


def wrong(event: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    """Return what is wrong with an answer, whatever was asked."""
    headers = {
        **answer["headers"],
        **{name: "".join(all_) for name, all_ in answer.get("multiValueHeaders", {}).items()},
    }
    location = str(headers.get("Location", ""))
    if not 200 <= answer["statusCode"] < 500:
        return f"status {answer['statusCode']}"
    if any("\r" in str(value) or "\n" in str(value) for value in headers.values()):
        return "a line break in a header"
    if location and not re.fullmatch(r"/(clinic|signup)[^\s\\]*", location):
        return f"leads to {location}"
    if "<script>alert(1)</script>" in answer["body"]:
        return "markup of a stranger"
    return "" if "Cache-Control" in headers else "may be kept"


def told(event: Mapping[str, Any]) -> str:
    body = str(event["body"])[:300]
    return f"{event['httpMethod']} {event['path']!r:.200} {event['multiValueQueryStringParameters']!r:.300} {body!r}"


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_is_sent_is_answered_with_a_page(whole: Whole, seed: int) -> None:
    fuzzer = Fuzzer(whole, random.Random(seed), forms_of(whole))  # noqa: S311 - chance that can be had again
    found: dict[str, str] = {}
    statuses: set[int] = set()
    for number in range(EACH):
        if number % AGAIN == 0:
            whole.anew()
            fuzzer.known.clear()
        event = fuzzer.draw()
        try:
            answer = whole.console.handler(event, None)
            problem = wrong(event, answer)
            statuses.add(answer["statusCode"])
        except Exception as err:  # noqa: BLE001 - any defect is what is looked for
            problem = _where(err)
        if problem:
            found.setdefault(problem, told(event))
    assert not found, "\n".join(f"{problem}: {request}" for problem, request in found.items())
    assert {200, 303, 403, 404} <= statuses


def _where(err: Exception) -> str:
    frames = []
    at = err.__traceback__
    while at:
        frames.append(f"{at.tb_frame.f_code.co_filename.rpartition('/functions/')[2]}:{at.tb_lineno}")
        at = at.tb_next
    ours = [one for one in frames if one.startswith(("prm/", "clinic_"))]
    return f"{type(err).__name__} {str(err)[:80]} at {ours[-1] if ours else frames[-1]}"


def test_the_fuzzer_knows_the_fields_of_every_form(whole: Whole) -> None:
    sent = {name.partition(" ")[2] for name in TABLE if name.startswith("POST")}
    assert sent - set(forms_of(whole)) == set()


DIGITS = "9" * 5000
"""More than Python makes a number of."""


@pytest.mark.parametrize(
    ("name", "form", "said"),
    [
        ("/clinic/inbox?show=moon", None, 200),
        ("/clinic/cases/" + "a" * 3000 + "/x", None, 404),
        ("/clinic/cases/p-maria#p-maria/x", None, 404),
        ("/clinic/cases/p-maria/{case}/note", {"note": "x", "version": DIGITS}, 409),
        ("/clinic/settings/talk/waiting/ours", {"version": DIGITS}, 409),
        ("/clinic/settings/talk/waiting/ours", {"version": "\u0663"}, 409),
        ("/clinic/inbox/messages/done", {"at": "2026-11-24T17:00:00+00:00", "id": "a" * 3000}, 404),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_once_was_a_defect_is_a_page(whole: Whole, name: str, form: dict[str, object] | None, said: int) -> None:
    browser = whole.signed_in("nora")
    answer = browser.get(whole.path(name)) if form is None else browser.post(whole.path(name), form)
    assert answer.status == said


def test_a_message_for_the_next_page_that_is_nested_without_end_is_none(whole: Whole) -> None:
    browser = whole.signed_in("nora")
    browser.cookies["__Host-flash"] = base64.urlsafe_b64encode(b"[" * 6000).decode()
    assert browser.get("/clinic/inbox").status == 200


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "\u0661" * 6])
def test_what_cannot_be_a_code_is_a_wrong_code(whole: Whole, code: str) -> None:
    for stage, path in ((Stage.ENROL, "/clinic/authenticator"), (Stage.SECOND, "/clinic/second")):
        answer = whole.at(stage).post(path, {"code": code})
        assert answer.status == 422
        assert "That code is not right" in answer.text
