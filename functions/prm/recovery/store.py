"""Where recovery cases and the inbox are kept."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, PynamoDBException
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from prm.core import ids, record, table
from prm.core.together import Ask
from prm.recovery.model import Case, CaseState, InboxItem


class DeskIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """A clinic's open cases, and its closed ones, by the time the call is due; each as it was moments ago."""

    class Meta:
        index_name = "desk"
        projection = IncludeProjection(["doc", "version"])

    desk: ClassVar[UnicodeAttribute] = UnicodeAttribute(hash_key=True)
    call_by: ClassVar[UTCDateTimeAttribute] = UTCDateTimeAttribute(range_key=True)
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()
    version: ClassVar[NumberAttribute] = NumberAttribute()


class CaseRow(table.DueRow):
    """One case; the due index holds it until someone closes it or the next level is told."""

    class Meta:
        table_name = "prm-cases"

    due: ClassVar[table.DueIndex] = table.DueIndex()
    by_desk: ClassVar[DeskIndex] = DeskIndex()
    desk: ClassVar[UnicodeAttribute] = UnicodeAttribute()
    call_by: ClassVar[UTCDateTimeAttribute] = UTCDateTimeAttribute()
    version: ClassVar[NumberAttribute] = NumberAttribute()
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


class InboxRow(table.Row):
    class Meta:
        table_name = "prm-inbox"

    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


ROWS: tuple[type[table.Row], ...] = (CaseRow, InboxRow)


class CaseStore:
    """Reads and writes cases. `shards` is how many due shards they are spread over."""

    def __init__(self, shards: int) -> None:
        self._shards = shards

    def find(self, clinic: str, patient: str, case: str) -> Case | None:
        """Return a case, strongly consistent, or None."""
        try:
            return _case(CaseRow.get(table.key(clinic, patient), case, consistent_read=True))
        except DoesNotExist:
            return None
        except PynamoDBException as err:
            raise table.remains(err) from err

    def list_of(self, clinic: str, patient: str) -> Iterator[Case]:
        """Yield a patient's cases, strongly consistent."""
        try:
            for row in CaseRow.query(table.key(clinic, patient), consistent_read=True):
                yield _case(row)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def asking(self, clinic: str, patient: str, cases: Iterable[str]) -> Ask[Case]:
        """Return what asks for these cases of a patient, together with items of other tables."""
        pk = table.key(clinic, patient)
        return Ask(CaseRow, tuple((pk, one) for one in cases), _case)

    def list_keys(self, clinic: str, state: CaseState) -> Iterator[tuple[str, str]]:
        """Yield patient and case id of a clinic's cases in this state, most urgent first; the index lags by moments."""
        try:
            for row in CaseRow.by_desk.query(table.key(clinic, state)):
                yield table.parts(row.pk)[1], row.sk
        except PynamoDBException as err:
            raise table.remains(err) from err

    def glance_back(self, clinic: str, state: CaseState, before: dt.datetime | None, limit: int) -> Iterator[Case]:
        """Yield at most `limit` cases whose call was due before a moment, the latest first, as `glance` does."""
        upto = DeskIndex.call_by < before if before else None
        try:
            for row in CaseRow.by_desk.query(table.key(clinic, state), upto, scan_index_forward=False, limit=limit):
                yield replace(record.parse(Case, row.doc), version=int(row.version))
        except PynamoDBException as err:
            raise table.remains(err) from err

    def glance(self, clinic: str, state: CaseState) -> Iterator[Case]:
        """Yield cases as they stood moments ago, most urgent first, by one query: to look at, not to act on."""
        try:
            for row in CaseRow.by_desk.query(table.key(clinic, state)):
                yield replace(record.parse(Case, row.doc), version=int(row.version))
        except PynamoDBException as err:
            raise table.remains(err) from err

    def list_some(self, clinic: str, keys: Iterable[tuple[str, str]]) -> Iterator[Case]:
        """Yield the cases under these keys, strongly consistent, in no order."""
        wanted = [(table.key(clinic, patient), case) for patient, case in keys]
        try:
            for row in CaseRow.batch_get(wanted, consistent_read=True):
                yield _case(row)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def saving(self, case: Case, expected_version: int | None) -> table.Write:
        """Return the write that stores a case, on condition that it is new (None) or still of the expected version."""
        condition = table.absent(CaseRow) if expected_version is None else CaseRow.version == expected_version
        return table.put(self._row(case), condition)

    def remove(self, case: Case) -> None:
        """Remove a case with all that was noted."""
        try:
            CaseRow(pk=table.key(case.clinic, case.patient), sk=case.id).delete()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def _row(self, case: Case) -> CaseRow:
        waits = case.escalate_at is not None
        return CaseRow(
            pk=table.key(case.clinic, case.patient),
            sk=case.id,
            desk=table.key(case.clinic, case.state),
            call_by=case.call_by,
            version=case.version,
            due_at=case.escalate_at,
            due_shard=str(ids.shard_of(case.patient, self._shards)) if waits else None,
            doc=record.dump(case),
        )


class InboxStore:
    """Reads and writes what waits for a person to read it."""

    def add(self, item: InboxItem) -> bool:
        """Store an item; False where the same one stands already."""
        row = InboxRow(pk=item.clinic, sk=table.key(item.received_at.isoformat(), item.id), doc=record.dump(item))
        try:
            row.save(condition=table.absent(InboxRow))
        except PutError as err:
            if table.is_failed_condition(err):
                return False
            raise table.remains(err) from err
        return True

    def find(self, clinic: str, received_at: dt.datetime, item: str) -> InboxItem | None:
        """Return an item, or None."""
        try:
            row = InboxRow.get(clinic, table.key(received_at.isoformat(), item), consistent_read=True)
        except DoesNotExist:
            return None
        except PynamoDBException as err:
            raise table.remains(err) from err
        return record.parse(InboxItem, row.doc)

    def save(self, item: InboxItem) -> None:
        """Replace an item."""
        row = InboxRow(pk=item.clinic, sk=table.key(item.received_at.isoformat(), item.id), doc=record.dump(item))
        try:
            row.save(condition=InboxRow.pk.exists())
        except PynamoDBException as err:
            raise table.remains(err) from err

    def remove(self, item: InboxItem) -> None:
        """Remove an item."""
        try:
            InboxRow(pk=item.clinic, sk=table.key(item.received_at.isoformat(), item.id)).delete()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def list_of(self, clinic: str) -> Iterator[InboxItem]:
        """Yield a clinic's items, oldest first."""
        try:
            for row in InboxRow.query(clinic, consistent_read=True):
                yield record.parse(InboxItem, row.doc)
        except PynamoDBException as err:
            raise table.remains(err) from err


def _case(row: CaseRow) -> Case:
    return replace(record.parse(Case, row.doc), version=int(row.version))
