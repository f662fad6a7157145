"""How a scanner makes an image of the signal: measured points, motion, sensitivity, Rician noise, display."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import fft

from inference.simulation.brain_mri.grid import FINE, SIZE
from inference.simulation.brain_mri.sequences import Scanner
from inference.simulation.core.fields import Field, smooth


@dataclass(frozen=True, eq=False)
class Shot:
    """One acquisition's own numbers: the same with and without a finding."""

    bias: Field
    """Sensitivity [FINE, FINE] around 1."""
    phase: npt.NDArray[np.complex64]
    """Factor per measured point [rows, lines]: the patient's motion while lines were measured."""
    noise: npt.NDArray[np.complex64]
    """Noise of standard deviation 1 in each channel, [SIZE, SIZE], as limited in resolution as the image."""
    level: float
    """Grey value that white matter's signal of 1 is shown with."""


def draw_shot(rng: Generator, scanner: Scanner, *, step_mm: float, level: float) -> Shot:
    """An acquisition of a scanner, for a fine grid of `step_mm` millimetres."""
    bias = np.exp(scanner.bias * smooth(rng, (FINE, FINE), length=200.0))
    lines, rows = scanner.matrix
    raw = rng.standard_normal((2, rows, lines), dtype=np.float32)
    noise = _shown(((raw[0] + 1j * raw[1]) * _window(rows, lines)).astype(np.complex64))
    noise /= np.sqrt(float((np.abs(noise) ** 2).mean()) / 2.0)
    return Shot(
        bias=bias.astype(np.float32),
        phase=_motion(rng, scanner, step_mm),
        noise=noise.astype(np.complex64),
        level=level,
    )


def _motion(rng: Generator, scanner: Scanner, step_mm: float) -> npt.NDArray[np.complex64]:
    """Breathing and a nudge: small shifts of the head from line to line of k-space, which make faint ghosts."""
    lines, rows = scanner.matrix
    order = np.arange(lines)
    amount = scanner.motion_mm * rng.gamma(2.0, 0.5)
    swing = np.sin(2 * np.pi * (order * rng.uniform(0.06, 0.22) + rng.uniform()))
    nudged = (order > rng.uniform(0.6, 1.0) * lines) * rng.normal(0.0, 1.0)
    down = amount * (0.5 * swing + 0.35 * nudged) / step_mm
    across = amount * (0.35 * np.roll(swing, 3) + 0.2 * nudged) / step_mm
    ky = (np.arange(rows) - rows // 2)[:, None] / FINE
    kx = (order - lines // 2)[None, :] / FINE
    turned: npt.NDArray[np.complex64] = np.exp(-2j * np.pi * (ky * down[None, :] + kx * across[None, :]))
    return turned.astype(np.complex64)


def _window(rows: int, lines: int) -> Field:
    """A mild taper of k-space, as scanners apply against ringing: 1 in the middle, 0.45 at the edges."""
    down = 0.725 + 0.275 * np.cos(np.linspace(-np.pi, np.pi, rows))
    across = 0.725 + 0.275 * np.cos(np.linspace(-np.pi, np.pi, lines))
    made: Field = np.outer(down, across).astype(np.float32)
    return made


def acquired(shot: Shot, signal: Field, *, noise: float) -> Field:
    """The magnitude image [SIZE, SIZE] of a signal [FINE, FINE] in white matter's units, `noise` in the same.

    With noise 0 the image as it would be without any.
    """
    seen = acquired_complex(shot, signal)
    made: Field = np.abs(seen + noise * shot.noise).astype(np.float32)
    return made


def acquired_complex(shot: Shot, signal: Field) -> npt.NDArray[np.complex64]:
    """The complex image [SIZE, SIZE] before noise: cut to the measured points, tapered, moved."""
    rows, lines = shot.phase.shape
    whole = fft.fftshift(fft.fft2((signal * shot.bias).astype(np.complex64)))
    top, left = (FINE - rows) // 2, (FINE - lines) // 2
    cut = whole[top : top + rows, left : left + lines] * shot.phase * _window(rows, lines)
    return _shown(cut) * np.float32((SIZE / FINE) ** 2)


def _shown(measured: npt.NDArray[np.complex64]) -> npt.NDArray[np.complex64]:
    """Measured points [rows, lines], filled up with zeros to the image's size and transformed."""
    rows, lines = measured.shape
    filled = np.zeros((SIZE, SIZE), dtype=np.complex64)
    top, left = (SIZE - rows) // 2, (SIZE - lines) // 2
    filled[top : top + rows, left : left + lines] = measured
    made: npt.NDArray[np.complex64] = fft.ifft2(fft.ifftshift(filled))
    return made


def displayed(shot: Shot, image: Field) -> npt.NDArray[np.uint8]:
    """Pixels 0–255 of a magnitude image, what is brighter than the window cut off."""
    made: npt.NDArray[np.uint8] = np.clip(np.rint(image * shot.level), 0, 255).astype(np.uint8)
    return made
