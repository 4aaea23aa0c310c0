"""The whole house under everything that can happen, in any order.

`--hypothesis-profile=deep` tells many more stories, and longer ones; `quick` is for planted bugs, which need no short
story.
"""

import sys

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from prm.clinics.model import ReviewPolicy
from prm.mail.model import Kind, State
from prm.recovery.model import Outcome
from tests.fakes import NOON
from tests.sendcore.machine import Machine
from tests.sendcore.post import Mood
from tests.sendcore.town import Town

STORIES, STEPS = 10, 20


def test_whatever_happens_each_mail_goes_once_and_the_numbers_agree(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    class Here(Machine):
        def __init__(self) -> None:
            super().__init__(town)

    deep = settings.get_current_profile_name() == "deep"
    size = settings() if deep else settings(max_examples=STORIES, stateful_step_count=STEPS)
    run_state_machine_as_test(Here, settings=settings(size, suppress_health_check=list(HealthCheck)))
    if deep:
        with capsys.disabled():
            sys.stdout.write("".join(f"{count:7} {what}\n" for what, count in town.told.most_common()))


def test_thanks_that_were_held_back_by_a_case_go_when_it_is_closed(town: Town) -> None:
    story = Machine(town)
    story.opens(start=NOON, policy=ReviewPolicy.EVERYONE, limit=1000, moods=[])
    story.answers(0, 10, "")
    story.has_moods([Mood.SLOW_DOWN])
    story.lets_time_pass(65, works=True)
    story.answers(0, 3, "")
    story.lets_time_pass(11, works=True)
    story.closes_a_case(0, Outcome.RESOLVED)
    story.lets_time_pass(65, works=True)
    story.holds()
    requests = [touch for touch in story.ledger.seen.values() if touch.kind is Kind.REVIEW_REQUEST]
    assert [touch.state for touch in requests] == [State.SENT]
