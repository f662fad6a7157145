"""The time zones on offer are real, each once, and read well without their area."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from quiz.domain.time_zones import is_time_zone, place_of, time_zones


def test_every_zone_on_offer_is_one() -> None:
    areas = time_zones()
    names = [name for zones in areas.values() for name in zones]
    assert len(names) > 400 and len(set(names)) == len(names)
    assert all(ZoneInfo(name).key == name and is_time_zone(name) for name in names)
    assert all(name.startswith(f"{area}/") for area, zones in areas.items() for name in zones)
    assert {"Europe/Berlin", "America/Argentina/Ushuaia"} <= set(names)


def test_names_that_are_no_zone() -> None:
    assert is_time_zone("UTC") and is_time_zone("US/Eastern")
    for name in ("", "Europe", "Mars/Olympus", "../etc/passwd", "europe/berlin"):
        assert not is_time_zone(name)


def test_places_are_named_as_a_reader_says_them() -> None:
    assert place_of("Europe/Berlin") == "Berlin"
    assert place_of("America/Argentina/Buenos_Aires") == "Buenos Aires, Argentina"
    assert place_of("UTC") == "UTC"
