"""The breast as an outline on a view: skin line, compressed thickness, nipple, pectoral muscle, fold."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from PIL import Image, ImageDraw
from scipy import ndimage

from inference.simulation.core.fields import Field, smooth
from inference.simulation.mammography.layout import HEIGHT, SPACING_MM, WIDTH, Breast, Points, Pose


@dataclass(frozen=True, eq=False)
class Outline:
    """One view's envelope, arrays [H, W]: lengths in millimetres along the beam unless said otherwise."""

    inside: npt.NDArray[np.bool_]
    within: Field
    """Distance from the skin in the image's plane; 0 outside."""
    thickness: Field
    skin: Field
    muscle: Field
    """Share of the thickness that is pectoral muscle, 0–1."""


def draw_outline(rng: Generator, breast: Breast, pose: Pose) -> Outline:
    """The outline of `breast` on the view of `pose`, slightly irregular."""
    contour = _cc_contour(rng, breast) if pose.view == "CC" else _mlo_contour(rng, breast, pose)
    inside = _filled(contour, breast, pose)
    within = (ndimage.distance_transform_edt(inside) * SPACING_MM).astype(np.float32)
    full = breast.thickness_cc if pose.view == "CC" else breast.thickness_mlo
    rows = np.linspace(-1, 1, HEIGHT, dtype=np.float32)[:, None]
    tilt = 1 + rng.uniform(-0.04, 0.04) * rows - (0.06 * rows if pose.view == "MLO" else 0)
    reach = rng.uniform(0.42, 0.60) * full
    thickness = full * tilt * _rounded(within, reach)
    bare = full * tilt * _rounded(np.maximum(within - breast.skin, 0), reach)
    muscle = _cc_muscle(breast) if pose.view == "CC" else _pectoral(rng, breast)
    skin: Field = ((thickness - bare) * inside).astype(np.float32)
    return Outline(inside, within, thickness.astype(np.float32), skin, muscle * inside)


def _rounded(within: Field, reach: float) -> Field:
    """Thickness, 0–1, at a distance from a skin that bulges like half a circle between the plates."""
    missing = 1 - np.minimum(within, reach) / reach
    made: Field = np.sqrt(np.maximum(1 - missing**2, 0)).astype(np.float32)
    return made


def _cc_contour(rng: Generator, breast: Breast) -> Points:
    middle = HEIGHT * SPACING_MM / 2 - breast.nipple_up
    angle = np.linspace(-0.5 * math.pi, 0.5 * math.pi, 181)
    # The outer half is the fuller one.
    half = np.where(angle < 0, breast.half_width * 1.05, breast.half_width * 0.95)
    power = 2 / breast.conical
    ripple = 1 + 0.012 * smooth(rng, (181,), length=32) * np.cos(angle) ** 0.5
    x = breast.depth * np.cos(angle) ** power * ripple
    y = middle + half * np.sign(angle) * np.abs(np.sin(angle)) ** 0.92
    # Beyond the breast's edge the skin turns outwards onto the chest.
    ends = np.array([[-4.0, y[0] - 3], [-4.0, y[-1] + 3]])
    return np.concatenate((ends[:1], np.stack((x, y), axis=1), ends[1:]))


def _mlo_contour(rng: Generator, breast: Breast, pose: Pose) -> Points:
    tip_x, tip_y = pose.nipple
    top = breast.pectoral_top + rng.uniform(8, 22)
    top = min(top, 0.86 * tip_x)
    t = np.linspace(0, 1, 120)
    upper_x = top + (tip_x - top) * np.sin(0.5 * math.pi * t) ** rng.uniform(1.0, 1.35)
    upper_y = -12 + (tip_y + 12) * t
    angle = np.linspace(0, 0.5 * math.pi, 80)[1:]
    fold_x = rng.uniform(9, 16)
    lower_x = fold_x + (tip_x - fold_x) * np.cos(angle) ** (2 / (breast.conical + 0.1))
    lower_y = tip_y + breast.lower_pole * np.sin(angle) ** 0.95
    last = lower_y[-1]
    # Below the fold the abdomen comes forward again, further the longer it is seen.
    belly = rng.uniform(8, 20)
    down = np.linspace(0, 1, 60)[1:]
    belly_x = fold_x + belly * (1 - np.cos(0.5 * math.pi * down))
    belly_y = last + 1 + (HEIGHT * SPACING_MM + 12 - last) * down
    x = np.concatenate((upper_x, lower_x, belly_x))
    y = np.concatenate((upper_y, lower_y, belly_y))
    x += 0.9 * smooth(rng, (x.size,), length=30) * np.clip(np.abs(y - tip_y) / 15, 0, 1)
    ends = np.array([[-5.0, -12.0], [-5.0, HEIGHT * SPACING_MM + 12]])
    return np.concatenate((ends[:1], _rounded_off(np.stack((x, y), axis=1), rng.uniform(4.0, 9.0)), ends[1:]))


