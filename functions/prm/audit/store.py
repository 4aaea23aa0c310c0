"""Where the audit log is kept: a partition a clinic and month. Functions may only add to it."""

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import PynamoDBException

from prm.audit.model import Entry
from prm.core import ids, record, table

_RANDOM = 40


class AuditRow(table.Row):
    class Meta:
        table_name = "prm-audit"

    expires_at: ClassVar[TTLAttribute] = TTLAttribute()
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


ROWS: tuple[type[table.Row], ...] = (AuditRow,)


class AuditStore:
    """Adds to the log, and reads it."""

    def add(self, entry: Entry, expires_at: dt.datetime) -> None:
        """Append one entry."""
        row = AuditRow(
            pk=table.key(entry.clinic, f"{entry.at:%Y-%m}"),
            sk=f"{entry.at.isoformat()}{table.SEPARATOR}{ids.draw(_RANDOM)}",
            expires_at=expires_at,
            doc=record.dump(entry),
        )
        try:
            row.save()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def list_month(
        self, clinic: str, month: str, before: str | None = None, limit: int = 100
    ) -> Iterator[tuple[str, Entry]]:
        """Yield a month's entries (`YYYY-MM`), newest first, each with the place to go on `before`."""
        upto = AuditRow.sk < before if before else None
        try:
            for row in AuditRow.query(
                table.key(clinic, month), upto, scan_index_forward=False, limit=limit, consistent_read=True
            ):
                yield row.sk, record.parse(Entry, row.doc)
        except PynamoDBException as err:
            raise table.remains(err) from err
