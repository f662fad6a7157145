"""A template-matching observer of chest films: a blob, an uneven pair of lungs, a line along the wall, a wide heart.

It finds the frame of the chest first (midline, walls, domes), then compares the two sides; for grading difficulty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage, signal

from inference.simulation.cases import SimulatedCase
from inference.simulation.core.fields import Field

_HALF = 2
"""It looks at every second pixel."""


@dataclass(frozen=True, eq=False)
class Framed:
    """A film [N, N] in its own window, with where the chest lies in it."""

    image: Field
    middle: float
    """Column of the midline."""
    reach: dict[int, float]
    """Columns from the midline to the wall of the side -1 or 1, at its widest."""
    top: float
    """Row of the lungs' tips."""
    domes: dict[int, float]
    """Row of each dome's top."""


def score(case: SimulatedCase, finding: str) -> float:
    """How strongly the film suggests `finding`; only differences between cases mean anything.

    Raises KeyError for a finding that isn't the chest's.
    """
    look = {
        "nodule": _blob,
        "consolidation": _uneven,
        "effusion": _angles,
        "pneumothorax": _edge,
        "cardiomegaly": _wide,
    }[finding]
    return float(look(framed(case.views[0].frames[0].pixels)))


def framed(pixels: npt.NDArray[np.integer]) -> Framed:
    """Find the chest: the spine is the brightest column, the walls the brightest ridges beside the lungs."""
    size = pixels.shape[0] // _HALF
    image = pixels.reshape(size, _HALF, size, _HALF).mean(axis=(1, 3)).astype(np.float32)
    inner = image[size // 5 : 4 * size // 5, size // 5 : 4 * size // 5]
    low, high = (float(one) for one in np.percentile(inner, (10, 90)))
    # In a window of its own, metal no brighter than bone.
    image = np.clip((image - low) / max(high - low, 10.0), -1, 1.15).astype(np.float32)
    soft = ndimage.gaussian_filter(image, (6, 3))
    near = slice(int(0.40 * size), int(0.60 * size))
    rows = range(size // 4, 3 * size // 4, 6)
    middle = float(np.median([near.start + int(np.argmax(soft[row, near])) for row in rows]))
    reach = {side: _wall(soft, middle, side) for side in (-1, 1)}
    tips = [_tip(image, middle + side * 0.38 * reach[side]) for side in (-1, 1)]
    domes = {side: _dome(image, middle + side * 0.5 * reach[side]) for side in (-1, 1)}
    return Framed(image, middle, reach, float(min(tips)), domes)


def _wall(soft: Field, middle: float, side: int) -> float:
    """How far from the midline the wall lies where the chest is widest."""
    size = soft.shape[0]
    out = np.arange(int(0.24 * size), int(0.47 * size))
    columns = np.clip((middle + side * out).astype(int), 0, size - 1)
    usual = soft[int(0.35 * size) : int(0.62 * size)][:, columns].mean(axis=0)
    ridge = ndimage.gaussian_filter1d(usual, 1.5) - ndimage.gaussian_filter1d(usual, 10)
    return float(out[int(np.argmax(ridge))])


def _strip(image: Field, column: float, half: int = 5) -> npt.NDArray[np.float64]:
    size = image.shape[0]
    columns = np.clip(np.arange(int(column) - half, int(column) + half + 1), 0, size - 1)
    return np.asarray(ndimage.gaussian_filter1d(image[:, columns].mean(axis=1), 2.5), dtype=float)


def _tip(image: Field, column: float) -> int:
    """Row at which the film darkens most on the way down from the shoulder."""
    size = image.shape[0]
    step = np.gradient(_strip(image, column))
    return int(0.04 * size) + int(np.argmin(step[int(0.04 * size) : int(0.30 * size)]))


def _dome(image: Field, column: float) -> float:
    """Row from which on the film stays bright: the belly, whatever gas lies in it further down."""
    size = image.shape[0]
    strip = _strip(image, column)
    lung = float(np.median(strip[int(0.30 * size) : int(0.48 * size)]))
    belly = float(np.median(strip[int(0.90 * size) :]))
    bright = strip > lung + 0.6 * (belly - lung)
    for row in range(int(0.45 * size), size - 9):
        if bright[row : row + 8].all():
            return float(row)
    return 0.9 * float(size)


def _angles(seen: Framed) -> float:
    """How high the lateral angle stands below its dome, on the side where it is higher."""
    size = seen.image.shape[0]
    found = []
    for side in (-1, 1):
        strip = _strip(seen.image, seen.middle + side * 0.87 * seen.reach[side], 6)
        lung = float(np.median(strip[int(0.34 * size) : int(0.46 * size)]))
        belly = float(np.median(strip[int(0.93 * size) :]))
        bright = strip > lung + 0.6 * (belly - lung)
        dark = np.flatnonzero(~bright[: int(0.95 * size)])
        angle = float(dark[-1]) if len(dark) else 0.4 * size
        dome = 0.7 * seen.domes[side] + 0.3 * min(seen.domes.values())
        # The mean brightness between dome and angle counts, too: a faint veil.
        veil = float(strip[int(dome) : int(dome) + 26].mean() - lung) / max(belly - lung, 0.2)
        found.append((dome - angle) / 20 + 1.5 * veil)
    return max(found) + 0.6 * (max(found) - min(found))


_ROWS, _COLUMNS = 12, 6


def _map(seen: Framed, side: int) -> Field:
    """Brightness of one lung on a coarse grid from its tip to its dome, and from the hilum to the wall."""
    dome = min(seen.domes[side], min(seen.domes.values()) + 14)
    dome = max(dome, max(seen.domes.values()) - 14)
    rows = np.linspace(seen.top + 6, dome - 4, _ROWS * 5)[:, None] + np.zeros((1, _COLUMNS * 5))
    share = np.linspace(0.30, 0.90, _COLUMNS * 5)[None, :] + np.zeros((_ROWS * 5, 1))
    fine = ndimage.map_coordinates(
        seen.image, [rows, seen.middle + side * share * seen.reach[side]], order=1, mode="nearest"
    )
    made: Field = fine.reshape(_ROWS, 5, _COLUMNS, 5).mean(axis=(1, 3))
    return made


def _apart(seen: Framed) -> Field:
    """Left lung's map less the right's, without what the whole films differ by."""
    made = _map(seen, 1) - _map(seen, -1)
    return np.asarray(made - 0.7 * np.median(made), dtype=np.float32)


# Median and spread of the left lung's map less the right's in films without a finding.
_USUAL_APART = (
    np.array(
        [
            [0.01, -0.01, 0.01, 0.01, 0.01, 0.01],
            [0.02, 0.01, 0, 0, 0, 0.03],
            [-0.01, -0.04, -0.01, 0, 0, -0.01],
            [0, -0.02, -0.01, -0.01, -0.01, 0],
            [0.02, 0.01, -0.02, -0.01, 0, 0],
            [-0.01, -0.04, -0.03, -0.01, -0.01, -0.01],
            [0.27, 0.04, -0.03, -0.01, -0.01, 0],
            [0.34, 0.28, -0.01, -0.02, -0.02, 0],
            [0.62, 0.38, 0.06, -0.01, 0, -0.01],
            [0.69, 0.46, 0.09, -0.02, 0, 0.01],
            [0.62, 0.43, 0.12, -0.03, -0.01, 0],
            [0.24, 0.09, 0, -0.06, -0.02, -0.01],
        ],
        dtype=np.float32,
    ),
    np.array(
        [
            [0.04, 0.09, 0.22, 0.26, 0.2, 0.11],
            [0.05, 0.08, 0.17, 0.23, 0.21, 0.13],
            [0.05, 0.05, 0.09, 0.14, 0.14, 0.1],
            [0.06, 0.05, 0.04, 0.06, 0.06, 0.05],
            [0.07, 0.06, 0.04, 0.03, 0.04, 0.05],
            [0.1, 0.08, 0.05, 0.04, 0.04, 0.04],
            [0.15, 0.11, 0.06, 0.04, 0.04, 0.04],
            [0.16, 0.14, 0.09, 0.05, 0.05, 0.05],
            [0.15, 0.12, 0.09, 0.06, 0.05, 0.05],
            [0.14, 0.12, 0.1, 0.07, 0.05, 0.05],
            [0.2, 0.18, 0.15, 0.11, 0.09, 0.07],
            [0.36, 0.32, 0.25, 0.22, 0.18, 0.12],
        ],
        dtype=np.float32,
    ),
)


def _uneven(seen: Framed) -> float:
    """The patch in which the two lungs differ most from how they differ in normal chests."""
    surprise = (_apart(seen) - _USUAL_APART[0]) / _USUAL_APART[1]
    return float(np.abs(ndimage.uniform_filter(surprise, (3, 2), mode="nearest")).max())


# Shape of the wall: share of its reach at shares of the way from tip to dome.
_DOWN = (-0.02, 0.02, 0.066, 0.13, 0.26, 0.44, 0.66, 0.88, 1.2)
_OUT = (0.40, 0.50, 0.62, 0.735, 0.87, 0.945, 0.985, 1.0, 1.0)


def _unrolled(seen: Framed, side: int) -> Field:
    """The upper outer lung [80, 60]: from the tip down, and from the wall inwards, a pixel a column."""
    height = max(min(seen.domes.values()) - seen.top, 80.0)
    down = np.linspace(0.03, 0.62, 80)
    wall = np.interp(down, _DOWN, _OUT) * seen.reach[side]
    columns = seen.middle + side * (wall[:, None] + 5 - np.arange(60)[None, :])
    rows = (seen.top + down * height)[:, None] + np.zeros((1, 60))
    made: Field = ndimage.map_coordinates(seen.image, [rows, columns], order=1, mode="nearest")
    return made


def _edge(seen: Framed) -> float:
    """The best line along the wall with darker lung outside it, on the side where it is better."""
    found = []
    for side in (-1, 1):
        strip = _unrolled(seen, side)
        line = -ndimage.gaussian_filter1d(strip, 1.0, axis=1, order=2)
        inner = ndimage.uniform_filter1d(strip, 6, axis=1, origin=-3, mode="nearest")
        outer = ndimage.uniform_filter1d(strip, 4, axis=1, origin=1, mode="nearest")
        said = np.clip(6.0 * line, -0.15, 0.25) + np.clip(inner - outer, -0.2, 0.2)
        rows = np.arange(80)
        best = -1.0
        for start in np.arange(7.0, 50.0, 1.0):
            for lean in (0.0, 0.25, 0.5, 0.75):
                columns = np.rint(4 + (start - 4) * (1 - lean * rows / 80)).astype(int)
                values = said[rows, columns]
                best = max(best, float(values[:48].mean()), float(values.mean()))
        found.append(best)
    # A large one darkens the upper outer lung as well.
    darker = _apart(seen)[:6, 2:].mean() - _USUAL_APART[0][:6, 2:].mean()
    return max(found) - 0.6 * min(found) + 0.25 * abs(float(darker))


def _blob(seen: Framed) -> float:
    """How much the edges round the best point of a lung face it, more than in the other lung."""
    size = seen.image.shape[0]
    level = ndimage.gaussian_filter(seen.image, 0.9)
    down, right = np.gradient(level)
    steep = np.hypot(down, right)
    lungs = []
    for side in (-1, 1):
        inside = np.zeros(seen.image.shape, dtype=bool)
        ends = sorted(
            (seen.middle + side * 0.32 * seen.reach[side], seen.middle + side * 0.91 * seen.reach[side])
        )
        inside[int(seen.top + 0.05 * size) : int(seen.domes[side]) - 6, int(ends[0]) : int(ends[1])] = True
        lungs.append(inside)
    # Direction counts more than steepness, so that a soft edge is worth as much as a rib's.
    share = 1 / (steep + 1.2 * float(np.median(steep[lungs[0] | lungs[1]])) + 1e-6)
    best = [-9.0, -9.0]
    for radius, usual, spread in _USUAL_FACING:
        facing = _facing(down * share, right * share, radius)
        for number, inside in enumerate(lungs):
            if inside.any():
                best[number] = max(best[number], (float(facing[inside].max()) - usual) / spread)
    return max(best) - 0.4 * min(best)


# Radius in pixels of 1.4 mm, and mean and spread of the best point's value in films without a finding.
_USUAL_FACING = ((3.0, 0.62, 0.046), (4.5, 0.53, 0.045), (6.5, 0.40, 0.04), (9.0, 0.31, 0.028))


def _facing(down: Field, right: Field, radius: float) -> Field:
    """How much gradients on a ring of `radius` pixels point to its middle, at every pixel."""
    reach = int(radius * 1.8) + 2
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    away = np.maximum(np.hypot(rows, columns), 1)
    ring = np.exp(-0.5 * ((away - radius) / (0.22 * radius + 0.5)) ** 2)
    ring /= ring.sum()
    made: Field = signal.fftconvolve(down, rows / away * ring, mode="same") + signal.fftconvolve(
        right, columns / away * ring, mode="same"
    )
    return made


def _wide(seen: Framed) -> float:
    """The heart's width over the chest's: where brightness falls half-way from heart to lung on either side."""
    size = seen.image.shape[0]
    # A wide heart hides the left dome.
    low = max(seen.domes[-1], seen.domes[1] - 12)
    rows = slice(int(low - 0.16 * size), int(low - 0.03 * size))
    reached = 0.0
    for side in (-1, 1):
        out = np.arange(int(0.15 * seen.reach[side]), int(0.92 * seen.reach[side]))
        columns = np.clip((seen.middle + side * out).astype(int), 0, size - 1)
        profile = ndimage.gaussian_filter1d(np.median(seen.image[rows][:, columns], axis=0), 1.5)
        inner, outer = float(profile[: len(out) // 6].min()), float(np.percentile(profile, 20))
        beyond = np.flatnonzero(profile < outer + 0.5 * (inner - outer))
        reached += float(out[beyond[0]] if len(beyond) else out[-1])
    return reached / (seen.reach[-1] + seen.reach[1])
