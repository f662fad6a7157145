"""What a finding or look-alike adds to one view: attenuation on a patch, how it bends tissue, where it is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.simulation.core.fields import Field, displaced
from inference.simulation.mammography.layout import HEIGHT, WIDTH


@dataclass(frozen=True)
class Patch:
    """A rectangle of an image in pixels, clipped to it."""

    top: int
    left: int
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    def grid(self) -> tuple[Field, Field]:
        """(row, column) of every pixel, float32, for broadcasting."""
        rows = np.arange(self.top, self.top + self.height, dtype=np.float32)[:, None]
        columns = np.arange(self.left, self.left + self.width, dtype=np.float32)[None, :]
        return rows, columns


@dataclass(frozen=True, eq=False)
class Mark:
    """One view's share of a finding or look-alike."""

    patch: Patch
    added: Field
    """Attenuation added (natural logarithm), on the patch."""
    seen: npt.NDArray[np.bool_]
    """Where it is visible, on the patch."""
    pull: tuple[Field, Field] | None = None
    """Rows and columns by which tissue on the patch is drawn: new[x] = old[x + pull]."""


def patch_around(column: float, row: float, reach: float) -> Patch:
    """The square of half side `reach` pixels around a point, clipped; at least one pixel."""
    top, left = max(0, int(row - reach)), max(0, int(column - reach))
    top, left = min(top, HEIGHT - 1), min(left, WIDTH - 1)
    bottom, right = min(HEIGHT, int(row + reach) + 1), min(WIDTH, int(column + reach) + 1)
    return Patch(top, left, max(1, bottom - top), max(1, right - left))


def applied(values: Field, marks: list[Mark], inside: npt.NDArray[np.bool_]) -> Field:
    """Attenuation [H, W] with the marks in it; nothing outside the breast changes."""
    made = values.copy()
    for mark in marks:
        rows, columns = mark.patch.slices
        piece = made[rows, columns]
        if mark.pull is not None:
            piece = displaced(piece, mark.pull)
        made[rows, columns] = np.where(inside[rows, columns], piece + mark.added, made[rows, columns])
    return made


def region(mark: Mark, inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where the mark is visible, bool [H, W], inside the breast."""
    made = np.zeros((HEIGHT, WIDTH), dtype=bool)
    made[mark.patch.slices] = mark.seen
    return made & inside
