"""Uploads as people work them: bring a file, read what it would do, say yes."""

import datetime as dt
import re
from dataclasses import dataclass, replace

import msgspec

from prm.clinics.model import Clinic
from prm.core import ids
from prm.core.clock import Clock
from prm.core.errors import Conflict, NotFound
from prm.patients.dates import Order
from prm.uploads import example
from prm.uploads.files import Files, Target
from prm.uploads.model import CHECK, FILE, IMPORT, IMPORTED, ROWS, TROUBLES, Stage, Trouble, Upload
from prm.uploads.store import UploadStore

PAGE = 20
_RANDOM = 80
_ID = re.compile(r"[a-z0-9]{8,64}")
_PATIENTS, _VISITS = "example-patients", "example-visits"


@dataclass(frozen=True)
class UploadService:
    """What the console's pages need."""

    store: UploadStore
    files: Files
    clock: Clock

    def target(self, clinic_id: str, member: str, back: str) -> Target:
        """Return where a browser puts a file; `back` is the address of a file's page, without its id.

        Nothing is stored: a file that never comes leaves no trace.
        """
        upload = self._id()
        return self.files.target(f"uploads/{clinic_id}/{upload}/{FILE}", member, back + upload)

    def find(self, clinic_id: str, upload_id: str) -> Upload:
        """Return an upload, also one that has only just arrived. Raises NotFound."""
        if not _ID.fullmatch(upload_id):
            raise NotFound("There is no such file")
        known = self.store.find(clinic_id, upload_id)
        if known:
            return known
        arrived = self.files.find(f"uploads/{clinic_id}/{upload_id}/{FILE}")
        return Upload(clinic_id, upload_id, arrived.by, arrived.name, arrived.at, arrived.size, version=0)

    def list_of(self, clinic_id: str, before: str | None = None) -> tuple[Upload, ...]:
        """Return a page of uploads, newest first, and one more where there is another page."""
        known = before if before and _ID.fullmatch(before) else None
        return tuple(self.store.list_of(clinic_id, known, PAGE + 1))

    def troubles(self, upload: Upload) -> tuple[Trouble, ...] | None:
        """Return what is wrong, by reason; None where the document's time is over."""
        prefix = IMPORTED if upload.result and upload.stage is Stage.DONE else ""
        try:
            return msgspec.json.decode(self.files.read(upload.reports + prefix + TROUBLES), type=tuple[Trouble, ...])
        except NotFound:
            return None

    def rows_left_out(self, upload: Upload) -> str:
        """Return the address of the rows left out, good for a minute."""
        return self.files.link(upload.reports + (IMPORTED if upload.stage is Stage.DONE else "") + ROWS)

    def check_again(self, upload: Upload, order: Order | None = None) -> Upload:
        """Have a file looked at anew, its dates in this order or as before. Raises Conflict where it is imported."""
        if upload.stage is not Stage.CHECKED or (upload.check and upload.check.unreadable):
            raise Conflict("This file is not waiting for an answer")
        later = self.store.save(replace(upload, stage=Stage.CHECKING, order=order or upload.order, done=0))
        self.files.put(upload.folder + CHECK, b"")
        return later

    def confirm(self, upload: Upload, member: str, version: int) -> Upload:
        """Import what `version` showed. Raises Conflict where someone was faster, or looked at it anew meanwhile."""
        if not upload.can_be_imported or upload.version != version:
            raise Conflict("This file has changed since you looked at it, or is imported already")
        now = self.clock.wall()
        later = self.store.save(replace(upload, stage=Stage.IMPORTING, imported_by=member, imported_at=now))
        self.files.put(upload.folder + IMPORT, b"")
        return later

    def nudge(self, upload: Upload) -> None:
        """Ask once more for what was asked for: the first word may have been lost."""
        if upload.stage in {Stage.CHECKING, Stage.IMPORTING} and not upload.is_drop:
            self.files.put(upload.folder + (CHECK if upload.stage is Stage.CHECKING else IMPORT), b"")

    def example(self, clinic: Clinic, member: str, name: str) -> Upload:
        """Bring the example patients in."""
        now = self.clock.wall()
        made = Upload(
            clinic=clinic.id,
            id=self._id(),
            by=member,
            name=name,
            at=now,
            stage=Stage.IMPORTING,
            files=(_PATIENTS, _VISITS),
            is_example=True,
            imported_by=member,
            imported_at=now,
        )
        self.files.put(made.folder + _PATIENTS, example.patients(clinic))
        self.files.put(made.folder + _VISITS, example.visits(clinic, self.clock.business()))
        self.store.add(made)
        self.files.put(made.folder + IMPORT, b"")
        return made

    def _id(self) -> str:
        """Return an id that sorts by time and that nobody guesses."""
        return f"{self.clock.wall().astimezone(dt.UTC):%y%m%d%H%M%S}{ids.draw(_RANDOM)}"
