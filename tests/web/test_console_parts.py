"""The console's components as HTML: what is typed stays text, and each says to everyone what it shows."""

import re

import pytest

from prm.core.text import Texts
from prm.core.urls import Urls
from prm.web import page
from prm.web.filled import Filled
from prm.web.parts import Entry, Option, Step, Tab

HOSTILE = """"><img src=x onerror=alert(1)>'{{ 7 * 7 }}"""
FORM = Filled(
    {"zip": "4540", "zone": "America/New_York", "days": ["mon", "wed"], "name": HOSTILE},
    {"zip": "Enter a 5-digit ZIP code", "days": "Choose a day"},
)


def made(source: str, **values: object) -> str:
    """Return what a page makes of `source`, on one line."""
    parts = ("forms", "messages", "scores", "lists", "tables")
    imports = "".join(f'{{% import "console/parts/{part}.html" as {part} with context %}}' for part in parts)
    given = {"t": Texts("en"), "url": Urls(""), "csrf": "", "form": FORM, **values}
    return re.sub(r"\s+", " ", page._templates().from_string(imports + source).render(given))


def test_a_field_that_is_wrong_is_tied_to_its_hint_and_its_error() -> None:
    body = made('{{ forms.field(form, "zip", "ZIP code", "Five digits.") }}')
    assert '<label for="f-zip">ZIP code</label>' in body
    assert 'value="4540" aria-describedby="f-zip-hint f-zip-error" aria-invalid="true"' in body
    assert 'id="f-zip-error"' in body


def test_a_field_that_is_right_claims_nothing() -> None:
    body = made('{{ forms.field(form, "street", "Street") }}')
    assert "aria-" not in body.replace("aria-hidden", "")
    assert "wrong" not in body


def test_further_attributes_of_a_field_are_passed_on_as_text() -> None:
    body = made(
        '{{ forms.field(form, "email", "Email", type="email", autocomplete="email", placeholder=bad) }}', bad=HOSTILE
    )
    assert 'autocomplete="email"' in body
    assert "<img" not in body


@pytest.mark.parametrize("part", ["field", "textarea"])
def test_what_was_typed_is_kept_and_stays_text(part: str) -> None:
    body = made(f'{{{{ forms.{part}(form, "name", "Name") }}}}')
    assert "&#34;&gt;&lt;img src=x" in body
    assert "{{ 7 * 7 }}" in body


def test_a_password_is_never_sent_back() -> None:
    assert "value" not in made('{{ forms.field(form, "zip", "Password", type="password") }}')


def test_the_chosen_option_is_selected() -> None:
    body = made(
        '{{ forms.select(form, "zone", "Zone", [("America/Chicago", "Central"), ("America/New_York", "Eastern")]) }}'
    )
    assert '<option value="America/New_York" selected>Eastern' in body
    assert body.count("selected") == 1


def test_boxes_keep_all_that_was_chosen_and_the_first_is_where_its_error_leads() -> None:
    body = made(
        '{{ forms.checkboxes(form, "days", "Days", [("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday")]) }}'
    )
    assert re.findall(r'value="(...)" checked', body) == ["mon", "wed"]
    assert '<fieldset class="field wrong" aria-describedby="f-days-error">' in body
    assert 'id="f-days" name="days" value="mon"' in body
    assert len(set(re.findall(r' id="([^"]+)"', body))) == len(re.findall(r' id="([^"]+)"', body))


def test_choices_may_explain_themselves() -> None:
    body = made(
        '{{ forms.radios(form, "end", "How did it end?", options) }}', options=[Option("done", "Resolved", "Stays.")]
    )
    assert "<span>Resolved</span><small>Stays.</small>" in body


def test_a_code_is_filled_in_by_phones() -> None:
    body = made('{{ forms.code_field(form, "code", "Code") }}')
    assert 'autocomplete="one-time-code"' in body
    assert 'inputmode="numeric"' in body


def test_the_summary_links_to_fields_and_says_what_belongs_to_none() -> None:
    body = made("{{ messages.error_summary(form) }}", form=Filled({}, {"zip": "Enter a ZIP code", "": "Not saved"}))
    assert '<li><a href="#f-zip">Enter a ZIP code</a></li> <li>Not saved</li>' in body


