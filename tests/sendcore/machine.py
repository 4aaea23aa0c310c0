"""Everything that can happen to the house, in any order, one thing a step.

A step takes small numbers where it means one of the things that are there by then (a mail, a case), so that a long
story that failed can be told shorter.
"""

import datetime as dt
from contextlib import suppress
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from prm.clinics.model import ReviewPolicy
from prm.core.errors import Conflict
from prm.mail.model import Kind, StopKind, TouchKey
from prm.recovery.model import Outcome
from prm.rules.model import Condition, Rule, Segment, Trigger, TriggerKind
from tests import examples
from tests.fakes import NOON
from tests.sendcore import always
from tests.sendcore.post import Mood
from tests.sendcore.story import CLINIC
from tests.sendcore.town import NUMBERS, WRITES, Town, news_of, person
from tests.sendcore.wire import Cut, Sent

EACH, ONCE_MORE, COME_BACK = "each-visit", "each-visit-once-more", "come-back"
OWN = (
    Rule(EACH, "After each visit", (Kind.SURVEY,), Trigger(TriggerKind.VISIT)),
    Rule(ONCE_MORE, "Once more", (Kind.FOLLOW_UP,), Trigger(TriggerKind.NO_ANSWER, dt.timedelta(2), rule=EACH)),
    Rule(COME_BACK, "Come back", (Kind.SURVEY,), Trigger(TriggerKind.NO_VISIT, dt.timedelta(21))),
)
RULES = (EACH, COME_BACK, "after-evaluation", "sixth-visit", "after-discharge", "after-answer")
STARTS = (NOON, dt.datetime(2026, 10, 30, 21, tzinfo=dt.UTC), dt.datetime(2027, 3, 12, 21, tzinfo=dt.UTC))
"""A Tuesday noon in New York, and afternoons shortly before its clocks go back and forward."""
ADDRESSES = ("one@example.com", "two@example.com", "")
JUMPS = (1, 4, 11, 65, 60 * 20, 60 * 24 * 3, 60 * 24 * 8, 60 * 24 * 22)
HOURS = (-24 * 30, -24 * 6, -30, -5, 3, 24 * 9)
KINDS = ("evaluation", "treatment", "discharge")
STATUSES = ("completed", "completed", "scheduled", "cancelled", "no show")
NEWS = ("Delivery", "Send", "Bounce", "SoftBounce", "Complaint", "Reject")
REPLIES = ("9 great staff", "4", "Thank you!", "stop", "10\n\nSee you")
COMMENTS = ("", "I waited long", "¡Gracias! 🙂")

SEE_OTHER = 303

few = st.integers(0, 9)
numbers = st.sampled_from(NUMBERS)
scores = st.integers(0, 10)


