"""Each thing that must always hold can fail: a bug is planted, a short story told, and it is noticed."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

import tests.sendcore.town
from prm.clinics.model import ReviewPolicy
from prm.insights.service import InsightService
from prm.mail import store
from prm.mail.model import LADDER, Touch
from prm.mail.sending import Sender
from prm.mail.service import Effects, MailService
from prm.mail.store import QuotaStore
from prm.patients import planning
from prm.recovery.service import RecoveryService
from prm.rules import caps, decide, window
from tests.fakes import NOON
from tests.sendcore.machine import ADDRESSES, EACH, Machine
from tests.sendcore.post import Mood
from tests.sendcore.town import NUMBERS, Town

type Patch = pytest.MonkeyPatch


@pytest.fixture
def told(town: Town) -> Iterator[Machine]:
    """A story to be told by hand; it ends before everything is over."""
    machine = Machine(town)
    yield machine
    town.wire.calls.clear()


def opens(told: Machine, *moods: Mood, limit: int = 1000) -> None:
    told.opens(start=NOON, policy=ReviewPolicy.EVERYONE, limit=limit, moods=list(moods))


def visit(told: Machine, number: str = NUMBERS[0], visit: int = 1, hours: int = -5, kind: str = "treatment") -> None:
    told.has_a_visit(number, visit, hours, kind, "completed", "downtown")


def blind(patch: Patch, *checks: str) -> None:
    """Let decisions go without these checks."""
    patch.setattr(decide, "_CHECKS", tuple(one for one in decide._CHECKS if one.__name__ not in checks))


def gives_claims_back(told: Machine, patch: Patch) -> None:
    patch.setattr(Sender, "_lost", lambda self, touch, attempt: self._release(touch, attempt, "lost"))
    opens(told, Mood.SILENT_AFTER)
    told.waits_for_what_is_due(2)


def forgets_who_left(told: Machine, patch: Patch) -> None:
    blind(patch, "_stopped")
    opens(told)
    told.answers(0, 10, "")
    told.leaves(0, "one click")
    told.waits_for_what_is_due(2)


def forgets_who_died(told: Machine, patch: Patch) -> None:
    blind(patch, "_stopped")
    opens(told)
    told.answers(0, 10, "")
    for number, address in zip(NUMBERS, ADDRESSES[:2], strict=False):
        told.is_said_to_be(number, address, died=True)
    told.waits_for_what_is_due(2)


def mails_by_night(told: Machine, patch: Patch) -> None:
    patch.setattr(window, "slot", lambda _clinic, ready_at, now, _share: max(ready_at, now))
    opens(told)
    told.town.clock.advance(hours=9)
    visit(told, NUMBERS[2], kind="evaluation")
    told.works()


def thanks_over_an_open_case(told: Machine, patch: Patch) -> None:
    blind(patch, "_open_case")
    opens(told)
    told.answers(0, 3, "")
    told.waits_for_what_is_due(3)
    told.lets_time_pass(65, works=True)


def knows_no_caps(told: Machine, patch: Patch) -> None:
    patch.setattr(caps, "room", lambda *_: caps.Room(caps._ALWAYS))
    opens(told)
    told.switches(EACH, on=True)
    for number in range(1, 4):
        visit(told, visit=number)
    told.works()
    told.works()
    told.lets_time_pass(65, works=True)


def asks_for_reviews_twice(told: Machine, patch: Patch) -> None:
    patch.setattr(caps, "asked_for_review", lambda *_: False)
    opens(told)
    for which in (0, 1):
        told.answers(which, 10, "")
    told.waits_for_what_is_due(2)
    told.lets_time_pass(60 * 24 * 22, works=True)
    told.switches(EACH, on=True)
    visit(told)
    told.works()
    told.works()
    told.answers(0, 10, "")
    told.waits_for_what_is_due(3)


def knows_no_limit(told: Machine, patch: Patch) -> None:
    patch.setattr(QuotaStore, "take", lambda *_: True)
    opens(told, limit=3)
    for which in (0, 1):
        told.answers(which, 10, "")
    told.lets_time_pass(65, works=True)


def leaves_mail_in_the_index(told: Machine, patch: Patch) -> None:
    patch.setattr(store, "_off_the_index", list)
    opens(told)


def lets_late_news_win(told: Machine, patch: Patch) -> None:
    patch.setattr(store, "below", lambda _: LADDER)
    opens(told)
    told.tells(0, "Delivery", 1, early=False, now=True)
    told.holds()
    told.tells(0, "Send", 1, early=False, now=True)


def keeps_what_never_went(told: Machine, patch: Patch) -> None:
    patch.setattr(MailService, "unsent", lambda *_: (), raising=False)
    object.__setattr__(told.town.house.mail, "unsent", lambda _: ())
    opens(told, Mood.REJECTS)


def tallies_nothing(told: Machine, patch: Patch) -> None:
    patch.setattr(InsightService, "on_change", lambda *_: Effects())
    opens(told)
    told.answers(0, 9, "")


def opens_no_case(told: Machine, patch: Patch) -> None:
    patch.setattr(RecoveryService, "on_change", lambda *_: Effects())
    opens(told)
    told.answers(0, 2, "")


def names_a_touch_by_its_time(told: Machine, patch: Patch) -> None:
    name = Touch.id.fget  # type: ignore[attr-defined]
    patch.setattr(Touch, "id", property(lambda self: f"{name(self)}{self.created_at:%d%H%M}"))
    opens(told, Mood.REJECTS, Mood.REJECTS)
    told.town.clock.advance(minutes=5)
    visit(told, hours=3)
    told.works()


BUGS = (
    (gives_claims_back, "Counter"),
    (forgets_who_left, "left the list"),
    (forgets_who_left, "a stopped address"),
    (forgets_who_died, "the dead"),
    (mails_by_night, "outside the window"),
    (thanks_over_an_open_case, "a case is open"),
    (knows_no_caps, "2 mails in 7 days"),
    (knows_no_caps, "surveys too close"),
    (knows_no_caps, "surveys in an episode"),
    (asks_for_reviews_twice, "a review twice"),
    (knows_no_limit, "the day's mails"),
    (leaves_mail_in_the_index, "due_at"),
    (lets_late_news_win, "_rank"),
    (keeps_what_never_went, "asked="),
    (tallies_nothing, "Difference"),
    (opens_no_case, "Survey"),
    (names_a_touch_by_its_time, "Counter"),
)


@pytest.mark.parametrize(("bug", "says"), BUGS, ids=lambda one: one.__name__ if callable(one) else one)
def test_a_planted_bug_is_noticed(
    told: Machine, monkeypatch: Patch, bug: Callable[[Machine, Patch], None], says: str
) -> None:
    bug(told, monkeypatch)
    with pytest.raises(AssertionError, match=says):
        told.holds()


def test_mail_that_is_never_settled_is_noticed(told: Machine, monkeypatch: Patch) -> None:
    monkeypatch.setattr(MailService, "_settle", lambda *_: None)
    monkeypatch.setattr(tests.sendcore.town, "_MOST_ROUNDS", 10)
    opens(told, Mood.SILENT)
    with pytest.raises(AssertionError, match="comes to rest"):
        told.teardown()


def test_an_import_that_writes_what_it_knows_is_noticed(told: Machine, monkeypatch: Patch) -> None:
    opens(told)
    monkeypatch.setattr(planning, "_merge_visit", lambda known, *_: replace(known, therapist="omar"))
    with pytest.raises(AssertionError):
        told.comes_again()


def test_a_survey_that_no_report_shows_is_noticed(told: Machine, monkeypatch: Patch) -> None:
    opens(told)
    monkeypatch.setattr(InsightService, "_count_asked", lambda *_: Counter())
    with pytest.raises(AssertionError):
        told.looks_at_the_numbers()
