"""Dropped files in the list of what came in: nobody was asked about them, so each stands with its report alone."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prm.core import ids
from prm.core.clock import Clock
from prm.core.errors import Conflict
from prm.patients import cells
from prm.patients.importing import Intake
from prm.patients.records import Dropped
from prm.patients.report import Report
from prm.uploads import keeping
from prm.uploads.files import Files
from prm.uploads.model import IMPORTED, Stage, Upload

if TYPE_CHECKING:
    from prm.uploads.store import UploadStore

_FOLDER = re.compile(r"records/[^/]+/")
_NAME_LONG = 120


@dataclass(frozen=True)
class DropList:
    """Keeps what came of drops. One that is heard of twice is one entry, as its time and key name it."""

    store: "UploadStore"
    files: Files
    clock: Clock

    def keep(self, clinic_id: str, drop: Dropped, report: Report, intake: Intake | None) -> None:
        """Keep what came of a drop, unless it says "same as before" of one that is done. `intake` None: not read.

        A file that is dropped anew under its name is another entry. Whoever is faster kept the same.
        """
        key = _FOLDER.sub("", drop.key, count=1)
        upload_id = f"{drop.at:%y%m%d%H%M%S}{ids.name_of(clinic_id, key)}"
        known = self.store.find(clinic_id, upload_id)
        if known and known.stage is Stage.DONE and not report.has_news:
            return
        found = keeping.findings(report, self.clock.business())
        name = cells.clean(key)[:_NAME_LONG]
        upload = known or Upload(clinic_id, upload_id, "", name, drop.at, drop.size, is_drop=True, version=0)
        if upload.result and upload.stage is Stage.IMPORTING:
            found = keeping.gone_on(upload.result, found)
        if intake:
            keeping.keep(self.files, upload, intake, frozenset({key}), IMPORTED)
        self._save(replace(upload, stage=Stage.IMPORTING if report.left else Stage.DONE, result=found, done=0))

    def _save(self, upload: Upload) -> None:
        with suppress(Conflict):
            if upload.version:
                self.store.save(upload)
            else:
                self.store.add(replace(upload, version=1))
