from hypothesis import given
from hypothesis import strategies as st

from prm.recovery.model import ID_LENGTH, case_id, spoken

WORDS = st.text(st.characters(codec="ascii", categories=("L", "N")))


@given(WORDS, WORDS, st.none() | WORDS)
def test_a_case_number_is_short_and_has_no_look_alikes(clinic: str, patient: str, episode: str | None) -> None:
    number = case_id(clinic, patient, episode)
    assert len(number) == ID_LENGTH
    assert not set(number) & set("ILOU")
    assert spoken(number) == number


def test_the_same_episode_has_the_same_number() -> None:
    assert case_id("riverbend", "maria", "knee") == case_id("riverbend", "maria", "knee")
    assert case_id("riverbend", "maria", "knee") != case_id("riverbend", "maria", "shoulder")
    assert case_id("riverbend", "maria", "knee") != case_id("lakeside", "maria", "knee")


def test_a_number_is_understood_however_it_is_said() -> None:
    assert spoken("7k-2m o1 il") == "7K2M0111"
