"""What a mail to a reply address sets in motion."""

import datetime as dt
from dataclasses import dataclass, field, replace

import pytest

from prm.core import table
from prm.core.errors import Unavailable
from prm.links.model import Purpose as LinkPurpose
from prm.mail.model import Kind as MailKind
from prm.mail.model import Purpose, Send, Skip, StopKind, StopReason, Touch
from prm.mail.reply import Kind
from prm.mail.stops import names
from prm.recovery.model import InboxItem, InboxKind
from prm.recovery.replies import Outcome, Received
from prm.surveys.model import Standing, Via
from tests.fakes import NOON, FakeClock
from tests.mail.mails import QUOTED, mail
from tests.mailed import Mailed, mailed, snapshot


@dataclass
class RunningClock(FakeClock):
    """A clock that never shows the same time twice."""

    def wall(self) -> dt.datetime:
        return self.advance(microseconds=1)

    def business(self) -> dt.datetime:
        return self.wall()


@dataclass
class Correspondence:
    """Maria got a survey mail and writes back."""

    mailed: Mailed
    stored: dict[str, bytes] = field(default_factory=dict)
    lost: bool = False

    def read(self, message_id: str) -> bytes:
        if self.lost:
            raise Unavailable("not there")
        return self.stored[message_id]

    def writes(self, source: bytes, **changes: object) -> Outcome:
        """Deliver a mail as SES does; `changes` are to its announcement."""
        received = Received(
            message_id=f"mail-{len(self.stored)}",
            recipients=(f"r-{self.mailed.token}@localhost",),
            sender="maria@example.com",
            received_at=self.mailed.clock.now,
        )
        received = replace(received, **changes)  # type: ignore[arg-type]
        self.stored[received.message_id] = source
        return self.mailed.house.replies.take_in(received)

    @property
    def inbox(self) -> list[InboxItem]:
        return self.mailed.house.recovery.inbox("riverbend")

    @property
    def receipts(self) -> list[Touch]:
        touches = self.mailed.house.mail.of_recipient("riverbend", "patient:p-maria")
        return [touch for touch in touches if touch.kind is MailKind.RECEIPT]

    def judged(self) -> Send | Skip:
        verdict = self.mailed.house.replies.may_go_receipt(self.receipts[0], self.mailed.clock.now)
        assert isinstance(verdict, Send | Skip)
        return verdict


@pytest.fixture
def letters(tables: None) -> Correspondence:
    made = Correspondence(mailed(lambda _: lambda _event, _context: None))
    made.mailed.house.__dict__["inbound"] = made
    return made


def test_a_score_is_a_confirmed_answer(letters: Correspondence) -> None:
    outcome = letters.writes(mail("9 great staff" + QUOTED))
    survey = letters.mailed.survey
    assert outcome == Outcome(Kind.ANSWER, "riverbend")
    assert survey.standing is Standing.CONFIRMED
    assert survey.answer is not None
    assert (survey.answer.score, survey.answer.comment, survey.answer.via) == (9, "great staff", Via.REPLY)


def test_an_answer_gets_no_automatic_reply(letters: Correspondence) -> None:
    letters.writes(mail("9 great staff"))
    assert (letters.inbox, letters.receipts) == ([], [])


def test_a_low_score_opens_a_case(letters: Correspondence) -> None:
    letters.writes(mail("2 nobody called back"))
    assert [case.score for case in letters.mailed.house.recovery.open_cases("riverbend")] == [2]


def test_other_words_wait_for_a_person_and_are_acknowledged(letters: Correspondence) -> None:
    letters.writes(mail("Can I come on Friday?" + QUOTED))
    (item,) = letters.inbox
    assert (item.patient, item.kind, item.text) == ("p-maria", InboxKind.REPLY, "Can I come on Friday?")
    assert [touch.occurrence for touch in letters.receipts] == ["2026-11-24"]
    assert letters.receipts[0].key in letters.mailed.queues.take_all()


def test_a_day_brings_one_automatic_reply(letters: Correspondence) -> None:
    letters.writes(mail("Can I come on Friday?"))
    letters.writes(mail("Or on Saturday?"), received_at=letters.mailed.clock.advance(hours=1))
    letters.writes(mail("Hello?"), received_at=letters.mailed.clock.advance(days=1))
    assert len(letters.inbox) == 3
    assert sorted(touch.occurrence for touch in letters.receipts) == ["2026-11-24", "2026-11-25"]


