"""Whether a rule fits the clinic it is for."""

from collections.abc import Iterable

from prm.clinics.model import Clinic
from prm.core.errors import Invalid
from prm.mail.model import Kind
from prm.rules.model import Rule
from prm.rules.presets import PRESETS


def check(rule: Rule, clinic: Clinic, others: Iterable[Rule]) -> None:
    """Raise Invalid when a rule names a place, a person or a rule that the clinic does not have."""
    conditions = (*rule.who.all, *rule.who.any, *rule.who.none)
    places = {place for one in conditions for place in one.locations} - {place.id for place in clinic.locations}
    people = {one for each in conditions for one in each.therapists} - {one.id for one in clinic.therapists}
    if places:
        raise Invalid(f"the clinic has no location {_some(places)}", field="who.locations")
    if people:
        raise Invalid(f"the clinic has no therapist {_some(people)}", field="who.therapists")
    surveys = {one.id for one in (*others, *(preset.rule for preset in PRESETS)) if Kind.SURVEY in one.send}
    if rule.follows is not None and rule.follows not in surveys:
        raise Invalid(f"there is no survey rule {rule.follows} to follow", field="when.rule")


def _some(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
