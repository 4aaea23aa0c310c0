"""At most once, and never lost silently."""

import datetime as dt

import pytest

from prm.core import table
from prm.core.errors import Conflict
from prm.mail.gateway import MaybeSent, NotSent
from prm.mail.model import Kind, News, Purpose, Send, Skip, State, StopKind, Verdict, Wait
from prm.mail.stops import names
from tests.examples import riverbend
from tests.fakes import NOON
from tests.mail.conftest import LETTER, Post


def test_a_due_touch_is_sent_once_however_often_its_message_comes(post: Post) -> None:
    key = post.ordered()
    for _ in range(3):
        post.sender.send(key)
    assert [sent for sent, _, _ in post.ses.sent] == [key]
    assert post.state(key) is State.SENT


def test_the_link_in_the_mail_leads_back_to_its_touch(post: Post) -> None:
    key = post.ordered()
    post.sender.send(key)
    token = post.ses.sent[0][2]
    assert token is not None
    link = post.links.open(token.upper())
    assert (link.touch, link.recipient, link.survey) == (key.id, key.recipient, "survey-1")


def test_ordering_the_same_touch_twice_is_refused(post: Post) -> None:
    post.ordered()
    with pytest.raises(Conflict):
        post.ordered()


def test_a_touch_that_vanished_is_passed_over(post: Post) -> None:
    key = post.ordered()
    table.transact([table.delete(_row(key))])
    post.sender.send(key)
    assert post.ses.sent == []


def test_a_skip_is_final_and_keeps_its_reason(post: Post) -> None:
    key = post.ordered()
    post.judge = lambda _touch, _now: Skip("opted out")
    post.sender.send(key)
    touch = post.touch(key)
    assert (touch.state, touch.reason, touch.due_at) == (State.SKIPPED, "opted out", None)


def test_a_wait_puts_the_touch_off_until_then(post: Post) -> None:
    key = post.ordered()
    until = NOON + dt.timedelta(hours=20)
    post.judge = lambda _touch, _now: Wait(until)
    post.sender.send(key)
    touch = post.touch(key)
    assert (touch.state, touch.due_at) == (State.DUE, until)


def test_a_lost_answer_leaves_the_fate_unknown_and_nothing_is_sent_again(post: Post) -> None:
    key = post.ordered()
    post.ses.fails_with = [MaybeSent("lost")]
    post.sender.send(key)
    assert post.state(key) is State.UNKNOWN
    post.clock.advance(hours=25)
    post.mail.work_due(key)
    post.sender.send(key)
    assert post.state(key) is State.UNCONFIRMED
    assert post.ses.sent == []


@pytest.mark.parametrize("hours", [0, 1, 23, 25, 200])
def test_an_answer_after_the_time_out_still_settles_the_fate(post: Post, hours: int) -> None:
    key = post.ordered()
    post.ses.fails_with = [MaybeSent("timed out")]
    post.sender.send(key)
    post.clock.advance(hours=hours)
    post.mail.work_due(key)
    for _ in range(2):
        post.mail.news(key, News(State.DELIVERED, post.clock.now))
        post.mail.work_due(key)
        post.sender.send(key)
    touch = post.touch(key)
    assert (touch.state, touch.due_at) == (State.DELIVERED, None)
    assert post.ses.sent == []


def test_an_alert_that_turns_out_delivered_is_not_sent_again(post: Post) -> None:
    key = post.ordered(Purpose.ALERT, Kind.ALERT)
    post.ses.fails_with = [MaybeSent("timed out")]
    post.sender.send(key)
    post.mail.news(key, News(State.DELIVERED, post.clock.now))
    post.clock.advance(hours=1)
    post.mail.work_due(key)
    post.sender.send(key)
    assert (post.state(key), post.touch(key).resend, post.ses.sent) == (State.DELIVERED, 0, [])


def test_a_throttle_that_lasts_is_met_ever_more_slowly(post: Post) -> None:
    key = post.ordered()
    pauses = []
    for _ in range(11):
        post.ses.fails_with = [NotSent("slow", throttled=True, code="TooManyRequestsException")]
        post.sender.send(key)
        due_at = post.touch(key).due_at
        assert due_at is not None
        pauses.append((due_at - post.clock.now) // dt.timedelta(minutes=1))
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]
    assert post.state(key) is State.DUE


def test_an_alert_of_unknown_fate_is_sent_again_at_most_twice(post: Post) -> None:
    key = post.ordered(Purpose.ALERT, Kind.ALERT)
    for _ in range(5):
        post.ses.fails_with = [MaybeSent("lost")]
        post.sender.send(key)
        post.clock.advance(hours=1)
        post.mail.work_due(key)
    assert post.state(key) is State.UNCONFIRMED
    assert post.touch(key).resend == 2


def test_a_throttle_gives_the_touch_back(post: Post) -> None:
    key = post.ordered()
    post.ses.fails_with = [NotSent("slow", throttled=True, code="TooManyRequestsException"), None]
    post.sender.send(key)
    assert post.state(key) is State.DUE
    assert post.touch(key).due_at == NOON + dt.timedelta(minutes=1)
    post.sender.send(key)
    assert post.state(key) is State.SENT


def test_a_refused_mail_fails_for_good(post: Post) -> None:
    key = post.ordered()
    post.ses.fails_with = [NotSent("no", permanent=True, code="MessageRejected")]
    post.sender.send(key)
    touch = post.touch(key)
    assert (touch.state, touch.reason) == (State.FAILED, "MessageRejected")


