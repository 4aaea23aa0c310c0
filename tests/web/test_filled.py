"""Forms as they stand on a page."""

from prm.web.filled import Filled


def test_a_field_holds_what_was_typed() -> None:
    assert Filled({"zip": "4540"}).value("zip") == "4540"


def test_a_field_nobody_typed_in_is_empty() -> None:
    assert Filled().value("zip") == ""
    assert Filled({"zip": []}).value("zip") == ""
    assert Filled().chosen("zip") == ()


def test_several_may_be_chosen() -> None:
    form = Filled({"languages": ["en", "es"], "tell": "1"})
    assert form.chosen("languages") == ("en", "es")
    assert form.chosen("tell") == ("1",)


def test_a_field_says_what_is_wrong_with_it() -> None:
    form = Filled({}, {"zip": "Enter a 5-digit ZIP code"})
    assert form.error("zip") == "Enter a 5-digit ZIP code"
    assert form.error("name") == ""
