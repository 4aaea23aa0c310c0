"""Time zones to choose from: those most clinics are in first, by the names people use."""

import functools
import zoneinfo

US = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)
_NO_PLACE = ("Etc/", "SystemV/", "US/")
ZONES = (*US, *sorted(
    name
    for name in zoneinfo.available_timezones()
    if "/" in name and not name.startswith(_NO_PLACE) and name not in US
))  # fmt: skip
"""Where clinics most likely are first; every other place after them."""
_SPOKEN = {
    "America/New_York": "Eastern (New York)",
    "America/Chicago": "Central (Chicago)",
    "America/Denver": "Mountain (Denver)",
    "America/Phoenix": "Arizona (Phoenix)",
    "America/Los_Angeles": "Pacific (Los Angeles)",
    "America/Anchorage": "Alaska (Anchorage)",
    "Pacific/Honolulu": "Hawaii (Honolulu)",
}


@functools.cache
def choices() -> tuple[tuple[str, str], ...]:
    """Return every zone with how it stands in a list: Eastern (New York), or as it is named."""
    return tuple((name, _SPOKEN.get(name, name.replace("_", " "))) for name in ZONES)
