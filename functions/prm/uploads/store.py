"""Where uploads are kept: one item each under the clinic, in the order they were begun."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException

from prm.core import record, table
from prm.core.errors import Conflict
from prm.uploads.model import Upload

KEPT = dt.timedelta(days=2 * 365)
"""Who brought what in is seen for two years; the files themselves go with the bucket's own term."""


class UploadRow(table.Row):
    class Meta:
        table_name = "prm-uploads"

    version: ClassVar[NumberAttribute] = NumberAttribute()
    expires_at: ClassVar[TTLAttribute] = TTLAttribute()
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


ROWS: tuple[type[table.Row], ...] = (UploadRow,)


class UploadStore:
    """Reads and writes uploads."""

    def find(self, clinic: str, upload: str) -> Upload | None:
        """Return one, strongly consistent, or None."""
        try:
            return record.parse(Upload, UploadRow.get(clinic, upload, consistent_read=True).doc)
        except DoesNotExist:
            return None
        except PynamoDBException as err:
            raise table.remains(err) from err

    def add(self, upload: Upload) -> bool:
        """Keep a new one; False where it is known already."""
        try:
            _row(upload).save(condition=table.absent(UploadRow))
        except PynamoDBException as err:
            if table.is_failed_condition(err):
                return False
            raise table.remains(err) from err
        return True

    def save(self, upload: Upload) -> Upload:
        """Replace one as it was read, and return its next version. Raises Conflict when someone else was faster."""
        later = replace(upload, version=upload.version + 1)
        try:
            _row(later).save(condition=UploadRow.version == upload.version)
        except PynamoDBException as err:
            if table.is_failed_condition(err):
                raise Conflict("Someone else went on with this file") from err
            raise table.remains(err) from err
        return later

    def list_of(self, clinic: str, before: str | None, limit: int) -> Iterator[Upload]:
        """Yield a clinic's uploads, newest first, from the one `before` on."""
        upto = UploadRow.sk < before if before else None
        try:
            for row in UploadRow.query(clinic, upto, scan_index_forward=False, limit=limit, consistent_read=True):
                yield record.parse(Upload, row.doc)
        except PynamoDBException as err:
            raise table.remains(err) from err


def _row(upload: Upload) -> UploadRow:
    return UploadRow(
        pk=upload.clinic,
        sk=upload.id,
        version=upload.version,
        expires_at=upload.at + KEPT,
        doc=record.dump(upload),
    )
