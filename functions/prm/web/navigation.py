"""The console's areas, as its navigation shows them: what a role may not open, it does not see."""

from prm.clinics.model import Role

_EVERYONE = frozenset(Role)
_LEADS = frozenset({Role.OWNER, Role.MANAGER})

_FIRST = {
    "home": _LEADS | {Role.THERAPIST},
    "inbox": _EVERYONE,
    "patients": _EVERYONE,
    "rules": _EVERYONE,
}
_REST = (
    {"reports": _LEADS | {Role.THERAPIST}, "records": _LEADS | {Role.FRONT_DESK}},
    {"settings": _LEADS},
)
"""Groups, drawn with a line between them; on a phone all of these stand under More."""


def first(role: Role) -> list[str]:
    """Return the areas that stand in the bar of a phone."""
    return [area for area, roles in _FIRST.items() if role in roles]


def rest(role: Role) -> list[list[str]]:
    """Return the groups of the other areas, none of them empty."""
    groups = [[area for area, roles in group.items() if role in roles] for group in _REST]
    return [group for group in groups if group]
