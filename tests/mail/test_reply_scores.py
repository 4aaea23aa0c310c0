"""Which words give a score, and which only hold a number."""

import pytest

from prm.clinics.model import Language
from prm.core.text import Texts
from prm.mail.scores import find


@pytest.mark.parametrize(
    ("text", "score", "comment"),
    [
        ("9 great staff", 9, "great staff"),
        ("9", 9, ""),
        ("0", 0, ""),
        ("0 - never again", 0, "never again"),
        ("9/10", 9, ""),
        ("10/10 would recommend", 10, "would recommend"),
        ("9 out of 10", 9, ""),
        ("nine out of ten", 9, ""),
        ("Score: 7", 7, ""),
        ("My rating is 6. Too loud.", 6, "Too loud."),
        ("nine", 9, ""),
        ("Nine.\nGreat staff", 9, "Great staff"),
        ("10!!! Loved it", 10, "Loved it"),
        ("Hi Nora,\n\n9 great staff\nMaria", 9, "great staff\nMaria"),
        ("8. Waited 20 minutes though", 8, "Waited 20 minutes though"),
        ("8 Waiting times too long", 8, "Waiting times too long"),
        ("10. My phone is 937-555-0142", 10, "My phone is 937-555-0142"),
        ("9\ufe0f\u20e3", 9, ""),
        ("I'd say 8, but the wait was long", 8, "I'd say 8, but the wait was long"),
        ("On a scale of 0 to 10 I'd give you a 9", 9, "On a scale of 0 to 10 I'd give you a 9"),
        ("I would give it a 7 because of parking", 7, "I would give it a 7 because of parking"),
        ("Thanks for asking.\n9\nMaria", 9, "Thanks for asking.\nMaria"),
        ("Definitely a 10!", 10, "Definitely a 10!"),
        ("No complaints. 10/10", 10, "No complaints. 10/10"),
        ("nueve", 9, ""),
        ("Un 9, muy buen trato", 9, "muy buen trato"),
        ("8 sobre 10, gracias", 8, "gracias"),
        ("Mi nota es 8", 8, ""),
        ("Le doy un 10", 10, "Le doy un 10"),
        ("Diría que un 8, pero la espera fue larga", 8, "Diría que un 8, pero la espera fue larga"),
        ("10 gracias por todo", 10, "gracias por todo"),
        ("9\n\nMaria Alvarez\n412 Mill Street", 9, "Maria Alvarez\n412 Mill Street"),
    ],
)
def test_an_answer_is_read_with_its_comment(text: str, score: int, comment: str) -> None:
    found = find(text)
    assert found is not None
    assert (found.score, found.comment) == (score, comment)


@pytest.mark.parametrize(
    "text",
    [
        "", "call me at 9", "llámame a las 9", "9:30", "9 am is fine", "9 de la mañana", "9 tomorrow", "Monday 9",
        "9 works for me", "Can we do 9?", "at 9",
        "10 days ago I fell", "hace 10 días", "ten minutes late", "I have a 10 year old", "My kid is 9",
        "11/24/2026", "Nov 9", "9 de noviembre", "9th", "9/11",
        "937-555-0142", "9375550142", "Apt 4", "Room 9", "9 Main Street", "$10", "10%", "They deserve a 3.5% rise",
        "1 plus hour wait", "5 stars", "5/5",
        "8 or 9", "8-9", "7 to 8", "between 7 and 8", "I'd say seven or eight", "9, no wait, 8",
        "9 for staff, 5 for parking", "7 instead of 9", "1. Great staff\n2. Bad parking", "1. The parking", "One: a",
        "11", "42", "100", "100/10", "-1", "+1", ":+1:", "9.5", "9 and a half", "nueve y media", "8+", "9?",
        "not a 10", "no le doy un 9", "almost a 10", "10 if you fix the parking", "It would have been a 10",
        "I would give you a 10 if you had parking",
        "My pain is 8", "pain 8/10", "8/10 pain", "dolor 8 de 10", "it hurts 7",
        "0 complaints", "Zero problems here", "1 thing", "2 things bother me", "3 therapists saw me",
        "2 great therapists helped me", "2 of your staff were rude", "One of your therapists was rude", "2 much pain",
        "9" * 100_000,
    ],
)  # fmt: skip
def test_a_number_that_may_mean_something_else_is_no_score(text: str) -> None:
    assert find(text) is None


@pytest.mark.parametrize("language", list(Language))
def test_the_reply_that_each_mail_gives_as_an_example_is_an_answer(language: Language) -> None:
    example = Texts(language)("mail.reply_first").rpartition(": ")[2]
    found = find(example)
    assert found is not None
    assert found.score == 8
