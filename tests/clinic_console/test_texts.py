"""The wording of mails: the clinic's own where it may be, never with a hole, never with markup."""

from dataclasses import replace

import pytest

from prm.clinics.model import Clinic, Language
from prm.core.text import Texts
from prm.mail.model import Kind
from prm.mail.wording import SLOTS, ours, problem
from prm.surveys import letters
from prm.surveys.letters import Occasion
from tests import examples
from tests.clinic_console.test_settings import send
from tests.console import Console
from tests.golden.letters import NOW, TOKEN, URLS

PATH = "/clinic/settings/texts"
EVERY = [(kind, language) for kind in SLOTS for language in Language]


def riverbend(console: Console) -> Clinic:
    return console.house.clinics.fresh("riverbend")


def survey(clinic: Clinic, language: Language = Language.ENGLISH) -> str:
    letter = letters.survey(Occasion(clinic, examples.maria(language=language), URLS, NOW), TOKEN)
    return f"{letter.text}\n{letter.html}"


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_what_a_form_shows_can_be_sent_as_it_stands_and_stays_ours(
    clinic_console: Console, kind: Kind, language: Language
) -> None:
    answer = send(clinic_console.signed_in("nora"), f"{PATH}/{kind}/{language}")

    assert answer.status == 303, answer.text
    assert riverbend(clinic_console).texts == {}


def test_the_clinics_own_words_stand_in_the_mail_of_that_language_alone(clinic_console: Console) -> None:
    send(
        clinic_console.signed_in("nora"),
        f"{PATH}/survey/en",
        mail_greeting="Dear {name},",
        survey_mail_lead="A word for us at {clinic}?",
    )
    clinic = riverbend(clinic_console)

    assert "Dear Maria," in survey(clinic)
    assert "A word for us at Riverbend?" in survey(clinic)
    assert "Dear" not in survey(clinic, Language.SPANISH)
    assert Texts("es")("survey_mail.lead") in survey(clinic, Language.SPANISH)


def test_a_patient_whose_name_cannot_be_greeted_is_greeted_in_our_words() -> None:
    clinic = examples.riverbend(texts={"en.mail.greeting": "Dear {name},"})
    letter = letters.survey(Occasion(clinic, examples.maria(first_name="www.evil.example"), URLS, NOW), TOKEN)
    assert letter.text.startswith("Hello,")


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("mail_greeting", "Dear patient,", "{name} is missing."),
        ("mail_greeting", "Dear {name} {last_name},", "{last_name} is not known here."),
        ("mail_greeting", "Dear {name.__class__},", "holds no plain name"),
        ("mail_greeting", "Dear {name!r},", "holds no plain name"),
        ("mail_greeting", "Dear {name:99},", "holds no plain name"),
        ("mail_greeting", "Dear {name},{}", "holds no plain name"),
        ("mail_greeting", "Dear {name", "A brace stands alone"),
        ("mail_greeting", "Dear {name}}", "A brace stands alone"),
        ("mail_greeting", "x" * 55 + "{name}", "Use at most 60 characters."),
        ("survey_mail_lead", "x" * 241, "Use at most 240 characters."),
        ("survey_mail_lead", "<b>Hi</b>", "Use plain text"),
        ("survey_mail_lead", "a\u202eb", "Use plain text"),
        ("survey_mail_lead", "a\x00b", "Use plain text"),
        ("survey_mail_lead", "Read https://evil.example", "Leave web addresses out"),
        ("survey_mail_lead", "Read WWW.evil.example", "Leave web addresses out"),
    ],
)
def test_what_may_not_stand_in_a_mail_is_refused_beside_its_field_and_kept_as_typed(
    clinic_console: Console, field: str, text: str, said: str
) -> None:
    answer = send(clinic_console.signed_in("nora"), f"{PATH}/survey/en", **{"mail_thank_you": "Cheers,", field: text})

    assert answer.status == 422
    assert said in answer.text
    assert "Cheers," in answer.text
    assert riverbend(clinic_console).texts == {}


