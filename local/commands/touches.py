"""`prm touches`: every mail of a clinic, to patients and staff, with what became of it."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from local.output import as_json, report
from local.session import connect
from prm.core.abreast import abreast
from prm.mail.model import Purpose, Touch, patient_recipient, staff_recipient

if TYPE_CHECKING:
    from prm.wiring import House

_PATIENT = patient_recipient("")


@click.command()
@click.argument("clinic")
@click.option("--patient", help="Only mail to this patient, named by the EMR's number.")
@as_json
def command(clinic: str, patient: str | None, *, json_: bool) -> None:
    """List mail to patients and to staff, oldest first."""
    house = connect()
    zone = house.clinics.get(clinic).tz
    readers = _readers(house, clinic, patient)
    found = abreast(lambda reader: house.mail.of_recipient(clinic, reader), readers, house.patients.at_once)
    touches = [touch for some in found for touch in some]
    touches.sort(key=lambda touch: (touch.created_at, touch.id))
    report([_facts(touch) for touch in touches], lambda: _told(touches, zone), json_=json_)


def _readers(house: "House", clinic: str, patient: str | None) -> Iterator[str]:
    """Yield who may have got mail; no index knows, so each is asked for."""
    if patient is not None:
        yield patient_recipient(house.patients.look_up(clinic, patient).patient.id)
        return
    yield from (staff_recipient(member.id) for member in house.clinics.get(clinic).staff)
    yield from (patient_recipient(one) for one in house.patients.roster(clinic))


def _facts(touch: Touch) -> dict[str, object]:
    to_patient = touch.recipient.startswith(_PATIENT)
    by_rule = touch.purpose not in set(Purpose)
    return {
        "id": touch.id,
        "recipient": touch.recipient,
        "purpose": touch.purpose,
        "patient": touch.recipient.removeprefix(_PATIENT) if to_patient else None,
        "rule": touch.purpose if by_rule else None,
        "occurrence": touch.occurrence,
        "state": touch.state.value,
        "at": (touch.at or touch.created_at).isoformat(),
        "kind": touch.kind.value,
        "reason": touch.reason or None,
    }


def _told(touches: list[Touch], zone: dt.tzinfo) -> str:
    return "\n".join(_line(touch, zone) for touch in touches) or "No mail yet."


def _line(touch: Touch, zone: dt.tzinfo) -> str:
    at = (touch.at or touch.created_at).astimezone(zone)
    return f"{at:%Y-%m-%d %H:%M} {touch.state:12}{touch.purpose:32}{touch.recipient:32}{touch.reason}".rstrip()
