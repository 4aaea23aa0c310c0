"""Where links and hits are kept: the store keeps its word in memory and on DynamoDB Local."""

import datetime as dt

import pytest

from prm.core.errors import NotFound
from prm.links.model import Hit, HitKind, Link, Purpose
from prm.links.store import LinkStore
from tests.fakes import NOON

LINK = Link("riverbend", "patient:p-maria", "touch-1", frozenset(Purpose), NOON, "survey-1")

pytestmark = pytest.mark.usefixtures("both_tables")


def hit(minutes: int, agent: str = "reader") -> Hit:
    return Hit(HitKind.SURVEY, agent, NOON + dt.timedelta(minutes=minutes), 9)


def test_a_link_comes_back_as_it_was_stored() -> None:
    links = LinkStore()
    links.save("digest", LINK, NOON)
    assert links.get("digest") == LINK


def test_an_unknown_token_has_no_link() -> None:
    with pytest.raises(NotFound):
        LinkStore().get("digest")


def test_hits_come_oldest_first_two_of_one_moment_too() -> None:
    links = LinkStore()
    for one in (hit(2), hit(1, "first"), hit(1, "second")):
        links.add_hit(LINK, one, NOON)
    found = list(links.list_hits("riverbend", "touch-1"))
    assert {one.client for one in found[:2]} == {"first", "second"}
    assert found[2] == hit(2)
    assert list(links.list_hits("riverbend", "touch-2")) == []


def test_hits_are_read_to_their_end() -> None:
    links = LinkStore()
    for minute in range(4):
        links.add_hit(LINK, hit(minute, f"{minute}{'x' * 350_000}"), NOON)
    assert [one.client[0] for one in links.list_hits("riverbend", "touch-1")] == list("0123")
