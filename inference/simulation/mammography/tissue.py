"""What a view of a breast is made of before any finding: gland, fat, ligaments, ducts, vessels, muscle, skin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import fft, ndimage

from inference.simulation.core.fields import Field, power_law, smooth
from inference.simulation.mammography.gland import on_pixels
from inference.simulation.mammography.layout import HEIGHT, SPACING_MM, WIDTH, Breast, Pose
from inference.simulation.mammography.outline import Outline

# Linear attenuation per millimetre at about 20 keV (fat and gland after Johns & Yaffe 1987).
FAT, GLAND, SKIN = 0.0456, 0.0802, 0.080
# Standard deviation in millimetres by which the gland's coarse projection is moved about, so that its edges are ragged.
_STRAY = 2.0
BETA = 3.0
"""Exponent of the power law that parenchyma follows (Burgess 2001)."""


@dataclass(frozen=True, eq=False)
class Anatomy:
    """One view without findings: arrays [H, W], lengths in millimetres along the beam."""

    outline: Outline
    gland: Field
    """Gland, ligaments, ducts, vessels together, at most the thickness between the skins."""
    parenchyma: Field
    """How much a pixel lies in glandular tissue, 0–1: where lesions arise and where texture is measured."""

    @property
    def attenuation(self) -> Field:
        """Total attenuation, natural logarithm, of everything."""
        body = self.outline
        fat = body.thickness - body.skin - self.gland
        total: Field = FAT * fat + GLAND * self.gland + SKIN * body.skin
        return total


def draw_anatomy(
    rng: Generator, breast: Breast, pose: Pose, outline: Outline, projected: tuple[Field, float], lines: Field
) -> Anatomy:
    """The view of `pose`, from the gland projected on it and the tubes [H, W] (millimetres) that cross it."""
    a, b = pose.grid()
    stray = power_law(rng, (HEIGHT, WIDTH), beta=3.7, lowest=0.06, spacing=(SPACING_MM,) * 2)
    shift = _STRAY * stray
    other = np.roll(shift[::-1, ::-1], (97, 61), axis=(0, 1))
    coarse = on_pixels(*projected, (a + shift).astype(np.float32), (b + other).astype(np.float32))
    bare = np.maximum(outline.thickness - outline.skin, 0)
    share = 0.74 * (1 - np.exp(-coarse / 42))
    ragged = breast.subcutaneous * (1 + 0.30 * np.roll(stray, 41, axis=1))
    near_nipple = np.exp(-(a**2 + b**2) / (2 * 9.0**2))
    under_skin = np.clip((outline.within - 2.0 - ragged * (1 - near_nipple)) / 5, 0, 1)
    share = share * under_skin**1.5
    strands = _strands(rng, a, b)
    fine = _fine(rng)
    texture = _straightened(0.8 * fine + 0.6 * strands)
    # Texture stands in proportion to how much gland and fat mix along the beam.
    mixed = np.sqrt(share * (1 - share) + 0.012)
    share = share + 0.20 * mixed * texture
    ligaments = _ligaments(rng, a, b) * np.clip((outline.within - 1.0) / 3, 0, 1)
    gland = np.clip(share, 0, 0.96) * bare + ligaments * bare / 50 + lines
    muscle = outline.muscle
    gland = gland * (1 - 0.65 * np.clip(muscle / 0.3, 0, 1)) + muscle * bare * 1.35
    gland += _nipple(pose, breast)
    gland = np.clip(gland, 0, bare + 2.0 * (bare < 8)) * outline.inside
    return Anatomy(outline, gland.astype(np.float32), np.clip(share * 1.6, 0, 1).astype(np.float32))


def _fine(rng: Generator) -> Field:
    return power_law(rng, (HEIGHT, WIDTH), beta=BETA, lowest=1 / 40, spacing=(SPACING_MM,) * 2)


def _strands(rng: Generator, a: Field, b: Field) -> Field:
    """Fibrous strands that converge on the nipple: ridges of noise drawn in coordinates that narrow towards it."""
    far = np.hypot(a + 14, b) + 1.0
    angle = np.arctan2(b, a + 14)
    total = np.zeros_like(a)
    for length, width, weight in ((26.0, 7.0, 1.0), (15.0, 4.0, 0.7), (9.0, 2.4, 0.45)):
        grid = power_law(rng, (192, 384), beta=2.2, lowest=0.045)
        places = np.empty((2, *a.shape), dtype=np.float32)
        bend = 0.18 * smooth(rng, a.shape, length=140)
        # Cells several times as long, towards the nipple, as they are wide.
        places[0] = far * (4.0 / length)
        places[1] = (angle + bend) * (200.0 / width)
        noise = ndimage.map_coordinates(grid, places, order=1, mode="grid-wrap", output=np.float32)
        total += weight * np.exp(-np.abs(noise) * 2.2)
    total -= total.mean()
    made: Field = (total / total.std()).astype(np.float32)
    return made


def _straightened(texture: Field) -> Field:
    """The same structures with a power that falls as the power law's; what is coarser than 1 cm is taken out."""
    spectrum = fft.rfft2(texture)
    rows = fft.fftfreq(HEIGHT, SPACING_MM)[:, None]
    columns = fft.rfftfreq(WIDTH, SPACING_MM)[None, :]
    radius = np.sqrt(rows**2 + columns**2).astype(np.float32)
    ring = np.rint(radius * 100).astype(np.int32)
    power = np.bincount(ring.ravel(), weights=(np.abs(spectrum) ** 2).ravel())
    count = np.bincount(ring.ravel())
    mean = np.sqrt(power / np.maximum(count, 1) + 1e-12).astype(np.float32)
    mean = ndimage.gaussian_filter1d(mean, 2.0)
    low = np.float32(0.03)
    wanted = np.maximum(radius, low) ** np.float32(-BETA / 2) * (1 - np.exp(-((radius / low) ** 4)))
    made = fft.irfft2(spectrum * (wanted / mean[ring]), s=texture.shape).astype(np.float32)
    scaled: Field = made / float(made.std())
    return scaled


