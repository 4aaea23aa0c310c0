import datetime as dt
import re

import pytest

from prm.clinics.model import Language
from prm.core.errors import Invalid
from prm.core.text import Texts
from prm.mail.model import Letter
from prm.patients.model import Proxy
from prm.surveys import letters
from prm.surveys.letters import Occasion
from tests import examples
from tests.golden.letters import ANSWERED_AT, NOW, TO_PATIENTS, TOKEN, URLS, clinic, occasion

QUESTIONS = {
    "survey": letters.survey,
    "follow_up": letters.follow_up,
}


@pytest.fixture(params=[(name, language) for name in QUESTIONS for language in Language], ids=str)
def question(request: pytest.FixtureRequest) -> tuple[Letter, Language]:
    """Return each mail that asks, in each language."""
    name, language = request.param
    return QUESTIONS[name](occasion(language), TOKEN), language


def scores(html: str) -> list[tuple[str, str]]:
    return re.findall(rf'href="({re.escape(URLS.survey(TOKEN))}/\d+)"[^>]*>(\d+)</a>', html)


def test_eleven_scores_stand_in_order_one_tap_each(question: tuple[Letter, Language]) -> None:
    assert scores(question[0].html) == [(URLS.survey(TOKEN, score), str(score)) for score in range(11)]


def test_all_scores_look_alike(question: tuple[Letter, Language]) -> None:
    tiles = re.findall(r'<td class="tile".*?</td>', question[0].html)
    plain = {re.sub(r'href="[^"]*"|aria-label="[^"]*"|>\d+<', "", tile) for tile in tiles}
    assert len(tiles) == 11
    assert len(plain) == 1


def test_scores_are_named_for_those_who_hear_them(question: tuple[Letter, Language]) -> None:
    letter, language = question
    assert f'aria-label="{Texts(language)("mail.of_ten", score=9)}"' in letter.html


def test_both_ends_are_labelled_in_both_parts(question: tuple[Letter, Language]) -> None:
    letter, language = question
    texts = Texts(language)
    assert texts("mail.low_end") in letter.html
    assert texts("mail.high_end") in letter.html
    assert f"{texts('mail.link_low', score=0)} {URLS.survey(TOKEN, 0)}\n" in letter.text
    assert f"{texts('mail.link_high', score=10)} {URLS.survey(TOKEN, 10)}\n" in letter.text


def test_the_question_stands_in_both_parts(question: tuple[Letter, Language]) -> None:
    letter, language = question
    said = Texts(language)("mail.question")
    assert said in letter.text
    assert said in letter.html


def test_a_reply_is_offered_before_the_links_in_the_text(question: tuple[Letter, Language]) -> None:
    letter, language = question
    assert letter.text.index(Texts(language)("mail.reply_first")) < letter.text.index(URLS.survey(TOKEN, 0))


@pytest.mark.parametrize("name", ["survey", "follow_up", "thank_you", "review_request"])
def test_optional_mail_can_be_stopped_with_one_click(name: str) -> None:
    headers = dict(TO_PATIENTS[name](Language.ENGLISH).headers)
    assert headers["List-Unsubscribe"] == f"<{URLS.stop(TOKEN)}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_a_receipt_is_an_automatic_reply_and_no_list_mail() -> None:
    letter = letters.receipt(occasion(), TOKEN)
    assert dict(letter.headers)["Auto-Submitted"] == "auto-replied"
    assert "List-Unsubscribe" not in dict(letter.headers)
    assert letter.subject == "Automatic reply from Riverbend"


def test_a_receipt_says_whom_to_call() -> None:
    letter = letters.receipt(occasion(), TOKEN)
    assert "call (937)\u00a0555-0143" in letter.text
    assert 'href="tel:+19375550143"' in letter.html
    assert "In an emergency, call 911." in letter.text


def test_a_follow_up_says_that_it_is_the_last() -> None:
    assert "We won't remind you again." in letters.follow_up(occasion(), TOKEN).text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.ENGLISH, "Thank you for answering our question on\u00a0Saturday."),
        (Language.SPANISH, "Gracias por contestar nuestra pregunta el\u00a0sábado."),
    ],
)
def test_thanks_name_the_day_of_the_answer(language: Language, words: str) -> None:
    assert words in letters.thank_you(occasion(language), ANSWERED_AT, TOKEN).text


def test_a_parent_is_written_to_and_greeted_for_a_child() -> None:
    child = examples.maria(birth_date=dt.date(2015, 1, 1), proxy=Proxy("Rosa Alvarez", "rosa@example.com"))
    letter = letters.survey(Occasion(clinic(), child, URLS, NOW), TOKEN)
    assert letter.to == "rosa@example.com"
    assert letter.text.startswith("Hi Rosa,\n")
    assert "because you receive email for a patient of Riverbend Physical Therapy" in letter.text
    assert "Maria" not in letter.text + letter.html


def test_who_is_an_adult_is_decided_by_the_clinics_day() -> None:
    born = dt.date(2008, 11, 25)
    proxy = Proxy("Rosa Alvarez", "rosa@example.com")
    nearly = Occasion(clinic(), examples.maria(birth_date=born, proxy=proxy, email=None), URLS, NOW)
    assert nearly.today == born.replace(year=2026)
    evening_before = dt.datetime(2026, 11, 25, 3, tzinfo=dt.UTC)  # still the 24th in Dayton
    assert Occasion(clinic(), nearly.patient, URLS, evening_before).today == dt.date(2026, 11, 24)


def test_a_child_without_a_proxy_is_not_written_to() -> None:
    child = examples.maria(birth_date=dt.date(2015, 1, 1))
    with pytest.raises(Invalid, match="no address"):
        letters.survey(Occasion(clinic(), child, URLS, NOW), TOKEN)


def test_someone_without_a_usable_name_is_still_greeted() -> None:
    letter = letters.survey(Occasion(clinic(), examples.maria(first_name="http://evil.example"), URLS, NOW), TOKEN)
    assert letter.text.startswith("Hello,\n")
    assert "evil.example" not in letter.text + letter.html


@pytest.mark.parametrize("name", TO_PATIENTS)
@pytest.mark.parametrize(("location", "rings"), [("downtown", "0143"), ("north", "0142"), (None, "0142")], ids=str)
def test_the_number_to_call_is_that_of_the_patients_place_and_failing_that_the_clinics(
    monkeypatch: pytest.MonkeyPatch, name: str, location: str | None, rings: str
) -> None:
    patient = examples.maria(location=location)
    monkeypatch.setattr("tests.golden.letters.examples.maria", lambda **_: patient)
    letter = TO_PATIENTS[name](Language.ENGLISH)
    for part in (letter.text, letter.html):
        assert set(re.findall(r"555-(\d{4})", part)) == {rings}
    assert f'href="tel:+1937555{rings}"' in letter.html
