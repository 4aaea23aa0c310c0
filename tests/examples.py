"""The clinic and the people that tests are about."""

import datetime as dt

from prm.clinics.model import (
    Alert,
    Clinic,
    Hours,
    Language,
    Location,
    ReviewSite,
    Role,
    StaffMember,
    Therapist,
)
from prm.patients.model import Patient

WEEKDAYS = {day: Hours(dt.time(8), dt.time(18)) for day in range(5)}


def riverbend(**changes: object) -> Clinic:
    """Return the clinic of most tests: two places, two therapists, three members of staff."""
    fields: dict[str, object] = {
        "id": "riverbend",
        "name": "Riverbend Physical Therapy",
        "short_name": "Riverbend",
        "phone": "(937) 555-0142",
        "postal_address": "412 Mill Street, Suite 3, Dayton, OH 45402",
        "zone": "America/New_York",
        "locations": (
            Location(
                "downtown", "Downtown", review_sites=(ReviewSite("google", "Google", "https://g.example/downtown"),)
            ),
            Location("north", "North", review_sites=(ReviewSite("facebook", "Facebook", "https://f.example/north"),)),
        ),
        "therapists": (Therapist("mei-lin", "Mei-Lin Chen"), Therapist("omar", "Omar Haddad")),
        "staff": (
            StaffMember("nora", "Nora Ellison", "nora@clinic.example", Role.OWNER, alerts=frozenset(Alert)),
            StaffMember(
                "luis",
                "Luis Ortega",
                "luis@clinic.example",
                Role.MANAGER,
                frozenset({"downtown"}),
                frozenset({Alert.LOW_ANSWER}),
            ),
            StaffMember("ana", "Ana Silva", "ana@clinic.example", Role.FRONT_DESK, frozenset({"north"})),
        ),
        "hours": WEEKDAYS,
        "languages": (Language.ENGLISH, Language.SPANISH),
        "signer": "Nora Ellison and the team at Riverbend",
        "daily_limit": 1000,
    }
    return Clinic(**(fields | changes))  # type: ignore[arg-type]


def maria(**changes: object) -> Patient:
    """Return the patient of most tests."""
    fields: dict[str, object] = {
        "id": "p-maria",
        "record_number": "1001",
        "first_name": "Maria",
        "last_name": "Alvarez",
        "birth_date": dt.date(1984, 3, 12),
        "email": "maria@example.com",
        "location": "downtown",
        "therapist": "mei-lin",
    }
    return Patient(**(fields | changes))  # type: ignore[arg-type]