def _rounded_off(contour: Points, reach: float) -> Points:
    """The contour [N, 2] without corners sharper than skin makes them: smoothed by `reach` millimetres along it."""
    steps = np.hypot(*np.diff(contour, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    even = np.linspace(0, along[-1], 800)
    fine = np.stack([np.interp(even, along, one) for one in contour.T], axis=1)
    made: Points = ndimage.gaussian_filter1d(fine, reach / (even[1] - even[0]), axis=0, mode="nearest")
    return made


def _filled(contour: Points, breast: Breast, pose: Pose) -> npt.NDArray[np.bool_]:
    finer = 2
    canvas = Image.new("L", (WIDTH * finer, HEIGHT * finer))
    draw = ImageDraw.Draw(canvas)
    scale = finer / SPACING_MM
    draw.polygon([(float(x) * scale, float(y) * scale) for x, y in contour], fill=255)
    # The nipple in profile: a blunt cone that rises from the areola by about its own radius.
    x, y = pose.nipple
    aside = np.linspace(-2.2, 2.2, 89)
    rise = breast.nipple * (1.0 * np.exp(-(np.abs(aside) ** 4)) + 0.15 * np.exp(-(aside**2) / 2))
    bump = [(x - 4.0, y - 2.2 * breast.nipple)]
    # Its base recedes faster than any breast's outline does.
    base = x - 0.3 - (aside * breast.nipple) ** 2 / 30
    bump += [(one, y + by * breast.nipple) for one, by in zip(base + rise, aside, strict=True)]
    bump += [(x - 4.0, y + 2.2 * breast.nipple)]
    draw.polygon([(float(one) * scale, float(other) * scale) for one, other in bump], fill=255)
    smooth_edge = ndimage.gaussian_filter(np.asarray(canvas, dtype=np.float32), 4.0)
    inside: npt.NDArray[np.bool_] = smooth_edge[::finer, ::finer] > 127
    return inside


def _pectoral(rng: Generator, breast: Breast) -> Field:
    """The muscle's triangle: a slightly bulging edge from the upper edge to the chest wall, fibres along it."""
    x = np.arange(WIDTH, dtype=np.float32)[None, :] * SPACING_MM
    y = np.arange(HEIGHT, dtype=np.float32)[:, None] * SPACING_MM
    share = np.clip(y / breast.pectoral_low, 0, 1.2)
    bulge = rng.uniform(0.02, 0.14)
    wobble = 0.9 * smooth(rng, (HEIGHT,), length=120)[:, None]
    edge = breast.pectoral_top * (1 - share + 4 * bulge * share * (1 - share)) + wobble
    along = x * breast.pectoral_low + y * breast.pectoral_top
    across = (along / math.hypot(breast.pectoral_low, breast.pectoral_top)).astype(np.float32)
    fibres = smooth(rng, (600,), length=7)
    streaks = np.interp(across + 0.05 * y, np.arange(600) * 0.5, fibres).astype(np.float32)
    soft = rng.uniform(0.5, 1.0)
    depth = np.clip((edge - x) / 22, 0, 1) ** 0.5
    level = (0.30 + 0.18 * depth) * (1 + 0.05 * streaks)
    made: Field = (level / (1 + np.exp(-np.clip((edge - x) / soft, -30, 30)))).astype(np.float32)
    return made


def _cc_muscle(breast: Breast) -> Field:
    if breast.cc_muscle < 1:
        return np.zeros((HEIGHT, WIDTH), dtype=np.float32)
    x = np.arange(WIDTH, dtype=np.float32)[None, :] * SPACING_MM
    y = np.arange(HEIGHT, dtype=np.float32)[:, None] * SPACING_MM - HEIGHT * SPACING_MM / 2
    edge = breast.cc_muscle * (1 - (y / 42) ** 2)
    return (0.30 / (1 + np.exp(-np.clip((edge - x) / 0.8, -30, 30)))).astype(np.float32)
