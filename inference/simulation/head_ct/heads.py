"""One patient's head: size, pose on the table, and the warp that leads from the scanner to the atlas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.core import fields
from inference.simulation.core.fields import Field
from inference.simulation.head_ct.atlas import Atlas

SIZE = 256
# The same for every patient: in a small pack even a number drawn at random can tell normal from abnormal.
SLICES = 23
# Sub-slices a slice is averaged from: what lies partly in it is partly seen.
SUBSLICES = 3
_COARSE = 2
_MIDDLE = np.array([0.0, -17.0, 8.0], dtype=np.float32)


@dataclass(frozen=True)
class Stack:
    """Where the slices lie: from the skull base upwards, `count` of them."""

    count: int
    thickness_mm: float
    spacing_mm: float
    """Millimetres from pixel to pixel."""


@dataclass(frozen=True)
class Traits:
    """What makes a patient's head their own."""

    age: int
    scale: tuple[float, float, float]
    """Size against the atlas's, right, front and up."""
    turns: tuple[float, float, float]
    """Radians about the axes front (leaning), right (gantry tilt and nodding), up (turned)."""
    offset_mm: tuple[float, float]
    """Of the head's middle from the image's, right and front."""
    atrophy: float
    """0 (tight sulci of the young) to 1."""
    ventricles_mm: float
    """How much further out than in the atlas the ventricles' walls are."""


@dataclass(frozen=True, eq=False)
class Head:
    """A patient on the grid of sub-slices: arrays float32 [slices · SUBSLICES, H, W] of the cropped image.

    The first row is the most anterior, the first column the patient's right, the first slice the lowest.
    """

    traits: Traits
    stack: Stack
    rows: slice
    columns: slice
    places: tuple[Field, Field, Field]
    """MNI coordinates of each point as the skull has them."""
    warp: tuple[Field, Field, Field]
    """What to add to reach the brain tissue there, from the brain's own shape, ventricles and atrophy."""
    depth: Field
    """Millimetres below the dura, negative outside it."""
    hull: Field
    """Millimetres outside the brain's outline seen from above."""
    inward: tuple[Field, Field, Field]
    """Unit vectors away from the nearest skull, in MNI axes."""


def drawn_traits(rng: Generator) -> Traits:
    """Traits of a random adult."""
    age = int(rng.integers(22, 92))
    elderly = np.clip((age - 35) / 50, 0, 1)
    size = rng.normal(0.96, 0.02)
    width, length, height = rng.normal(1.0, 0.025, 3)
    return Traits(
        age=age,
        scale=(float(size * width), float(size * length), float(size * height)),
        turns=(float(rng.normal(0, 0.035)), float(rng.normal(0.17, 0.05)), float(rng.normal(0, 0.05))),
        offset_mm=(float(rng.normal(0, 2.5)), float(rng.normal(0, 3))),
        atrophy=float(np.clip(rng.normal(0.13 + 0.48 * elderly, 0.24), 0, 1)),
        ventricles_mm=float(np.clip(rng.normal(0.3 + 2.8 * elderly, 1.1), -1.0, 5.0)),
    )


def drawn_stack(rng: Generator, thickness_mm: float) -> Stack:
    """Slices of about `thickness_mm` that reach from the skull base to the vertex."""
    return Stack(SLICES, thickness_mm, float(np.round(rng.uniform(0.89, 0.96), 3)))


def posed(rng: Generator, atlas: Atlas, traits: Traits, stack: Stack) -> Head:
    """The head of `traits` lying in the scanner, warped by smooth random fields of its own."""
    coarse, rows, columns = _coarse_places(rng, traits, stack)
    shifts = _random_shift(rng, coarse, length=54.0, amount=2.3)
    coarse = [place + shift for place, shift in zip(coarse, shifts, strict=True)]
    depth = atlas.sampled(atlas.depth, coarse)
    warp = _brain_warp(rng, atlas, traits, coarse, depth)
    inward = [atlas.sampled(one, coarse) for one in atlas.inward]
    height, width = rows.stop - rows.start, columns.stop - columns.start

    def full(values: Field) -> Field:
        return enlarged(values, height, width)

    return Head(
        traits=traits,
        stack=stack,
        rows=rows,
        columns=columns,
        places=(full(coarse[0]), full(coarse[1]), full(coarse[2])),
        warp=(full(warp[0]), full(warp[1]), full(warp[2])),
        depth=full(depth),
        hull=full(atlas.sampled(atlas.hull, coarse)),
        inward=(full(inward[0]), full(inward[1]), full(inward[2])),
    )


def enlarged(values: Field, height: int, width: int) -> Field:
    """[N, h, w] on every second pixel, linearly filled up to [N, height, width]."""
    made = _weights(height, values.shape[1]) @ values @ _weights(width, values.shape[2]).T
    return np.asarray(made, dtype=np.float32)


