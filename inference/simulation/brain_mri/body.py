"""One patient's head: how it is shaped, tilted and aged, and where each of its points lies in the template."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.brain_mri.atlas import Atlas
from inference.simulation.core.fields import Field, smooth

Points = npt.NDArray[np.float32]
"""Millimetres [3, ...]: towards the patient's right, front and top, from the middle of the slice."""

# Heads are turned and scaled about this point of the template (MNI millimetres), at the slice's own height.
_MIDDLE = (0.0, -18.0)
_WARP_MM = 4.0
_WARP_SHAPE = (64, 72, 12)


@dataclass(frozen=True, eq=False)
class Body:
    """A patient's head as far as one slice shows it."""

    level: float
    """MNI millimetres of the slice at the head's middle."""
    scale: npt.NDArray[np.float32]
    turn: npt.NDArray[np.float32]
    """Rotation matrix from the scanner's axes to the head's."""
    warp: tuple[Field, Field, Field]
    """Smooth displacements (millimetres) on a grid of 4 mm around the slice: what makes a head its own."""
    folds: tuple[Field, Field, Field]
    """Finer ones of the brain alone, which bend its convolutions."""
    atrophy: float
    """Millimetres by which the brain's surface lies inside the hull."""
    ventricles: float
    """Millimetres by which the ventricles' walls lie outside the template's."""
    left_right: float
    """How unlike the ventricles of both sides are, -0.5–0.5."""
    sulci: float
    """Added to the logarithm of fluid's weight: positive opens sulci."""
    age: float
    """0 (young) to 1 (old): white-matter spots and perivascular spaces grow with it."""

    def template_points(self, points: Points) -> Points:
        """Where `points` [3, ...] of this head lie in the template (MNI millimetres), skull and all."""
        flat = points.reshape(3, -1)
        turned = self.turn @ flat
        moved = turned / self.scale[:, None]
        moved += _shifts(self.warp, flat)
        moved[0] += _MIDDLE[0]
        moved[1] += _MIDDLE[1]
        moved[2] += self.level
        return moved.reshape(points.shape).astype(np.float32)

    def brain_points(self, atlas: Atlas, points: Points) -> Points:
        """The same for the brain alone, which atrophy draws in from the hull and wide ventricles push aside."""
        mni = self.template_points(points)
        shrunk = mni.copy()
        ratio = 1.0 + self.atrophy / 68.0
        bends = _shifts(self.folds, points.reshape(3, -1)).reshape(points.shape)
        # The fissure between the hemispheres is held straight by the falx.
        bends[0] *= 1.0 - 0.85 * np.exp(-((mni[0] / 14.0) ** 2))
        shrunk += bends
        shrunk[0] *= ratio
        shrunk[1] = _MIDDLE[1] + (shrunk[1] - _MIDDLE[1]) * ratio
        return self._widened(atlas, shrunk)

    def _widened(self, atlas: Atlas, mni: Points) -> Points:
        """Points drawn towards the ventricles, so that these appear wider: most at the wall, not at all far away."""
        distance = atlas.distance("ventricle", mni)
        step = np.float32(1.5)
        lead = []
        for axis in (0, 1):
            beside = mni.copy()
            beside[axis] += step
            lead.append((atlas.distance("ventricle", beside) - distance) / step)
        # Only the lateral ventricles differ between sides; below zero the field turns at their own middle.
        side = 1.0 + self.left_right * np.tanh(mni[0] / 8.0)
        reach = np.clip((distance + 4.0) / 4.0, 0.0, 1.0) * np.exp(-np.maximum(distance, 0.0) / 14.0)
        amount = self.ventricles * side * reach
        mni[0] -= amount * lead[0]
        mni[1] -= amount * lead[1]
        return mni


def draw_body(rng: Generator) -> Body:
    """A head from the numbers of `rng`: a slice between the basal ganglia and the centrum semiovale."""
    age = float(rng.beta(1.6, 1.4))
    overall = rng.normal(1.0, 0.025)
    scale = overall * (1.0 + rng.normal(0.0, [0.025, 0.025, 0.02]))
    warp = [2.5 * _warp_axis(rng, 95.0) for _ in range(3)]
    folds = [1.5 * _warp_axis(rng, 36.0) + 1.4 * _warp_axis(rng, 15.0) for _ in range(3)]
    return Body(
        level=float(rng.uniform(6.0, 46.0)),
        scale=scale.astype(np.float32),
        turn=_turn(rng.normal(0.0, [0.06, 0.04, 0.05])),
        warp=(warp[0], warp[1], warp[2]),
        folds=(folds[0], folds[1], folds[2]),
        atrophy=float(np.clip(1.9 * age + rng.normal(-0.2, 0.5), -0.5, 3.0)),
        ventricles=float(np.clip(-1.0 + 3.6 * age + rng.normal(0.0, 1.0), -1.5, 4.5)),
        left_right=float(rng.uniform(-0.45, 0.45)),
        sulci=float(0.75 + 0.75 * age + rng.normal(0.0, 0.15)),
        age=age,
    )


def _warp_axis(rng: Generator, length_mm: float) -> Field:
    return smooth(rng, _WARP_SHAPE, length=length_mm / _WARP_MM)


def _shifts(warp: tuple[Field, Field, Field], flat: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Displacements [3, n] in millimetres at points [3, n] of the patient."""
    middle = (np.asarray(_WARP_SHAPE, dtype=np.float32) - 1)[:, None] / 2
    places = flat / np.float32(_WARP_MM) + middle
    shifts = [ndimage.map_coordinates(axis, places, order=1, mode="nearest") for axis in warp]
    made: npt.NDArray[np.float32] = np.stack(shifts).astype(np.float32)
    return made


def _turn(angles: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Rotation by (pitch, roll, in-plane) radians about the axes right, front, up."""
    (cx, cy, cz), (sx, sy, sz) = np.cos(angles), np.sin(angles)
    pitch = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    roll = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    plane = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    made: npt.NDArray[np.float32] = (pitch @ roll @ plane).astype(np.float32)
    return made
