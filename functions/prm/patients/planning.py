"""Imports, second half: one patient's rows are compared with the chart. Pure; the service writes what comes of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from prm.core import record
from prm.patients import edits
from prm.patients.columns import FileKind, Layout
from prm.patients.importing import Group, Intake, Source
from prm.patients.model import DAY_UNKNOWN, Chart, Patient, Visit, VisitStatus
from prm.patients.report import Outcome, Problem, Tally

# What an import may change of a patient it knows. Nothing else: what a patient asked for is never in a file.
_PATIENT_FIELDS = (
    *("first_name", "last_name", "birth_date", "email", "phone", "language", "proxy"),
    *("location", "therapist", "deceased_on", "tags"),
)
_ERASED = "This patient was erased here, and is not taken in again"
_COLUMN_OF = {"proxy": "proxy_email"}


@dataclass(frozen=True)
class Plan:
    """What one patient's rows come to: what to write, and what to report once that is done.

    `not_reachable` is the file that names a patient to whom no mail can go.
    """

    patient: Patient | None = None
    visits: tuple[Visit, ...] = ()
    outcomes: tuple[tuple[str, FileKind, Outcome], ...] = ()
    refused: tuple[tuple[FileKind, Problem], ...] = ()
    not_reachable: str | None = None

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.patient or self.visits)

    def report(self, tally: Tally) -> None:
        """Count this plan as done."""
        for file, kind, outcome in self.outcomes:
            tally.count(file, kind, outcome)
        for kind, problem in self.refused:
            tally.refuse(kind, problem)
        if self.not_reachable:
            tally.not_reachable[self.not_reachable] += 1


@dataclass
class _Planning:
    """Compares one patient's rows with the chart."""

    sources: Sequence[Source]
    outcomes: list[tuple[str, FileKind, Outcome]] = field(default_factory=list)
    refused: list[tuple[FileKind, Problem]] = field(default_factory=list)

    def patient(self, rows: list[tuple[int, int, str]], known: Patient | None) -> Patient | None:
        """Return the patient to write, or None where there is nothing new."""
        merged = known
        for place, (index, line, doc) in enumerate(rows):
            if place + 1 < len(rows):
                self._superseded(index, line, rows[-1], "patient_id")
            else:
                merged = _merge_patient(merged, record.parse(Patient, doc), self.sources[index].layout)
                self.outcomes.append((self.sources[index].name, FileKind.PATIENTS, _outcome(known, merged)))
        return merged if merged != known else None

    def visits(self, rows: list[tuple[int, int, str]], known: dict[str, Visit]) -> Iterator[Visit]:
        """Yield the visits to write."""
        last: dict[str, tuple[int, int, Visit]] = {}
        for index, line, doc in rows:
            visit = record.parse(Visit, doc)
            if earlier := last.get(visit.id):
                self._superseded(earlier[0], earlier[1], (index, line, doc), "visit_id")
            last[visit.id] = (index, line, visit)
        for index, _, visit in last.values():
            source, before = self.sources[index], known.get(visit.id)
            merged = _merge_visit(before, visit, source.layout)
            self.outcomes.append((source.name, FileKind.VISITS, _outcome(before, merged)))
            if merged != before:
                yield merged

    def strangers(self, rows: list[tuple[int, int, str]]) -> None:
        """Refuse the visits of a patient nobody knows."""
        for index, line, _ in rows:
            source = self.sources[index]
            problem = source.problem(line, source.layout.name("patient_id"), "There is no patient with this number")
            self.refused.append((FileKind.VISITS, problem))

    def erased(self, kind: FileKind, rows: list[tuple[int, int, str]]) -> None:
        """Refuse the rows of someone who was erased."""
        for index, line, _ in rows:
            source = self.sources[index]
            self.refused.append((kind, source.problem(line, source.layout.name("patient_id"), _ERASED)))

    def _superseded(self, index: int, line: int, later: tuple[int, int, str], column: str) -> None:
        source = self.sources[index]
        what = "patient" if source.layout.kind is FileKind.PATIENTS else "visit"
        where = f"Row {later[1]}" if later[0] == index else f"Row {later[1]} of {self.sources[later[0]].name}"
        reason = f"{where} is about the same {what} and was taken instead"
        self.refused.append((source.layout.kind, source.problem(line, source.layout.name(column), reason)))


def plan(group: Group, chart: Chart | None, intake: Intake) -> Plan:
    """Return what a patient's rows come to. The last of several rows with one key wins."""
    planning = _Planning(intake.sources)
    patient = planning.patient(group.patients, chart.patient if chart else None)
    if chart is None and patient is None:
        planning.strangers(group.visits)
        visits: tuple[Visit, ...] = ()
    else:
        known = {visit.id: visit for visit in chart.visits} if chart else {}
        visits = tuple(sorted(planning.visits(group.visits, known), key=lambda one: (one.starts_at, one.id)))
    shown = patient or (chart.patient if chart else None)
    lost = group.patients and shown and shown.address_on(intake.today) is None
    file = intake.sources[group.patients[-1][0]].name if lost else None
    return Plan(patient, visits, tuple(planning.outcomes), tuple(planning.refused), file)


def erased(group: Group, intake: Intake) -> Plan:
    """Return what the rows of an erased patient come to: nothing, and that is said."""
    planning = _Planning(intake.sources)
    planning.erased(FileKind.PATIENTS, group.patients)
    planning.erased(FileKind.VISITS, group.visits)
    return Plan(refused=tuple(planning.refused))


def _outcome(known: object, merged: object) -> Outcome:
    if known is None:
        return Outcome.NEW
    return Outcome.UNCHANGED if merged == known else Outcome.CHANGED


def _merge_patient(known: Patient | None, said: Patient, layout: Layout) -> Patient:
    """Take over what the file has columns for, unless staff know better; what it has no column for stays."""
    if known is None:
        return said
    given = {name: getattr(said, name) for name in _PATIENT_FIELDS if _COLUMN_OF.get(name, name) in layout}
    if said.deceased_on == DAY_UNKNOWN and known.deceased_on:
        given.pop("deceased_on", None)
    return edits.merged(known, given)


def _merge_visit(known: Visit | None, said: Visit, layout: Layout) -> Visit:
    """Take over what the file has columns for; without one of status, only time makes a scheduled visit completed."""
    if known is None:
        return said
    given = {name: getattr(said, name) for name in ("kind", "therapist", "location", "episode") if name in layout}
    if "status" in layout or known.status is VisitStatus.SCHEDULED:
        given["status"] = said.status
    if {"ends_at", "end_time", "minutes"} & layout.places.keys():
        given["ends_at"] = said.ends_at
    else:
        given["ends_at"] = said.starts_at + (known.ends_at - known.starts_at)
    return replace(known, starts_at=said.starts_at, **given)
