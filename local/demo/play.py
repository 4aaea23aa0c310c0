"""The year itself: each patient lives it alone, from one due moment to the next, all through the house's services.

Patients of one clinic never wait for each other, so each is played from beginning to end, several side by side.
"""

import datetime as dt
import functools
import heapq
import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

from local.demo import calls, words
from local.demo.people import SEED, Person
from local.demo.stage import Stage
from prm.clinics.model import Clinic
from prm.core import ids
from prm.mail.model import Kind, News, State, StopKind, Touch, patient_recipient
from prm.recovery.model import Case
from prm.surveys.model import Via

PRESETS = ("after-evaluation", "sixth-visit", "after-discharge")
_LEAVES = 0.012
_DEAD_ADDRESS = 0.015
_DELIVERY = dt.timedelta(seconds=8)
_LATELY = dt.timedelta(days=7)
"""Who is upset was content before that."""


def switch_on(stage: Stage, clinic: Clinic) -> None:
    """Switch on the three surveys, and the thanks that go with them, as of the beginning of the year."""
    began_at = stage.clock.business()
    for preset in PRESETS:
        stage.rules.switch_on(clinic.id, preset, began_at, began_at)
        for shard in range(stage.settings.shards):
            stage.schedule.drain("jobs", shard, lambda: True, Nobody())


