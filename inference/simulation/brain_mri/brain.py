"""The brain itself: sharp shares of grey, white and fluid, and what runs through them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from inference.simulation.brain_mri.atlas import Atlas
from inference.simulation.brain_mri.body import Body, Points
from inference.simulation.brain_mri.grid import refined
from inference.simulation.core.fields import Field, smooth

Shares = dict[str, Field]
"""Share 0–1 of each tissue, all of one shape; together 1 inside the head."""


class BrainTexture:
    """Random fields of one brain, drawn once so that it is the same brain with and without a finding."""

    def __init__(self, rng: Generator, shape: tuple[int, int, int], body: Body) -> None:
        """Fields of `shape` (planes, rows, columns) of the fine grid's box."""
        planes, rows, columns = shape
        self.sulcal = smooth(rng, shape, length=[4.0, 13.0, 13.0])
        self.cortical = smooth(rng, shape, length=[4.0, 9.0, 9.0])
        self.tubes = (
            smooth(rng, shape, length=[3.0, 15.0, 15.0]),
            smooth(rng, shape, length=[3.0, 15.0, 15.0]),
        )
        self.spots = smooth(rng, (planes, rows, columns), length=[3.0, 8.0, 8.0])
        self.regions = smooth(rng, (1, rows, columns), length=[1.0, 60.0, 60.0])
        self.choroid = smooth(rng, shape, length=[3.0, 5.0, 5.0])
        self.plexus = float(rng.uniform(0.25, 0.9))
        self.spottiness = float(np.clip(rng.exponential(0.32) * (0.25 + 1.2 * body.age), 0.0, 1.3))
        self.caps = float(np.clip(rng.exponential(0.35) * (0.3 + body.age), 0.0, 1.2))


def brain_shares(atlas: Atlas, body: Body, texture: BrainTexture, coarse: Points) -> tuple[Shares, Points]:
    """Shares of tissue [planes, h, w] and their template points [3, planes, h, w].

    `coarse` has every `COARSE`th point of the slab, already pulled by whatever pushes.
    """
    coarse_mni = body.brain_points(atlas, coarse)
    mni = refined(coarse_mni)
    ventricle, hull = (refined(atlas.distance(name, coarse_mni)) for name in ("ventricle", "hull"))
    shares = _sharpened(atlas, body, texture, mni)
    _add_vessels(shares, texture, mni)
    _add_spots(shares, texture, mni, ventricle, hull)
    return shares, mni


def _sharpened(atlas: Atlas, body: Body, texture: BrainTexture, mni: Points) -> Shares:
    """The average's blurred shares made those of one brain: powers sharpen, random weights fold it differently."""
    grey, white = atlas.tissue("grey", mni), atlas.tissue("white", mni)
    fluid = np.clip(1.0 - grey - white, 0.0, 1.0)
    x, y, z = mni
    deep = np.clip(1.6 - np.sqrt((x / 30) ** 2 + ((y + 6) / 36) ** 2 + ((z - 4) / 20) ** 2) * 1.2, 0.0, 1.0)
    power = 3.2 - 2.0 * deep * (1.0 - np.clip(2.0 * fluid, 0.0, 1.0))
    outer = 1.0 - deep
    midline = np.exp(-((x / 1.4) ** 2)) * outer
    opened = body.sulci * outer + 0.45 * texture.sulcal * outer + 1.1 * midline
    small = np.float32(0.004)
    log_grey = power * np.log(grey + small)
    crest, trough = atlas.tissue("crest", mni) * outer, atlas.tissue("trough", mni) * outer
    log_white = power * (np.log(white + small) + 0.04) + 1.1 * crest + 0.5 * texture.cortical * outer
    log_fluid = power * (np.log(fluid + small) + 0.42 * opened) + 2.6 * trough - 0.4
    top = np.maximum(np.maximum(log_grey, log_white), log_fluid)
    weights = [np.exp(one - top) for one in (log_grey, log_white, log_fluid)]
    total = weights[0] + weights[1] + weights[2]
    return {
        name: (weight / total).astype(np.float32)
        for name, weight in zip(("grey", "white", "fluid"), weights, strict=True)
    }


