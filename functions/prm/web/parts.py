"""What the console's components are set with, where a component takes a list of things."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A line of a timeline: what happened, when, and the patient's words; its sign is the score or an icon."""

    said: str
    when: str
    icon: str = "note"
    score: int | None = None
    words: str = ""
    href: str = ""


@dataclass(frozen=True)
class Step:
    """A line of the first-run checklist; `why` says what it is good for or, once done, what there is."""

    title: str
    why: str
    is_done: bool = False
    href: str = ""


@dataclass(frozen=True)
class Tab:
    """A page beside this one."""

    title: str
    href: str
    count: int | None = None
    is_here: bool = False


@dataclass(frozen=True)
class Option:
    """One of several to choose from, with a line that explains it."""

    value: str
    title: str
    hint: str = ""
