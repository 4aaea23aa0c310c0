"""The process dies before, dies after, or never hears back, at every AWS call of the main job and of what follows it.

`calls/` lists the calls of each story as it goes undisturbed, in order. A call that is not listed fails the first test,
and the new list, once looked at, brings cases of its own: PRM_UPDATE_GOLDEN=1 writes it.
"""

import os

import pytest

from tests.sendcore.chapters import CHAPTERS
from tests.sendcore.main_job import MAIN_JOB
from tests.sendcore.telling import LISTS, Story
from tests.sendcore.wire import Cut
from tests.sendcore.world import World

STORIES = (MAIN_JOB, *CHAPTERS)


def named(value: object) -> str:
    return value.name if isinstance(value, Story) else str(value)


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_every_call_of_a_story_has_its_cases(world: World, story: Story) -> None:
    story.tell(world)
    calls = [str(call) for call in world.wire.calls]
    if os.environ.get("PRM_UPDATE_GOLDEN"):
        story.listed.write_text("\n".join(calls) + "\n", encoding="utf-8")
    assert calls == story.calls()


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_a_story_ends_well_undisturbed(world: World, story: Story) -> None:
    story.stand(world)


@pytest.mark.parametrize(
    ("story", "number", "cut"), [(story, *case) for story in STORIES for case in story.cases()], ids=named
)
def test_nothing_is_doubled_or_lost_when_one_call_is_cut(world: World, story: Story, number: int, cut: Cut) -> None:
    story.stand(world, number, cut)


@pytest.mark.dynamodb_local
@pytest.mark.parametrize(
    ("story", "number"), [(story, number) for story in STORIES for number in story.transactions()], ids=named
)
def test_a_transaction_whose_answer_was_lost_is_made_once(real_world: World, story: Story, number: int) -> None:
    story.stand(real_world, number, Cut.LOST)


def test_every_list_belongs_to_a_story() -> None:
    assert {path.name for path in LISTS.iterdir()} == {story.listed.name for story in STORIES}
