"""One woman's two breasts in space, and where a place in a breast is seen on its two views.

Every view is drawn as the left breast's, chest wall on the left edge; the right breast's is mirrored at the end.
A place is (a, x, y) in millimetres from the nipple: `a` back towards the chest wall, `x` outwards (to the axilla),
`y` upwards. The craniocaudal view looks along y; the mediolateral oblique one along x − y, halfway between.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

HEIGHT, WIDTH = 672, 512
SPACING_MM = 0.3
VIEWS = ("CC", "MLO")
SIDES = ("R", "L")
DENSITIES = ("a", "b", "c", "d")
# About as often as screening finds them.
_DENSITY_SHARES = (0.14, 0.38, 0.36, 0.12)

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Breast:
    """One breast: lengths in millimetres, angles in radians."""

    density: str
    glandular: float
    """Share of the glandular cone that is gland, 0–1."""
    depth: float
    """Nipple to chest wall on the craniocaudal view."""
    half_width: float
    """Half the breast's width at the chest wall, craniocaudal."""
    conical: float
    """Exponent of the outline: below 2 pointed, above 2 full."""
    cone: float
    """Radius of the glandular cone at its base."""
    subcutaneous: float
    """Fat between skin and gland."""
    retromammary: float
    """Fat between gland and chest wall."""
    thickness_cc: float
    thickness_mlo: float
    """Compressed thickness."""
    skin: float
    nipple_up: float
    """Height of the nipple above the middle of the craniocaudal image."""
    nipple_down: float
    """Height of the nipple below the upper edge of the oblique image."""
    pectoral_top: float
    """Width of the pectoral muscle at the upper edge of the oblique image."""
    pectoral_low: float
    """Where the muscle's edge meets the image's, below the upper edge."""
    lower_pole: float
    """Nipple to inframammary fold, downwards."""
    nipple: float
    """Radius of the nipple."""
    cc_muscle: float
    """How far a strip of muscle reaches into the craniocaudal image; 0 for none."""


@dataclass(frozen=True)
class Pose:
    """How one view sees a breast: where the nipple is, in millimetres of the image, and which way is back and up."""

    view: str
    nipple: tuple[float, float]
    back: tuple[float, float]
    up: tuple[float, float]

    def seen(self, places: Points) -> Points:
        """Image (column, row) in pixels [..., 2] of places (a, x, y) [..., 3] in millimetres."""
        a = places[..., 0]
        b = places[..., 1] if self.view == "CC" else (places[..., 1] + places[..., 2]) / math.sqrt(2)
        x = self.nipple[0] + a * self.back[0] + b * self.up[0]
        y = self.nipple[1] + a * self.back[1] + b * self.up[1]
        return np.stack((x, y), axis=-1) / SPACING_MM

    def grid(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """(a, b) in millimetres of every pixel, each float32 [H, W]: back from the nipple, and up."""
        x = (np.arange(WIDTH, dtype=np.float32) * SPACING_MM - self.nipple[0])[None, :]
        y = (np.arange(HEIGHT, dtype=np.float32) * SPACING_MM - self.nipple[1])[:, None]
        return (
            (x * self.back[0] + y * self.back[1]).astype(np.float32),
            (x * self.up[0] + y * self.up[1]).astype(np.float32),
        )


def pose(breast: Breast, view: str) -> Pose:
    """How `view` sees `breast`. The nipple's line meets the pectoral muscle at a right angle on the oblique view."""
    if view == "CC":
        middle = HEIGHT * SPACING_MM / 2
        return Pose(view, (breast.depth, middle - breast.nipple_up), (-1.0, 0.0), (0.0, -1.0))
    tilt = math.atan2(breast.pectoral_top, breast.pectoral_low)
    reach = breast.depth + 0.1 * breast.pectoral_top
    return Pose(
        view,
        (reach, breast.nipple_down),
        (-math.cos(tilt), -math.sin(tilt)),
        (math.sin(tilt), -math.cos(tilt)),
    )


def draw_breasts(rng: Generator) -> dict[str, Breast]:
    """Both breasts of a woman at random, alike but not the same: side of `SIDES` -> breast."""
    kind = int(rng.choice(len(DENSITIES), p=_DENSITY_SHARES))
    depth = float(np.clip(rng.normal(92, 15), 62, 122))
    half_width = float(np.clip(50 + 0.36 * depth + rng.normal(0, 5), 66, 92))
    thickness = float(np.clip(30 + 0.27 * depth + rng.normal(0, 6), 36, 76))
    both = Breast(
        density=DENSITIES[kind],
        glandular=(0.09, 0.23, 0.46, 0.76)[kind] + rng.uniform(-0.05, 0.07),
        depth=depth,
        half_width=half_width,
        conical=rng.uniform(1.75, 2.35),
        cone=half_width * rng.uniform(0.56, 0.74) * (0.92, 0.95, 1.0, 1.05)[kind],
        subcutaneous=rng.uniform(6, 12) - 1.2 * kind,
        retromammary=depth * rng.uniform(0.06, 0.20),
        thickness_cc=thickness,
        thickness_mlo=thickness * rng.uniform(1.0, 1.12),
        skin=rng.uniform(0.9, 1.6),
        nipple_up=rng.uniform(-10, 8),
        nipple_down=rng.uniform(108, 128),
        pectoral_top=rng.uniform(38, 64),
        pectoral_low=rng.uniform(105, 150),
        lower_pole=float(np.clip(0.52 * depth + rng.normal(4, 5), 38, 64)),
        nipple=rng.uniform(3.2, 5.5),
        cc_muscle=rng.uniform(4, 13) if rng.random() < 0.35 else 0.0,
    )
    return {side: _own(rng, both) for side in SIDES}


def _own(rng: Generator, both: Breast) -> Breast:
    """One of the two breasts: the same woman's, placed and compressed a little differently."""
    return replace(
        both,
        glandular=float(np.clip(both.glandular * rng.uniform(0.9, 1.1), 0.06, 0.92)),
        depth=both.depth * rng.uniform(0.965, 1.035),
        half_width=both.half_width * rng.uniform(0.97, 1.03),
        conical=both.conical + rng.uniform(-0.1, 0.1),
        cone=both.cone * rng.uniform(0.95, 1.05),
        thickness_cc=both.thickness_cc * rng.uniform(0.95, 1.05),
        thickness_mlo=both.thickness_mlo * rng.uniform(0.95, 1.05),
        nipple_up=both.nipple_up + rng.uniform(-4, 4),
        nipple_down=both.nipple_down + rng.uniform(-5, 5),
        pectoral_top=both.pectoral_top + rng.uniform(-6, 6),
        pectoral_low=both.pectoral_low + rng.uniform(-10, 10),
        lower_pole=both.lower_pole + rng.uniform(-3, 3),
        cc_muscle=both.cc_muscle * rng.uniform(0.0, 1.2),
    )
