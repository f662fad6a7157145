"""Where a film's pixels go in the network's square input, and how a map comes back from there.

Coordinates are those of `radiology.regions`: pixel (column c, row r) covers [c, c + 1) × [r, r + 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from radiology.regions import peak

FloatMap = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Letterbox:
    """A film of width × height pixels, scaled to fit a square of `size` pixels and centred there on black."""

    width: int
    height: int
    size: int

    def __post_init__(self) -> None:
        if min(self.width, self.height, self.size) < 1:
            raise ValueError("a film and the network's input have at least one pixel each way")

    @property
    def scale(self) -> float:
        """Input pixels per film pixel."""
        return self.size / max(self.width, self.height)

    @property
    def inner_width(self) -> int:
        """Columns of the input that show film."""
        return max(round(self.width * self.scale), 1)

    @property
    def inner_height(self) -> int:
        """Rows of the input that show film."""
        return max(round(self.height * self.scale), 1)

    @property
    def left(self) -> int:
        """Columns of black before the film."""
        return (self.size - self.inner_width) // 2

    @property
    def top(self) -> int:
        """Rows of black above the film."""
        return (self.size - self.inner_height) // 2

    def to_input(self, x: float, y: float) -> tuple[float, float]:
        """A point of the film, in film pixels, as a point of the input."""
        return (
            self.left + x * self.inner_width / self.width,
            self.top + y * self.inner_height / self.height,
        )

    def to_film(self, x: float, y: float) -> tuple[float, float]:
        """A point of the input as a point of the film; one in the black border lies outside the film."""
        return (
            (x - self.left) * self.width / self.inner_width,
            (y - self.top) * self.height / self.inner_height,
        )

    def map_size(self, longest: int) -> tuple[int, int]:
        """(width, height) of a map over the whole film, the film's own where its longer side is ≤ `longest`."""
        shrink = min(longest / max(self.width, self.height), 1.0)
        return max(round(self.width * shrink), 1), max(round(self.height * shrink), 1)

    def carry_back(self, grid: FloatMap, *, longest: int) -> FloatMap:
        """A map over the input (float32 [h, w], any grid) as a map over the film alone, of `map_size(longest)`.

        Several maps [K, h, w] are carried at once. Bilinear between the centres of grid cells; the black border
        is cut away.
        """
        width, height = self.map_size(longest)
        columns = self._sample_positions(width, self.width, self.left, self.inner_width, grid.shape[-1])
        rows = self._sample_positions(height, self.height, self.top, self.inner_height, grid.shape[-2])
        places = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), dim=-1)[None]
        values = torch.from_numpy(np.ascontiguousarray(grid, dtype=np.float32))
        carried = functional.grid_sample(
            values.reshape(1, -1, *values.shape[-2:]),
            places,
            mode="bilinear",
            padding_mode="border",
            align_corners=False,
        )
        result: FloatMap = carried.reshape(*values.shape[:-2], height, width).numpy()
        return result

    def _sample_positions(self, count: int, film: int, offset: int, inner: int, cells: int) -> torch.Tensor:
        """Centres of `count` map pixels along one axis, in grid_sample's −1 … 1 over the whole input."""
        film_points = (torch.arange(count, dtype=torch.float64) + 0.5) * film / count
        points = offset + film_points * inner / film
        return (points / self.size * 2.0 - 1.0).to(torch.float32)


def peak_of(values: FloatMap, *, width: int, height: int) -> tuple[float, float]:
    """The film point (x, y), in film pixels, of the peak of a map over the film, of any resolution."""
    x, y = peak(values)
    return x * width / values.shape[1], y * height / values.shape[0]
