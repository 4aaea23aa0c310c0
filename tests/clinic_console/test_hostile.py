"""Whatever a patient, an import or a colleague writes is text on every page that shows it."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import cycle, islice
from urllib.parse import urlencode

import pytest
from markupsafe import escape

from prm.clinics.model import Clinic, ReviewSite, TalkTrack
from prm.core import table
from prm.patients.model import Patient, Proxy, Visit, VisitStatus
from prm.recovery import playbook
from prm.recovery.model import InboxItem, InboxKind
from prm.uploads.model import Findings, Upload
from prm.uploads.model import Stage as UploadStage
from tests.clinic_console.doors import TABLE, someone
from tests.clinic_console.test_fuzz import forms_of
from tests.clinic_console.whole import RIVERBEND, Whole
from tests.payloads import PAYLOADS

PATIENT = "p-evil"
FIELDS = (
    *("first_name", "last_name", "email", "phone", "record_number", "tag", "proxy_name", "proxy_email"),
    *("comment", "reply", "note", "ending", "upload"),
    *("clinic_name", "short_name", "signer", "clinic_phone", "postal_address", "location", "location_phone"),
    *("site", "therapist", "mark", "member", "member_email", "track_title", "track_step"),
)
"""Everything that someone else than us writes and that a page shows."""


@dataclass
class Read(HTMLParser):
    """What a browser would make of a page: its elements, attributes, addresses, scripts."""

    elements: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    scripts: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        given = dict(attrs)
        names = ("href", "src", "action", "formaction", "srcset", "data", "poster", "xlink:href", "srcdoc")
        self.addresses |= {given[name] or "" for name in names if name in given}
        if tag == "script":
            self.scripts.add(given.get("src") or "inline")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(body: str) -> Read:
    found = Read()
    found.feed(body)
    return found


def fill(whole: Whole, words: Mapping[str, str]) -> dict[str, str]:
    """Write these words into every field; return the ids in addresses. Stores take what forms would refuse."""
    house, now = whole.console.house, whole.console.clock.now
    clinic = house.clinics.fresh(RIVERBEND)
    house.clinics.save(_clinic(clinic, words), clinic.version)
    patient = Patient(
        PATIENT,
        words["record_number"],
        words["first_name"],
        words["last_name"],
        birth_date=dt.date(1984, 3, 12),
        email=words["email"],
        phone=words["phone"],
        proxy=Proxy(words["proxy_name"], words["proxy_email"]),
        location="downtown",
        therapist="omar",
        tags=frozenset({words["tag"]}),
    )
    table.transact([house.patients.store.add(RIVERBEND, patient, now)])
    at = now - dt.timedelta(days=2)
    visit = Visit("v1", at, at + dt.timedelta(hours=1), VisitStatus.COMPLETED, location="downtown", therapist="omar")
    table.transact(house.patients.store.add_visits(RIVERBEND, PATIENT, [visit]))
    whole.console.answers(3, "I waited", patient=PATIENT, occasion="evil")
    [case] = house.recovery.of_patient(RIVERBEND, PATIENT)
    shown = replace(case, words=words["comment"])
    table.transact([house.desk.cases.saving(shown, case.version)])
    case = house.desk.note(house.desk.case(clinic, clinic.member("nora"), PATIENT, case.id), clinic.member("nora"), "x")
    noted = replace(case, notes=tuple(replace(one, text=words["note"]) for one in case.notes))
    current = house.desk.case(clinic, clinic.member("nora"), PATIENT, case.id)
    table.transact([house.desk.cases.saving(noted, current.version)])
    _survey(whole, words["comment"])
    house.recovery.add_to_inbox(InboxItem("m-evil", RIVERBEND, PATIENT, InboxKind.REPLY, words["reply"], now))
    upload = Upload(RIVERBEND, "uploadevil", "nora", words["upload"], now, 80, UploadStage.CHECKED, check=Findings(now))
    house.uploads.store.add(upload)
    return {**whole.names, "patient": PATIENT, "case": case.id, "upload": "uploadevil", "location": "downtown"}


def _survey(whole: Whole, words: str) -> None:
    """Let the patient's answer say this, however long."""
    surveys = whole.console.house.surveys
    [survey] = surveys.of_patient(RIVERBEND, PATIENT)
    assert survey.answer
    later = replace(survey, answer=replace(survey.answer, comment=words))
    table.transact([surveys.store.saving(later, survey.version)])


def _clinic(clinic: Clinic, words: Mapping[str, str]) -> Clinic:
    site = ReviewSite("google", words["site"], "https://g.example/downtown")
    places = tuple(
        replace(one, name=words["location"], phone=words["location_phone"], review_sites=(site,))
        for one in clinic.locations
    )
    staff = tuple(
        replace(one, name=words["member"], email=words["member_email"]) if one.id in {"dora", "nora"} else one
        for one in clinic.staff
    )
    track = TalkTrack(words["track_title"], (words["track_step"], f"Say thanks. {words['track_step']}"))
    return replace(
        clinic,
        name=words["clinic_name"],
        short_name=words["short_name"],
        signer=words["signer"],
        phone=words["clinic_phone"],
        postal_address=words["postal_address"],
        locations=places,
        therapists=tuple(replace(one, name=words["therapist"]) for one in clinic.therapists),
        staff=staff,
        marks=tuple(replace(one, words=words["mark"]) for one in clinic.marks),
        talk_tracks=dict.fromkeys(playbook.kinds(), track),
    )


