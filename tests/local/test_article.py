"""`prm article` with an address: fetched as the functions fetch, then understood."""

import json

import pytest
from click.testing import CliRunner

from local.commands.article import command
from prm.core.errors import Forbidden, Invalid
from tests.content.served import ROBOTS, ok, redirect, site

PAGE = b"""<html lang="en"><head><title>Heel pain</title></head><body><article><h1>Heel pain: the first steps</h1>
<p>Plantar fasciitis hurts most with the first steps of the morning, because the sole has shortened overnight.</p>
<p>Runners often feel it after they added hills, and calf stretches before getting up help many of them.</p>
</article></body></html>"""


def test_a_page_on_the_web_is_understood_at_the_address_it_was_found_at(monkeypatch: pytest.MonkeyPatch) -> None:
    with site({"/old": redirect("/heel"), "/heel": ok(PAGE)}) as here:
        monkeypatch.setenv("PRM_FETCH_ALLOWED", here.origin)
        found = CliRunner().invoke(command, [f"{here.origin}/old", "--json"], catch_exceptions=False)

    facts = json.loads(found.output)
    assert "first steps of the morning" in facts["text"]
    assert facts["canonical_url"].endswith("/heel")


def test_this_machine_is_no_place_to_fetch_from_unless_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRM_FETCH_ALLOWED", raising=False)
    with site({"/heel": ok(PAGE)}) as here, pytest.raises(Invalid):
        CliRunner().invoke(command, [f"{here.origin}/heel"], catch_exceptions=False)

    assert here.asked == []


def test_a_page_that_robots_txt_keeps_back_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with site({ROBOTS: ok(b"User-agent: *\nDisallow: /"), "/heel": ok(PAGE)}) as here:
        monkeypatch.setenv("PRM_FETCH_ALLOWED", here.origin)
        with pytest.raises(Forbidden):
            CliRunner().invoke(command, [f"{here.origin}/heel"], catch_exceptions=False)
