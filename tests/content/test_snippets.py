"""What is proposed to be quoted, and what never is."""

import pytest

from prm.content import wordings
from prm.content.fingerprint import fingerprint, same
from prm.content.model import may_be_quoted, words_that_may_be_quoted
from prm.content.sentences import sentences_of
from prm.content.snippets import snippets_of
from prm.content.tagging import tags_of

_FILLER = [f"The weather in town number {at} was mild and rather grey for the time of year." for at in range(20)]
_GOOD = "Slow heel raises load the plantar fascia and make it stronger over about twelve weeks."


@pytest.mark.parametrize(
    "sentence",
    [
        "Call us today to book your free heel pain consultation at our clinic.",
        "Our clinic helps people with heel pain get back to running quickly.",
        "By Dana Whitfield, who has treated heel pain in runners for years.",
        "This new treatment cures heel pain in runners in just two visits.",
        "Get 20% off heel pads for runners when you order this week only.",
        "Read more about heel pain in runners on www.heel.example today.",
        "Heel pain was described in the following list of steps for runners.",
    ],
)
def test_no_advert_call_byline_or_promise_is_proposed(sentence: str) -> None:
    snippets = snippets_of("Heel pain in runners", [*_FILLER, sentence, _GOOD])
    assert all(sentence not in one.text for one in snippets)
    assert any(_GOOD in one.text for one in snippets)


@pytest.mark.parametrize(
    "opening", ["This is why it hurts.", "But they do not.", "It helps most people.", "However, rest fails."]
)
def test_a_sentence_that_leans_on_the_one_before_does_not_begin_a_quote(opening: str) -> None:
    assert not wordings.stands_alone(opening)


def test_a_quote_is_at_most_a_fifth_of_the_article_and_at_most_ninety_words() -> None:
    assert words_that_may_be_quoted("word " * 100) == 20
    assert words_that_may_be_quoted("word " * 10_000) == 90
    assert may_be_quoted("word " * 90, "word " * 10_000)
    assert not may_be_quoted("word " * 91, "word " * 10_000)
    assert not may_be_quoted("words that are not there", "word " * 10_000)


def test_a_title_or_a_short_form_ends_no_sentence() -> None:
    text = "Dr. Smith sees runners, e.g. Anna. She ran 3.5 miles. Why? Nobody knows."
    assert sentences_of(text) == ["Dr. Smith sees runners, e.g. Anna.", "She ran 3.5 miles.", "Why?", "Nobody knows."]


def test_two_versions_of_an_article_are_one_and_two_articles_are_two() -> None:
    text = " ".join(f"{sentence} {_GOOD}" for sentence in _FILLER)
    assert same(fingerprint(text), fingerprint(text.replace("number 7", "number seven")))
    other = (
        "Frozen shoulder comes in three stages and takes its time in each of them, as people with diabetes know well. "
    )
    assert not same(fingerprint(text), fingerprint(other * 9))
    assert not same(fingerprint(""), fingerprint(""))


def test_a_tag_tells_the_words_it_comes_from() -> None:
    tags = {tag.tag: tag.because for tag in tags_of("Heel pain in runners", (), "Plantar fasciitis is common. " * 3)}
    assert tags["plantar fasciitis"][0] in {"heel pain", "plantar fasciitis"}
    assert "foot and ankle" in tags


def test_tennis_elbow_says_nothing_of_tennis() -> None:
    tags = {tag.tag for tag in tags_of("Tennis elbow", (), "Tennis elbow comes from gripping. " * 4)}
    assert tags == {"tennis elbow", "elbow"}
