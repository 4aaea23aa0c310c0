"""Patients: their charts, the facts that make them due, and what comes in from the EMR."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import batched, islice
from typing import TYPE_CHECKING

from prm.clinics.model import Clinic
from prm.core import ids, record, table
from prm.core.clock import Clock
from prm.core.errors import Conflict, Invalid, NotFound
from prm.core.together import Ask
from prm.patients import made_up
from prm.patients.model import Chart, Patient
from prm.patients.store import PatientStore

if TYPE_CHECKING:
    from prm.patients.csvfile import CsvFile
    from prm.patients.dates import Order
    from prm.patients.directory import Card, Listing
    from prm.patients.importing import Group, Intake
    from prm.patients.planning import Plan
    from prm.patients.report import Report

_TRANSACTION = 100
_TRIES = 3
PAGE = 25
"""Patients on one page of the list."""
LOOKS = 3
"""Requests for one page of the list, of a megabyte each: some 6,000 patients."""
_NAMESAKES = 200
"""Cards read at once where the beginning of a name is known."""
_KEY_FRESH_FOR = dt.timedelta(seconds=30)
_IN_HAND = 1000
"""So many patients are given to the threads at once: a pool would take a whole file's in at a time."""


@dataclass(frozen=True)
class PatientService:
    """What is known of a clinic's patients. A fact is written together with what it is about, never after.

    `at_once` is how many patients an import writes side by side; each is one round trip or two.
    """

    store: PatientStore
    clock: Clock
    at_once: int = 1
    erasure_key: Callable[[str], bytes] = lambda _: b""

    def chart(self, clinic_id: str, patient_id: str) -> Chart:
        """Return a patient with all visits, strongly consistent. Raises NotFound."""
        chart = self.find(clinic_id, patient_id)
        if chart is None:
            raise NotFound("There is no such patient")
        return chart

    def find(self, clinic_id: str, patient_id: str) -> Chart | None:
        """Return a patient with all visits, strongly consistent, or None."""
        return self.store.find(clinic_id, patient_id)

    def look_up(self, clinic_id: str, name: str) -> Chart:
        """Return the patient a person means: by our id, or by the EMR's number. Raises NotFound."""
        chart = self.find(clinic_id, ids.name_of(clinic_id, name)) or self.find(clinic_id, name)
        if chart is None:
            raise NotFound("There is no patient with this number")
        return chart

    def some(self, clinic_id: str, patient_ids: Iterable[str]) -> dict[str, Patient]:
        """Return the profiles of these patients by id, in one request for a hundred; erased ones are left out."""
        return {one.id: one for one in self.store.list_some(clinic_id, set(patient_ids))}

    def asking(self, clinic_id: str, patient_ids: Iterable[str]) -> Ask[Patient]:
        """Return what asks for the profiles of these patients, together with items of other tables."""
        return self.store.asking(clinic_id, dict.fromkeys(patient_ids))

    def addresses_of(self, clinic_id: str, patient_id: str) -> tuple[str, ...]:
        """Return every address that mail about this patient may go to: their own, and their proxy's.

        A test's is a member of staff's own: what they try out stops nothing else there.
        """
        chart = self.find(clinic_id, patient_id)
        if chart is None or chart.patient.is_test:
            return ()
        found = (chart.patient.email, chart.patient.proxy.email if chart.patient.proxy else None)
        return tuple(address for address in found if address)

    def fact(self, clinic_id: str, patient_id: str, now: dt.datetime, version: int | None = None) -> table.Write:
        """Return the write that goes with any new fact about a patient: version + 1, due now.

        With `version` it fails where another fact came since.
        """
        return self.store.fact(clinic_id, patient_id, now, version)

    def decided(
        self, clinic_id: str, patient_id: str, version: int, next_due_at: dt.datetime | None, card: str = ""
    ) -> table.Write:
        """Return the write that ends a decision: look again at `next_due_at`, or at the next fact.

        A changed `card` goes with it, at no write of its own.
        """
        return self.store.decided(clinic_id, patient_id, version, next_due_at, card)

    def keep_apart(self, clinic_id: str, patient: Patient) -> table.Write:
        """Return the write of someone who is no patient of the clinic, but reads what patients read."""
        return self.store.keep_apart(clinic_id, patient)

    def edit(
        self, clinic: Clinic, patient_id: str, shown: str, change: Callable[[Patient], Patient], now: dt.datetime
    ) -> Patient:
        """Change a patient by hand, if what can be edited still stands as `shown` (`edits.mark`), and return them.

        Raises Conflict where someone else edited meanwhile; a visit that came in meanwhile is no matter. NotFound.
        """
        from prm.patients import edits

        tries_left = _TRIES
        while True:
            chart = self.chart(clinic.id, patient_id)
            if edits.mark(chart.patient) != shown:
                raise Conflict("Someone else changed this patient meanwhile")
            after = edits.edited(chart.patient, change(chart.patient))
            if after == chart.patient:
                return after
            try:
                table.transact(
                    [self.store.change(clinic.id, after, chart.version, now, self._card(clinic, chart, after))]
                )
            except Conflict:
                tries_left -= 1
                if not tries_left:
                    raise
            else:
                return after

    def _card(self, clinic: Clinic, chart: Chart, after: Patient) -> str:
        """Return the line of an edited patient; the next decision, a moment later, writes it anew."""
        from prm.patients import directory

        now = self.clock.business()
        known = (
            record.parse(directory.Card, chart.card)
            if chart.card
            else directory.card_of(chart.patient, chart.visits, now)
        )
        day = now.astimezone(clinic.tz).date()
        return record.dump(directory.anew(known, after, chart.visits, now, day))

    def listed(self, clinic_id: str, after: str | None = None) -> "Iterator[tuple[str, Card]]":
        """Yield the cards of a clinic's patients by name, each with the place to go on after."""
        return self.store.list_cards(clinic_id, after)

    def look(
        self,
        clinic_id: str,
        takes: "Callable[[Card], bool] | None",
        after: str = "",
        *,
        most: int = LOOKS,
        begins: str = "",
    ) -> "Listing":
        """Return the next page of the list, of those a reader wants, from the one after `after` on.

        Without `takes` nobody is refused, and no more is read than is shown. Otherwise looking ends after `most`
        requests, found or not. Whoever `after` names is looked up, so that an address needs no name.

        With `begins` those are looked at first whose last name begins so, which costs next to nothing however many
        there are; everyone, only where nobody of these is wanted.
        """
        place, left = self._place(clinic_id, after), most - bool(after)
        if takes is None:
            pages = self.store.card_pages(clinic_id, place, PAGE + 1)
            return _listing(pages, lambda _: True, after)
        if begins:
            pages = self.store.card_pages(clinic_id, place, _NAMESAKES, begins)
            found = _listing(islice(pages, left), takes, after)
            if found.cards or after or found.is_cut:
                return replace(found, begins=begins)
            left -= 1
        pages = self.store.card_pages(clinic_id, place)
        return _listing(islice(pages, left), takes, after)

    def chosen(
        self, clinic_id: str, takes: "Callable[[Card], bool]", most: int, begins: str = ""
    ) -> "tuple[Card, ...]":
        """Return all whom `look` would show page by page, by name, no more than `most` of them.

        It reads the list as a whole: a request a megabyte, some 3,000 patients.
        """
        for beginning in dict.fromkeys((begins, "")):
            pages = self.store.card_pages(clinic_id, None, None, beginning)
            found = tuple(islice((card for cards, _ in pages for card in cards if takes(card)), most))
            if found:
                return found
        return ()

    def _place(self, clinic_id: str, after: str) -> str | None:
        from prm.patients import directory

        known = self.some(clinic_id, [after]).get(after) if after else None
        return directory.sort_key(known) if known else None

    def count(self, clinic_id: str, most: int) -> int:
        """Return how many patients a clinic has, no more than `most`, by one request."""
        return self.store.count(clinic_id, most)

    def erase(self, clinic_id: str, patient_id: str, version: int) -> table.Writes:
        """Return the writes that erase a patient: from then on nobody here knows them, and no import brings them back.

        They fail where another fact came since `version`.
        """
        return self.store.erase(clinic_id, patient_id, version, erased_name(self.erasure_key(clinic_id), patient_id))

    def examples(self, clinic_id: str) -> list[str]:
        """Return the ids of the example patients that are here, by one request."""
        ids_of = [ids.name_of(clinic_id, one.number) for one in made_up.PEOPLE]
        return [one.id for one in self.store.list_some(clinic_id, ids_of) if one.is_example]

    def remove_example(self, clinic_id: str, chart: Chart) -> table.Write:
        """Return the write that removes an example patient, who may come again. Raises Invalid for anyone real."""
        if not chart.patient.is_example:
            raise Invalid("only example patients can be removed without a trace")
        return self.store.end(clinic_id, chart.patient.id, chart.version)

    def forget_visits(self, clinic_id: str, patient_id: str) -> None:
        """Remove what is left of an erased patient."""
        self.store.remove_visits(clinic_id, patient_id)

    def erased(self, clinic_id: str) -> Iterator[str]:
        """Yield the names under which what counted of erased patients stands."""
        return self.store.list_erased(clinic_id)

    def roster(self, clinic_id: str) -> Iterator[str]:
        """Yield the ids of all patients of a clinic."""
        return self.store.list_ids(clinic_id)

    def import_files(
        self,
        clinic: Clinic,
        files: "Sequence[CsvFile]",
        *,
        dry_run: bool = False,
        date_order: "Order | None" = None,
    ) -> "Report":
        """Take over what the EMR's files say, and report row by row. What is known already costs a read and no write.

        Patients' files go first, whatever their place. `date_order` overrules the clinic's. When the database fails
        halfway the same files can simply come again.
        """
        from prm.patients import importing

        intake = importing.read(clinic, files, self.clock.business(), date_order)
        self.take_over(clinic.id, intake, lambda: True, dry_run=dry_run)
        return intake.tally.report([file.name for file in files])

    def take_over(
        self, clinic_id: str, intake: "Intake", time_left: Callable[[], bool], *, dry_run: bool = False
    ) -> None:
        """Write what was read, patient by patient, while there is time; `Intake.tally` tells what became of it."""
        stones = _Stones(self, clinic_id)

        def take(one: "tuple[str, Group]") -> "Plan":
            return self._take(clinic_id, one, intake, stones, dry_run=dry_run)

        groups = iter(intake.groups.items())
        while time_left() and (some := list(islice(groups, _IN_HAND if self.at_once > 1 else 1))):
            for plan in self._side_by_side(take, some):
                plan.report(intake.tally)
        intake.tally.left = sum(1 for _ in groups)

    def _side_by_side[A, B](self, work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        if self.at_once == 1:
            yield from map(work, items)
            return
        from concurrent.futures import ThreadPoolExecutor

        table.warm()
        with ThreadPoolExecutor(self.at_once) as pool:
            yield from pool.map(work, items)

    def _take(
        self, clinic_id: str, one: "tuple[str, Group]", intake: "Intake", stones: "_Stones", *, dry_run: bool
    ) -> "Plan":
        from prm.patients import planning

        patient_id, group = one
        tries_left = _TRIES
        while True:
            chart = self.find(clinic_id, patient_id)
            if chart is None and stones.has(patient_id):
                return planning.erased(group, intake)
            plan = planning.plan(group, chart, intake)
            try:
                if plan.writes and not dry_run:
                    self._write(clinic_id, patient_id, chart, plan)
                return plan
            except Conflict:
                tries_left -= 1
                if not tries_left:
                    raise

    def _write(self, clinic_id: str, patient_id: str, chart: Chart | None, plan: "Plan") -> None:
        """Write the oldest visits first: an import that breaks off leaves the chart as an older export would have.

        Every transaction carries the fact, so none of it waits for the next. The first alone holds for the version
        that was read.
        """
        now = self.clock.business()
        fact = self._first(clinic_id, patient_id, chart, plan)
        for visits in list(batched(plan.visits, _TRANSACTION - 1, strict=False)) or [()]:
            table.transact([fact, *self.store.add_visits(clinic_id, patient_id, visits)])
            fact = self.fact(clinic_id, patient_id, now)

    def _first(self, clinic_id: str, patient_id: str, chart: Chart | None, plan: "Plan") -> table.Write:
        now = self.clock.business()
        version = chart.version if chart else 0
        if plan.patient is None:
            return self.store.fact(clinic_id, patient_id, now, version)
        if chart is None:
            return self.store.add(clinic_id, plan.patient, now)
        return self.store.change(clinic_id, plan.patient, version, now)


@dataclass
class _Stones:
    """The tombstones of a clinic, asked for by who is new. Their key is read when first needed, and now and then."""

    patients: PatientService
    clinic: str
    _key: bytes = b""
    _read_at: dt.datetime | None = None

    def has(self, patient_id: str) -> bool:
        """Tell whether a patient was erased."""
        now = self.patients.clock.wall()
        if self._read_at is None or now - self._read_at >= _KEY_FRESH_FOR:
            self._key, self._read_at = self.patients.erasure_key(self.clinic), now
        return bool(self._key) and self.patients.store.is_erased(self.clinic, erased_name(self._key, patient_id))


def _listing(pages: "Iterable[tuple[list[Card], bool]]", takes: "Callable[[Card], bool]", after: str) -> "Listing":
    """Return a page's worth of those who are wanted. Whoever was read with the last of them is counted, at no price."""
    from prm.patients.directory import Listing

    found: list[Card] = []
    last = after
    for cards, is_last in pages:
        wanted = [card for card in cards if takes(card)]
        total = len(found) + len(wanted) if is_last else None
        found += wanted
        if len(found) > PAGE or is_last:
            shown = tuple(found[:PAGE])
            return Listing(shown, shown[-1].id if len(found) > PAGE else "", total=total)
        last = cards[-1].id if cards else last
    return Listing(tuple(found), last, is_cut=True)


def erased_name(key: bytes, patient_id: str) -> str:
    """Return what an erased patient is called: the same each time, and nobody's name without the key."""
    return f"erased-{ids.keyed(key, patient_id)}"
