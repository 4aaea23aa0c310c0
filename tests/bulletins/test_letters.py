"""What the morning's and the week's mail say, and what they keep to themselves."""

import datetime as dt
from dataclasses import replace

import pytest

from prm.bulletins import letters
from prm.bulletins.letters import Part
from prm.clinics.model import Alert, Language, Role
from prm.insights.model import Figures
from prm.insights.posted import MailHealth
from prm.insights.spans import Span
from prm.insights.summary import Stretch
from prm.mail.model import Letter
from tests.golden.letters import BY_THE_CLOCK, NOW, WEEK, WEEK_DAYS, board, case, reader, waiting

SINCE = NOW - dt.timedelta(days=1)


def said(letter: Letter) -> str:
    return f"{letter.subject}\n{letter.text}".replace("\u00a0", " ")


def weekly(**changes: object) -> str:
    parts = [Part("", board(**changes), WEEK)]
    return said(letters.weekly(reader(), parts, WEEK_DAYS, []))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", BY_THE_CLOCK)
def test_no_patient_and_no_single_score_is_in_it(name: str, language: Language) -> None:
    letter = BY_THE_CLOCK[name](language)
    everything = f"{letter.subject}\n{letter.text}\n{letter.html}"
    for secret in ("Maria", "Alvarez", "p-maria", "s-maria", "maria@", "4 of 10"):
        assert secret not in everything


def test_the_morning_is_the_same_whatever_the_scores_and_words() -> None:
    low = [replace(one, score=0, words="It hurt all night") for one in waiting()]
    assert letters.digest(reader(), low, SINCE) == letters.digest(reader(), waiting(), SINCE)


def test_the_morning_counts_who_waits_and_who_waits_too_long() -> None:
    text = said(letters.digest(reader(), waiting(), SINCE))
    assert "Riverbend: 2 calls to make" in text
    assert "2 patients are waiting for a call; 1 is late." in text
    assert "1 of them came in since 7 am yesterday." in text


def test_one_case_in_time_is_said_without_lateness_and_news() -> None:
    one = case(opened_at=NOW - dt.timedelta(days=2), call_by=NOW + dt.timedelta(hours=1))
    text = said(letters.digest(reader(), [one], SINCE))
    assert "1 patient is waiting for a call." in text
    assert "came in since" not in text


def test_beyond_eight_cases_the_rest_is_a_number() -> None:
    many = [case(id=f"case{number:02}") for number in range(11)]
    text = said(letters.digest(reader(), many, SINCE))
    assert text.count("/clinic/cases/") == 8
    assert "And 3 more cases." in text


def test_the_week_gives_the_score_with_its_range_and_number() -> None:
    assert "NPS is 65, and the true value is likely between 50 and 76: 99 answers in 90 days." in weekly()


def test_below_ten_answers_there_is_no_score() -> None:
    few = replace(board(), figures=Figures(0, 5, 1, 0))
    text = said(letters.weekly(reader(), [Part("", few, Figures(0, 1, 0, 0))], WEEK_DAYS, []))
    assert "6 answers in 90 days. From 10 answers on we show a score." in text
    assert "NPS is" not in text
    assert "1 answer came in last week" in text


def test_praise_names_therapists_by_name_and_not_by_success() -> None:
    assert weekly(praise={"omar": 5, "mei-lin": 1}).index("Mei-Lin Chen: 1 comment") < weekly(
        praise={"omar": 5, "mei-lin": 1}
    ).index("Omar Haddad: 5 comments")


def test_praise_of_someone_who_left_the_clinic_is_not_told() -> None:
    assert "Nobody was praised by name" in weekly(praise={"gone": 2})


def test_before_the_first_nights_count_nothing_is_said_of_praise() -> None:
    parts = [Part("", replace(board(), summary=None), WEEK)]
    assert "raised" not in said(letters.weekly(reader(), parts, WEEK_DAYS, []))


def test_what_needs_attention_is_listed() -> None:
    sick = {span: Stretch() for span in Span} | {Span.MONTH: Stretch(mail=MailHealth(delivered=90, bounced=10))}
    summary = replace(board().summary, spans=sick)  # type: ignore[type-var]
    parts = [Part("", replace(board(), summary=summary), WEEK)]
    text = said(letters.weekly(reader(), parts, WEEK_DAYS, waiting()))
    assert "- 2 patients are waiting for a call; 1 is late." in text
    assert "- The rule “After discharge” went quiet" in text
    assert "- 10 of 100 emails of the last 30 days bounced" in text


def test_a_place_where_nobody_is_told_needs_attention() -> None:
    deaf = reader()
    staff = tuple(replace(one, alerts=one.alerts - {Alert.LOW_ANSWER, Alert.DIGEST}) for one in deaf.clinic.staff)
    deaf = replace(deaf, clinic=replace(deaf.clinic, staff=staff))
    text = said(letters.weekly(deaf, [Part("", board(rules=()), WEEK)], WEEK_DAYS, []))
    assert "when a patient of Downtown, North is unhappy" in text


def test_nothing_to_do_is_said() -> None:
    assert "Nothing needs attention." in weekly(rules=())


def test_who_answers_for_some_places_reads_each_by_name_and_nothing_of_the_whole() -> None:
    parts = [Part("Downtown", board(rules=()), WEEK), Part("North", board(rules=()), Figures())]
    text = said(letters.weekly(reader(member="luis"), parts, WEEK_DAYS, []))
    assert "Downtown\nNPS is" in text
    assert "North\nNPS is" in text


def test_front_desk_is_led_to_the_inbox_as_the_dashboard_is_not_theirs() -> None:
    desk = reader(member="ana")
    assert desk.member.role is Role.FRONT_DESK
    text = said(letters.weekly(desk, [Part("North", board(), WEEK)], WEEK_DAYS, []))
    assert "/clinic/inbox" in text
    assert "/clinic/home" not in text
