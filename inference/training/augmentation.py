"""Random changes to training films: geometry in one resampling, then contrast, equalising and erasing.

Every function takes a torch.Generator, so that a seed fixes what happens.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Strength:
    """How far augmentation goes; chances are per film."""

    smallest_crop: float = 0.6
    aspect: float = 4 / 3
    rotation_degrees: float = 10.0
    zoom_out: float = 1.15
    brightness: float = 0.4
    contrast: float = 0.5
    gamma: float = 0.3
    equalise_chance: float = 0.3
    erase_chance: float = 0.3
    border_chance: float = 0.4
    border_widest: float = 0.14


def _uniform(count: int, low: float, high: float, generator: Generator) -> Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def _chosen(count: int, chance: float, generator: Generator) -> Tensor:
    return torch.rand(count, generator=generator) < chance


def resample(films: Tensor, size: int, strength: Strength, generator: Generator) -> Tensor:
    """Films 0 … 255 [N, 1, S, S] cropped, turned and resized to [N, 1, size, size]; outside is black.

    A crop keeps `smallest_crop` … 1 of the area (more than 1, zooming out, up to `zoom_out` on a side).
    """
    count = films.shape[0]
    side = _uniform(count, strength.smallest_crop, strength.zoom_out**2, generator).sqrt()
    stretch = torch.exp(_uniform(count, -1.0, 1.0, generator) * math.log(strength.aspect) / 2)
    width, height = side * stretch, side / stretch
    roam_x, roam_y = (1 - width).abs(), (1 - height).abs()
    centre_x = _uniform(count, -1.0, 1.0, generator) * roam_x
    centre_y = _uniform(count, -1.0, 1.0, generator) * roam_y
    angle = _uniform(count, -1.0, 1.0, generator) * math.radians(strength.rotation_degrees)
    cos, sin = torch.cos(angle), torch.sin(angle)
    rows = (
        torch.stack((cos * width, -sin * height, centre_x), dim=1),
        torch.stack((sin * width, cos * height, centre_y), dim=1),
    )
    places = functional.affine_grid(torch.stack(rows, dim=1), [count, 1, size, size], align_corners=False)
    return functional.grid_sample(films, places, mode="bilinear", padding_mode="zeros", align_corners=False)


def shift_tones(films: Tensor, strength: Strength, generator: Generator) -> Tensor:
    """Gamma, contrast about the film's own mean, and brightness, each film its own; values stay 0 … 255."""
    count = films.shape[0]
    gamma = torch.exp(_uniform(count, -strength.gamma, strength.gamma, generator))[:, None, None, None]
    shown = 255 * (films / 255).clamp(0, 1).pow(gamma)
    contrast = _uniform(count, 1 - strength.contrast, 1 + strength.contrast, generator)[:, None, None, None]
    brightness = _uniform(count, 1 - strength.brightness, 1 + strength.brightness, generator)
    mean = shown.mean(dim=(2, 3), keepdim=True)
    return (((shown - mean) * contrast + mean) * brightness[:, None, None, None]).clamp(0, 255)


def equalise(film: Tensor) -> Tensor:
    """One film 0 … 255 with its histogram spread evenly over 0 … 255; a constant film stays as it is."""
    levels = film.round().to(torch.int64)
    counts = torch.bincount(levels.flatten(), minlength=256).to(torch.float32)
    below = counts.cumsum(0)
    darkest = int(counts.nonzero()[0])
    spread = below[-1] - counts[darkest]
    if spread == 0:
        return film
    table = ((below - counts[darkest]) / spread * 255).clamp(0, 255)
    return table[levels]


def erase(film: Tensor, generator: Generator) -> Tensor:
    """One film [1, S, S] with a random rectangle of 2 … 15 % of its area set to one random grey."""
    size = film.shape[-1]
    area = float(_uniform(1, 0.02, 0.15, generator)) * size * size
    aspect = math.exp(float(_uniform(1, -1.0, 1.0, generator)))
    height = min(max(int(math.sqrt(area * aspect)), 1), size)
    width = min(max(int(math.sqrt(area / aspect)), 1), size)
    top = int(torch.randint(0, size - height + 1, (1,), generator=generator))
    left = int(torch.randint(0, size - width + 1, (1,), generator=generator))
    erased = film.clone()
    erased[:, top : top + height, left : left + width] = float(_uniform(1, 0, 255, generator))
    return erased


def blank_borders(film: Tensor, widest: float, generator: Generator) -> Tensor:
    """One film [1, S, S] with a black frame of random widths: lead markers and collimation lie there."""
    size = film.shape[-1]
    top, right, bottom, left = (_uniform(4, 0.0, widest, generator) * size).round().to(torch.int64).tolist()
    framed = torch.zeros_like(film)
    kept = slice(top, size - bottom), slice(left, size - right)
    framed[:, kept[0], kept[1]] = film[:, kept[0], kept[1]]
    return framed


def augment(films: Tensor, size: int, strength: Strength, generator: Generator) -> Tensor:
    """Films 0 … 255, float32 [N, 1, S, S], each changed at random, as [N, 1, size, size]."""
    changed = shift_tones(resample(films, size, strength, generator), strength, generator)
    count = changed.shape[0]
    for index in _chosen(count, strength.equalise_chance, generator).nonzero().flatten().tolist():
        changed[index] = equalise(changed[index])
    for index in _chosen(count, strength.border_chance, generator).nonzero().flatten().tolist():
        changed[index] = blank_borders(changed[index], strength.border_widest, generator)
    for index in _chosen(count, strength.erase_chance, generator).nonzero().flatten().tolist():
        changed[index] = erase(changed[index], generator)
    return changed
