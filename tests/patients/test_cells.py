import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.core.errors import Invalid
from prm.patients import cells


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Ann   Lee ", "Ann Lee"),
        ("Ann\r\nBcc: all@example.com", "Ann Bcc: all@example.com"),
        ("Ann\u2028Lee", "Ann Lee"),
        ("Ann\x00Lee", "Ann Lee"),
        ("\u202eeeL nnA", "eeL nnA"),
        ("A\u200bnn", "Ann"),
        ("Jose\u0301", "José"),
        ('="00123"', "00123"),
        ("-", ""),
        ("Null", "Null"),
        ("O'Brien-Smith", "O'Brien-Smith"),
        ("李小龙", "李小龙"),
    ],
)
def test_a_name_is_kept_on_one_line_as_it_reads(text: str, kept: str) -> None:
    assert cells.name(text) == kept


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd", "-2+3", '=HYPERLINK("http://x","y")', " =1"])
def test_a_formula_is_no_name(text: str) -> None:
    with pytest.raises(Invalid, match="formula"):
        cells.name(text)


@pytest.mark.parametrize("text", ["x" * 101, "Ann \ufffd"])
def test_what_nobody_is_called_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        cells.name(text)


@pytest.mark.parametrize("text", ["1\n2", "1\x00", "=1", "x" * 65, "1\ufffd"])
def test_a_number_that_could_be_mistaken_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        cells.number(text)


def test_leading_zeros_are_part_of_a_number() -> None:
    assert cells.number("007") == "007"


@pytest.mark.parametrize(
    ("text", "kept"), [("Ann@Example.COM", "Ann@example.com"), ("", None), ("n/a", None), ("  ", None)]
)
def test_addresses(text: str, kept: str | None) -> None:
    assert cells.email(text) == kept


@pytest.mark.parametrize(
    "text", ["ann", "ann@", "@example.com", "a b@example.com", "ann@localhost", "ann@host.invalid", "a@b.com,c@d.com"]
)
def test_what_no_mail_can_reach_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        cells.email(text)


def test_a_line_break_in_an_address_cannot_start_a_header() -> None:
    with pytest.raises(Invalid):
        cells.email("ann@example.com\nBcc: all@example.com")


@given(st.text(max_size=120))
def test_no_name_holds_what_could_break_a_header(text: str) -> None:
    try:
        kept = cells.name(text)
    except Invalid:
        return
    assert not any(unicodedata.category(character) == "Cc" for character in kept)
    assert len(kept.splitlines()) <= 1
    assert cells.name(kept) == kept or kept == ""
