"""The process dies before, dies after, or never hears back, at every AWS call of the main job.

`calls.txt` holds the calls of an undisturbed run, in order. A call that is not in it fails the first test, and the new
list, once looked at, brings cases of its own: PRM_UPDATE_GOLDEN=1 writes it.
"""

import os
from pathlib import Path

import pytest

from prm.mail.model import Kind, State
from tests.sendcore import proof
from tests.sendcore.main_job import afterwards, main_job
from tests.sendcore.wire import TRANSACTION, Cut, Wire, cuts
from tests.sendcore.world import World

CALLS = Path(__file__).with_name("calls.txt")
LISTED = CALLS.read_text(encoding="utf-8").splitlines() if CALLS.exists() else []


def operation(call: str) -> str:
    """Return which operation a listed call is."""
    return call.partition(":")[2].partition(" ")[0]


CASES = [(number, cut) for number, call in enumerate(LISTED) for cut in cuts(operation(call))]
TRANSACTIONS = [number for number, call in enumerate(LISTED) if operation(call) == TRANSACTION]


def test_every_call_of_the_main_job_has_its_cases(world: World) -> None:
    main_job(world)
    calls = [str(call) for call in world.wire.calls]
    if os.environ.get("PRM_UPDATE_GOLDEN"):
        CALLS.write_text("\n".join(calls) + "\n", encoding="utf-8")
    assert calls == LISTED


@pytest.mark.parametrize(("number", "cut"), CASES, ids=str)
def test_nothing_is_doubled_or_lost_when_one_call_is_cut(world: World, number: int, cut: Cut) -> None:
    stand_the_cut(world, number, cut)


@pytest.mark.dynamodb_local
@pytest.mark.parametrize("number", TRANSACTIONS)
def test_a_transaction_whose_answer_was_lost_is_made_once(real_world: World, number: int) -> None:
    stand_the_cut(real_world, number, Cut.LOST)


def stand_the_cut(world: World, number: int, cut: Cut) -> None:
    """Run the main job with one call cut, let time pass, and hold the result against what must be so."""
    world.wire.cut_at, world.wire.cut = number, cut
    patient = main_job(world)
    afterwards(world)
    proof.everything(world, [patient])
    survey = next(touch for touch in world.touches(f"patient:{patient}") if touch.kind is Kind.SURVEY)
    assert survey.state in {State.DELIVERED, State.UNCONFIRMED}
    if survey.state is State.DELIVERED:
        proof.answered(world, patient, 4)


def test_the_list_is_of_this_wire(wire: Wire) -> None:
    assert LISTED
    assert wire.calls == []
