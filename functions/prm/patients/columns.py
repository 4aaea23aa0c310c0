"""The columns we know, under the names EMRs give them. docs/importing.md lists them; a test holds the two together.

Names are compared without case, spaces and punctuation. Where a file has several names of one column, the one listed
first counts: OpenEMR's `encounter` is the visit, its `id` only a form.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from prm.core.errors import Invalid

REASON = "what_is_wrong"
"""The column that a download of rows left out adds, and that an import passes over."""

_PERSON = (
    "patient_id patient_number record_number medical_record_number mrn chart_number account_number emr_id pid patient"
)
_THERAPIST = "therapist therapist_name therapist_id provider provider_name provider_id clinician treating_therapist"
_START = (
    "starts_at start_at start_datetime visit_date appointment_date appt_date encounter_date "
    "service_date date_of_service dos date start_date start start_time"
)
_KIND = (
    "kind visit_kind visit_type appointment_type appt_type type encounter_type encounter_type_description "
    "encounterclass class_code"
)
_LOCATION = "location location_name location_id facility facility_name facility_id site clinic_location"


class FileKind(StrEnum):
    """What a file holds, told by its columns."""

    PATIENTS = "patients"
    VISITS = "visits"


COLUMNS: Mapping[FileKind, Mapping[str, tuple[str, ...]]] = {
    FileKind.PATIENTS: {
        "patient_id": (*_PERSON.split(), "id"),
        "first_name": ("first_name", "first", "fname", "given_name", "patient_first_name"),
        "last_name": ("last_name", "last", "lname", "family_name", "surname", "patient_last_name"),
        "birth_date": ("birth_date", "date_of_birth", "dob"),
        "email": ("email", "email_address", "patient_email"),
        "phone": ("phone", "phone_number", "mobile", "mobile_phone", "cell_phone", "phone_cell", "home_phone"),
        "language": ("language", "preferred_language"),
        "proxy_name": ("proxy_name", "guardian_name", "parent_name", "caregiver_name"),
        "proxy_email": ("proxy_email", "guardian_email", "parent_email", "caregiver_email"),
        "location": tuple(_LOCATION.split()),
        "therapist": (*_THERAPIST.split(), "primary_therapist"),
        "deceased_on": ("deceased_on", "deceased_date", "death_date", "date_of_death", "deceased"),
        "tags": ("tags",),
    },
    FileKind.VISITS: {
        "patient_id": tuple(_PERSON.split()),
        "visit_id": ("visit_id", "appointment_id", "appt_id", "encounter_id", "visit_number", "encounter", "id"),
        "starts_at": tuple(_START.split()),
        "start_time": ("start_time", "time", "appointment_time", "appt_time", "visit_time", "start"),
        "ends_at": ("ends_at", "end", "stop", "end_at", "end_datetime", "date_end", "end_date"),
        "end_time": ("end_time", "stop_time"),
        "minutes": ("minutes", "duration", "duration_minutes", "length"),
        "status": ("status", "visit_status", "appointment_status", "appt_status"),
        "kind": tuple(_KIND.split()),
        "therapist": tuple(_THERAPIST.split()),
        "location": tuple(_LOCATION.split()),
        "episode": ("episode", "episode_id", "episode_of_care", "case_id", "case_number", "plan_of_care"),
    },
}

DATES: Mapping[FileKind, tuple[str, ...]] = {
    FileKind.PATIENTS: ("birth_date", "deceased_on"),
    FileKind.VISITS: ("starts_at", "ends_at"),
}

_MAKES_A_VISIT = {"status", "kind", "therapist", "location"}
_TELLS_VISITS_FROM_PEOPLE = {"status", "kind", "ends_at", "end_time", "start_time", "minutes"}


@dataclass(frozen=True)
class Layout:
    """Which of our columns stands where in a file `width` cells wide. `names` are the file's own, for the report.

    `is_ours` says that the file is a download of ours, put right: cells that a spreadsheet would run are quoted in it.
    """

    kind: FileKind
    width: int
    places: Mapping[str, int]
    names: Mapping[str, str]
    is_ours: bool = False

    def __contains__(self, column: str) -> bool:
        """Tell whether the file has that column."""
        return column in self.places

    def name(self, column: str) -> str:
        """Return what the file calls a column of ours."""
        return self.names.get(column, column)


def known(cells: Iterable[str]) -> int:
    """Return how many of these cells are names of columns, 0 where they make no header of ours."""
    found = _find(list(cells))
    return len(found.places) if found else 0


def recognise(header: Iterable[str]) -> Layout:
    """Return the layout of a file. Raises Invalid for a header that is neither of patients nor of visits."""
    found = _find(list(header))
    if found is None:
        raise Invalid("These are columns of neither patients nor visits")
    return found


def _find(header: list[str]) -> Layout | None:
    squashed = [_squash(name) for name in header]
    visits = _layout(FileKind.VISITS, header, squashed)
    patients = _layout(FileKind.PATIENTS, header, squashed)
    people = "patient_id" in patients and ("first_name" in patients or "last_name" in patients)
    happened = {"patient_id", "starts_at"} <= visits.places.keys() and bool(_MAKES_A_VISIT & visits.places.keys())
    if happened and (not people or _TELLS_VISITS_FROM_PEOPLE & visits.places.keys()):
        return visits
    return patients if people else None


def _layout(kind: FileKind, header: list[str], squashed: list[str]) -> Layout:
    places: dict[str, int] = {}
    for column, aliases in COLUMNS[kind].items():
        place = next((squashed.index(name) for name in map(_squash, aliases) if name in squashed), None)
        if place is not None and place not in places.values():
            places[column] = place
    names = {column: header[place].strip() for column, place in places.items()}
    return Layout(kind, len(header), places, names, is_ours=_squash(REASON) in squashed)


def _squash(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