def _weights(size: int, coarse: int) -> Field:
    places = np.arange(size) / _COARSE
    low = np.minimum(places.astype(int), coarse - 2)
    share = (places - low).astype(np.float32)
    made = np.zeros((size, coarse), dtype=np.float32)
    made[np.arange(size), low] = 1 - share
    made[np.arange(size), low + 1] += share
    return made


def _coarse_places(rng: Generator, traits: Traits, stack: Stack) -> tuple[list[Field], slice, slice]:
    """MNI coordinates of every second pixel of each sub-slice, and the part of the image the head is in."""
    half = 112.0 / stack.spacing_mm
    middle = (SIZE - 1) / 2
    columns = slice(max(0, int(middle - 0.88 * half)), min(SIZE, int(middle + 0.88 * half)))
    rows = slice(max(0, int(middle - half)), min(SIZE, int(middle + half)))
    y = -(np.arange(rows.start, rows.stop + 1, _COARSE) - middle) * stack.spacing_mm
    x = -(np.arange(columns.start, columns.stop + 1, _COARSE) - middle) * stack.spacing_mm
    step = stack.thickness_mm / SUBSLICES
    steps = (np.arange(stack.count * SUBSLICES) + 0.5) * step
    # The uppermost slice just misses the scalp, whatever the head's size.
    top = 83.0 * traits.scale[2] + 2 + rng.normal(0, 2.0) - _MIDDLE[2] * traits.scale[2]
    z = steps - steps[-1] + top
    up, front, right = np.meshgrid(z, y, x, indexing="ij", sparse=True)
    # The motion of a patient who can't hold still: each slice a little off its neighbours.
    sway = np.repeat(rng.normal(0, 0.25, (2, stack.count)), SUBSLICES, axis=1)[:, :, None, None]
    right = right - traits.offset_mm[0] + sway[0]
    front = front - traits.offset_mm[1] + sway[1]
    turn = _rotation(*traits.turns)
    scaled = [
        (turn[axis, 0] * right + turn[axis, 1] * front + turn[axis, 2] * up) / traits.scale[axis]
        + _MIDDLE[axis]
        for axis in range(3)
    ]
    return [np.asarray(one, dtype=np.float32) for one in scaled], rows, columns


def _rotation(lean: float, tilt: float, turned: float) -> npt.NDArray[np.float64]:
    cl, sl = np.cos(lean), np.sin(lean)
    ct, st = np.cos(tilt), np.sin(tilt)
    cu, su = np.cos(turned), np.sin(turned)
    about_front = np.array([[cl, 0, sl], [0, 1, 0], [-sl, 0, cl]])
    # Positive: the front of a slice lies higher than its back, away from the eyes.
    about_right = np.array([[1, 0, 0], [0, ct, -st], [0, st, ct]])
    about_up = np.array([[cu, -su, 0], [su, cu, 0], [0, 0, 1]])
    return np.asarray(about_right @ about_front @ about_up)


def _brain_warp(
    rng: Generator, atlas: Atlas, traits: Traits, places: list[Field], depth: Field
) -> list[Field]:
    """The brain inside its skull: shrunken by atrophy, ventricles wider or narrower, a shape of its own."""
    own = _random_shift(rng, places, length=26.0, amount=1.5)
    own_share = np.clip(depth / 8, 0, 1)
    # The falx keeps the midline straight.
    own[0] = own[0] * (1 - np.float32(0.75) * np.exp(-((places[0] / 14) ** 2)))
    shrink = np.float32(0.012 + 0.035 * traits.atrophy)
    from_ventricles = atlas.sampled(atlas.ventricle, places)
    widening = traits.ventricles_mm * np.exp(-np.abs(from_ventricles) / 20).astype(np.float32)
    uneven = np.float32(0.25 * np.tanh(rng.normal()))
    widening = widening * (1 + uneven * np.tanh(places[0] / 20))
    return [
        own[axis] * own_share
        + shrink * (places[axis] - _MIDDLE[axis])
        - widening * atlas.sampled(atlas.outward[axis], places)
        for axis in range(3)
    ]


def _random_shift(rng: Generator, places: list[Field], *, length: float, amount: float) -> list[Field]:
    """Three smooth fields of the coordinates, `amount` mm in standard deviation, correlated over `length` mm."""
    step = 8.0
    shape = (27, 33, 30)
    indices = [
        np.clip((place + start) / step, 0, size - 1.01)
        for place, start, size in zip(places, (104.0, 140.0, 90.0), shape, strict=True)
    ]
    stacked = np.stack(indices).astype(np.float32)
    made = []
    for _ in range(3):
        field = fields.smooth(rng, shape, length=length / step)
        made.append(np.float32(amount) * ndimage.map_coordinates(field, stacked, order=1, output=np.float32))
    return made
