"""Where mail ends on this machine: one `.eml` file each, newest last by name. Nothing ever leaves it."""

import datetime as dt
import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

_FORM = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True)
class Kept:
    """One mail in the outbox; `id` is its file's name without the ending."""

    id: str
    path: Path

    @property
    def kept_at(self) -> dt.datetime:
        """When it was sent, by the business clock of the local run."""
        return dt.datetime.strptime(self.id.split("-", 1)[0], _FORM).replace(tzinfo=dt.UTC)

    def source(self) -> bytes:
        """Return the mail as it would have travelled."""
        return self.path.read_bytes()

    def message(self) -> EmailMessage:
        """Return the mail, parsed."""
        return email.message_from_bytes(self.source(), policy=email.policy.default)


@dataclass(frozen=True)
class Outbox:
    """A folder of mails."""

    folder: Path

    def keep(self, message_id: str, source: bytes, at: dt.datetime) -> Kept:
        """Store one mail under its time and SES message id."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{at.astimezone(dt.UTC).strftime(_FORM)}-{message_id}"
        path = self.folder / f"{name}.eml"
        half = path.with_suffix(".part")
        half.write_bytes(source)
        half.rename(path)  # a reader never sees half a mail
        return Kept(name, path)

    def newest(self) -> Iterator[Kept]:
        """Yield what was kept, the latest first."""
        for path in sorted(self.folder.glob("*.eml"), reverse=True):
            yield Kept(path.stem, path)

    def find(self, name: str) -> Kept | None:
        """Return the mail of that id, if it is here; the id may come from an address bar."""
        return next((kept for kept in self.newest() if kept.id == name), None)