def test_an_empty_field_is_ours_again(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    send(owner, f"{PATH}/survey/en", survey_mail_lead="Own words.")
    send(owner, f"{PATH}/survey/en", survey_mail_lead="  ")

    assert riverbend(clinic_console).texts == {}


def test_back_to_ours_is_for_one_mail_in_one_language(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    for path in ("survey/en", "survey/es"):
        send(owner, f"{PATH}/{path}", survey_mail_lead="Own words.")
    owner.get(f"{PATH}/survey/en")
    owner.post(f"{PATH}/survey/en/ours", {"version": riverbend(clinic_console).version})

    assert set(riverbend(clinic_console).texts) == {"es.survey_mail.lead"}


def test_the_question_and_the_lines_of_the_law_cannot_be_written(clinic_console: Console) -> None:
    fixed = {"mail.question", "mail.stop", "mail.medical", "mail.why", "review_request_mail.honest"}
    assert fixed & {slot.key for slots in SLOTS.values() for slot in slots} == set()
    page = clinic_console.signed_in("nora").get(f"{PATH}/survey/en")
    assert 'name="mail_question"' not in page.body


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_our_own_sentences_are_as_we_ask_of_others(kind: Kind, language: Language) -> None:
    assert [problem(slot, ours(slot, language)) for slot in SLOTS[kind]] == [None] * len(SLOTS[kind])


@pytest.mark.parametrize("stale", ["{gone} and {name}", "no name", "{", "{0}"])
def test_words_that_no_longer_fit_give_way_to_ours(stale: str) -> None:
    clinic = examples.riverbend(texts={"en.mail.greeting": stale})
    assert "Hi Maria," in survey(clinic)


def test_markup_that_got_in_all_the_same_is_shown_as_it_is_written() -> None:
    clinic = examples.riverbend(texts={"en.survey_mail.lead": "<script>alert(1)</script>"})
    assert "<script>alert" not in letters.survey(Occasion(clinic, examples.maria(), URLS, NOW), TOKEN).html


def test_a_link_among_own_words_stays_a_link() -> None:
    clinic = examples.riverbend(texts={"en.thank_you_mail.more": "Call <{phone}> & tell us"})
    html = letters.thank_you(Occasion(clinic, examples.maria(), URLS, NOW), NOW, TOKEN).html
    assert "Call &lt;<a " in html
    assert "&gt; &amp; tell us" in html


@pytest.mark.parametrize("kind", SLOTS)
def test_the_preview_shows_what_goes_out_and_may_do_nothing(clinic_console: Console, kind: Kind) -> None:
    owner = clinic_console.signed_in("nora")
    key = SLOTS[kind][0].key.replace(".", "_")
    needed = "".join(
        f"{{{name}}}" for name in ("name", "day") if f"{{{name}}}" in ours(SLOTS[kind][0], Language.ENGLISH)
    )
    send(owner, f"{PATH}/{kind}/en", **{key: f"Words of ours {needed}"})

    shown = owner.get(f"{PATH}/{kind}/en/preview")

    assert "Words of ours" in shown.text
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "script-src" not in shown.headers["Content-Security-Policy"]


def test_a_review_request_without_a_site_has_no_preview(clinic_console: Console) -> None:
    clinic = riverbend(clinic_console)
    bare = tuple(replace(one, review_sites=()) for one in clinic.locations)
    clinic_console.house.clinics.save(replace(clinic, locations=bare), clinic.version)
    owner = clinic_console.signed_in("nora")

    assert "once a location has a review site" in owner.get(f"{PATH}/review_request/en").text
    assert owner.get(f"{PATH}/review_request/en/preview").status == 404


def test_of_two_people_the_second_overwrites_nothing(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")

    answer = send(owner, f"{PATH}/survey/en", survey_mail_lead="Mine.", version="0")

    assert answer.status == 409
    assert "Mine." in answer.text
    assert riverbend(clinic_console).texts == {}


@pytest.mark.parametrize("path", ["alert/en", "survey/fr", "code/en", "nosuch/es"])
def test_other_mails_and_languages_are_not_there(clinic_console: Console, path: str) -> None:
    assert clinic_console.signed_in("nora").get(f"{PATH}/{path}").status == 404


def test_front_desk_does_not_write_mails(clinic_console: Console) -> None:
    assert clinic_console.signed_in("ana").get(PATH).status == 403
