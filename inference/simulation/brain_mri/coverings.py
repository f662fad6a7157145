"""What lies around the brain: fluid, dura, falx and sinuses, skull with its marrow, muscle, fat and skin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from inference.simulation.brain_mri.body import Points
from inference.simulation.brain_mri.brain import Shares, put_tissue
from inference.simulation.core.fields import Field, smooth


@dataclass(frozen=True, eq=False)
class Coverings:
    """How thick one patient's coverings are, in millimetres; fields are [FINE, FINE] of the middle plane."""

    space: Field
    table: Field
    marrow: Field
    outer: Field
    fat: Field
    skin: float
    muscle: float
    septa: Field
    grain: Field
    sinus: float
    wave: Field


def draw_coverings(rng: Generator, size: int) -> Coverings:
    """Coverings from the numbers of `rng`."""
    shape = (size, size)
    broad = [smooth(rng, shape, length=90.0) for _ in range(5)]
    marrow = rng.uniform(1.6, 4.2)
    fat = rng.uniform(2.2, 6.0)
    return Coverings(
        space=np.clip(0.4 + 0.35 * broad[0], -0.4, 2.0),
        table=np.clip(rng.uniform(1.6, 2.4) + 0.2 * broad[1], 1.2, 3.0),
        marrow=np.clip(marrow + 0.8 * broad[2], 0.5, 7.0),
        outer=np.clip(rng.uniform(1.5, 2.3) + 0.2 * broad[3], 1.0, 3.0),
        fat=np.clip(fat + 0.9 * broad[4], 1.2, 9.0),
        skin=float(rng.uniform(1.4, 2.1)),
        muscle=float(rng.uniform(3.0, 6.5)),
        septa=smooth(rng, shape, length=7.0),
        grain=smooth(rng, shape, length=12.0),
        sinus=float(rng.uniform(3.0, 5.0)),
        wave=smooth(rng, shape, length=110.0),
    )


def _step(value: npt.NDArray[np.floating], width: float = 0.5) -> Field:
    """0 below, 1 above zero, over about `width` millimetres: what partial volume leaves of an edge."""
    made: Field = np.clip(value / width + 0.5, 0.0, 1.0).astype(np.float32)
    return made


def cover(layers: Coverings, hull: Field, mni: Points) -> tuple[Shares, Field]:
    """Shares of all that isn't inside the dura, and the share 0–1 of what is (brain and fluid), [H, W] each.

    `hull` is the distance in millimetres from the hull, `mni` [3, H, W] the template's points.
    """
    x, y, z = mni
    inner = hull - layers.space
    # Temples: a muscle between bone and fat, at the sides, in front of the ears, low in the head.
    side = np.exp(-(((y - 8.0) / 27.0) ** 2)) / (1.0 + np.exp((52.0 - np.abs(x)) / 5.0))
    muscle = layers.muscle * side * np.clip((46.0 - z) / 26.0, 0.0, 1.0)
    edges: list[npt.NDArray[np.floating]] = [np.zeros_like(inner)]
    for thickness in (0.7, layers.table, layers.marrow, layers.outer, muscle, layers.fat, layers.skin):
        edges.append(edges[-1] + thickness)
    names = ("dura", "bone", "marrow", "bone", "muscle", "fat", "skin")
    inside = 1.0 - _step(inner)
    shares: Shares = {}
    for name, low, high in zip(names, edges[:-1], edges[1:], strict=True):
        share = _step(inner - low) * (1.0 - _step(inner - high))
        shares[name] = (shares.get(name, np.zeros_like(share)) + share).astype(np.float32)
    total = sum(shares.values())
    outside = 1.0 - inside
    for name in shares:
        room = np.minimum(outside / np.maximum(total, 1e-3), 1.0) / np.maximum(total, 1.0)
        shares[name] = (shares[name] * room).astype(np.float32)
    _texture(shares, layers)
    return shares, inside.astype(np.float32)


def _texture(shares: Shares, layers: Coverings) -> None:
    """Marrow isn't even, and septa run through fat."""
    lost = shares["marrow"] * np.clip(0.35 + 0.25 * layers.grain, 0.0, 0.9)
    shares["marrow"] = shares["marrow"] - lost
    shares["bone"] = shares["bone"] + lost
    strands = shares["fat"] * np.clip(0.25 * np.exp(-((layers.septa / 0.25) ** 2)) + 0.12, 0.0, 0.65)
    shares["fat"] = shares["fat"] - strands
    shares["skin"] = shares["skin"] + strands


def fold_in_midline(shares: Shares, layers: Coverings, hull: Field, mni: Points) -> None:
    """Put falx and superior sagittal sinus into shares [H, W] of what lies inside the dura, in place."""
    x, y, z = mni
    bent = x + 0.5 * layers.wave
    free = np.clip((np.hypot((y + 12.0) / 52.0, (z + 4.0) / 40.0) - 1.0) * 12.0, 0.0, 1.0)
    falx = np.exp(-((bent / 0.55) ** 2)) * free * _step(-hull + 2.0)
    put_tissue(shares, "dura", (0.55 * falx).astype(np.float32))
    back = layers.sinus * np.where(y < -20.0, 1.0, 0.5)
    depth = hull + 1.2 * back
    half = np.clip(0.75 * depth, 0.0, None)
    sinus = _step(half - np.abs(bent), 1.0) * _step(depth, 1.0)
    sinus = np.where(np.abs(y + 15.0) > 40.0, sinus, 0.0)
    put_tissue(shares, "vein", np.clip(sinus, 0.0, 1.0).astype(np.float32))