def _add_vessels(shares: Shares, texture: BrainTexture, mni: Points) -> None:
    """Veins and arteries in sulci and fissures, the deep veins and the choroid plexus of the trigones."""
    x, y, z = mni
    first, second = texture.tubes
    tube = np.exp(-((first / 0.2) ** 2) - (second / 0.2) ** 2)
    sulcal = np.clip(3.0 * shares["fluid"] - 0.2, 0.0, 1.0) * (np.abs(x) + np.abs(y + 20) / 2 > 30)
    _put(shares, "vein", np.clip(2.5 * tube, 0.0, 0.9) * sulcal)
    tube = np.exp(-(((first - 0.9) / 0.12) ** 2) - ((second + 0.7) / 0.12) ** 2)
    _put(shares, "artery", np.clip(2.0 * tube, 0.0, 0.9) * sulcal)
    inner = ((np.abs(x) - 2.2) / 1.1) ** 2 + ((z - 13 - 0.12 * (y + 15)) / 2.2) ** 2
    _put(shares, "vein", 0.9 * np.exp(-inner) * (y < 2) * (y > -38))
    galen = (x / 2.2) ** 2 + ((y + 42) / 4.0) ** 2 + ((z - 8) / 7.0) ** 2
    _put(shares, "vein", np.clip(1.4 * np.exp(-galen), 0.0, 0.95))
    front = ((np.abs(x) - 1.4) / 0.9) ** 2 + ((y - 38 + 0.25 * z) / 1.5) ** 2
    _put(shares, "artery", 0.8 * np.exp(-front) * (z < 28))
    glomus = ((np.abs(x) - 23) / 6.0) ** 2 + ((y + 41) / 7.0) ** 2 + ((z - 11) / 7.0) ** 2
    body = ((np.abs(x) - 12 + 0.12 * y) / 1.4) ** 2 + ((z - 19) / 4.0) ** 2 + ((y + 18) / 11.0) ** 2
    amount = texture.plexus * np.clip(
        1.7 * np.exp(-np.minimum(glomus, body)) + 0.3 * texture.choroid - 0.35, 0, 1
    )
    _put(shares, "choroid", amount * np.clip(2.0 * shares["fluid"] - 0.4, 0.0, 1.0))


def _add_spots(shares: Shares, texture: BrainTexture, mni: Points, ventricle: Field, hull: Field) -> None:
    """White matter's bright spots and the caps at the ventricles' horns, more of them with age."""
    deep = np.clip(-(hull + 9.0) / 8.0, 0.0, 1.0)
    threshold = 3.1 - 0.9 * texture.spottiness - 0.30 * texture.regions
    spots = np.clip((texture.spots - threshold) * 1.8, 0.0, 0.85) * deep
    horns = 0.5 + 0.5 * np.tanh((np.abs(mni[1] + 8) - 30) / 8)
    caps = texture.caps * np.exp(-np.maximum(ventricle, 0.0) / 2.8) * (0.35 + 0.65 * horns)
    caps = np.clip(caps * (1.0 + 0.3 * texture.spots), 0.0, 0.8)
    gliosis = np.clip(np.maximum(spots, caps), 0.0, 0.9) * shares["white"]
    shares["gliosis"] = gliosis.astype(np.float32)
    shares["white"] = shares["white"] - shares["gliosis"]


def _put(shares: Shares, tissue: str, amount: npt.NDArray[np.floating]) -> None:
    """Put `amount` (0–1) of a tissue there; what was there makes room."""
    put_tissue(shares, tissue, amount.astype(np.float32))


def put_tissue(shares: Shares, tissue: str, amount: Field) -> None:
    """Put a share `amount` 0–1 of `tissue` in, in place; all that was there shrinks to make room."""
    left = 1.0 - amount
    for name in shares:
        shares[name] = shares[name] * left
    shares[tissue] = shares.get(tissue, np.zeros_like(amount)) + amount


def replace_tissue(shares: Shares, old: str, new: str, part: Field) -> None:
    """Turn the share `part` 0–1 of what there is of `old` into `new`, in place."""
    moved = shares[old] * part
    shares[old] = shares[old] - moved
    shares[new] = shares.get(new, np.zeros_like(moved)) + moved


def averaged(shares: Mapping[str, Field]) -> Shares:
    """Shares [planes, h, w] averaged over a slice's thickness: [h, w]."""
    return {name: share.mean(axis=0) for name, share in shares.items()}
