"""Files that a clinic drops into its folder: `records/<clinic>/...` comes in, `reports/<clinic>/....json` goes out.

Whoever drops patients and visits together cannot know which arrives first, so a file is read together with what came
shortly before it: the later one of the two always sees both, and writes the reports on both anew. What was imported
already costs no write.
"""

import datetime as dt
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import BinaryIO

import msgspec

from prm.clinics.service import ClinicService
from prm.core.errors import NotFound
from prm.patients import importing
from prm.patients.csvfile import MAX_FILE, MAX_ROWS, CsvFile, lines_in
from prm.patients.importing import Intake
from prm.patients.records import Dropped, Records
from prm.patients.report import Problem, Report
from prm.patients.service import PatientService

TOGETHER = dt.timedelta(minutes=15)
_RECORDS = re.compile(r"records/(?P<clinic>[a-z0-9][a-z0-9-]{0,63})/(?P<name>.*[^/])", re.DOTALL)


@dataclass(frozen=True)
class DropService:
    """Takes in dropped files, `at_once` patients side by side. `listed` is told what came of each, for the clinic."""

    records: Records
    clinics: ClinicService
    patients: PatientService
    listed: Callable[[str, Dropped, Report, Intake | None], None]
    at_once: int = 8

    def take_in(self, key: str, time_left: Callable[[], bool] = lambda: True) -> tuple[str, Report]:
        """Import a file while there is time, keep its report, and return it with the clinic's id.

        Raises NotFound for a key that is in no clinic's folder, and for a file taken away meanwhile.
        """
        found = _RECORDS.fullmatch(key)
        if not found:
            raise NotFound("This file is in no clinic's folder")
        clinic = self.clinics.get(found["clinic"])
        prefix = f"records/{clinic.id}/"
        this = self.records.find(key)
        if this.size > MAX_FILE:
            report = _too_large(found["name"])
            self._keep(this, report)
            self.listed(clinic.id, this, report, None)
            return clinic.id, report
        with ExitStack() as opened:
            together = {one.key.removeprefix(prefix): (one, file) for one, file in self._together(this, prefix, opened)}
            files = [CsvFile(name, content) for name, (_, content) in together.items()]
            intake = importing.read(clinic, files, self.patients.clock.business(), None)
            replace(self.patients, at_once=self.at_once).take_over(clinic.id, intake, time_left)
            reports = {name: intake.tally.report([name]) for name in together}
            for name, report in reports.items():
                self._keep(together[name][0], report)
                self.listed(clinic.id, together[name][0], report, intake)
        return clinic.id, reports[found["name"]]

    def _keep(self, drop: Dropped, report: Report) -> None:
        """Write a report, noughts and all, unless it says "same as before" of a drop whose own stands there already."""
        key = f"reports/{drop.key.removeprefix('records/')}.json"
        if report.has_news or not self.records.stands(key, drop.at):
            self.records.put_report(key, msgspec.json.encode(report))

    def _together(self, this: Dropped, prefix: str, opened: ExitStack) -> list[tuple[Dropped, BinaryIO]]:
        """Return the file and what came shortly before it, oldest first, as far as the limits of one file hold them."""
        size, rows = MAX_FILE, MAX_ROWS
        chosen = []
        for one in [this, *self._before(this, prefix)]:
            if one.size > size:
                continue
            size -= one.size
            content = opened.enter_context(self.records.open(one.key))
            lines = lines_in(content)
            if one is this or lines <= rows:
                rows -= lines
                chosen.append((one, content))
        return sorted(chosen, key=lambda found: (found[0].at, found[0].key))

    def _before(self, this: Dropped, prefix: str) -> list[Dropped]:
        """Return what else was dropped shortly before a file, the latest first."""
        recent = self.records.list_recent(prefix, this.at - TOGETHER)
        others = [one for one in recent if one.key != this.key and not one.key.endswith("/")]
        return sorted(others, key=lambda one: one.at, reverse=True)


def _too_large(name: str) -> Report:
    reason = f"The file is larger than {MAX_FILE // 1024 // 1024} MB. Split it"
    return Report(problems=(Problem(name, None, None, reason),))
