"""What a rule could mean for one patient, worked out from the facts each time: nothing is kept, so nothing goes stale.

The id of an occurrence decides what "twice" means. A rule about the nth visit speaks once an episode, whichever visit
turns out to be the nth when a late record comes in; a rule about any visit speaks once a visit.
"""

import datetime as dt
from collections.abc import Iterator

from prm.mail.model import State, Touch
from prm.patients.episodes import Episode
from prm.patients.model import Visit, VisitStatus
from prm.rules.model import Facts, Occurrence, Rule, Trigger, TriggerKind
from prm.surveys.model import Survey

_NEVER_WENT = frozenset({State.SKIPPED, State.FAILED})
_MISSED = frozenset({VisitStatus.CANCELLED, VisitStatus.NO_SHOW})


def occurrences(rule: Rule, facts: Facts) -> tuple[Occurrence, ...]:
    """Return what happened since the rule acts, oldest first; nothing for a rule that never did."""
    since = rule.since
    if since is None:
        return ()
    found = _FINDERS[rule.when.on](rule.when, facts)
    return tuple(sorted((one for one in found if one.at >= since), key=lambda one: (one.due_at, one.id)))


def _visits(when: Trigger, facts: Facts) -> Iterator[Occurrence]:
    for episode in facts.episodes:
        done = [visit for visit in episode.completed if when.visit_kind in {None, visit.kind}]
        if when.nth is None:
            yield from (_of_visit(visit.id, visit, episode, when.after) for visit in done)
        elif len(done) >= when.nth:
            yield _of_visit(episode.id, done[when.nth - 1], episode, when.after)


def _of_visit(name: str, visit: Visit, episode: Episode, after: dt.timedelta) -> Occurrence:
    return Occurrence(
        id=name,
        at=visit.ends_at,
        due_at=visit.ends_at + after,
        episode=episode,
        visit=visit.id,
        location=visit.location,
        therapist=visit.therapist,
    )


def _gaps(when: Trigger, facts: Facts) -> Iterator[Occurrence]:
    """Yield the gap a patient is in, if any.

    A scheduled visit restarts the count, also one whose day has passed: its record may only be late. A cancelled or
    missed one does not, but it is what makes the gap known, so lateness counts from its day.
    """
    visits = sorted(((visit, episode) for episode in facts.episodes for visit in episode.visits), key=_by_end)
    done = [pair for pair in visits if pair[0].status is VisitStatus.COMPLETED]
    if not done or done[-1][1].discharge:
        return
    last, episode = done[-1]
    later = [visit for visit, _ in visits if visit.starts_at > last.starts_at]
    planned = [visit.ends_at for visit in later if visit.status is VisitStatus.SCHEDULED]
    missed = [visit.starts_at for visit in later if visit.status in _MISSED]
    due_at = max([last.ends_at, *planned]) + when.after
    yield Occurrence(
        id=last.id,
        at=due_at,
        due_at=due_at,
        episode=episode,
        visit=last.id,
        location=last.location,
        therapist=last.therapist,
        fresh_from=max([due_at, *missed]),
    )


def _by_end(pair: tuple[Visit, Episode]) -> tuple[dt.datetime, str]:
    return pair[0].ends_at, pair[0].id


def _answers(when: Trigger, facts: Facts) -> Iterator[Occurrence]:
    for survey in facts.surveys:
        if survey.is_counted and survey.counted_at:
            yield _of_survey(survey, facts, survey.counted_at, when.after)


def _of_survey(survey: Survey, facts: Facts, at: dt.datetime, after: dt.timedelta) -> Occurrence:
    return Occurrence(
        id=survey.id,
        at=at,
        due_at=at + after,
        episode=facts.episode(survey.episode),
        visit=survey.visit,
        location=survey.location,
        therapist=survey.therapist,
        survey=survey,
    )


def _silences(when: Trigger, facts: Facts) -> Iterator[Occurrence]:
    """Yield one for each first mail that went or still may; while it waits, its due date is a guess that moves."""
    for touch in facts.touches:
        if touch.purpose == when.rule and touch.state not in _NEVER_WENT:
            yield Occurrence(
                id=touch.id,
                at=touch.created_at,
                due_at=_went_at(touch) + when.after,
                episode=facts.episode(touch.about.episode),
                visit=touch.about.visit,
                location=touch.about.location,
                therapist=touch.about.therapist,
                survey=facts.survey(touch.id),
                first=touch,
            )


def _went_at(touch: Touch) -> dt.datetime:
    return touch.sent_at or touch.delivered_at or touch.created_at


_FINDERS = {
    TriggerKind.VISIT: _visits,
    TriggerKind.NO_VISIT: _gaps,
    TriggerKind.ANSWER: _answers,
    TriggerKind.NO_ANSWER: _silences,
}
