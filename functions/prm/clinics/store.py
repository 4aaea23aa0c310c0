"""Where clinics are kept: one item each, and one that lists them."""

from collections.abc import Iterator
from typing import ClassVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException

from prm.clinics.model import Clinic
from prm.core import record, table
from prm.core.errors import Conflict, NotFound

_ALL = "clinics"
_PROFILE = "profile"


class ClinicRow(table.Row):
    class Meta:
        table_name = "prm-clinics"

    version: ClassVar[NumberAttribute] = NumberAttribute(null=True)
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)


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
        for row in ClinicRow.query(_ALL, consistent_read=True):
            yield row.sk

    def create(self, clinic: Clinic) -> None:
        """Store a new clinic. Raises Conflict when the id is taken."""
        table.transact(
            [
                table.put(_row(clinic), table.absent(ClinicRow)),
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


def _row(clinic: Clinic) -> ClinicRow:
    return ClinicRow(pk=clinic.id, sk=_PROFILE, version=clinic.version, doc=record.dump(clinic))
