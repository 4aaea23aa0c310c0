"""Files that a clinic drops into its folder: `records/<clinic>/...` comes in, `reports/<clinic>/....json` goes out.

Whoever drops patients and visits together cannot know which arrives first, so a file is read together with what came
shortly before it: the later one of the two always sees both. What was imported already costs no write.
"""

import datetime as dt
import re
from contextlib import ExitStack
from dataclasses import dataclass, replace

from prm.clinics.service import ClinicService
from prm.core import record
from prm.core.errors import NotFound
from prm.patients.csvfile import MAX_FILE, CsvFile
from prm.patients.records import Dropped, Records
from prm.patients.report import Problem, Report
from prm.patients.service import PatientService

TOGETHER = dt.timedelta(minutes=15)
_AT_ONCE = 8
_RECORDS = re.compile(r"records/(?P<clinic>[a-z0-9][a-z0-9-]{0,63})/(?P<name>.*[^/])", re.DOTALL)


@dataclass(frozen=True)
class DropService:
    """Takes in dropped files."""

    records: Records
    clinics: ClinicService
    patients: PatientService

    def take_in(self, key: str) -> tuple[str, Report]:
        """Import a file, keep its report, and return the clinic's id with it.

        Raises NotFound for a key that is in no clinic's folder, and for a file taken away meanwhile.
        """
        found = _RECORDS.fullmatch(key)
        if not found:
            raise NotFound("This file is in no clinic's folder")
        clinic = self.clinics.get(found["clinic"])
        prefix = f"records/{clinic.id}/"
        with ExitStack() as opened:
            files = [
                CsvFile(one.key.removeprefix(prefix), opened.enter_context(self.records.open(one.key)))
                for one in self._together(key, prefix)
            ]
            report = (
                replace(self.patients, at_once=_AT_ONCE).import_files(clinic, files)
                if files
                else _too_large(found["name"])
            )
        self.records.put_report(f"reports/{clinic.id}/{found['name']}.json", record.dump(report).encode())
        return clinic.id, report

    def _together(self, key: str, prefix: str) -> list[Dropped]:
        """Return the file and what came shortly before it, oldest first, as far as the size limit holds them."""
        this = self.records.find(key)
        since = this.at - TOGETHER
        room = MAX_FILE - this.size
        if room < 0:
            return []
        chosen = [this]
        others = (
            one for one in self.records.list_recent(prefix, since) if one.key != key and not one.key.endswith("/")
        )
        for other in sorted(others, key=lambda one: one.at, reverse=True):
            if other.size <= room:
                room -= other.size
                chosen.append(other)
        return sorted(chosen, key=lambda one: (one.at, one.key))


def _too_large(name: str) -> Report:
    reason = f"The file is larger than {MAX_FILE // 1024 // 1024} MB. Split it"
    return Report(problems=(Problem(name, None, None, reason),))
