"""The main job, end to end, on the real handlers."""

import datetime as dt

import pytest

from prm.mail.model import Kind, State
from tests.fakes import NOON
from tests.sendcore.story import arrives, rules_on
from tests.sendcore.world import World


@pytest.fixture(params=["world", pytest.param("real_world", marks=pytest.mark.dynamodb_local)])
def both_worlds(request: pytest.FixtureRequest) -> World:
    """A world on tables in memory, and one on DynamoDB Local: what is told there holds on both."""
    world: World = request.getfixturevalue(request.param)
    return world


def test_a_survey_an_unhappy_answer_an_alert_and_a_number(both_worlds: World) -> None:
    world = both_worlds
    rules_on(world)
    patient = arrives(world, "1001", evaluated_at=NOON - dt.timedelta(hours=2))
    world.settle(minutes=1)
    assert world.wire.sent == []
    world.settle(hours=2)
    [(mail, token)] = world.tokens()
    assert mail.to == "1001@example.com"
    answer = world.post_answer(token, 4, "I waited long")
    assert answer is not None
    assert answer["statusCode"] in {200, 303}
    world.pump()
    alerts = [one for one in world.wire.sent if one.touch.startswith("staff")]
    assert sorted(one.to for one in alerts) == ["luis@clinic.example", "nora@clinic.example"]
    with world.quiet():
        assert world.house.insights.nps("riverbend").total.detractors == 1
        assert world.house.insights.recount("riverbend") == []
    states = {touch.kind: touch.state for touch in world.touches(f"patient:{patient}")}
    assert states[Kind.SURVEY] is State.DELIVERED
