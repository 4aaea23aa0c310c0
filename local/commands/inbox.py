"""`prm inbox`: replies that are no answers; a person reads them."""

import click

from local.output import as_json, report
from local.session import connect
from prm.clinics.model import Clinic
from prm.recovery.model import InboxItem


@click.command()
@click.argument("clinic")
@as_json
def command(clinic: str, *, json_: bool) -> None:
    """List replies that wait for a person, oldest first."""
    house = connect()
    known = house.clinics.get(clinic)
    found = house.recovery.inbox(clinic)
    report([_facts(one) for one in found], lambda: _told(found, known), json_=json_)


def _facts(item: InboxItem) -> dict[str, object]:
    return {
        "id": item.id,
        "patient": item.patient,
        "kind": item.kind.value,
        "text": item.text,
        "received_at": item.received_at.isoformat(),
    }


def _told(items: list[InboxItem], clinic: Clinic) -> str:
    return "\n\n".join(_item(one, clinic) for one in items) or "Nothing waits in the inbox."


def _item(item: InboxItem, clinic: Clinic) -> str:
    head = (
        f"{item.received_at.astimezone(clinic.tz):%a %Y-%m-%d %H:%M}  {item.kind}  {item.patient or 'unknown sender'}"
    )
    return "\n".join([head, *(f"  {line}" for line in item.text.splitlines())])
