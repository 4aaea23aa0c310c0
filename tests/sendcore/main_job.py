"""The main job as crash and race tests run it: evaluated, asked, answered with a 4, staff told, thanked."""

import datetime as dt

from tests.fakes import NOON
from tests.sendcore.story import arrives, rules_on
from tests.sendcore.world import World

AFTERWARDS = (
    {"minutes": 1},
    {"minutes": 3},
    {"minutes": 12},
    {"hours": 1},
    {"hours": 20},
    {"hours": 26},
    {"hours": 24},
)
"""Longer than any lease, any pause, and the day that a fate may stay unknown."""


def main_job(world: World) -> str:
    """Run it and return the patient's id. The wire counts from the first tick on."""
    with world.quiet():
        rules_on(world)
        patient = arrives(world, "1001", NOON - dt.timedelta(hours=5))
    world.wire.calls.clear()
    world.settle(minutes=1)
    answers = [world.post_answer(token, 4, "I waited long") for _, token in world.tokens()]
    world.pump()
    if None in answers:
        answer_again(world)
    return patient


def answer_again(world: World) -> None:
    """What someone does whose browser shows an error: press the button once more."""
    for _, token in world.tokens():
        world.post_answer(token, 4, "I waited long")
    world.pump()


def afterwards(world: World) -> None:
    """Time passes, and whatever was left lying comes due; who has a survey by then answers it."""
    for number, step in enumerate(AFTERWARDS):
        world.settle(**step)
        if number == 3:
            answer_again(world)
