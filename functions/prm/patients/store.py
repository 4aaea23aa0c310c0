"""Where patients are kept: one profile and one item a visit, all under the patient, so that a chart is one query."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from prm.core import ids, record, table
from prm.core.together import Ask
from prm.patients.model import Chart, Patient, Visit

if TYPE_CHECKING:
    from prm.patients.directory import Card

_PROFILE = "profile"
_VISIT = "visit"
_ERASED = "erased"
_LAST = "\U0010ffff"
"""Comes after whatever a name goes on with."""


class RosterIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """All patients of a clinic, as keys alone."""

    class Meta:
        index_name = "roster"
        projection = KeysOnlyProjection()

    roster: ClassVar[UnicodeAttribute] = UnicodeAttribute(hash_key=True)
    pk: ClassVar[UnicodeAttribute] = UnicodeAttribute(range_key=True)


class NamesIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """All patients of a clinic by name, with what a list shows of them."""

    class Meta:
        index_name = "names"
        projection = IncludeProjection(["card"])

    roster: ClassVar[UnicodeAttribute] = UnicodeAttribute(hash_key=True)
    named: ClassVar[UnicodeAttribute] = UnicodeAttribute(range_key=True)
    card: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)


class PatientRow(table.DueRow):
    """A profile (`sk` profile: version, due date, roster) or a visit (`sk` visit#id); the model is in `doc`."""

    class Meta:
        table_name = "prm-patients"

    due: ClassVar[table.DueIndex] = table.DueIndex()
    roster_index: ClassVar[RosterIndex] = RosterIndex()
    names_index: ClassVar[NamesIndex] = NamesIndex()
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    version: ClassVar[NumberAttribute] = NumberAttribute(null=True)
    roster: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    named: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    card: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)


ROWS: tuple[type[table.Row], ...] = (PatientRow,)