def test_the_day_is_the_clinics(letters: Correspondence) -> None:
    late = dt.datetime(2026, 11, 25, 3, tzinfo=dt.UTC)
    letters.writes(mail("Hello?"), received_at=late)
    assert [touch.occurrence for touch in letters.receipts] == ["2026-11-24"]


@pytest.mark.parametrize("text", ["9 great staff", "Can I come on Friday?", "stop"])
def test_a_mail_delivered_twice_does_nothing_twice(letters: Correspondence, text: str) -> None:
    at = letters.mailed.clock.now
    letters.writes(mail(text), message_id="same", received_at=at)
    inbox, receipts, history = letters.inbox, letters.receipts, letters.mailed.survey.history
    letters.mailed.clock.advance(minutes=2)
    letters.writes(mail(text), message_id="same", received_at=at)
    assert (letters.inbox, letters.receipts, letters.mailed.survey.history) == (inbox, receipts, history)


def test_a_mail_delivered_twice_is_kept_once_on_a_clock_that_runs(letters: Correspondence) -> None:
    letters.mailed.house.clock = RunningClock()
    for _ in range(2):
        letters.writes(mail("Thank you!"), message_id="the-same", received_at=NOON)
    assert [item.received_at for item in letters.inbox] == [NOON]


def test_a_retry_orders_the_automatic_reply_that_a_crash_left_out(letters: Correspondence) -> None:
    house = letters.mailed.house
    at = letters.mailed.clock.now
    words = "Can I come on Friday?"
    house.recovery.add_to_inbox(InboxItem("m", "riverbend", "p-maria", InboxKind.REPLY, words, at, "m"))
    letters.writes(mail(words), message_id="m", received_at=at)
    assert (len(letters.inbox), len(letters.receipts)) == (1, 1)


def test_stop_ends_all_optional_mail(letters: Correspondence) -> None:
    outcome = letters.writes(mail("STOP" + QUOTED))
    house = letters.mailed.house
    assert outcome.kind is Kind.UNSUBSCRIBE
    assert house.preferences.stopped(house.links.open(letters.mailed.token)) == {StopKind.ALL}
    assert (letters.inbox, letters.receipts) == ([], [])


def test_a_stop_by_a_link_that_cannot_is_left_to_a_person(letters: Correspondence) -> None:
    token = letters.mailed.issue(LinkPurpose.REPLY)
    letters.writes(mail("stop"), recipients=(f"r-{token}@localhost",))
    assert [item.kind for item in letters.inbox] == [InboxKind.UNSUBSCRIBE]


def test_a_change_of_mind_after_its_time_reaches_a_person(letters: Correspondence) -> None:
    letters.writes(mail("9 great staff"))
    letters.writes(mail("3 not so great"), received_at=letters.mailed.clock.advance(days=8))
    assert [item.text for item in letters.inbox] == ["3 not so great"]
    assert letters.mailed.survey.answer is not None
    assert letters.mailed.survey.answer.score == 9


def test_a_score_in_reply_to_a_mail_that_asked_nothing_reaches_a_person(letters: Correspondence) -> None:
    token = letters.mailed.issue(survey=None)
    letters.writes(mail("9"), recipients=(f"r-{token}@localhost",))
    assert [item.text for item in letters.inbox] == ["9"]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (mail("I am away", "Auto-Submitted: auto-replied"), Kind.AUTO_REPLY),
        (mail("9 great staff", "List-Id: <a.example>"), Kind.ROBOT),
        (mail("9", "Return-Path: <>"), Kind.BOUNCE),
    ],
)
def test_machines_get_nothing_and_make_nothing(letters: Correspondence, source: bytes, kind: Kind) -> None:
    assert letters.writes(source).kind is kind
    assert (letters.inbox, letters.receipts) == ([], [])
    assert letters.mailed.survey.answer is None


def test_a_bounce_is_known_by_its_envelope_alone(letters: Correspondence) -> None:
    assert letters.writes(mail("9"), sender="").kind is Kind.BOUNCE


