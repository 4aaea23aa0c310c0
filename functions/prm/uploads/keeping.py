"""What is kept of a look at a file, or of its import: the counts, what is wrong by reason, and the rows left out."""

import datetime as dt
from dataclasses import replace

import msgspec

from prm.patients.importing import Intake
from prm.patients.report import Counts, Report
from prm.uploads import left_out, troubles
from prm.uploads.files import Files
from prm.uploads.model import ROWS, TROUBLES, Findings, Upload


def findings(report: Report, at: dt.datetime) -> Findings:
    """Return what a report says, as a page shows it."""
    whole = [one.reason for one in report.problems if one.row is None]
    unreadable = whole[0] if whole and not report.patients.read + report.visits.read else ""
    return Findings(
        at=at,
        patients=report.patients,
        visits=report.visits,
        not_reachable=report.not_reachable,
        unreadable=unreadable,
    )


def gone_on(before: Findings, now: Findings) -> Findings:
    """Return what an import did that was gone on with: what came in before counts as known by now."""

    def added(first: Counts, last: Counts) -> Counts:
        new, changed = first.new + last.new, first.changed + last.changed
        same = max(last.read - new - changed - last.refused, 0)
        return replace(last, new=new, changed=changed, unchanged=same)

    return replace(
        now,
        patients=added(before.patients, now.patients),
        visits=added(before.visits, now.visits),
        seconds=before.seconds + now.seconds,
    )


def keep(files: Files, upload: Upload, intake: Intake, names: frozenset[str], prefix: str) -> None:
    """Keep what is wrong with the files of these names, by reason, and their rows that are left out."""
    tally = intake.tally
    refused = {name: rows for name, rows in tally.refused.items() if name in names and rows}
    left = [one for rows in refused.values() for one in rows.values()]
    known = set(left)
    noted = (one for name in names for one in tally.problems.get(name, ()) if one not in known)
    found = troubles.group(left, noted)
    files.put(upload.reports + prefix + TROUBLES, msgspec.json.encode(found), "application/json")
    if left:
        with left_out.write(intake.sources, refused) as content:
            files.put(upload.reports + prefix + ROWS, content, "text/csv; charset=utf-8", ROWS)
