"""What else comes to pass after a survey, one chapter each, told like the main job with any one call cut.

The main job cuts how alerts go out; where a chapter ends in the same alerts, they go out uncut.
"""

from prm.core.errors import Conflict
from prm.mail.model import Kind, State, StopKind
from prm.recovery.model import CaseState, Outcome
from prm.surveys.model import Standing, Via
from tests.sendcore import proof
from tests.sendcore.main_job import evaluated
from tests.sendcore.story import CLINIC
from tests.sendcore.telling import Story
from tests.sendcore.world import World

_THANKS = (Kind.REVIEW_REQUEST, Kind.THANK_YOU)
_ARRIVED_OR_LOST = {State.DELIVERED, State.UNCONFIRMED}
"""Where a mail ends that went once: a cut around SES leaves nobody knowing."""


def asked(world: World) -> None:
    """The survey has come."""
    evaluated(world)
    world.settle(minutes=1)


def pleased(world: World) -> None:
    """It was answered with a 9, ten minutes ago."""
    asked(world)
    world.post_answer(token(world), 9)
    world.pump()
    world.clock.advance(minutes=10)


def silent(world: World) -> None:
    """Nobody answered it for almost four days."""
    asked(world)
    world.settle(days=3, hours=23)


def unhappy(world: World) -> None:
    """It was answered with a 4, and staff know."""
    asked(world)
    world.post_answer(token(world), 4)
    world.pump()


def token(world: World) -> str:
    """Return what the survey mail's links carry."""
    return world.tokens()[0][1]


def is_asked_for_a_review(world: World) -> None:
    world.settle(hours=1)


def one_review_request(world: World) -> None:
    proof.answered(world, 9)
    [thanks] = proof.of_patient(world, *_THANKS)
    assert thanks.kind is Kind.REVIEW_REQUEST
    assert thanks.state in _ARRIVED_OR_LOST


def changes_the_answer(world: World) -> None:
    world.insist(lambda: world.post_answer(token(world), 4, "I thought again"))


def one_edit(world: World) -> None:
    """Counted once, as it is now; one case, opened once; and nobody is thanked while it is open."""
    proof.answered(world, 4)
    survey = proof.survey_of(world)
    assert [one.score for one in survey.history] == [9]
    proof.alerted(world)
    assert proof.of_patient(world, *_THANKS) == []


def replies_with_a_score(world: World) -> None:
    world.insist(lambda: world.reply(token(world), "4 I waited long"))


def one_answer_by_reply(world: World) -> None:
    proof.answered(world, 4)
    survey = proof.survey_of(world)
    assert survey.answer
    assert (survey.answer.comment, survey.answer.via, survey.history) == ("I waited long", Via.REPLY, ())
    proof.alerted(world)
    assert (world.house.recovery.inbox(CLINIC), proof.of_patient(world, Kind.RECEIPT)) == ([], [])


def replies_with_words(world: World) -> None:
    world.insist(lambda: world.reply(token(world), "Thank you, see you on Monday"))
    world.pump()


def one_item_and_one_receipt(world: World) -> None:
    [item] = world.house.recovery.inbox(CLINIC)
    assert item.text == "Thank you, see you on Monday"
    [receipt] = proof.of_patient(world, Kind.RECEIPT)
    assert receipt.state in _ARRIVED_OR_LOST
    assert proof.survey_of(world).answer is None


def leaves_the_list(world: World) -> None:
    """Unsubscribe as a mail program does; an hour later a follow-up would be due."""
    world.insist(lambda: world.request("POST", f"/u/{token(world)}", {"List-Unsubscribe": "One-Click"}))
    world.settle(hours=1)


def nothing_more(world: World) -> None:
    with world.quiet():
        assert world.house.preferences.stopped(world.link(token(world))) == {StopKind.ALL}
    assert len(world.wire.sent) == 1
    assert [touch.state for touch in proof.of_patient(world, Kind.FOLLOW_UP)] == [State.SKIPPED]


def says_nothing(world: World) -> None:
    world.settle(hours=1)


def one_follow_up(world: World) -> None:
    """Asked once more, and counted as asked once."""
    [follow_up] = proof.of_patient(world, Kind.FOLLOW_UP)
    assert follow_up.state in _ARRIVED_OR_LOST
    with world.quiet():
        assert world.house.insights.nps(CLINIC).total.asked == 1


def stays_on_the_page(world: World) -> None:
    """The script saves what is chosen, and again where that failed; then the hold ends."""
    world.insist(lambda: world.request("POST", f"/s/{token(world)}", {"score": "4", "via": "dwell"}))
    world.clock.advance(minutes=11)
    world.tick()
    world.pump("work")


def one_unconfirmed_answer(world: World) -> None:
    proof.answered(world, 4)
    assert proof.survey_of(world).standing is Standing.UNCONFIRMED
    assert proof.case_of(world).unconfirmed
    proof.alerted(world)


def nobody_calls(world: World) -> None:
    """The time comes at which the next level is told."""
    with world.quiet():
        escalate_at = proof.case_of(world).escalate_at
    assert escalate_at
    world.clock.now = escalate_at
    world.settle(minutes=1)


def one_escalation(world: World) -> None:
    case = proof.case_of(world)
    assert case.escalated_at
    assert sum("passed on" in note.text for note in case.notes) == 1
    proof.alerted(world)


def staff_call(world: World) -> None:
    """Someone calls and closes the case: once more where they saw an error, or that it is closed already."""
    world.clock.advance(hours=1)
    number = proof.case_of(world).id
    world.insist(lambda: world.process(lambda: closes(world, number)))
    world.settle(minutes=1)


def closes(world: World, number: str) -> None:
    try:
        world.house.recovery.close(CLINIC, number, Outcome.RESOLVED, "nora", "We talked")
    except Conflict:
        return


def one_closed_case_and_one_thank_you(world: World) -> None:
    case = proof.case_of(world)
    assert (case.state, case.outcome) == (CaseState.CLOSED, Outcome.RESOLVED)
    assert sum("We talked" in note.text for note in case.notes) == 1
    [thanks] = proof.of_patient(world, *_THANKS)
    assert thanks.state in _ARRIVED_OR_LOST
    proof.alerted(world)


CHAPTERS = (
    Story("review-request", pleased, is_asked_for_a_review, one_review_request),
    Story("edit", pleased, changes_the_answer, one_edit),
    Story("reply-with-a-score", asked, replies_with_a_score, one_answer_by_reply),
    Story("reply-with-words", asked, replies_with_words, one_item_and_one_receipt),
    Story("one-click", silent, leaves_the_list, nothing_more),
    Story("follow-up", silent, says_nothing, one_follow_up),
    Story("hold", asked, stays_on_the_page, one_unconfirmed_answer),
    Story("escalation", unhappy, nobody_calls, one_escalation),
    Story("closing", unhappy, staff_call, one_closed_case_and_one_thank_you),
)
