"""A rule as JSON: what the code has never heard of works, what cannot be meant is refused with its place."""

import datetime as dt
import json
from pathlib import Path

import pytest

from prm.clinics import form as clinic_form
from prm.clinics.model import Language
from prm.core.errors import Invalid
from prm.mail.model import Kind
from prm.patients.model import VisitKind
from prm.rules import form
from prm.rules.check import check
from prm.rules.decide import decide
from prm.rules.model import Condition, NoMatch, Rule, Segment, Send, Trigger, TriggerKind
from prm.rules.occurrences import occurrences
from prm.rules.presets import PRESETS, Preset, switched_on
from prm.rules.sentence import sentence
from tests import examples
from tests.fakes import NOON
from tests.rules.world import DAY, HOUR, LONG_AGO, facts, judge, visit

EXAMPLES = Path(__file__).parents[2] / "docs/examples/rules"

TENTH = """{
  "id": "tenth-spanish", "name": "Tenth visit, Spanish, over 60, downtown",
  "send": ["survey"],
  "when": {"on": "visit", "nth": 10, "after": "2 hours"},
  "who": {"all": [{"languages": ["es"], "min_age": 61, "locations": ["downtown"]}]}
}"""
GAP = """{
  "id": "three-weeks", "name": "Three weeks without a visit",
  "send": "survey",
  "when": {"on": "no_visit", "after": "21 days"}
}"""
RUNNERS = """{
  "id": "runners", "name": "Runners a month after discharge, but none of North",
  "send": ["survey"],
  "when": {"on": "visit", "visit_kind": "discharge", "after": "30 days"},
  "who": {"all": [{"tags": ["runner"]}], "none": [{"locations": ["north"]}]},
  "max_age": "3 days"
}"""


def on(text: str) -> Rule:
    return switched_on(form.read(text), LONG_AGO)


def test_a_survey_at_the_tenth_visit_for_spanish_speakers_over_60_at_one_location() -> None:
    rule = on(TENTH)
    visits = [visit(NOON - 2 * HOUR - (9 - n) * DAY, f"v{n}") for n in range(10)]
    old: dict[str, object] = {"language": Language.SPANISH, "birth_date": dt.date(1960, 1, 1)}
    assert judge(rule, facts(visits, patient=examples.maria(**old)), NOON) == Send(Kind.SURVEY)
    assert occurrences(rule, facts(visits[:9])) == ()
    others: list[tuple[dict[str, object], str]] = [
        ({"language": Language.ENGLISH}, "another language"),
        ({"birth_date": dt.date(1966, 6, 1)}, "another age, or unknown"),
    ]
    for other, why in others:
        assert judge(rule, facts(visits, patient=examples.maria(**(old | other))), NOON) == NoMatch(why)
    elsewhere = [*visits[:9], visit(NOON - 2 * HOUR, "v9", location="north")]
    assert judge(rule, facts(elsewhere, patient=examples.maria(**old)), NOON) == NoMatch("another location")


def test_a_survey_after_21_days_without_a_visit_while_care_goes_on() -> None:
    rule = on(GAP)
    assert judge(rule, facts([visit(NOON - 21 * DAY)]), NOON) == Send(Kind.SURVEY)
    assert judge(rule, facts([visit(NOON - 20 * DAY)]), NOON) != Send(Kind.SURVEY)
    assert occurrences(rule, facts([visit(NOON - 21 * DAY, kind=VisitKind.DISCHARGE)])) == ()


def test_a_survey_30_days_after_discharge_for_runners_but_none_of_north() -> None:
    rule = on(RUNNERS)
    runner = examples.maria(tags=frozenset({"runner", "diabetes"}))
    downtown = [visit(NOON - 30 * DAY, kind=VisitKind.DISCHARGE)]
    north = [visit(NOON - 30 * DAY, kind=VisitKind.DISCHARGE, location="north")]
    assert judge(rule, facts(downtown, patient=runner), NOON) == Send(Kind.SURVEY)
    assert judge(rule, facts(downtown), NOON) == NoMatch("not tagged so")
    assert judge(rule, facts(north, patient=runner), NOON) == NoMatch("left out by an exception")
    (one,) = occurrences(rule, facts(downtown, patient=runner))
    assert decide(rule, one, facts(downtown, patient=runner), NOON + 3 * DAY).__class__.__name__ == "Skip"