@pytest.mark.parametrize("refused", ["spam", "virus"])
def test_refused_mail_is_kept_and_not_shown(letters: Correspondence, refused: str) -> None:
    outcome = letters.writes(mail("9 buy now"), refused=refused)
    (item,) = letters.inbox
    assert (outcome.kind, outcome.why) == (Kind.QUARANTINED, refused)
    assert (item.kind, item.text, item.mail) == (InboxKind.QUARANTINED, f"Not shown: {refused}", "mail-0")
    assert letters.receipts == []


def test_unreadable_mail_is_kept_with_the_reason(letters: Correspondence) -> None:
    letters.writes(b"Content-Type: message/rfc822\n\n" * 30_000)
    assert [item.text for item in letters.inbox] == ["Not shown: RecursionError"]


@pytest.mark.parametrize(
    "recipients", [(), ("care@localhost",), ("r-" + "a" * 26 + "@localhost",), ("r-zz@localhost",)]
)
def test_mail_to_nobody_changes_nothing(letters: Correspondence, recipients: tuple[str, ...]) -> None:
    assert letters.writes(mail("9"), recipients=recipients).clinic is None
    assert letters.inbox == []


def test_mail_that_cannot_be_fetched_is_tried_again(letters: Correspondence) -> None:
    letters.lost = True
    with pytest.raises(Unavailable):
        letters.writes(mail("9"))


def test_a_long_reply_is_cut_and_cleaned(letters: Correspondence) -> None:
    letters.writes(mail("a\x07b " + "word " * 5000))
    assert letters.inbox[0].text.startswith("ab word")
    assert len(letters.inbox[0].text) == 4000


def test_the_receipt_goes_to_the_address_on_record(letters: Correspondence) -> None:
    letters.writes(mail("Can I come on Friday?"), sender="someone@elsewhere.example")
    verdict = letters.judged()
    assert isinstance(verdict, Send)
    letter = verdict.write("token")
    assert letter.to == "maria@example.com"
    assert ("Auto-Submitted", "auto-replied") in letter.headers
    assert verdict.terms is not None
    assert verdict.terms.survey == letters.mailed.touch.id


@pytest.mark.parametrize("reason", [StopReason.BOUNCED, StopReason.COMPLAINED])
def test_an_address_that_takes_no_mail_gets_no_receipt(letters: Correspondence, reason: StopReason) -> None:
    letters.writes(mail("Can I come on Friday?"))
    who = names("patient:p-maria", "maria@example.com")
    stops = letters.mailed.house.stops
    table.transact(list(stops.stop("riverbend", who, StopKind.ALL, reason, letters.mailed.clock.now)))
    assert letters.judged() == Skip("the address takes no mail")


def test_who_left_the_list_still_hears_that_a_letter_came(letters: Correspondence) -> None:
    letters.writes(mail("stop"))
    letters.writes(mail("One more thing: can you call me?"))
    assert isinstance(letters.judged(), Send)


def test_a_receipt_a_day_late_is_not_sent(letters: Correspondence) -> None:
    letters.writes(mail("Can I come on Friday?"))
    letters.mailed.clock.advance(days=1, seconds=1)
    assert letters.judged() == Skip("too late")


def test_receipts_are_judged_as_such(letters: Correspondence) -> None:
    letters.mailed.house.__dict__["ses"] = object()
    assert letters.mailed.house.sender.may_go[Purpose.RECEIPT] == letters.mailed.house.replies.may_go_receipt


@pytest.mark.parametrize("text", ["3 the room was cold", "Can I come on Friday?"])
def test_what_is_written_to_a_closed_clinic_is_kept_nowhere(letters: Correspondence, text: str) -> None:
    letters.mailed.house.operator.close("riverbend")
    before = snapshot(but=())
    outcome = letters.writes(mail(text))
    assert outcome.why == "the clinic is closed"
    assert snapshot(but=()) == before


def test_a_closed_clinics_list_can_still_be_left_by_reply(letters: Correspondence) -> None:
    letters.mailed.house.operator.close("riverbend")
    letters.writes(mail("STOP" + QUOTED))
    house = letters.mailed.house
    assert house.preferences.stopped(house.links.open(letters.mailed.token)) == {StopKind.ALL}
