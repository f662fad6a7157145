"""The order of a stack's slices: by DICOM instance number, else by name as people count (2 before 10)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from radiology.imaging import instance_number
from radiology.packs.sources import PackLimits, Source

_DIGITS = re.compile(r"(\d+)")


def slice_order(source: Source, names: Iterable[str], limits: PackLimits) -> tuple[str, ...]:
    """The files of one folder in the order of their slices, from their headers alone.

    Raises ImageError or PackRefused for a file that can't be read.
    """
    numbers = {name: instance_number(source.read(name, limit=limits.images.max_bytes)) for name in names}
    return tuple(sorted(numbers, key=lambda name: (numbers[name] or 0, natural_key(name))))


def natural_key(name: str) -> tuple[tuple[int, str], ...]:
    """A sort key under which `slice2` comes before `slice10`."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(name))
