"""A piece of long work, and how far it has come."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """Long work of one clinic. All up to `cursor` is done; `draft` is what that yielded, in the words of its part."""

    clinic: str
    id: str
    cursor: str = ""
    draft: str = ""
    is_done: bool = False


@dataclass(frozen=True)
class Progress:
    """How far a piece of work has come, where it may be laid down."""

    cursor: str
    draft: str = ""