def pages(whole: Whole, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield every page, under the name of its route; a file that is saved is none, and no browser reads it as one."""
    for name, row in TABLE.items():
        if name.startswith("GET"):
            path = whole.path(name.partition(" ")[2], {**names, **row.names})
            answer = someone(whole, row).get(path)
            if "Content-Disposition" in answer.headers:
                assert answer.headers["Content-Type"].startswith("text/csv")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                continue
            yield name, answer.body


def usual(whole: Whole) -> dict[str, Read]:
    """Return how every page reads where nobody means harm."""
    found = {name: read(body) for name, body in pages(whole, fill(whole, dict.fromkeys(FIELDS, "Word")))}
    whole.anew()
    return found


HARMLESS = re.compile(r"(/(?!/)[^\s]*|#[\w-]*|\?[^\s]*|tel:[+0-9]*|mailto:[^\s]*|https://\S*|)")


def held(name: str, found: Read, before: Read) -> None:
    """Hold that words made no element, no attribute, no address and no script."""
    assert found.elements <= before.elements | OPTIONAL, name
    assert found.attributes <= before.attributes | OPTIONAL, name
    assert found.scripts <= before.scripts, name
    assert "inline" not in found.scripts, name
    assert {one for one in found.addresses if not HARMLESS.fullmatch(one)} == set(), name
    assert not {one for one in found.attributes if one.startswith("on")}, name


OPTIONAL = {"strong", "small", "span", "a", "href", "class", "dir"}
"""What a page has or has not by the shape of a text: a telephone number that can be dialled, a step with a heading."""


def spread(shift: int) -> dict[str, str]:
    """Return words for all fields; with `shift` from 0 to len(FIELDS) - 1 each field gets its share of all."""
    turned = islice(cycle(PAYLOADS), shift * len(FIELDS), None)
    return dict(zip(FIELDS, turned, strict=False))


def test_there_are_more_than_a_hundred() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) > 100


def test_all_words_at_once_in_every_field_stay_words(whole: Whole) -> None:
    before = usual(whole)
    everything = "\n".join(one for one in PAYLOADS if "\x00" not in one)
    names = fill(whole, dict.fromkeys(FIELDS, everything))
    for name, body in pages(whole, names):
        held(name, read(body), before[name])


@pytest.mark.parametrize("shift", range(len(PAYLOADS) // len(FIELDS) + 1))
def test_each_word_stands_on_its_page_as_it_was_written(whole: Whole, shift: int) -> None:
    before = usual(whole)
    for name, body in pages(whole, fill(whole, spread(shift))):
        held(name, read(body), before[name])


def test_every_field_is_shown_somewhere(whole: Whole) -> None:
    """A field that no page shows tests nothing."""
    words = {name: f"Wort{number}x" for number, name in enumerate(FIELDS)}
    shown = "".join(body for _, body in pages(whole, fill(whole, words)))
    assert {name for name, word in words.items() if word not in shown} <= {"ending", "signer"}


REFLECTED = (
    "show",
    "location",
    "month",
    "who",
    "before",
    "next",
    "span",
    "search",
    "tag",
    "care",
    "after",
    "off",
    "on",
)


def test_what_an_address_says_is_text_too(whole: Whole) -> None:
    before = {name: read(body) for name, body in pages(whole, {})}
    for number, (name, row) in enumerate(TABLE.items()):
        if name in before:
            words = islice(cycle(PAYLOADS), number * len(REFLECTED), None)
            query = urlencode(dict(zip(REFLECTED, words, strict=False)))
            path = whole.path(name.partition(" ")[2], row.names)
            body = someone(whole, row).get(f"{path}?{query}").body
            found = read(body)
            assert found.elements <= before[name].elements | EMPTY, name
            assert "inline" not in found.scripts, name
            assert {one for one in found.addresses if not HARMLESS.fullmatch(one)} == set(), name


EMPTY = {"p", "h2", "div", "a", "form", "input", "button", "section", "select", "option", "label", "span", "strong"}
"""What stands on a page where filters find nobody."""


def test_a_form_with_mistakes_shows_what_was_typed_as_text(whole: Whole) -> None:
    for pattern, fields in forms_of(whole).items():
        names = list(dict.fromkeys(name for name, _ in fields if name != "csrf"))
        words = dict(zip(names, cycle(PAYLOADS), strict=False))
        row = TABLE[f"POST {pattern}"]
        answer = someone(whole, row).post(whole.path(pattern, row.names), words)
        found = read(answer.body)
        assert "inline" not in found.scripts, pattern
        assert not {one for one in found.attributes if one.startswith("on") or one == "style"}, pattern
        assert {one for one in found.addresses if not HARMLESS.fullmatch(one)} == set(), pattern
        whole.anew()


def test_the_words_come_back_as_they_were_written(whole: Whole) -> None:
    words = dict.fromkeys(FIELDS, "Word") | {"comment": '"Fine" <b>&amp;</b> it\'s 5 > 4'}
    names = fill(whole, words)
    page = whole.signed_in("nora").get(whole.path("/clinic/cases/{patient}/{case}", names))
    assert str(escape(words["comment"])) in page.body