class PatientStore:
    """Reads and writes charts. `shards` is how many due shards patients are spread over."""

    def __init__(self, shards: int) -> None:
        self._shards = shards

    def find(self, clinic: str, patient: str) -> Chart | None:
        """Return a patient with all visits, strongly consistent, or None."""
        try:
            rows = list(PatientRow.query(table.key(clinic, patient), consistent_read=True))
        except PynamoDBException as err:
            raise table.remains(err) from err
        profile = next((row for row in rows if row.sk == _PROFILE), None)
        if profile is None:
            return None
        visits = sorted(
            (record.parse(Visit, row.doc) for row in rows if row.sk != _PROFILE),
            key=lambda visit: (visit.starts_at, visit.id),
        )
        return Chart(record.parse(Patient, profile.doc), tuple(visits), int(profile.version), profile.card or "")

    def list_some(self, clinic: str, patients: Iterable[str]) -> Iterator[Patient]:
        """Yield the profiles of these patients, strongly consistent, in no order; erased ones are left out."""
        wanted = [(table.key(clinic, patient), _PROFILE) for patient in patients]
        try:
            for row in PatientRow.batch_get(wanted, consistent_read=True):
                yield record.parse(Patient, row.doc)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def asking(self, clinic: str, patients: Iterable[str]) -> Ask[Patient]:
        """Return what asks for the profiles of these patients, together with items of other tables."""
        return Ask(PatientRow, tuple((table.key(clinic, one), _PROFILE) for one in patients), _patient)

    def add(self, clinic: str, patient: Patient, now: dt.datetime) -> table.Write:
        """Return the write of a new patient, due now. It fails where the patient stands already."""
        from prm.patients import directory

        row = PatientRow(
            pk=table.key(clinic, patient.id),
            sk=_PROFILE,
            doc=record.dump(patient),
            version=1,
            roster=clinic,
            named=directory.sort_key(patient),
            card=record.dump(directory.card_of(patient, (), now)),
            due_shard=self._shard(patient.id),
            due_at=now,
        )
        return table.put(row, table.absent(PatientRow))

    def keep_apart(self, clinic: str, patient: Patient) -> table.Write:
        """Return the write of a profile that stands in no list, index or count, as it was or new."""
        return table.put(PatientRow(pk=table.key(clinic, patient.id), sk=_PROFILE, doc=record.dump(patient), version=1))

    def change(self, clinic: str, patient: Patient, version: int, now: dt.datetime, card: str = "") -> table.Write:
        """Return the write of a changed profile, a fact like any other. It fails if `version` was read too early.

        Without a `card` the list shows the old one until the next decision.
        """
        from prm.patients import directory

        actions = [
            PatientRow.doc.set(record.dump(patient)),
            PatientRow.named.set(directory.sort_key(patient)),
            *([PatientRow.card.set(card)] if card else []),
            *self._fact(patient.id, now),
        ]
        return table.update(_profile(clinic, patient.id), actions, PatientRow.version == version)

    def fact(self, clinic: str, patient: str, now: dt.datetime, version: int | None = None) -> table.Write:
        """Return the write that counts a fact and makes the patient due now. It fails where there is no patient.

        With `version` it also fails when another fact came since that version was read.
        """
        condition = PatientRow.pk.exists() if version is None else PatientRow.version == version
        return table.update(_profile(clinic, patient), self._fact(patient, now), condition)

    def decided(
        self, clinic: str, patient: str, version: int, next_due_at: dt.datetime | None, card: str = ""
    ) -> table.Write:
        """Return the write that sets when to look again, or never. It fails when a fact came since `version`.

        `card` is what lists show of the patient, where that changed.
        """
        actions: list[Action] = [PatientRow.failures.remove()]
        if card:
            actions.append(PatientRow.card.set(card))
        if next_due_at is None:
            actions += [PatientRow.due_at.remove(), PatientRow.due_shard.remove()]
        else:
            actions += [PatientRow.due_at.set(next_due_at), PatientRow.due_shard.set(self._shard(patient))]
        return table.update(_profile(clinic, patient), actions, PatientRow.version == version)

    def is_erased(self, clinic: str, name: str) -> bool:
        """Tell whether the patient of that keyed name was erased, strongly consistent."""
        try:
            PatientRow.get(table.key(clinic, name), _ERASED, consistent_read=True)
        except DoesNotExist:
            return False
        except PynamoDBException as err:
            raise table.remains(err) from err
        return True

    def list_erased(self, clinic: str) -> Iterator[str]:
        """Yield the keyed names of a clinic's erased patients."""
        return self.list_ids(table.key(clinic, _ERASED))

    def end(self, clinic: str, patient: str, version: int) -> table.Write:
        """Return the write that ends a patient and leaves no trace; it fails where another fact came since."""
        return table.delete(_profile(clinic, patient), PatientRow.version == version)

    def erase(self, clinic: str, patient: str, version: int, name: str) -> table.Writes:
        """Return the writes that end a patient: the profile goes, a tombstone under a keyed name comes.

        Until `remove_visits` one stands under the old name too, for whoever counts what has not moved yet. They fail
        where another fact came since `version`.
        """
        roster = table.key(clinic, _ERASED)
        return (
            self.end(clinic, patient, version),
            table.put(PatientRow(pk=table.key(clinic, patient), sk=_ERASED, roster=roster)),
            table.put(PatientRow(pk=table.key(clinic, name), sk=_ERASED, roster=roster)),
        )

    def remove_visits(self, clinic: str, patient: str) -> None:
        """Remove what is left of a patient whose profile is gone."""
        try:
            for row in PatientRow.query(table.key(clinic, patient), consistent_read=True):
                row.delete()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def add_visits(self, clinic: str, patient: str, visits: Sequence[Visit]) -> list[table.Write]:
        """Return the writes that store these visits, new or changed."""
        pk = table.key(clinic, patient)
        return [table.put(PatientRow(pk=pk, sk=table.key(_VISIT, one.id), doc=record.dump(one))) for one in visits]

    def count(self, clinic: str, most: int) -> int:
        """Return how many patients there are, counted up to `most`, by one request. The index lags by moments.

        pynamodb's own count takes a limit for the size of a page, and reads them all.
        """
        asked = {
            "TableName": PatientRow.Meta.table_name,
            "IndexName": RosterIndex.Meta.index_name,
            "KeyConditionExpression": "roster = :clinic",
            "ExpressionAttributeValues": {":clinic": {"S": clinic}},
            "Select": "COUNT",
            "Limit": most,
        }
        try:
            return int(table.ask("Query", asked)["Count"])
        except PynamoDBException as err:
            raise table.remains(err) from err

    def list_ids(self, clinic: str) -> Iterator[str]:
        """Yield the ids of a clinic's patients. The index lags behind a new patient by moments."""
        try:
            for row in PatientRow.roster_index.query(clinic):
                yield table.parts(row.pk)[1]
        except PynamoDBException as err:
            raise table.remains(err) from err

    def list_cards(self, clinic: str, after: str | None) -> "Iterator[tuple[str, Card]]":
        """Yield a clinic's patients by name, from the one after the place `after` on, each with its own place.

        The index lags behind a change by moments. Whoever reads on pays for a request a megabyte: some 3,000 patients.
        """
        from prm.patients.directory import Card

        beyond = NamesIndex.named > after if after else None
        try:
            for row in PatientRow.names_index.query(clinic, beyond):
                if row.card:
                    yield row.named, record.parse(Card, row.card)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def card_pages(
        self, clinic: str, after: str | None, limit: int | None = None, begins: str = ""
    ) -> "Iterator[tuple[list[Card], bool]]":
        """Yield the same a request at a time, each with whether it was the last: of `limit` cards, or of a megabyte.

        With `begins` only of those whose place, the folded last name before the first, begins so.
        """
        from prm.patients.directory import Card

        beyond: Condition | None = NamesIndex.named > after if after else None
        if begins:
            beyond = NamesIndex.named.between(max(after or "", begins), begins + _LAST)
        found = PatientRow.names_index.query(clinic, beyond, page_size=limit)
        try:
            for page in found.page_iter:
                # As they come: thousands of cards are looked at, a few shown.
                cards = [item["card"]["S"] for item in page["Items"] if "card" in item and item["named"]["S"] != after]
                yield [record.parse(Card, card) for card in cards], found.page_iter.last_evaluated_key is None
        except PynamoDBException as err:
            raise table.remains(err) from err

    def _fact(self, patient: str, now: dt.datetime) -> list[Action]:
        return [
            PatientRow.version.add(1),
            PatientRow.due_at.set(now),
            PatientRow.due_shard.set(self._shard(patient)),
        ]

    def _shard(self, patient: str) -> str:
        return str(ids.shard_of(patient, self._shards))


def _profile(clinic: str, patient: str) -> PatientRow:
    return PatientRow(pk=table.key(clinic, patient), sk=_PROFILE)


def _patient(row: PatientRow) -> Patient:
    return record.parse(Patient, row.doc)
