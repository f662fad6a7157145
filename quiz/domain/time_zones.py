"""The time zones that an account may have, by IANA's names, in the order in which a form offers them."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

UTC_NAME = "UTC"
# The parts of the world in IANA's names; the rest ("Etc", "US", "EST5EDT") are old names of the same places.
AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def _known() -> frozenset[str]:
    """Every name that this machine knows; looking it up walks a folder tree."""
    return frozenset(available_timezones())


@cache
def time_zones() -> dict[str, tuple[str, ...]]:
    """Return the names of time zones by area, areas and names in alphabetical order; UTC isn't among them."""
    found: dict[str, list[str]] = {area: [] for area in AREAS}
    for name in sorted(_known()):
        area, slash, _ = name.partition("/")
        if slash and area in found:
            found[area].append(name)
    return {area: tuple(names) for area, names in found.items() if names}


def is_time_zone(name: str) -> bool:
    """Return whether a time zone of that name is known here, old names included."""
    return name in _known()


def place_of(name: str) -> str:
    """Return a name without its area, for a list that stands under the area: `Buenos Aires, Argentina`."""
    return ", ".join(reversed(name.replace("_", " ").split("/")[1:])) or name
