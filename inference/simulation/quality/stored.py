"""Cases of a simulated pack as they are stored, with what the measurements need of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.simulation.cases import SimulatedCase, SimulatedView
from radiology.imaging import Frame, to_display
from radiology.packs import Pack, PackCase, PackLimits, WriteRegion, read_pack
from radiology.regions import rasterise


@dataclass(frozen=True, eq=False)
class StoredCase:
    """A case of a pack: its row, its frames by series, the bytes of its files, and its regions as masks."""

    row: PackCase
    series: tuple[tuple[Frame, ...], ...]
    file_bytes: tuple[int, ...]
    masks: dict[tuple[int, int], npt.NDArray[np.bool_]]
    """(series, slice) -> bool [H, W], all findings together."""

    @property
    def abnormal(self) -> bool:
        """Whether the case has a finding."""
        return bool(self.row.findings)

    @property
    def grade(self) -> str:
        """The grade of its difficulty; "" where there is nothing to see or to mistake."""
        return self.row.difficulty.partition(":")[0]

    def displayed(self) -> list[npt.NDArray[np.uint8]]:
        """All images in order, as they are displayed."""
        return [to_display(frame) for frames in self.series for frame in frames]

    def simulated(self) -> SimulatedCase:
        """The case as an observer takes it: images alone, no key."""
        views = tuple(
            SimulatedView(frames, view=one.view, laterality=one.laterality, stack=len(frames) > 1)
            for frames, one in zip(self.series, self.row.series, strict=True)
        )
        nothing: tuple[WriteRegion, ...] = ()
        return SimulatedCase(views, (), nothing, (), "", "", self.row.pixel_spacing_mm)


def stored_cases(path: Path, split: str) -> Iterator[StoredCase]:
    """Every case of a split of the pack folder `path`, one at a time. Raises PackRefused as read_pack does."""
    with read_pack(path, limits=PackLimits(), decode_splits={split}) as pack:
        for row in pack.split_cases(split):
            yield _stored(pack, path, row)


def _stored(pack: Pack, path: Path, row: PackCase) -> StoredCase:
    series: list[list[Frame]] = [[] for _ in row.series]
    places: dict[str, tuple[int, int]] = {}
    names = []
    for number, position, name, frame in pack.frames(row):
        series[number].append(frame)
        places[name] = (number, position)
        names.append(name)
    masks: dict[tuple[int, int], npt.NDArray[np.bool_]] = {}
    for region in row.regions:
        place = places[region.image]
        frame = series[place[0]][place[1]]
        drawn = rasterise(pack.region(region), frame.width, frame.height)
        masks[place] = masks[place] | drawn if place in masks else drawn
    sizes = tuple((path / name).stat().st_size for name in names)
    return StoredCase(row, tuple(map(tuple, series)), sizes, masks)
