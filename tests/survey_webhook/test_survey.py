"""Answering a survey, from opening the link to changing one's mind."""


from prm.surveys.model import Standing
from tests.mailed import Mailed, location_of


def test_the_number_tapped_in_the_mail_is_chosen_already(mail: Mailed) -> None:
    page = mail.get("/s/{token}/9")
    assert page["statusCode"] == 200
    assert 'value="9" checked' in page["body"]
    assert "You chose 9" in page["body"]


def test_a_link_without_a_number_chooses_none(mail: Mailed) -> None:
    page = mail.get("/s/{token}")
    assert "checked" not in page["body"]
    assert "Choose a number, then press Send." in page["body"]


def test_sending_stores_a_confirmed_answer_and_leads_to_the_thank_you(mail: Mailed) -> None:
    sent = mail.post("/s/{token}", {"score": "9", "comment": "Great staff"})
    assert sent["statusCode"] == 303
    assert mail.survey.standing is Standing.CONFIRMED
    page = mail.get(location_of(sent))
    assert "Thank you, Maria" in page["body"]
    assert "9 out of 10" in page["body"]
    assert "Great staff" in page["body"]