def play(stage: Stage, clinic: Clinic, everyone: Mapping[Person, dt.datetime], morning: dt.datetime) -> Iterator[None]:
    """Play everybody's year up to this morning, and yield after each patient. The first failure ends it.

    `everyone` says when each is looked at first: when their first survey may be due. Those who are upset are played up
    to this very moment: some of them answered an hour ago.
    """
    stage.furnish()

    def live(person: Person) -> None:
        until = stage.ends_at if person.is_upset else morning
        Life(stage, clinic, person, until).live(everyone[person])

    pool = ThreadPoolExecutor(stage.at_once)
    try:
        for _ in pool.map(live, everyone):
            yield
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass
class Life:
    """One patient's year. What is to come stands in `ahead`; when rules look at the patient, in the hand."""

    stage: Stage
    clinic: Clinic
    person: Person
    until: dt.datetime
    ahead: list[tuple[dt.datetime, int, Callable[[], None]]] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=count)

    @property
    def patient(self) -> str:
        """The patient's id."""
        return ids.name_of(self.clinic.id, str(self.person.number))

    def live(self, began_at: dt.datetime) -> None:
        """Go from moment to moment until the year is over."""
        hand = self.stage.hand
        hand.due_at = hand.now = began_at
        hand.known.clear()
        while (at := self._next_at()) is not None and at < self.until:
            hand.now = at
            if self.ahead and self.ahead[0][0] <= at:
                heapq.heappop(self.ahead)[2]()
            else:
                self.stage.rules.judge(self.clinic.id, self.patient)
            self._send_queued()

    def _next_at(self) -> dt.datetime | None:
        moments = [self.ahead[0][0]] if self.ahead else []
        return min([*moments, *([self.stage.hand.due_at] if self.stage.hand.due_at else [])], default=None)

    def _later(self, after: dt.timedelta, act: Callable[[], None]) -> None:
        heapq.heappush(self.ahead, (self.stage.hand.now + after, next(self._number), act))

    def _send_queued(self) -> None:
        hand = self.stage.hand
        while hand.queued:
            self._send(hand.queued.pop(0))

    def _send(self, touch: Touch) -> None:
        self.stage.sender.send(touch.key)
        token = self.stage.hand.tokens.pop(touch.id, None)
        if token is None:
            self._look_again(touch)
            return
        self._arrive(touch)
        if touch.kind in {Kind.SURVEY, Kind.FOLLOW_UP}:
            self._read(touch, token)

    def _look_again(self, touch: Touch) -> None:
        """A mail that did not go may wait for a better time."""
        found = self.stage.mail.find(touch.key)
        if found and found.state is State.DUE and found.due_at:
            self._later(found.due_at - self.stage.hand.now, lambda: self._send(touch))

    def _arrive(self, touch: Touch) -> None:
        """Give the news of a mail; SES speaks in wall time."""
        at = self.stage.clock.wall()
        if touch.recipient == patient_recipient(self.patient) and self._draw("address").random() < _DEAD_ADDRESS:
            addresses = (self.person.proxy_email or self.person.email,)
            self.stage.mail.news(touch.key, News(State.BOUNCED, at, addresses, "General", permanent=True))
        else:
            self.stage.mail.news(touch.key, News(State.DELIVERED, at + _DELIVERY))

    def _read(self, touch: Touch, token: str) -> None:
        draw = self._draw(touch.purpose, touch.occurrence)
        if self._draw("address").random() < _DEAD_ADDRESS:
            return
        if draw.random() < _LEAVES:
            self._later(dt.timedelta(hours=draw.uniform(0.1, 20)), lambda: self._leave(token))
            return
        if self.person.is_upset and touch.created_at < self.until - _LATELY:
            self._later(dt.timedelta(hours=5), lambda: self._answer(token, words.praise(self.person, draw)))
            return
        if self.person.is_upset:
            self._complain(token, words.complaint(self.person, draw))
            return
        said = words.answer(self.person, touch.kind, words.Moment.of(touch.purpose), draw)
        if said:
            self._later(dt.timedelta(hours=said.after_hours), lambda: self._answer(token, said))

    def _complain(self, token: str, said: words.Saying) -> None:
        now = self.stage.hand.now
        usual_at = now + dt.timedelta(hours=said.after_hours)
        at = calls.answers_at(self.person.wait, usual_at, self.until)
        self._later(at - now, lambda: self._answer(token, said))

    def _leave(self, token: str) -> None:
        self.stage.preferences.stop(self.stage.links.open(token), StopKind.SURVEYS)

    def _answer(self, token: str, said: words.Saying) -> None:
        link = self.stage.links.open(token)
        survey = self.stage.surveys.answer(link, link.survey or "", said.score, said.comment, Via.BUTTON)
        if survey.answer and survey.answer.is_low:
            for case in self.stage.recovery.of_patient(self.clinic.id, self.patient):
                if case.is_open:
                    self._follow(case, said.about)

    def _follow(self, case: Case, about: str) -> None:
        """Someone calls, most of the time before the next level has to be told; the last days' calls are still owed."""
        now = self.stage.hand.now
        draw = self._draw(case.occurrence)
        call_at = calls.call_at(self.clinic, case, draw)
        if case.escalate_at and (case.escalate_at < call_at or self.person.is_upset):
            self._later(case.escalate_at - now, lambda: self._escalate(case))
        if self.person.is_upset:
            for after, step in calls.so_far(self.person.wait):
                self._later(after, functools.partial(self._work_on, case, step))
            return
        self._later(call_at - now, lambda: self._close(case, about, draw))

    def _escalate(self, case: Case) -> None:
        self.stage.recovery.work_due(self.clinic.id, self.patient, case.id)

    def _work_on(self, case: Case, step: calls.Step) -> None:
        step(self.stage, self.clinic, case)
        self.stage.hand.forget("cases")

    def _close(self, case: Case, about: str, draw: random.Random) -> None:
        calls.close(self.stage, self.clinic, case, about, draw)

    def _draw(self, *about: str) -> random.Random:
        """Chance that is the same in each run, whoever is played beside this patient."""
        return random.Random(" ".join((str(SEED), str(self.person.number), *about)))  # noqa: S311 - no secret


class Nobody:
    """Lets a failed job end the demo."""

    def failed(self, line: str, key: object, error: Exception, failures: int) -> None:
        """Pass the failure on."""
        del line, key, failures
        raise error
