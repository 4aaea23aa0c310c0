"""What uploads need of the bucket."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class Target:
    """Where a browser sends a file, and the fields that go with it.

    `fields` are for a plain form, which is led back to us; `direct` for a script, which is answered.
    """

    url: str
    fields: Mapping[str, str]
    direct: Mapping[str, str]

    @property
    def origin(self) -> str:
        """The origin a page must be allowed to send to."""
        scheme, _, rest = self.url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"


@dataclass(frozen=True)
class Arrived:
    """A file as the bucket has it. `name` is the person's own for it, `by` the member who was given the form."""

    size: int
    at: dt.datetime
    name: str = ""
    by: str = ""
    tag: str = ""


class Files(Protocol):
    """The bucket."""

    def target(self, key: str, by: str, back: str) -> Target:
        """Return where a browser may put one file, for an hour."""
        ...

    def find(self, key: str) -> Arrived:
        """Return what is known of a file. Raises NotFound."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Return a file's bytes, kept on disk until closed."""
        ...

    def put(self, key: str, content: bytes | BinaryIO, content_type: str = "text/plain", name: str = "") -> None:
        """Keep a document; `name` is what a browser saves it as."""
        ...

    def read(self, key: str) -> bytes:
        """Return a document. Raises NotFound."""
        ...

    def remove(self, key: str) -> None:
        """Delete a file."""
        ...

    def link(self, key: str) -> str:
        """Return an address that gives the document to whoever holds it, for a minute."""
        ...
