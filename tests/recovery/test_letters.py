import datetime as dt
import re
from dataclasses import replace

import pytest

from prm.clinics.model import Alert, Clinic, Language, Location, Role, StaffMember
from prm.mail.model import Letter
from prm.recovery import letters
from prm.recovery.letters import Notice
from prm.recovery.model import Note
from tests import examples
from tests.golden.letters import ALL, BASE, OPENED_AT, TO_STAFF, URLS, case, clinic, notice


def said(letter: Letter) -> str:
    """Return all a mail says, headers too, with plain spaces."""
    return f"{letter.subject}\n{letter.sender}\n{letter.text}\n{letter.html}".replace("\u00a0", " ")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("write", [letters.alert, letters.escalation])
def test_nothing_of_the_patient_or_the_answer_is_in_it(write: object, language: Language) -> None:
    told = replace(
        notice(language),
        case=case(score=3, notes=(Note(OPENED_AT, "system", "Waited 40 minutes, nobody came."),)),
    )
    letter = letters.alert(told) if write is letters.alert else letters.escalation(told)
    text = letter.subject + letter.text.replace(told.case.id, "")
    for secret in ("Maria", "Alvarez", "p-maria", "s-maria", "maria@", "Mei-Lin", "Waited", "nobody came", "M. A."):
        assert secret not in said(letter)
    assert "3" not in text.replace("23", "").replace("4:3", "")


@pytest.mark.parametrize("score", range(9))
def test_it_is_the_same_mail_whatever_the_score(score: int) -> None:
    assert letters.alert(replace(notice(), case=case(score=score))) == letters.alert(notice())


@pytest.mark.parametrize("write", TO_STAFF.values())
@pytest.mark.parametrize("language", Language)
def test_its_links_lead_to_the_console_and_name_no_patient(write: object, language: Language) -> None:
    letter = next(one for one in TO_STAFF.values() if one is write)(language)
    pages = {f"{BASE}/clinic/{page}" for page in ("cases/k7q2mt", "inbox", "emails")}
    assert {found for found in re.findall(r'href="([^"]+)"', letter.html) if found.startswith(BASE)} <= pages
    assert set(re.findall(r"https?://\S+", letter.text)) <= pages
    assert f"{BASE}/clinic/cases/k7q2mt" in letter.text
    assert "List-Unsubscribe" not in dict(letter.headers)


def test_it_says_where_when_until_when_and_which_case() -> None:
    letter = letters.alert(notice())
    assert letter.subject.replace("\u00a0", " ") == "Riverbend Downtown: call needed by 4:40 pm"
    text = said(letter)
    assert "A patient needs a call by 4:40 pm today" in text
    assert "A new answer came in at Downtown at 12:40 pm (Monday, November 23)." in text
    assert "Case number: k7q2mt" in text


def test_a_call_due_tomorrow_names_the_day() -> None:
    due = OPENED_AT + dt.timedelta(hours=21)
    letter = letters.alert(replace(notice(), case=case(call_by=due)))
    assert letter.subject.replace("\u00a0", " ") == "Riverbend Downtown: call needed by tomorrow, 9:40 am"
    assert "A patient needs a call by 9:40 am tomorrow" in said(letter)


@pytest.mark.parametrize(
    ("member", "owner", "words"),
    [
        ("luis", "luis", "The call is yours."),
        ("nora", "luis", "Luis Ortega has the call."),
        ("nora", None, "Nobody has it yet."),
        ("nora", "left-last-week", "Nobody has it yet."),
    ],
)
def test_it_says_whose_call_it_is(member: str, owner: str | None, words: str) -> None:
    assert words in said(letters.alert(replace(notice(member=member), case=case(owner=owner))))


@pytest.mark.parametrize(
    ("others", "late", "words"),
    [
        (1, 0, "Also open: 1 more case."),
        (1, 1, "Also open: 1 more case, which is late."),
        (2, 0, "Also open: 2 more cases."),
        (2, 1, "Also open: 2 more cases, 1 of them late."),
        (5, 3, "Also open: 5 more cases, 3 of them late."),
    ],
)
def test_other_open_cases_are_counted(others: int, late: int, words: str) -> None:
    assert words in said(letters.alert(replace(notice(), others_open=others, others_late=late)))


def test_a_single_case_has_no_others() -> None:
    assert "Also open" not in said(letters.alert(replace(notice(), others_open=0, others_late=0)))


def test_it_says_who_is_told_next_and_when() -> None:
    assert "If the case is still open at 4:10 pm, we also tell Nora Ellison." in said(letters.alert(notice()))


@pytest.mark.parametrize("changes", [{"escalate_at": None}, {"escalate_at": OPENED_AT}])
def test_without_an_escalation_to_come_nobody_is_said_to_be_told(changes: dict[str, object]) -> None:
    assert "we also tell" not in said(letters.alert(replace(notice(), case=case(**changes))))


def test_those_who_get_the_alert_are_not_told_of_themselves() -> None:
    assert "we also tell" not in said(letters.alert(notice(member="nora")))


def test_several_who_are_told_next_are_listed() -> None:
    more = [
        StaffMember(name.lower(), name, f"{name}@clinic.example", Role.MANAGER, alerts=frozenset({Alert.ESCALATION}))
        for name in ("Ines", "Otto")
    ]
    place = clinic()
    crowded = replace(place, staff=(*place.staff, *more))
    assert "we also tell Nora Ellison, Ines and Otto." in said(letters.alert(replace(notice(), clinic=crowded)))


def test_an_escalation_says_that_the_call_is_still_open() -> None:
    letter = ALL["escalation"](Language.ENGLISH)
    assert letter.to == "nora@clinic.example"
    assert letter.subject.replace("\u00a0", " ") == "Riverbend Downtown: call still open, needed by 4:40 pm"
    assert "Luis Ortega has the call." in said(letter)


def test_an_escalation_after_the_time_says_that_it_is_late() -> None:
    late = replace(notice(member="nora"), now=OPENED_AT + dt.timedelta(hours=4, seconds=1))
    letter = letters.escalation(late)
    assert "call is late, needed by" in letter.subject
    assert "A call is late: it was needed by 4:40 pm today" in said(letter)


def place_named(name: str) -> Clinic:
    return examples.riverbend(locations=(Location("downtown", name),))


@pytest.mark.parametrize(
    ("name", "location", "begins"),
    [
        ("Downtown", "downtown", "Riverbend Downtown:"),
        ("Riverbend Downtown", "downtown", "Riverbend Downtown:"),
        ("Downtown", None, "Riverbend:"),
        ("Downtown", "closed-years-ago", "Riverbend:"),
    ],
)
def test_the_subject_names_the_place_once(name: str, location: str | None, begins: str) -> None:
    place = place_named(name)
    told = Notice(place, place.member("luis"), case(location=location), OPENED_AT, URLS)
    assert letters.alert(told).subject.startswith(begins)


def test_staff_read_the_clinics_first_language() -> None:
    assert letters.alert(notice(Language.SPANISH)).subject.startswith("Riverbend Downtown: hay que llamar")
