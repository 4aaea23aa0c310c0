"""The whole house under everything that can happen, in any order.

`--hypothesis-profile=deep` tells many more stories, and longer ones; `quick` is for planted bugs, which need no short
story.
"""

import sys

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sendcore.machine import Machine
from tests.sendcore.town import Town

STORIES, STEPS = 15, 20


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
