import datetime as dt

import pytest

from prm.links.model import Hit, HitKind
from prm.surveys.classify import is_machine
from tests.answering import hit

DELIVERED = dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)
LATER = DELIVERED + dt.timedelta(hours=3)


def after(seconds: float) -> dt.datetime:
    return DELIVERED + dt.timedelta(seconds=seconds)


MACHINES = {
    "one client fetched three scores": [hit(0, LATER), hit(5, LATER), hit(10, LATER)],
    "one client fetched three scores over days": [hit(n, LATER + dt.timedelta(days=n)) for n in range(3)],
    "one client fetched two scores on arrival": [hit(0, after(5)), hit(1, after(6))],
    "one client fetched two scores just before the delivery was known": [hit(0, after(-20)), hit(1, after(-1))],
    "one client fetched two scores at the end of the minute": [hit(0, after(60)), hit(1, after(60))],
    "a scanner went through all, then a reader came": [
        *(hit(n, after(n), "scanner") for n in range(11)),
        hit(9, LATER, "reader"),
    ],
}
PEOPLE = {
    "nobody fetched anything": [],
    "one score": [hit(9, LATER)],
    "one score right after the delivery": [hit(9, after(3))],
    "the same score again and again": [hit(9, after(n)) for n in range(5)],
    "a second thought hours later": [hit(9, LATER), hit(8, LATER)],
    "a second thought when the minute is over": [hit(9, after(30)), hit(8, after(61))],
    "three readers, one score each": [hit(n, LATER, f"reader-{n}") for n in range(3)],
    "two readers at once on arrival": [hit(9, after(5), "phone"), hit(3, after(6), "laptop")],
    "pages without a score": [hit(None, after(n)) for n in range(5)],
    "clicks on review sites": [hit(n, LATER, kind=HitKind.REVIEW_SITE) for n in range(5)],
}


@pytest.mark.parametrize("hits", MACHINES.values(), ids=MACHINES.keys())
def test_a_machine_is_told_by_the_scores_one_client_fetches(hits: list[Hit]) -> None:
    assert is_machine(hits, DELIVERED)


@pytest.mark.parametrize("hits", PEOPLE.values(), ids=PEOPLE.keys())
def test_a_person_is_never_taken_for_a_machine(hits: list[Hit]) -> None:
    assert not is_machine(hits, DELIVERED)


def test_without_a_delivery_event_only_three_scores_tell() -> None:
    assert not is_machine([hit(0, after(1)), hit(1, after(2))], None)
    assert is_machine([hit(0, after(1)), hit(1, after(2)), hit(2, after(3))], None)
