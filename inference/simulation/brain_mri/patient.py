"""A whole patient: body, coverings, look-alike, tumour and scanner put together, with and without the tumour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.brain_mri.acquisition import Shot, acquired, displayed, draw_shot
from inference.simulation.brain_mri.atlas import Atlas, load_atlas
from inference.simulation.brain_mri.body import Body, Points, draw_body
from inference.simulation.brain_mri.brain import BrainTexture, Shares, averaged, brain_shares
from inference.simulation.brain_mri.changes import (
    EVERY,
    Change,
    Slab,
    Survey,
    Visible,
    fine_box,
    survey_of,
)
from inference.simulation.brain_mri.coverings import Coverings, cover, draw_coverings, fold_in_midline
from inference.simulation.brain_mri.grid import FINE, SIZE, Grid, box_of, refined
from inference.simulation.brain_mri.sequences import SCANNERS, Scanner, signals
from inference.simulation.core.fields import Field, smooth

_FLAIR_PART, _T1_PART = 0.30, 0.35
"""Share of a lesion from which a point counts as its region."""


@dataclass(frozen=True, eq=False)
class Rendered:
    """Both images of a patient [SIZE, SIZE]: with noise, without, and where a tumour can be seen."""

    t1: Field
    flair: Field
    clean: tuple[Field, Field]
    regions: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]
    brain: npt.NDArray[np.bool_]


class Patient:
    """One patient's head in one scanner, before and after anything grows in it."""

    def __init__(self, body: Generator, scanner: Generator, noise: Generator, name: str) -> None:
        """Draw from the streams of body, scanner and noise; `name` is one of `SCANNERS`."""
        self.atlas: Atlas = load_atlas()
        self.scanner: Scanner = SCANNERS[name]
        self.body: Body = draw_body(body)
        self.grid = _draw_grid(scanner, self.scanner, self.body)
        self.survey: Survey = survey_of(self.atlas, self.body, self.grid)
        self.box = box_of(self.survey.hull < 4.0, every=EVERY)
        self.points = self.grid.slab(self.box)
        planes, rows, columns = self.points.shape[1:]
        self.shape = (planes, rows, columns)
        self.texture = BrainTexture(body, self.shape, self.body)
        self.layers: Coverings = draw_coverings(body, FINE)
        coarse = self.body.template_points(self.grid.coarse_plane())
        self.mni: Points = refined(coarse)[:, :FINE, :FINE]
        self.hull: Field = refined(self.atlas.distance("hull", coarse))[:FINE, :FINE]
        self.slab = Slab(self.points, self.hull[self.box], self.layers.space[self.box])
        self.grain = tuple(smooth(body, (FINE, FINE), length=22.0) for _ in range(2))
        levels = (scanner.uniform(88.0, 162.0), scanner.uniform(80.0, 150.0))
        self.tables: tuple[Mapping[str, float], ...] = (
            signals(self.scanner, self.scanner.t1),
            signals(self.scanner, self.scanner.flair),
        )
        self.sigmas = tuple(one * float(scanner.uniform(0.8, 1.25)) for one in self.scanner.noise)
        self.shots: tuple[Shot, ...] = tuple(
            draw_shot(noise, self.scanner, step_mm=self.grid.step, level=level) for level in levels
        )

    def rendered(self, look_alike: Change | None, tumour: Change | None) -> Rendered:
        """Both images, with whatever of the two is given."""
        shares, visible = self._inside(look_alike, tumour)
        whole = self._whole(shares)
        made, clean = [], []
        for table, shot, sigma, grain in zip(self.tables, self.shots, self.sigmas, self.grain, strict=True):
            signal = sum((share * np.float32(table[name]) for name, share in whole.items()), np.float32(0.0))
            signal = signal * (1.0 + 0.022 * grain)
            made.append(acquired(shot, signal, noise=sigma))
            clean.append(acquired(shot, signal, noise=0.0))
        return Rendered(
            t1=made[0],
            flair=made[1],
            clean=(clean[0], clean[1]),
            regions=(self._region(visible, "core", _T1_PART), self._region(visible, "whole", _FLAIR_PART)),
            brain=to_image(self.hull) < 0.0,
        )

    def pixels(self, rendered: Rendered) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """T1 and FLAIR as they are shown, uint8 [SIZE, SIZE]."""
        return displayed(self.shots[0], rendered.t1), displayed(self.shots[1], rendered.flair)

    def _inside(self, look_alike: Change | None, tumour: Change | None) -> tuple[Shares, Visible | None]:
        """Shares [h, w] of what lies inside the dura, in the box."""
        coarse = self.slab.coarse()
        if tumour is not None:
            coarse = coarse.moved(tumour.pull(coarse))
        points = coarse.points if look_alike is None else look_alike.pull(coarse)
        shares, mni = brain_shares(self.atlas, self.body, self.texture, points)
        if look_alike is not None:
            look_alike.paint(shares, self.slab.moved(refined(coarse.points)), mni)
        visible = None
        if tumour is not None:
            visible = tumour.paint(shares, self.slab, mni)
        flat = averaged(shares)
        middle = mni[:, mni.shape[1] // 2]
        fold_in_midline(flat, _boxed(self.layers, self.box), self.hull[self.box], middle)
        return flat, visible

    def _whole(self, inner: Shares) -> Shares:
        """Shares [FINE, FINE] of everything, fat shifted as its resonance shifts it along the readout."""
        shares, inside = cover(self.layers, self.hull, self.mni)
        for name, share in inner.items():
            part = fine_box(self.box, share * inside[self.box])
            shares[name] = shares[name] + part if name in shares else part
        shift = round(self.scanner.fat_shift_mm / self.grid.step)
        shares["fat"] = np.roll(shares["fat"], shift, axis=0)
        return shares

    def _region(self, visible: Visible | None, part: str, least: float) -> npt.NDArray[np.bool_]:
        if visible is None:
            return np.zeros((SIZE, SIZE), dtype=bool)
        share = fine_box(self.box, getattr(visible, part).mean(axis=0))
        inside = (self.hull - self.layers.space) < 0.5
        made = to_image(share * inside)
        region: npt.NDArray[np.bool_] = made >= least * max(float(made.max()), 1e-6)
        return region


def to_image(fine: Field) -> Field:
    """Values [FINE, FINE] as pixels [SIZE, SIZE] see them: averaged, at the places where k-space puts pixels."""
    soft = ndimage.uniform_filter(fine, 2)
    places = np.arange(SIZE, dtype=np.float32) * (FINE / SIZE)
    rows, columns = np.meshgrid(places, places, indexing="ij")
    made: Field = ndimage.map_coordinates(soft, [rows, columns], order=1, mode="nearest", output=np.float32)
    return made


def _boxed(layers: Coverings, box: tuple[slice, slice]) -> Coverings:
    fields: dict[str, Any] = {
        name: value[box] if isinstance(value, np.ndarray) else value for name, value in vars(layers).items()
    }
    return Coverings(**fields)


def _draw_grid(rng: Generator, scanner: Scanner, body: Body) -> Grid:
    """A field of view that holds the head, as a radiographer sets it."""
    field = float(np.clip(232.0 * float(body.scale[:2].max()) + rng.normal(6.0, 4.0), 232.0, 255.0))
    return Grid(
        field_mm=field,
        centre=(float(rng.normal(0.0, 2.5)), float(rng.normal(0.0, 2.5))),
        thickness_mm=scanner.thickness_mm * float(rng.uniform(0.85, 1.1)),
    )
