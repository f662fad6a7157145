"""Where things lie: film and voxel grid, and the measurements that differ from patient to patient, in millimetres.

x runs to the patient's left (to the right on the film), y downwards from the lungs' tips, z forwards to the detector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy.interpolate import PchipInterpolator

from inference.simulation.core.fields import Field

SIZE = 512
SPACING_MM = 0.70
LEFT, TOP = -179.2, -38.0
"""Film coordinates of the first pixel's corner."""
STEP, DEPTH_STEP = 1.4, 7.0
GRID = 256
BACK, LAYERS = -141.0, 42

Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Habitus:
    """The build of one patient and how he or she stood, in millimetres unless said otherwise."""

    woman: bool
    age: int
    width: float
    """Factor on everything across."""
    depth: float
    height: float
    fat: float
    """Thickness of the fat under the skin."""
    muscle: float
    breast: float
    breath: float
    """How much lower than usual the diaphragm stands."""
    domes: float
    """How much lower the left dome stands than the right."""
    ratio: float
    """Cardiothoracic ratio that the heart is built to."""
    upright: float
    """0 a heart that lies across, 1 one that hangs."""
    unfolded: float
    """0 a young aorta, 1 an elongated one."""
    turned: float
    """Tangent of the rotation about the long axis."""
    shift: tuple[float, float]
    bend: float
    """How far the spine swings to the side."""
    arms: float
    """How far the shoulders are raised."""
    uneven: float
    """Share by which one side is wider than the other."""

    def across(self, y: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Half the inner width of the rib cage at heights y."""
        knots = PchipInterpolator(
            [-60, -20, 0, 25, 60, 100, 150, 200, 250, 300, 400],
            [62, 70, 84, 111, 129, 136, 141, 143, 144, 143, 138],
        )
        return np.asarray(knots(np.asarray(y) / self.height) * self.width)

    def through(self, y: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Half the inner depth of the rib cage at heights y."""
        knots = PchipInterpolator([-60, 0, 30, 80, 150, 230, 300, 400], [44, 50, 60, 76, 91, 97, 96, 92])
        return np.asarray(knots(np.asarray(y) / self.height) * self.depth)

    def spine_x(self, y: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Where the spine's middle lies at heights y."""
        return np.asarray(self.bend * np.sin((np.asarray(y) - 20) / 95.0))


def draw_habitus(rng: Generator) -> Habitus:
    """An adult who can stand for a PA film."""
    woman, age = bool(rng.random() < 0.5), int(rng.integers(24, 86))
    build = float(np.clip(rng.normal(), -1.6, 2.0))
    return Habitus(
        woman=woman,
        age=age,
        width=(0.93 if woman else 1.0) * (1 + 0.03 * float(np.clip(rng.normal(), -2, 2)) + 0.015 * build),
        depth=(0.93 if woman else 1.0) * (1 + 0.04 * rng.normal() + 0.03 * build),
        height=(0.93 if woman else 1.0) * (0.99 + 0.045 * float(np.clip(rng.normal(), -1.8, 1.6))),
        fat=float(np.clip(11 + 6.5 * build + (4 if woman else 0) + 2 * rng.normal(), 4, 32)),
        muscle=float(np.clip((13 if woman else 19) + 3 * rng.normal() - 0.07 * (age - 50), 9, 26)),
        breast=float(np.clip(0.9 + 0.25 * build + 0.2 * rng.normal(), 0.45, 1.5)) if woman else 0.0,
        breath=float(np.clip(9 * rng.normal() - 3 * build, -24, 16)),
        domes=float(np.clip(12 + 5 * rng.normal(), 2, 24)),
        ratio=float(rng.uniform(0.40, 0.466)),
        upright=float(np.clip(0.55 - 0.22 * build + 0.2 * rng.normal(), 0, 1)),
        unfolded=float(np.clip((age - 45) / 45 + 0.15 * rng.normal(), 0, 1)),
        turned=float(np.clip(0.032 * rng.normal(), -0.06, 0.06)),
        shift=(float(5 * rng.normal()), float(np.clip(6 * rng.normal() + 2, -8, 14))),
        bend=float(3.2 * rng.normal()),
        arms=float(np.clip(1.3 * rng.normal(), -2.4, 2.4)),
        uneven=float(0.012 * rng.normal()),
    )


def axes() -> tuple[Field, Field, Field]:
    """x [1, 1, N], y [1, N, 1] and z [L, 1, 1] of the voxels' middles, float32."""
    x = (LEFT + STEP * (np.arange(GRID) + 0.5)).astype(np.float32)
    y = (TOP + STEP * (np.arange(GRID) + 0.5)).astype(np.float32)
    z = (BACK + DEPTH_STEP * (np.arange(LAYERS) + 0.5)).astype(np.float32)
    return x[None, None, :], y[None, :, None], z[:, None, None]