class Machine(RuleBasedStateMachine):
    """One clinic, three patients, everyone at once."""

    def __init__(self, town: Town) -> None:
        super().__init__()
        self.town = town
        self.ledger = always.Ledger(town)
        self.last_file = ("", "")

    @initialize(
        start=st.sampled_from(STARTS),
        policy=st.sampled_from(ReviewPolicy),
        limit=st.sampled_from((1000, 3)),
        moods=st.lists(st.sampled_from(Mood), max_size=2),
    )
    def opens(self, start: dt.datetime, policy: ReviewPolicy, limit: int, moods: list[Mood]) -> None:
        """The clinic opens; one of its patients was evaluated this morning."""
        self.town.begin(examples.riverbend(review_policy=policy, daily_limit=limit), start)
        self.town.post.handed, self.town.post.meanwhile = self.ledger.look, self._meanwhile
        for one in OWN:
            self.town.house.rules.keep(CLINIC, one, start)
        self.town.house.rules.switch_on(CLINIC, "after-evaluation", start)
        for number, address in zip(NUMBERS, (*ADDRESSES[:2], ADDRESSES[0]), strict=True):
            self.is_said_to_be(number, address, died=False)
        for number in NUMBERS[:2]:
            self.has_a_visit(number, 0, -5, "evaluation", "completed", "downtown")
        self.has_moods(moods)
        self.works()
        self.works()

    # What the clinic's files say.

    @rule(number=numbers, address=st.sampled_from(ADDRESSES), died=st.sampled_from((False,) * 7 + (True,)))
    def is_said_to_be(self, number: str, address: str, *, died: bool) -> None:
        """A patient moves, or dies, or was never dead."""
        day = f"{self.town.now:%Y-%m-%d}" if died else ""
        head = "patient_id,first_name,last_name,email,birth_date,deceased_on\n"
        self._imports("patients.csv", f"{head}{number},Maria,Alvarez,{address},1984-03-12,{day}\n")
        (self.ledger.died.add if died else self.ledger.died.discard)(person(number))

    @rule(
        number=numbers,
        visit=st.integers(0, 6),
        hours=st.sampled_from(HOURS),
        kind=st.sampled_from(KINDS),
        status=st.sampled_from(STATUSES),
        place=st.sampled_from(("downtown", "north", "")),
    )
    def has_a_visit(self, number: str, visit: int, hours: int, kind: str, status: str, place: str) -> None:
        """A visit is there that was not, or is told differently."""
        start = (self.town.now + dt.timedelta(hours=hours)).astimezone(examples.riverbend().tz)
        end = start + dt.timedelta(hours=1)
        self._imports(
            "visits.csv",
            "visit_id,patient_id,start,end,status,kind,location,therapist\n"
            f"v{number}{visit},{number},{start:%Y-%m-%d %H:%M},{end:%Y-%m-%d %H:%M},{status},{kind},{place},mei-lin\n",
        )

    @rule()
    def comes_again(self) -> None:
        """The same file comes again, and nothing is written."""
        calls, self.town.wire.cut_at = len(self.town.wire.calls), -1
        self.town.takes_in(self.last_file)
        assert not any(one.operation in WRITES for one in self.town.wire.calls[calls:])

    def _imports(self, name: str, text: str) -> None:
        self.last_file = (name, text)
        assert self.town.takes_in(self.last_file).problems == ()

    # What machines do.

    @rule()
    def works(self) -> None:
        """A minute's tick, and all that follows from it."""
        self.town.tick()
        self.town.pump()

    @rule(times=st.integers(1, 2))
    def ticks(self, times: int) -> None:
        """A tick, or the same one twice, whose messages stay where they are for now."""
        for _ in range(times):
            self.town.tick()

    @rule(times=st.integers(1, 4))
    def waits_for_what_is_due(self, times: int) -> None:
        """Time passes, and whatever comes due is worked on."""
        for _ in range(times):
            self.town.until_next()

    @precondition(lambda self: self.town.tokens())
    @rule(which=few, score=scores)
    def answers_in_peace(self, which: int, score: int) -> None:
        """A patient answers, and some time passes in which nothing else happens."""
        self.answers(which, score, "")
        self.waits_for_what_is_due(2)

    @rule(minutes=st.sampled_from(JUMPS), works=st.booleans())
    def lets_time_pass(self, minutes: int, *, works: bool) -> None:
        """Time passes, with or without anyone at work: ticks may be missed."""
        self.town.clock.advance(minutes=minutes)
        if works:
            self.works()

    @rule(which=few, queue=st.sampled_from(("now", "bulk")), times=st.integers(1, 2))
    def delivers_again(self, which: int, queue: str, times: int) -> None:
        """SQS delivers a message again, twice, or from long ago, of a mail in whatever state."""
        touches = sorted(self.ledger.seen.values(), key=lambda one: (one.created_at, one.id))
        for _ in range(times if touches else 0):
            self.town.queue_touch(touches[which % len(touches)].key, queue)

    @rule(moods=st.lists(st.sampled_from(Mood), min_size=1, max_size=3))
    def has_moods(self, moods: list[Mood]) -> None:
        """SES will not take the next mails as it should."""
        self.town.post.moods.extend(moods)

    @rule(calls=st.integers(0, 60), cut=st.sampled_from((Cut.BEFORE, Cut.AFTER)))
    def will_die(self, calls: int, cut: Cut) -> None:
        """Some calls from now a process dies, before or after a call."""
        self.town.wire.cut_at, self.town.wire.cut = len(self.town.wire.calls) + calls, cut

    @precondition(lambda self: self.town.wire.sent)
    @rule(which=few, kind=st.sampled_from(NEWS), times=st.integers(1, 2), early=st.booleans(), now=st.booleans())
    def tells(self, which: int, kind: str, times: int, *, early: bool, now: bool) -> None:
        """SES tells what became of a mail: late, twice, in any order."""
        sent = self._mail(which)
        at = self._sent_at(sent) if early else self.town.now
        for _ in range(times):
            self.town.queue("events", news_of(sent, kind, at))
        if now:
            self.town.hears()

    # What patients do.

    @precondition(lambda self: self.town.tokens())
    @rule(which=few, score=scores, comment=st.sampled_from(COMMENTS))
    def answers(self, which: int, score: int, comment: str) -> None:
        """A patient presses the button, for the first time or to say something else."""
        token = self._token(which)
        if self.town.asks("POST", f"/s/{token}", {"score": str(score), "comment": comment}) == SEE_OTHER:
            link = self.town.link(token)
            with self.town.quiet():
                survey = self.town.house.surveys.get(CLINIC, link.patient, link.survey or "")
            assert survey.is_counted
            assert survey.answer
            assert survey.answer.score == score

    @precondition(lambda self: self.town.tokens())
    @rule(which=few, score=scores, opened=st.lists(scores, max_size=3))
    def stays(self, which: int, score: int, opened: list[int]) -> None:
        """Someone, or a scanner that runs scripts, opens pages and stays on one."""
        token = self._token(which)
        for one in opened:
            self.town.asks("GET", f"/s/{token}/{one}")
        self.town.asks("POST", f"/s/{token}", {"score": str(score), "via": "dwell"})

    @precondition(lambda self: self.town.tokens())
    @rule(which=few)
    def wants_no_call(self, which: int) -> None:
        """A patient asks not to be phoned."""
        self.town.asks("POST", f"/s/{self._token(which)}/no-call", {})

    @precondition(lambda self: self.town.tokens())
    @rule(which=few, text=st.sampled_from(REPLIES))
    def writes_back(self, which: int, text: str) -> None:
        """A patient replies to a mail."""
        sent, token = self._letter(which)
        self.town.writes_back(sent, token, text)
        if text == "stop":
            self.ledger.left[self.town.link(token).patient].add(StopKind.ALL)

    @precondition(lambda self: self.town.tokens())
    @rule(which=few, how=st.sampled_from(("one click", "all", "surveys", "content")))
    def leaves(self, which: int, how: str) -> None:
        """A patient leaves the list, by a mail program's button or on the page."""
        token = self._token(which)
        if how == "one click":
            self.town.leaves(token)
        else:
            self.town.asks("POST", f"/u/{token}", {"kind": how})
        self.ledger.left[self.town.link(token).patient].add(StopKind.ALL if how == "one click" else StopKind(how))

    @rule(number=numbers, kind=st.sampled_from(StopKind))
    def phones(self, number: str, kind: StopKind) -> None:
        """A patient asks on the phone to be left alone."""
        self.town.phones(person(number), kind)
        self.ledger.left[person(number)].add(kind)

    @precondition(lambda self: self.town.tokens())
    @rule(which=few)
    def comes_back(self, which: int) -> None:
        """A patient wants mail again."""
        token = self._token(which)
        self.town.asks("POST", f"/u/{token}", {"again": "1"})
        self.ledger.left.pop(self.town.link(token).patient, None)

    # What staff do.

    @rule(which=few, outcome=st.sampled_from(Outcome))
    def closes_a_case(self, which: int, outcome: Outcome) -> None:
        """Someone called, and says how it ended."""
        recovery = self.town.house.recovery
        with self.town.quiet():
            cases = recovery.open_cases(CLINIC)
        if cases:
            name = cases[which % len(cases)].id
            with suppress(Conflict):  # it is closed already where the process died after it
                self.town.twice_if_it_dies(lambda: recovery.close(CLINIC, name, outcome, "luis", "Called"))

    @rule(name=st.sampled_from(RULES), on=st.booleans())
    def switches(self, name: str, *, on: bool) -> None:
        """A rule is switched on or off, with what goes with it."""
        rules = self.town.house.rules
        if on:
            self.town.twice_if_it_dies(lambda: rules.switch_on(CLINIC, name, self.town.now))
        elif any(one.id == name for one in self._rules()):
            self.town.twice_if_it_dies(lambda: rules.switch_off(CLINIC, name, self.town.now))

    @rule(
        which=few, hours=st.sampled_from((1, 3, 30)), days=st.sampled_from((1, 7)), place=st.sampled_from(("north", ""))
    )
    def edits(self, which: int, hours: int, days: int, place: str) -> None:
        """A rule is changed: when, for how long, for whom."""
        one = self._rules()[which % len(self._rules())]
        who = Segment(all=(Condition(locations=frozenset({place})),)) if place else Segment()
        changed = replace(
            one, who=who, max_age=dt.timedelta(days), when=replace(one.when, after=dt.timedelta(hours=hours))
        )
        kept = self.town.twice_if_it_dies(lambda: self.town.house.rules.keep(CLINIC, changed, self.town.now))
        assert kept.version > one.version

    @rule()
    def looks_at_the_numbers(self) -> None:
        """The report keeps what is settled; what it shows is what is stored."""
        with self.town.quiet():
            total = self.town.house.insights.nps(CLINIC).total
            surveys = [one for number in NUMBERS for one in self.town.house.surveys.of_patient(CLINIC, person(number))]
        assert total.asked == sum(one.asked for one in surveys)
        assert total.answered == sum(one.is_counted for one in surveys)

    # What must hold.

    @invariant()
    def holds(self) -> None:
        """Everything, at every step; where none of it was written since, it still does."""
        self.town.told["steps"] += 1
        if self.town.wrote(always.READS):
            always.hold(self.ledger)

    def teardown(self) -> None:
        """Let everything come to its end, and hold it all once more."""
        if not self.last_file[0]:
            return
        self.town.rests()
        always.hold(self.ledger)
        always.at_rest(self.ledger)
        self.town.told.update(self.ledger.story())

    def _meanwhile(self, sent: Sent) -> None:
        """While SES has not answered yet: the mail arrives, and its reader is fast."""
        self.town.hears_at_once(news_of(sent, "Delivery", self.town.now))
        link = next((token for one, token in self.town.tokens() if one is sent), None)
        if link:
            self.town.asks("POST", f"/s/{link}", {"score": "3", "comment": ""})
            self.town.leaves(link)
            self.ledger.left[TouchKey.from_tags(sent.clinic, sent.touch).recipient.partition(":")[2]].add(StopKind.ALL)

    def _rules(self) -> tuple[Rule, ...]:
        with self.town.quiet():
            return self.town.house.rules.list_of(CLINIC)

    def _mail(self, which: int) -> Sent:
        return self.town.wire.sent[-1 - which % len(self.town.wire.sent)]

    def _letter(self, which: int) -> tuple[Sent, str]:
        found = self.town.tokens()
        return found[-1 - which % len(found)]

    def _token(self, which: int) -> str:
        return self._letter(which)[1]

    def _sent_at(self, sent: Sent) -> dt.datetime:
        return next(one.at for one in self.ledger.handed if one.touch.key.tag == sent.touch)
