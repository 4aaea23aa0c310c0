"""What holds for every mail, whatever it says."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.utils import formataddr
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from prm.clinics.model import Clinic, Language, Location, ReviewSite
from prm.mail import letter
from prm.mail.model import Letter
from prm.recovery import letters as recovery
from prm.reviews import letters as reviews
from prm.surveys import letters as surveys
from tests import examples
from tests.golden.letters import ALL, ANSWERED_AT, BASE, EVERY, NOW, TO_PATIENTS, TO_STAFF, TOKEN, URLS, case

VOID = {"meta", "br", "link", "img", "hr", "input"}
HOSTILE = [
    '<script>alert(1)</script>"',
    "'\"><img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "--><![endif]--><b>",
    "Maria\r\nBcc: everyone@example.com",
    "Maria\nX-Evil: 1",
    "\x00\x1b[31mMaria\x7f",
    "\u202eairaM\u2066",
    "Mar\ud800ia",
    "M" * 5000,
]


class Reader(HTMLParser):
    """Notes every tag with its attributes, and whether each one that opens also closes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.comments: list[str] = []
        self.shown: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "title"}:
            self.shown.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def words(self) -> str:
        return " ".join("".join(self.shown).split())


@pytest.fixture(params=EVERY, ids=lambda one: f"{one[0]}-{one[1]}")
def sent(request: pytest.FixtureRequest) -> Letter:
    """Return each mail in each language."""
    name, language = request.param
    return ALL[name](language)


@pytest.fixture(params=[(name, language) for name in TO_PATIENTS for language in Language], ids=str)
def to_patient(request: pytest.FixtureRequest) -> Letter:
    """Return each mail that patients get."""
    name, language = request.param
    return TO_PATIENTS[name](language)


def links(html: str) -> list[str]:
    return [str(one["href"]) for one in Reader(html).all("a")]


def test_it_is_well_formed(sent: Letter) -> None:
    assert Reader(sent.html).open == []


def test_it_stays_small(sent: Letter) -> None:
    assert len(sent.html.encode()) < 16_000
    assert max(len(line.encode()) for line in sent.html.splitlines()) < 998


def test_it_needs_no_picture_no_script_and_no_other_file(sent: Letter) -> None:
    read = Reader(sent.html)
    assert [tag for tag, _ in read.tags if tag in {"img", "script", "link", "iframe", "form", "object", "svg"}] == []
    assert "url(" not in sent.html
    assert "@import" not in sent.html


def test_every_link_is_absolute_and_ours_or_a_telephone_number(sent: Letter) -> None:
    assert [one for one in links(sent.html) if not one.startswith((f"{BASE}/", "tel:+1", "tel:911"))] == []


def test_the_text_has_every_link_of_the_html(sent: Letter) -> None:
    lines = sent.text.split()
    assert [one for one in links(sent.html) if one.startswith("http") and one not in lines] == []


def test_the_text_says_what_the_html_says(to_patient: Letter) -> None:
    shown = Reader(to_patient.html).words
    for paragraph in to_patient.text.split("\n\n")[:3]:
        if "http" not in paragraph and "reply" not in paragraph and "responda" not in paragraph:
            assert " ".join(paragraph.split()) in shown


def test_the_text_is_not_wrapped_and_not_escaped(sent: Letter) -> None:
    assert "&" not in sent.text
    assert "\n\n\n" not in sent.text
    assert sent.text.endswith("\n")


def test_tables_are_for_layout_only(sent: Letter) -> None:
    assert {one.get("role") for one in Reader(sent.html).all("table")} == {"presentation"}


def test_reading_software_learns_language_and_title(sent: Letter) -> None:
    read = Reader(sent.html)
    outer = read.all("div")[0]
    assert outer["role"] == "article"
    assert outer["lang"] == read.all("html")[0]["lang"] in {"en", "es"}
    assert outer["aria-label"] == sent.subject
    assert len(read.all("h1")) == 1