def test_a_flash_is_bold_up_to_its_second_line() -> None:
    body = made("{{ messages.flash_box(text) }}", text=f"Closed {HOSTILE}\nThe next score will show here.")
    assert 'role="status"' in body
    assert "</strong> The next score will show here." in body
    assert "<img" not in body


def test_a_flash_that_tells_of_a_failure_interrupts() -> None:
    assert 'role="alert"' in made('{{ messages.flash_box("Not saved.", "late") }}')


@pytest.mark.parametrize(
    ("score", "name"),
    [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter"), (10, "promoter")],
)
def test_a_chip_says_its_score_and_group(score: int, name: str) -> None:
    assert f'role="img" aria-label="{score} of 10, {name}"' in made("{{ scores.score_chip(score) }}", score=score)


def test_a_table_keeps_its_roles_whatever_its_cells_hold() -> None:
    body = made(
        '{% call tables.table("Rules", [("Rule", ""), ("Sent", "num")]) %}'
        '<tr><th scope="row">{{ bad }}</th><td class="num">9</td></tr>{% endcall %}',
        bad="<tr><td>",
    )
    assert '<th role="columnheader" scope="col" class="num">Sent</th>' in body
    assert (
        '<tr role="row"><th role="rowheader" scope="row">&lt;tr&gt;&lt;td&gt;</th><td role="cell" class="num">9' in body
    )


def test_pages_that_are_not_there_are_not_linked() -> None:
    assert "<a" not in made('{{ tables.paging("1 to 3 of 3") }}')
    assert 'rel="next">Next 10' in made('{{ tables.paging("1 to 10 of 42", next="?from=10", next_label="Next 10") }}')


def test_only_the_first_open_step_has_a_button() -> None:
    steps = [Step("a", "", is_done=True), Step("b", "", href="/b"), Step("c", "", href="/c")]
    body = made("{% call lists.steps(steps) %}<button>Go</button>{% endcall %}", steps=steps)
    assert body.count("<button>") == 1
    assert body.index("/b") < body.index("<button>") < body.index("/c")
    assert "<button" not in made("{{ lists.steps(steps) }}", steps=steps)


def test_a_checklist_that_is_done_has_no_button() -> None:
    body = made("{% call lists.steps(steps) %}<button>Go</button>{% endcall %}", steps=[Step("a", "", is_done=True)])
    assert "<button" not in body


def test_a_timeline_shows_words_as_text() -> None:
    body = made("{{ lists.timeline(entries) }}", entries=[Entry("Gave a 4", "today", score=4, words=HOSTILE)])
    assert "4 of 10, detractor" in body
    assert "<img" not in body


def test_the_page_one_is_on_is_the_current_tab() -> None:
    tabs = [Tab("Open", "/o", 5, is_here=True), Tab("Mine", "/m")]
    body = made('{{ lists.tabs(tabs, "Cases") }}', tabs=tabs)
    assert '<a href="/o" aria-current="page">Open <span>5</span></a>' in body
    assert '<a href="/m">Mine</a>' in body


@pytest.mark.parametrize(
    "kind", ["on", "off", "draft", "quiet", "sent", "waits", "skipped", "no_match", "failed", "unknown"]
)
def test_every_state_has_its_word(kind: str) -> None:
    assert Texts("en")(f"console_shell.state_{kind}") in made("{{ lists.state_tag(kind) }}", kind=kind)
    assert "Off since Oct 1" in made('{{ lists.state_tag(kind, "Off since Oct 1") }}', kind=kind)


def test_a_step_before_something_is_sent_carries_what_it_is_about() -> None:
    body = made(
        '{% call messages.confirm("/x", "Undo 186 visits", "/back", "Keep", fields={"job": bad}) %}Sure?{% endcall %}',
        bad=HOSTILE,
    )
    assert '<form class="panel form" method="post" action="/x">' in body
    assert '<button class="danger">Undo 186 visits</button>' in body
    assert "<img" not in body