def test_a_fault_of_the_account_rings_and_keeps_the_touch(post: Post) -> None:
    key = post.ordered()
    post.ses.fails_with = [NotSent("no", code="AccessDeniedException")]
    with pytest.raises(NotSent):
        post.sender.send(key)
    assert post.state(key) is State.DUE


def test_a_letter_that_cannot_be_written_gives_the_touch_back(post: Post) -> None:
    key = post.ordered()

    def broken(_token: str) -> object:
        raise KeyError

    post.judge = lambda touch, _now: Send(touch.kind, broken)  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        post.sender.send(key)
    assert post.state(key) is State.DUE
    assert post.ses.sent == []


def test_an_event_before_the_record_wins(post: Post) -> None:
    key = post.ordered()

    def deliver_first(touch: object, _now: dt.datetime) -> Verdict:
        return Send(Kind.SURVEY, lambda _token: LETTER, None, lambda: post.mail.news(key, News(State.DELIVERED, NOON)))

    post.judge = deliver_first
    post.sender.send(key)
    assert post.state(key) is State.DELIVERED


def test_events_in_any_order_end_the_same(post: Post) -> None:
    first, second = post.ordered(occurrence="a"), post.ordered(occurrence="b")
    news = [News(State.SENT, NOON), News(State.DELIVERED, NOON), News(State.COMPLAINED, NOON, ("maria@example.com",))]
    for key, order in ((first, news), (second, news[::-1])):
        for one in [*order, *order]:
            post.mail.news(key, one)
    assert post.state(first) is post.state(second) is State.COMPLAINED


def test_a_hard_bounce_stops_the_address_and_a_soft_one_does_not(post: Post) -> None:
    key = post.ordered()
    post.mail.news(key, News(State.BOUNCED, NOON, ("Maria@Example.com",), "General", permanent=False))
    reader = names(key.recipient, "maria@example.com")
    assert post.mail.stops.stopped("riverbend", reader) == frozenset()
    post.mail.news(key, News(State.BOUNCED, NOON, ("Maria@Example.com",), "General", permanent=True))
    assert post.mail.stops.stopped("riverbend", reader) == {StopKind.ALL}
    assert post.mail.stops.stopped("elsewhere", reader) == frozenset()


def test_a_lease_that_still_runs_is_left_alone_and_one_that_ended_is_unknown(post: Post) -> None:
    key = post.ordered()
    touch = post.touch(key)
    post.mail.touches.claim(touch, "mine", Kind.SURVEY, NOON + dt.timedelta(minutes=20), NOON)
    post.clock.advance(minutes=16)
    post.mail.work_due(key)
    assert post.state(key) is State.CLAIMED
    assert post.touch(key).due_at == NOON + dt.timedelta(minutes=20)
    post.clock.advance(minutes=5)
    post.mail.work_due(key)
    assert post.state(key) is State.UNKNOWN


def test_a_claim_whose_answer_was_lost_is_still_ours_and_nobody_elses(post: Post) -> None:
    key = post.ordered()
    touch = post.touch(key)
    lease = NOON + dt.timedelta(minutes=2)
    post.mail.touches.claim(touch, "mine", Kind.SURVEY, lease, NOON)
    post.mail.touches.claim(touch, "mine", Kind.SURVEY, lease, NOON)
    with pytest.raises(Conflict):
        post.mail.touches.claim(touch, "theirs", Kind.SURVEY, lease, NOON)


def test_an_unsent_touch_is_queued_again_and_again_ever_more_slowly(post: Post) -> None:
    key = post.ordered()
    pauses = []
    for _ in range(6):
        due_at = post.touch(key).due_at
        assert due_at is not None
        pauses.append((due_at - post.clock.now) // dt.timedelta(minutes=1))
        post.clock.now = due_at
        post.mail.work_due(key)
    assert pauses == [15, 30, 60, 120, 240, 240]
    assert post.queues.bulk == [key] * 6


def test_the_daily_limit_puts_the_rest_off_to_tomorrow(post: Post) -> None:
    post.sender.clinics.save(riverbend(daily_limit=1), 1)
    keys = [post.ordered(occurrence=str(number)) for number in range(3)]
    for key in keys:
        post.sender.send(key)
    assert len(post.ses.sent) == 1
    later = [post.touch(key).due_at for key in keys[1:]]
    opening = dt.datetime(2026, 11, 25, 14, tzinfo=dt.UTC)
    assert all(at and opening <= at < opening + dt.timedelta(hours=2) for at in later)


def test_alerts_do_not_count_against_the_daily_limit(post: Post) -> None:
    post.sender.clinics.save(riverbend(daily_limit=0), 1)
    key = post.ordered(Purpose.ALERT, Kind.ALERT)
    post.sender.send(key)
    assert post.state(key) is State.SENT


def test_urgent_mail_has_its_own_queue(post: Post) -> None:
    alert = post.touch(post.ordered(Purpose.ALERT, Kind.ALERT))
    survey = post.touch(post.ordered())
    post.mail.announce([survey, alert])
    assert (post.queues.now, post.queues.bulk) == ([alert.key], [survey.key])


def _row(key: object) -> table.Row:
    from prm.mail.store import _at

    return _at(key)  # type: ignore[arg-type]
