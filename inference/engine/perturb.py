"""Taking a film away from a network piece by piece, or giving it back, in the order a map states."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from inference.engine.geometry import FloatMap, Letterbox
from radiology.regions import enlarged

BLUR_SHARE = 0.06


def order_of(values: FloatMap, box: Letterbox, rng: np.random.Generator) -> Tensor:
    """The input's pixels that show film, int [P], those where the map over the film is highest first.

    Equal values come in random order: a map that says nothing then removes pixels anywhere, not row by row.
    """
    inner = enlarged(values, box.inner_width, box.inner_height)
    ranked = np.lexsort((rng.random(inner.size), -inner.ravel()))
    rows, columns = np.divmod(ranked, box.inner_width)
    return torch.from_numpy((rows + box.top) * box.size + columns + box.left)


def stages(start: Tensor, goal: Tensor, order: Tensor, steps: int) -> Tensor:
    """From one input [C, S, S] to another in equal steps: [steps + 1, C, S, S], pixels changed in `order`."""
    frames = start.flatten(1).repeat(steps + 1, 1, 1)
    target = goal.flatten(1)
    for step in range(1, steps + 1):
        changed = order[: round(len(order) * step / steps)]
        frames[step][:, changed] = target[:, changed]
    return frames.reshape(steps + 1, *start.shape)


def flat(film: Tensor, order: Tensor) -> Tensor:
    """The input [C, S, S] with the mean grey of its film wherever it shows film."""
    level = film.clone().flatten(1)
    level[:, order] = level[:, order].mean(dim=1, keepdim=True)
    return level.reshape(film.shape)


def blurred(film: Tensor) -> Tensor:
    """The input [C, S, S] under a Gaussian so wide that no finding is left to see."""
    spread = film.shape[-1] * BLUR_SHARE
    reach = min(math.ceil(2.5 * spread), film.shape[-1] - 1)
    places = torch.arange(-reach, reach + 1, dtype=film.dtype)
    kernel = torch.exp(-0.5 * (places / spread) ** 2)
    kernel = (kernel / kernel.sum()).reshape(1, 1, -1)
    padded = functional.pad(film[:, None], (reach,) * 4, mode="reflect")
    along = functional.conv2d(padded, kernel[:, :, None])
    return functional.conv2d(along, kernel[..., None])[:, 0]


def area(curve: Tensor) -> float:
    """The area under a curve [steps + 1] over a unit interval, by trapezia."""
    return float(torch.trapezoid(curve) / (len(curve) - 1))
