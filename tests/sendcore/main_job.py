"""The main job: evaluated, asked, answered with a 4, staff told."""

import datetime as dt

from prm.mail.model import Kind, State
from tests.fakes import NOON
from tests.sendcore import proof
from tests.sendcore.story import arrives, rules_on
from tests.sendcore.telling import AFTERWARDS, Story
from tests.sendcore.world import World

_AN_HOUR_ON = 2


def evaluated(world: World) -> None:
    """One patient was at the clinic this morning."""
    rules_on(world)
    arrives(world, "1001", NOON - dt.timedelta(hours=5))


def answers(world: World) -> None:
    """The survey comes and is answered."""
    world.settle(minutes=1)
    told = [world.post_answer(token, 4, "I waited long") for _, token in world.tokens()]
    world.pump()
    if None in told:
        answers_again(world)


def answers_again(world: World) -> None:
    """What someone does whose browser shows an error: press the button once more."""
    for _, token in world.tokens():
        world.post_answer(token, 4, "I waited long")
    world.pump()


def later(world: World) -> None:
    """Time passes; who has a survey only by then answers it."""
    for number, step in enumerate(AFTERWARDS):
        world.settle(**step)
        if number == _AN_HOUR_ON:
            answers_again(world)


def ends(world: World) -> None:
    """The survey went, or nobody knows; what arrived was answered and counted."""
    [survey] = proof.of_patient(world, Kind.SURVEY)
    assert survey.state in {State.DELIVERED, State.UNCONFIRMED}
    if survey.state is State.DELIVERED:
        proof.answered(world, 4)


MAIN_JOB = Story("main-job", evaluated, answers, ends, later)
