"""`prm why`: why a patient did or did not get a mail, rule by rule."""

import click

from local.output import as_json, report
from local.session import connect
from prm.clinics.model import Clinic
from prm.rules.why import Reason


@click.command()
@click.argument("clinic")
@click.argument("patient")
@as_json
def command(clinic: str, patient: str, *, json_: bool) -> None:
    """Tell each rule's state for a PATIENT, named by the EMR's number: sent, waiting, skipped, and why."""
    house = connect()
    known = house.clinics.get(clinic)
    found = house.patients.look_up(clinic, patient).patient
    reasons = house.rules.why(clinic, found.id, house.clock.business())
    facts = [
        {
            "rule": one.rule,
            "state": one.state.value,
            "at": one.at.isoformat() if one.at else None,
            "reason": one.reason,
        }
        for one in reasons
    ]
    report(facts, lambda: _told(reasons, known), json_=json_)


def _told(reasons: tuple[Reason, ...], clinic: Clinic) -> str:
    if not reasons:
        return f"This clinic has no rules yet; see: prm rules {clinic.id}"
    return "\n".join(_line(one, clinic) for one in reasons)


def _line(one: Reason, clinic: Clinic) -> str:
    at = f"{one.at.astimezone(clinic.tz):%a %Y-%m-%d %H:%M}" if one.at else ""
    state = "waits until" if at and one.state == "waits" else one.state
    return f"{one.rule:32}{state:12} {at:21}{one.reason}".rstrip()
