"""Contact sheets: a page of a pack's cases, small and side by side, to be looked at before anybody learns from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from inference.simulation.cases import Plan, SimulatedCase, SimulatedView
from radiology.imaging import to_display
from radiology.packs import WriteRegion

TILE = 300
_SLICES = 4
_CAPTION = 16
_INK, _MARK = (235, 235, 235), (255, 196, 0)


class ContactSheet:
    """Collects rows of cases, small, one at a time, and draws them on one page."""

    def __init__(self, *, across: int = 4, outlines: bool = False) -> None:
        """`across` tiles a line; `outlines` draws a box round each of the regions."""
        self._across, self._outlines = across, outlines
        self._rows: list[Image.Image] = []

    def add(self, plan: Plan, case: SimulatedCase) -> None:
        """Take in a case's views (of a stack, four slices) with a caption."""
        self._rows.append(_case_row(plan, case, self._outlines))

    def write(self, out: Path) -> None:
        """Write the page as a PNG. Raises ValueError where no case was added."""
        if not self._rows:
            raise ValueError("a contact sheet needs at least one case")
        width = max(row.width for row in self._rows)
        height = max(row.height for row in self._rows)
        columns = max(1, self._across * TILE // width)
        sheet = Image.new("RGB", (columns * width, -(-len(self._rows) // columns) * height))
        for number, row in enumerate(self._rows):
            sheet.paste(row, (number % columns * width, number // columns * height))
        sheet.save(out, format="PNG")


def _case_row(plan: Plan, case: SimulatedCase, outlines: bool) -> Image.Image:
    tiles = [
        tile
        for number, view in enumerate(case.views)
        for tile in _tiles(view, [one for one in case.regions if one.series == number], outlines)
    ]
    row = Image.new("RGB", (TILE * len(tiles), TILE + _CAPTION))
    for number, tile in enumerate(tiles):
        row.paste(tile, (number * TILE + (TILE - tile.width) // 2, _CAPTION + (TILE - tile.height) // 2))
    measures = f" ({case.measures})" if case.measures else ""
    ImageDraw.Draw(row).text((4, 2), f"{plan.concept}, {plan.grade}, {plan.scanner}{measures}", fill=_INK)
    return row


def _tiles(view: SimulatedView, regions: Sequence[WriteRegion], outlines: bool) -> list[Image.Image]:
    return [
        _tile(to_display(view.frames[index]), [one for one in regions if one.slice == index], outlines)
        for index in _shown(len(view.frames), [one.slice for one in regions])
    ]


def _shown(count: int, with_finding: Sequence[int]) -> list[int]:
    """Slices to show: spread over the stack, one of them the middle one of those with a finding."""
    if count <= _SLICES:
        return list(range(count))
    spread = {round(place) for place in np.linspace(0.15, 0.85, _SLICES) * (count - 1)}
    if with_finding:
        wanted = sorted(with_finding)[len(with_finding) // 2]
        spread.discard(min(spread, key=lambda place: abs(place - wanted)))
        spread.add(wanted)
    return sorted(spread)


def _tile(pixels: npt.NDArray[np.uint8], regions: Sequence[WriteRegion], outlines: bool) -> Image.Image:
    tile = Image.fromarray(pixels).convert("RGB")
    tile.thumbnail((TILE, TILE), Image.Resampling.LANCZOS)
    scale = tile.width / pixels.shape[1]
    draw = ImageDraw.Draw(tile)
    for region in regions if outlines else ():
        left, top, right, bottom = (scale * edge for edge in _bounds(region))
        draw.rectangle((left - 2, top - 2, right + 2, bottom + 2), outline=_MARK)
    return tile


def _bounds(region: WriteRegion) -> tuple[float, float, float, float]:
    if region.mask is not None:
        rows, columns = np.nonzero(region.mask)
        return float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max())
    if region.shape == "circle":
        x, y, radius = region.geometry
        return x - radius, y - radius, x + radius, y + radius
    if region.shape == "box":
        x, y, width, height = region.geometry
        return x, y, x + width, y + height
    return (
        min(region.geometry[::2]),
        min(region.geometry[1::2]),
        max(region.geometry[::2]),
        max(region.geometry[1::2]),
    )
