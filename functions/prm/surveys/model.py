"""A survey: the question put to one patient about one occasion, and the answer to it."""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from prm.core.errors import Invalid

TOP = 10
PROMOTER_FROM = 9
PASSIVE_FROM = 7
EDIT_FOR = dt.timedelta(days=7)
HOLD = dt.timedelta(minutes=10)
MOST_EDITS = 20
"""More changes of mind than this are no patient's; the row stays far below DynamoDB's 400 KB."""


class Group(StrEnum):
    """Net Promoter groups: 9-10, 7-8, 0-6 (Reichheld, HBR December 2003)."""

    PROMOTER = "promoter"
    PASSIVE = "passive"
    DETRACTOR = "detractor"


def group_of(score: int) -> Group:
    """Return the group of a score."""
    if score >= PROMOTER_FROM:
        return Group.PROMOTER
    return Group.PASSIVE if score >= PASSIVE_FROM else Group.DETRACTOR


def month_of(at: dt.datetime, zone: dt.tzinfo) -> str:
    """Return the month (YYYY-MM) a moment belongs to on the clinic's calendar."""
    return f"{at.astimezone(zone):%Y-%m}"


class Standing(StrEnum):
    """How sure we are that a person answered."""

    NONE = "none"
    PROVISIONAL = "provisional"
    MACHINE = "machine"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"


COUNTED = frozenset({Standing.UNCONFIRMED, Standing.CONFIRMED})
"""UNCONFIRMED: a provisional answer that passed its hold; counted, and labelled so."""


class Via(StrEnum):
    """How an answer reached us."""

    BUTTON = "button"
    DWELL = "dwell"
    REPLY = "reply"


@dataclass(frozen=True)
class Answer:
    """A score with what was said to it; `mail` is the touch it came from. Raises Invalid for anything but 0-10."""

    score: int
    comment: str
    via: Via
    at: dt.datetime
    mail: str = ""

    def __post_init__(self) -> None:
        """Refuse a score nobody could have chosen."""
        if not 0 <= self.score <= TOP:
            raise Invalid("Choose a number from 0 to 10", field="score")

    @property
    def group(self) -> Group:
        """Promoter, passive or detractor."""
        return group_of(self.score)

    @property
    def is_low(self) -> bool:
        """Whether staff must know: everyone but promoters."""
        return self.group is not Group.PROMOTER

    def says_what(self, other: "Answer | None") -> bool:
        """Tell whether two answers say the same, however and whenever they came."""
        return other is not None and (self.score, self.comment) == (other.score, other.comment)


@dataclass(frozen=True)
class Survey:
    """One question asked of one patient; its id is that of the touch that asked first.

    `history` holds earlier answers, oldest first. `counted_at` is the first counted answer's moment: its month keeps
    the answer, whatever is edited later, and from it the time for edits runs. `no_call`: the patient asked not to be
    phoned about it. `asked` turns False when the mail certainly never went. `is_test`: staff asked themselves, it
    counts in no number. `version` guards against two answers at once.
    """

    id: str
    clinic: str
    patient: str
    rule: str
    occurrence: str
    touch: str
    asked_at: dt.datetime
    expires_at: dt.datetime
    visit: str | None = None
    episode: str | None = None
    location: str | None = None
    therapist: str | None = None
    standing: Standing = Standing.NONE
    answer: Answer | None = None
    history: tuple[Answer, ...] = ()
    counted_at: dt.datetime | None = None
    no_call: bool = False
    asked: bool = True
    is_test: bool = False
    version: int = 0
    due_at: dt.datetime | None = None

    @property
    def is_counted(self) -> bool:
        """Whether the answer is in the numbers: a person surely gave it, or probably did."""
        return self.standing in COUNTED

    def hold_is_over(self, now: dt.datetime) -> bool:
        """Whether the answer was on hold and its time is up at `now`."""
        return self.standing is Standing.PROVISIONAL and self.due_at is not None and self.due_at <= now

    def edit_until(self) -> dt.datetime | None:
        """Return until when the answer may be changed, or None while there is none to change."""
        return self.counted_at + EDIT_FOR if self.counted_at else None

    def answered(self, answer: Answer, standing: Standing, now: dt.datetime) -> "Survey":
        """Return the survey with this answer in place; a counted one that said something else stays in the history."""
        replaced = self.answer if self.is_counted and not answer.says_what(self.answer) else None
        kept = (*self.history, replaced) if replaced else self.history
        return replace(
            self,
            answer=answer,
            standing=standing,
            history=kept,
            counted_at=self.counted_at or (now if standing in COUNTED else None),
            version=self.version + 1,
            due_at=now + HOLD if standing is Standing.PROVISIONAL else None,
        )


@dataclass(frozen=True)
class Change:
    """What a counted answer changed, for whoever must act on it.

    `before` is the counted answer it replaces, None for a first one. It says the same as the answer now where only
    something beside it changed: an unconfirmed answer was confirmed, or the patient asked not to be phoned.
    """

    survey: Survey
    before: Answer | None
    now: dt.datetime

    @property
    def answer(self) -> Answer:
        """The answer as it stands now."""
        if self.survey.answer is None:
            raise Invalid("a change has an answer")
        return self.survey.answer


@dataclass(frozen=True)
class Asked:
    """One survey that went out, as the numbers see it."""

    location: str | None
    therapist: str | None