def test_outlooks_conditions_are_balanced(sent: Letter) -> None:
    opened = re.findall(r"<!--\[if ([^\]]+)\]>", sent.html)
    assert opened
    assert len(opened) == sent.html.count("<![endif]-->")
    for part in re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", sent.html, re.DOTALL):
        assert "--" not in part


def test_outlooks_tables_are_whole(sent: Letter) -> None:
    ghosts = "".join(re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", sent.html, re.DOTALL))
    for tag in ("table", "tr", "td"):
        assert len(re.findall(rf"<{tag}\b", ghosts)) == ghosts.count(f"</{tag}>")


def test_style_sheets_only_add(sent: Letter) -> None:
    head, body = sent.html.split("</head>")
    assert "<style" not in body
    assert re.findall(r"<(?!/)[^>]*class=(?![^>]*style=)[^>]*>", body) == []
    assert "prefers-color-scheme:dark" in head
    assert "[data-ogsc]" in head


def test_colours_are_never_pure(sent: Letter) -> None:
    assert re.findall(r"#(?:fff|ffffff|000|000000)\b", sent.html, re.IGNORECASE) == []


def test_whoever_only_sees_the_inbox_reads_a_preheader(sent: Letter) -> None:
    hidden = re.search(r'<div style="display:none[^>]*>([^<]+)</div>', sent.html)
    assert hidden
    assert len(hidden[1].split("&#847;")[0]) > 20


def test_robots_are_told_that_a_machine_wrote_it(sent: Letter) -> None:
    assert dict(sent.headers)["Auto-Submitted"] in {"auto-generated", "auto-replied"}
    assert "Precedence" not in dict(sent.headers)


def test_headers_are_what_ses_takes(sent: Letter) -> None:
    for name, value in sent.headers:
        assert re.fullmatch(r"[!-9;-@A-~]{1,126}", name)
        assert re.fullmatch(r"[ -~]{1,870}", value)
    assert len({name for name, _ in sent.headers}) == len(sent.headers)


def test_subjects_name_neither_patient_nor_score_nor_treatment(sent: Letter) -> None:
    lowered = sent.subject.casefold()
    assert [
        word for word in ("maria", "alvarez", "score", "puntua", "pain", "dolor", "therapy") if word in lowered
    ] == []


def test_patients_get_it_from_the_clinic_at_their_own_address(to_patient: Letter) -> None:
    assert to_patient.sender == "Riverbend Physical Therapy"
    assert to_patient.to == "maria@example.com"
    assert to_patient.replies


def test_the_foot_says_why_from_where_and_how_to_stop(to_patient: Letter) -> None:
    shown = Reader(to_patient.html).words
    for part in (to_patient.text, shown):
        assert "412 Mill Street, Suite 3, Dayton, OH 45402" in part
        assert "(937)\u00a0555-0143" in part or "(937) 555-0143" in part
        assert "because you are a patient of" in part or "porque es paciente de" in part
    assert links(to_patient.html)[-1] == URLS.stop(TOKEN)
    assert to_patient.text.rstrip().endswith(URLS.stop(TOKEN))


def test_no_mail_promises_or_asks_with_an_exclamation_mark(sent: Letter) -> None:
    assert not set("!¡") & set(sent.text)


# ---- hostile values


def hostile_clinic(evil: str) -> Clinic:
    site = ReviewSite("google", evil, "https://g.example/downtown")
    return examples.riverbend(
        name=f"Riverbend {evil}",
        short_name=f"River {evil}",
        postal_address=f"412 Mill Street\n{evil}",
        signer=evil,
        phone=f"(937) 555-0142 {evil}",
        locations=(Location("downtown", f"Downtown {evil}", review_sites=(site,)),),
    )


def hostile_letters(evil: str) -> Iterator[Letter]:
    clinic = hostile_clinic(evil)
    to_evil = surveys.Occasion(clinic, examples.maria(first_name=evil), URLS, NOW)
    yield surveys.survey(to_evil, TOKEN)
    yield surveys.follow_up(to_evil, TOKEN)
    yield surveys.thank_you(to_evil, ANSWERED_AT, TOKEN)
    yield surveys.receipt(to_evil, TOKEN)
    yield reviews.review_request(to_evil, "downtown", ANSWERED_AT, TOKEN)
    notice = recovery.Notice(clinic, replace(clinic.staff[0], name=evil), case(owner="luis"), NOW, URLS)
    yield recovery.alert(notice)
    yield recovery.escalation(notice)


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_names_add_no_element_and_no_attribute(evil: str) -> None:
    kind = "plain"
    for hostile, tame in zip(hostile_letters(evil), hostile_letters(kind), strict=True):
        expected, found = Reader(tame.html), Reader(hostile.html)
        assert [tag for tag, _ in found.tags] == [tag for tag, _ in expected.tags]
        assert [sorted(attributes) for _, attributes in found.tags] == [sorted(one) for _, one in expected.tags]
        assert len(found.comments) == len(expected.comments)


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_names_never_reach_a_header(evil: str) -> None:
    for hostile in hostile_letters(evil):
        values = [hostile.subject, hostile.sender, *(value for _, value in hostile.headers)]
        assert all(value.isprintable() and "\n" not in value for value in values)
        message = EmailMessage()
        message["From"] = formataddr((hostile.sender, "care@example.com"))
        message["Subject"] = hostile.subject
        assert set(message.keys()) == {"From", "Subject"}
        assert message["From"].addresses[0].addr_spec == "care@example.com"


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_names_can_be_encoded_and_add_no_line_to_the_text(evil: str) -> None:
    for hostile in hostile_letters(evil):
        assert (hostile.text + hostile.html + hostile.subject + hostile.sender).encode()
        assert not re.search(r"^(Bcc|X-Evil)", hostile.text, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Riverbend", "Riverbend"),
        ("  two \t words\n", "two words"),
        ("a\r\nBcc: b", "a Bcc: b"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("\u202eabc", "abc"),
        ("👩‍⚕️ Ñandú", "👩‍⚕️ Ñandú"),
        ("", ""),
        ("x" * 121, "x" * 119 + "…"),
    ],
)
def test_one_line_keeps_what_can_be_seen(text: str, line: str) -> None:
    assert letter.one_line(text) == line


@pytest.mark.parametrize("name", ["Maria", "Ana María", "O'Neil", "Jean-Luc", "Wm. Henry", "李", "J.", "محمد"])
def test_people_are_greeted_by_name(name: str) -> None:
    assert letter.greeted(name) == name


@pytest.mark.parametrize(
    "name", ["", "  ", "http://evil.example", "evil.example", "a@b", "12345", "Win 100", "M" * 41, "--"]
)
def test_what_is_no_name_is_not_greeted(name: str) -> None:
    assert letter.greeted(name) == ""


def test_a_signer_is_joined_by_the_team_in_the_readers_language() -> None:
    english, spanish = TO_PATIENTS["survey"](Language.ENGLISH), TO_PATIENTS["survey"](Language.SPANISH)
    assert "Nora Ellison and the team at Riverbend" in english.text
    assert "Nora Ellison y el equipo de Riverbend" in spanish.text


@pytest.mark.parametrize(
    ("signer", "said"),
    [("", "The team at Riverbend"), ("All of us at Riverbend", "All of us at Riverbend")],
)
def test_without_a_signers_name_the_team_or_the_clinics_own_line_signs(signer: str, said: str) -> None:
    occasion = surveys.Occasion(examples.riverbend(signer=signer), examples.maria(), URLS, NOW)
    assert f"Thank you,\n{said}\n" in surveys.survey(occasion, TOKEN).text


def test_a_clinic_without_a_short_name_uses_its_name() -> None:
    assert letter.short_name(examples.riverbend(short_name=" ")) == "Riverbend Physical Therapy"


def test_a_template_with_a_hole_is_never_sent() -> None:
    with pytest.raises(UndefinedError):
        letter.render("survey", "en", {"greeting": "Hi Maria,"})


def test_staff_mail_names_the_system_and_takes_no_replies() -> None:
    for write in TO_STAFF.values():
        sent = write(Language.ENGLISH)
        assert sent.sender == "Open PRM for Riverbend"
        assert sent.local_part == "alerts"
        assert not sent.replies
