"""How much mail is too much: from when on the clinic's caps leave room for one more.

Exact at creation and again at the sender's check, without a lock: a touch counts those created before it, which counted
it not. One that has not gone yet counts as going now, since that is when it would crowd.
"""

import datetime as dt
from dataclasses import dataclass

from prm.mail.model import OPTIONAL, USES_CAP, Kind, State, Touch
from prm.rules.model import Facts, Occurrence

NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
_ALWAYS = dt.datetime.min.replace(tzinfo=dt.UTC)
_WAITING = frozenset({State.DUE, State.CLAIMED})


@dataclass(frozen=True)
class Room:
    """From when on there is room, and what takes it until then."""

    at: dt.datetime
    reason: str = ""


def room(kind: Kind, occurrence: Occurrence, facts: Facts, now: dt.datetime) -> Room:
    """Return from when on one more mail of this kind fits, as things stand; NEVER for a cap that does not end."""
    bounds = [_general(facts, now)]
    if kind is Kind.SURVEY:
        bounds += [_surveys(facts, now), _episode(occurrence, facts)]
    return max(bounds, key=lambda bound: bound.at)


def asked_for_review(kinds: tuple[Kind, ...], facts: Facts, now: dt.datetime) -> bool:
    """Tell whether another review request leaves no room for one.

    The kind of an earlier mail that still waits is open until it is claimed: it goes first, this one thanks. So two
    answers never lead to two requests, whichever mail is judged, edited or sent first.
    """
    since = now - dt.timedelta(days=facts.clinic.caps.review_days)
    earlier = set(earlier_ones(facts))
    return any(
        went_at(touch, now) > since
        and (
            touch.kind is Kind.REVIEW_REQUEST or (touch in earlier and touch.state is State.DUE and touch.kind in kinds)
        )
        for touch in facts.touches
        if touch.state in USES_CAP and touch.kind in OPTIONAL
    )


def earlier_ones(facts: Facts) -> list[Touch]:
    """Return the optional mails that may hold the judged one back: all but those created after it."""
    mine = facts.judged
    return [
        touch
        for touch in facts.touches
        if touch.state in USES_CAP
        and touch.kind in OPTIONAL
        and (mine is None or (touch.created_at, touch.id) < (mine.created_at, mine.id))
    ]


def went_at(touch: Touch, now: dt.datetime) -> dt.datetime:
    """Return the moment a cap counts a mail from."""
    if touch.state in _WAITING:
        return now
    return touch.sent_at or touch.delivered_at or touch.at or touch.created_at


def _general(facts: Facts, now: dt.datetime) -> Room:
    caps = facts.clinic.caps
    times = sorted(went_at(touch, now) for touch in earlier_ones(facts))
    reason = f"{caps.mails} mails in {caps.mails_days} days"
    if caps.mails < 1:
        return Room(NEVER, reason)
    if len(times) < caps.mails:
        return Room(_ALWAYS)
    return Room(times[-caps.mails] + dt.timedelta(days=caps.mails_days), reason)


def _surveys(facts: Facts, now: dt.datetime) -> Room:
    days = facts.clinic.caps.survey_days
    times = [went_at(touch, now) for touch in earlier_ones(facts) if touch.kind is Kind.SURVEY]
    return Room(max(times) + dt.timedelta(days=days), f"one survey in {days} days") if times else Room(_ALWAYS)


def _episode(occurrence: Occurrence, facts: Facts) -> Room:
    most = facts.clinic.caps.surveys_per_episode
    if occurrence.episode is None:
        return Room(_ALWAYS)
    of_it = [
        one for one in earlier_ones(facts) if one.kind is Kind.SURVEY and one.about.episode == occurrence.episode.id
    ]
    return Room(NEVER, f"{most} surveys in one episode") if len(of_it) >= most else Room(_ALWAYS)
