"""What to say on the phone: a talk track for what the patient wrote about, the clinic's own or one to start from.

The steps follow the service-recovery research that clinics work by: thank, listen, say what will be done and when, ask
for the next visit (Tax and Brown, "Recovering and Learning from Service Failure", MIT Sloan Management Review, 1998).
"""

from collections.abc import Iterable

from prm.clinics.model import Clinic, TalkTrack
from prm.surveys.themes import Theme

GENERAL = "general"
_PASSIVE_FROM = 7


def usual(kind: str) -> TalkTrack:
    """Return the talk track that a clinic starts with."""
    return _USUAL[kind]


def kinds() -> tuple[str, ...]:
    """Return the names of all talk tracks."""
    return tuple(_USUAL)


def track_of(clinic: Clinic, kind: str) -> TalkTrack:
    """Return the clinic's own talk track, or the usual one."""
    return clinic.talk_tracks.get(kind) or _USUAL[kind]


def choose(score: int, themes: Iterable[Theme]) -> str:
    """Return the kind of talk track for a score and what the comment is about: the first theme that has one."""
    for theme in themes:
        if theme in _USUAL:
            return theme
    return "passive" if score >= _PASSIVE_FROM else GENERAL


_USUAL: dict[str, TalkTrack] = {
    GENERAL: TalkTrack(
        "Unhappy, no reason given",
        (
            "Say thanks. “Thank you for telling us. I'd like to understand what went wrong.”",
            "Listen. Let the patient finish. Write down days, times and names.",
            "Say what you will do, with a date. “I'll look into it and call you back by Wednesday.”",
            "Ask for the next visit. Would the time that is booked still suit?",
        ),
    ),
    "passive": TalkTrack(
        "Content, but not quite",
        (
            "Say thanks. “Thank you for your answer. We'd like to do better than that.”",
            "Ask one question. “What is the one thing that would have made it a 10?”",
            "Listen, and write it down in the patient's words.",
            "Say what happens with it, and wish a good next visit.",
        ),
    ),
    Theme.WAITING: TalkTrack(
        "Waited too long",
        (
            "Say thanks. “Thank you for telling us. I'd like to hear more about those visits.”",
            "Listen. Let the patient finish. Write down days and times.",
            "Say what you will do, with a date. “I'll look at why we ran late and call you back by Wednesday.”",
            "Ask for the next visit. Would another time suit better?",
        ),
    ),
    Theme.RUSHED: TalkTrack(
        "Felt rushed",
        (
            "Say thanks. “Thank you for being honest. You should have our full attention.”",
            "Ask which part was too short, and listen.",
            "Offer a longer slot, or a few minutes with the therapist before the next visit.",
            "Tell the therapist before that visit, and say that you will.",
        ),
    ),
    Theme.CONTINUITY: TalkTrack(
        "Different therapists",
        (
            "Say sorry for having to explain it all again.",
            "Ask whom the patient would like to see.",
            "Book the next visits with that therapist, now, on the phone.",
            "If that can't be, say who has read the notes and will carry on.",
        ),
    ),
    Theme.SCHEDULING: TalkTrack(
        "Trouble with appointments",
        (
            "Say thanks, and ask what happened with the appointment.",
            "Look at the calendar together. Which days and times really work?",
            "Book the next two or three visits, so that they are safe.",
            "Say whom to call directly when something comes up.",
        ),
    ),
    Theme.BILLING: TalkTrack(
        "A bill or costs",
        (
            "Say thanks. “Bills are hard to read. Let's look at it together.”",
            "Ask which amount, and write it down. Don't guess an answer.",
            "Say who will check it and when you call back with the answer.",
            "If cost keeps the patient from coming, ask the owner what you can offer.",
        ),
    ),
    Theme.PAIN: TalkTrack(
        "More pain",
        (
            "Ask how the patient is right now. For anything urgent, hand over to a clinician at once.",
            "Listen. Don't explain pain away and don't give clinical advice yourself.",
            "Have the therapist call back today.",
            "Ask that exercises that hurt wait until then.",
        ),
    ),
    Theme.EXERCISES: TalkTrack(
        "Exercises unclear",
        (
            "Say thanks, and ask which exercise is unclear or too much.",
            "Write down what the patient has at hand: sheet, video, nothing.",
            "Have the therapist show it again at the next visit, and note it for them.",
            "Offer to send the sheet again.",
        ),
    ),
    Theme.LISTENING: TalkTrack(
        "Did not feel heard",
        (
            "Say sorry that nobody explained it. Don't defend anyone.",
            "Ask what the patient would like to know or have done. Listen to the end.",
            "Repeat it in your words. “Did I get that right?”",
            "Say who will talk it through with them, and when.",
        ),
    ),
    Theme.FRONT_DESK: TalkTrack(
        "At the front desk or on the phone",
        (
            "Say thanks. “That is not how we want to treat you.”",
            "Listen, and write down day and time.",
            "Say that you will talk to the team, without naming blame.",
            "Give a direct number for next time.",
        ),
    ),
    Theme.PROGRESS: TalkTrack(
        "No progress",
        (
            "Say thanks. “It helps us to know that it isn't getting better as hoped.”",
            "Ask what the patient wanted to be able to do by now.",
            "Have the therapist go over goals and plan at the next visit.",
            "Ask whether the patient will come to it, and note the answer.",
        ),
    ),
}
