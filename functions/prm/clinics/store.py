"""Where clinics are kept: one item each, and one that lists them."""

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar

from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException

from prm.clinics.model import Clinic, Terms
from prm.core import record, table
from prm.core.errors import Conflict, NotFound

_ALL = "clinics"
_PROFILE = "profile"
_OPERATOR = "operator"
_TERMS = "terms"
_PICTURE = "picture#"
_ERASURE = "erasure"


class ClinicRow(table.Row):
    class Meta:
        table_name = "prm-clinics"

    version: ClassVar[NumberAttribute] = NumberAttribute(null=True)
    expires_at: ClassVar[TTLAttribute] = TTLAttribute(null=True)
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    data: ClassVar[BinaryAttribute] = BinaryAttribute(legacy_encoding=False, null=True)


ROWS: tuple[type[table.Row], ...] = (ClinicRow,)


class ClinicStore:
    """Reads and writes clinics."""

    def get(self, clinic_id: str) -> Clinic:
        """Return one clinic. Raises NotFound."""
        try:
            row = ClinicRow.get(clinic_id, _PROFILE, consistent_read=True)
        except DoesNotExist as err:
            raise NotFound("There is no such clinic") from err
        except PynamoDBException as err:
            raise table.remains(err) from err
        return record.parse(Clinic, row.doc)

    def list_ids(self) -> Iterator[str]:
        """Yield the ids of all clinics of this deployment, for its operator."""
        try:
            for row in ClinicRow.query(_ALL, consistent_read=True):
                yield row.sk
        except PynamoDBException as err:
            raise table.remains(err) from err

    def create(self, clinic: Clinic) -> None:
        """Store a new clinic. Raises Conflict when the id is taken."""
        table.transact(
            [
                table.put(_row(clinic), table.absent(ClinicRow)),
                table.put(ClinicRow(pk=_ALL, sk=clinic.id)),
            ]
        )

    def find_terms(self) -> Terms | None:
        """Return the operator's agreement, if there is one."""
        try:
            return record.parse(Terms, ClinicRow.get(_OPERATOR, _TERMS, consistent_read=True).doc)
        except DoesNotExist:
            return None
        except PynamoDBException as err:
            raise table.remains(err) from err

    def save_terms(self, terms: Terms) -> None:
        """Replace the operator's agreement."""
        try:
            ClinicRow(pk=_OPERATOR, sk=_TERMS, doc=record.dump(terms)).save()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def keep_picture(self, clinic_id: str, name: str, data: bytes) -> None:
        """Keep a picture for good: mails that went out show it under this name."""
        try:
            ClinicRow(pk=clinic_id, sk=_PICTURE + name, data=data).save()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def picture(self, clinic_id: str, name: str) -> bytes:
        """Return a picture. Raises NotFound."""
        try:
            found = ClinicRow.get(clinic_id, _PICTURE + name).data
        except DoesNotExist as err:
            raise NotFound("There is no such picture") from err
        except PynamoDBException as err:
            raise table.remains(err) from err
        return bytes(found or b"")

    def find_key(self, clinic_id: str) -> str:
        """Return the key that a clinic's erased patients are named by, strongly consistent; "" before the first."""
        try:
            return ClinicRow.get(clinic_id, _ERASURE, consistent_read=True).doc or ""
        except DoesNotExist:
            return ""
        except PynamoDBException as err:
            raise table.remains(err) from err

    def keep_key(self, clinic_id: str, key: str) -> None:
        """Keep such a key, unless there is one."""
        try:
            ClinicRow(pk=clinic_id, sk=_ERASURE, doc=key).save(condition=table.absent(ClinicRow))
        except PynamoDBException as err:
            if not table.is_failed_condition(err):
                raise table.remains(err) from err

    def propose(self, clinic: Clinic, expires_at: dt.datetime) -> None:
        """Store a clinic that no list has and that goes by itself."""
        try:
            _row(clinic, expires_at).save(condition=table.absent(ClinicRow))
        except PynamoDBException as err:
            raise table.remains(err) from err

    def enlist(self, clinic: Clinic, expected_version: int) -> None:
        """Let a proposed clinic stay, and list it. Raises Conflict when it changed or went meanwhile."""
        table.transact(
            [
                table.put(_row(clinic), ClinicRow.version == expected_version),
                table.put(ClinicRow(pk=_ALL, sk=clinic.id)),
            ]
        )

    def save(self, clinic: Clinic, expected_version: int) -> None:
        """Replace a clinic's settings. Raises Conflict when someone else did so meanwhile."""
        try:
            _row(clinic).save(condition=ClinicRow.version == expected_version)
        except PynamoDBException as err:
            if table.is_failed_condition(err):
                raise Conflict("Someone else changed the clinic's settings meanwhile") from err
            raise table.remains(err) from err


def _row(clinic: Clinic, expires_at: dt.datetime | None = None) -> ClinicRow:
    return ClinicRow(pk=clinic.id, sk=_PROFILE, version=clinic.version, expires_at=expires_at, doc=record.dump(clinic))