@pytest.mark.parametrize("text", [TENTH, GAP, RUNNERS])
def test_what_was_read_can_be_written_and_read_again(text: str) -> None:
    rule = form.read(text)
    assert form.read(form.write(rule)) == rule


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_every_preset_can_be_written_as_json(preset: Preset) -> None:
    for rule in preset.rules():
        assert form.read(form.write(rule)) == rule


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"id": "Has Spaces"}, "id"),
        ({"id": "a#v2"}, "id"),
        ({"id": "alert"}, "id"),
        ({"send": []}, "send"),
        ({"send": ["fax"]}, "send.0"),
        ({"send": ["thank_you"]}, "send"),
        ({"send": ["alert"]}, "send"),
        ({"when": {"on": "visit", "nth": 0}}, "when.nth"),
        ({"when": {"on": "moon"}}, "when.on"),
        ({"when": {"on": "visit", "after": "soon"}}, "when.after"),
        ({"when": {"on": "visit", "after": 3}}, "when.after"),
        ({"when": {"on": "visit", "after": "-3 hours"}}, "when.after"),
        ({"when": {"on": "visit", "after": "999999 weeks"}}, "when.after"),
        ({"max_age": "732 days"}, "max_age"),
        ({"when": {"on": "no_visit", "nth": 2}}, "when.nth"),
        ({"when": {"on": "no_answer"}, "send": ["follow_up"]}, "when.rule"),
        ({"when": {"on": "answer"}, "send": ["thank_you"]}, "when.after"),
        ({"who": {"all": [{"ages": 3}]}}, "who.all.0.ages"),
        ({"who": {"all": [{"languages": ["xx"]}]}}, "who.all.0.languages.0"),
        ({"max_age": "0 days"}, "max_age"),
        ({"format": 2}, "format"),
        ({"version": 7}, "version"),
        ({"on": True}, "on"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        form.read(json.dumps(json.loads(GAP) | change))
    assert caught.value.field == field


def test_a_word_no_rule_knows_is_refused_in_our_words() -> None:
    with pytest.raises(Invalid, match=r"^colour: is nothing that a rule has$"):
        form.read(json.dumps(json.loads(GAP) | {"colour": "red"}))


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.json")), ids=lambda file: file.stem)
def test_the_example_rules_can_be_read_and_fit_the_example_clinic(file: Path) -> None:
    clinic = clinic_form.read((EXAMPLES.parent / "clinic.json").read_bytes())
    check(form.read(file.read_bytes()), clinic, ())


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '"survey"', "\x00", "[" * 10000])
def test_what_is_no_rule_at_all_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        form.read(text)


def test_a_rule_reads_as_one_english_sentence() -> None:
    clinic = examples.riverbend()
    assert sentence(form.read(TENTH), clinic) == (
        "Patients who are speakers of Spanish and at Downtown and aged 61 or more get a survey 2 hours after the "
        "tenth visit of an episode."
    )
    assert sentence(form.read(GAP)) == (
        "All patients get a survey 21 days after the last visit, while nothing is scheduled and care goes on."
    )
    assert sentence(form.read(RUNNERS), clinic) == (
        "Patients who are tagged runner and not (at North) get a survey 30 days after each discharge visit."
    )


def test_presets_read_as_sentences_too() -> None:
    said = {rule.id: sentence(rule) for preset in PRESETS for rule in preset.rules()}
    assert said["after-evaluation"] == "All patients get a survey 3 hours after the first evaluation of an episode."
    assert said["after-evaluation-follow-up"] == (
        "All patients get the survey once more 4 days after “after-evaluation” went out and nobody answered."
    )
    assert said["after-answer"] == (
        "All patients get a review request, or else a thank-you 1 hour after an answer, once no case is open."
    )


@pytest.mark.parametrize(
    ("nth", "word"),
    [(1, "first"), (10, "tenth"), (11, "11th"), (21, "21st"), (22, "22nd"), (33, "33rd"), (112, "112th")],
)
def test_numbers_read_as_ordinals(nth: int, word: str) -> None:
    rule = Rule("n", "N", (Kind.SURVEY,), Trigger(TriggerKind.VISIT, nth=nth))
    assert f"the {word} visit" in sentence(rule)


def test_alternatives_and_ages_read_in_the_sentence() -> None:
    who = Segment(any=(Condition(max_age=30), Condition(min_age=60, max_age=70)))
    rule = Rule("n", "N", (Kind.SURVEY,), Trigger(TriggerKind.VISIT), who)
    assert sentence(rule) == "Patients who are (aged at most 30 or aged 60 to 70) get a survey right after each visit."