def _ligaments(rng: Generator, a: Field, b: Field) -> Field:
    """Cooper's ligaments: thin curved lines, here and there, millimetres of fibre in a breast 50 mm thick."""
    total = np.zeros_like(a)
    for size in (46, 30):
        noise = smooth(rng, a.shape, length=(size, 1.25 * size))
        down, right = np.gradient(noise)
        away = noise / np.maximum(np.hypot(down, right), 0.35 / size)
        presence = np.clip(0.5 + 0.8 * smooth(rng, a.shape, length=70), 0, 1.4)
        total += presence * np.exp(-0.5 * (away / 1.5) ** 2)
    made: Field = (1.5 * total).astype(np.float32)
    return made


def _nipple(pose: Pose, breast: Breast) -> Field:
    a, b = pose.grid()
    r = breast.nipple
    core = np.exp(-((b / (0.9 * r)) ** 4)) * np.clip((2.5 - a) / 4, 0, 1)
    made: Field = (9.0 * core).astype(np.float32)
    return made


def parenchyma_patches(anatomy: Anatomy, *, size: int = 128, count: int = 3) -> list[npt.NDArray[np.float32]]:
    """The `count` squares [size, size] of attenuation that lie most in glandular tissue, away from skin and muscle."""
    body = anatomy.outline
    usable = anatomy.parenchyma * (body.within > 8) * (body.muscle < 0.02)
    score = ndimage.uniform_filter(usable, size)
    margin = size // 2
    score[:margin] = score[-margin:] = 0
    score[:, :margin] = score[:, -margin:] = 0
    values, made = anatomy.attenuation, []
    for _ in range(count):
        row, column = np.unravel_index(int(score.argmax()), score.shape)
        made.append(values[row - margin : row + margin, column - margin : column + margin])
        score[max(row - margin, 0) : row + margin, max(column - margin, 0) : column + margin] = 0
    return made
