"""One simulated woman's screening: four views of two breasts, with at most one finding and one look-alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from inference.simulation.cases import Measures
from inference.simulation.core.fields import Field
from inference.simulation.core.measures import measured
from inference.simulation.mammography.detector import UNITS, Exposure, Unit, displayed, expose
from inference.simulation.mammography.gland import draw_patterns, gland_volume, glandular_at, project
from inference.simulation.mammography.layout import (
    HEIGHT,
    SIDES,
    SPACING_MM,
    VIEWS,
    WIDTH,
    Breast,
    Points,
    Pose,
    draw_breasts,
    pose,
)
from inference.simulation.mammography.lesions import Lesion, at_pixel
from inference.simulation.mammography.outline import draw_outline
from inference.simulation.mammography.strokes import CALCIUM, Added, Mask, pulled
from inference.simulation.mammography.tissue import FAT, GLAND, Anatomy, draw_anatomy
from inference.simulation.mammography.tubes import Tube, draw_ducts, draw_tubes, draw_vessels, on_view

HANGING = tuple((side, view) for view in VIEWS for side in SIDES)
"""Views in the order in which they are hung: R CC, L CC, R MLO, L MLO."""
_CEILING = (1.15, 1.55)
_TRIES = 80
# A cancer is a little denser than gland: per millimetre, beside what it displaces.
_DENSER = 0.016
# How far a finding may be weakened or strengthened so that busy and quiet tissue hide it alike: a mass is never
# much denser than gland, while calcium may be.
_WEAKEST, _DENSEST, _MOST_CALCIUM = 0.6, 1.1, 2.4


@dataclass(frozen=True, eq=False)
class View:
    """One view of a breast before any finding, as its unit will expose it."""

    side: str
    pose: Pose
    anatomy: Anatomy
    exposure: Exposure

    def attenuation(self, additions: list[Added]) -> Field:
        """Total attenuation [H, W] with what is added."""
        total, body = self.anatomy.attenuation, self.anatomy.outline
        gland = self.anatomy.gland
        for one in additions:
            if one.pull is not None:
                moved = pulled(gland, one.pull)
                total, gland = total + (GLAND - FAT) * (moved - gland), moved
            room = np.maximum(body.thickness - body.skin - gland, 0)
            total = total + (GLAND - FAT) * np.minimum(one.gland, room) + _DENSER * one.gland
            total = total + CALCIUM * one.calcium
        made: Field = (total * body.inside).astype(np.float32)
        return made


@dataclass(frozen=True, eq=False)
class Woman:
    """Both breasts, their views, and the vessels that may calcify."""

    breasts: dict[str, Breast]
    volumes: dict[str, Field]
    vessels: dict[str, list[Tube]]
    views: dict[tuple[str, str], View]
    unit: Unit


def draw_woman(body: Generator, device: Generator, unit: str) -> Woman:
    """A woman on a unit of `UNITS`, without finding or look-alike."""
    breasts = draw_breasts(body)
    patterns = dict(zip(SIDES, draw_patterns(body), strict=True))
    volumes = {side: gland_volume(patterns[side], breasts[side]) for side in SIDES}
    vessels = {side: draw_vessels(body, breasts[side]) for side in SIDES}
    ceiling = float(device.uniform(*_CEILING))
    views = {}
    for side, view in HANGING:
        breast, seen = breasts[side], pose(breasts[side], view)
        tubes = [*vessels[side], *draw_ducts(body, breast)]
        lines = draw_tubes([on_view(tube, seen) for tube in tubes], (HEIGHT, WIDTH))
        outline = draw_outline(body, breast, seen)
        anatomy = draw_anatomy(body, breast, seen, outline, project(volumes[side], view), lines)
        views[side, view] = View(side, seen, anatomy, expose(device, UNITS[unit], anatomy, ceiling))
    return Woman(breasts, volumes, vessels, views, UNITS[unit])


def choose_place(
    rng: Generator, woman: Woman, side: str, *, outer: bool = False, away_from: Points | None = None
) -> Points:
    """A place (a, x, y) in a breast that both views show clear of skin and muscle, with some gland around it.

    `outer` looks in the upper outer fat, where lymph nodes lie; 28 mm are kept from `away_from`. Where no try
    is good the best one is taken.
    """
    breast, best, best_worth = woman.breasts[side], np.zeros(3), -np.inf
    for _ in range(_TRIES):
        a = rng.uniform(0.5, 0.92) * breast.depth if outer else rng.uniform(0.2, 0.82) * breast.depth
        angle = rng.uniform(0.1, 0.4) * np.pi if outer else rng.uniform(-np.pi, np.pi)
        out = breast.cone * (rng.uniform(0.75, 1.1) if outer else 0.85 * np.sqrt(rng.uniform()))
        place = np.array([a, out * np.cos(angle), out * np.sin(angle)])
        gland = glandular_at(woman.volumes[side], place)
        worth = min(_clearance(woman.views[side, view], place) for view in VIEWS)
        if away_from is not None:
            worth = min(worth, float(np.linalg.norm(place - away_from)) - 16)
        if worth >= 12 and (outer or 0.08 <= gland <= 0.9):
            return place
        if worth > best_worth:
            best, best_worth = place, worth
    return best


def _clearance(view: View, place: Points) -> float:
    """Millimetres from a place on a view to the skin; less than 0 outside the breast or under the muscle."""
    column, row = at_pixel(view.pose, place)
    margin = 14
    if not (margin <= column < WIDTH - margin and margin <= row < HEIGHT - margin):
        return -1.0
    body = view.anatomy.outline
    if body.muscle[int(row), int(column)] > 0.02:
        return -0.5
    return float(body.within[int(row), int(column)])


@dataclass(frozen=True, eq=False)
class Screening:
    """The four images in hanging order, uint8 [H, W] as the left breast lies, and the finding's regions."""

    shown: dict[tuple[str, str], Field]
    """As displayed, 0–255, before rounding."""
    regions: dict[tuple[str, str], Mask]
    measures: Measures | None


def screened(
    woman: Woman, noise: Generator, finding: tuple[str, Lesion] | None, alike: tuple[str, Lesion] | None
) -> Screening:
    """The views with a finding and a look-alike, each (side, what it is) or None."""
    shown, regions = {}, {}
    measures = None
    for (side, view), own in zip(HANGING, noise.spawn(len(HANGING)), strict=True):
        here = woman.views[side, view]
        beside = [alike[1].on_view(here.pose)] if alike is not None and alike[0] == side else []
        added = None
        if finding is not None and finding[0] == side:
            added = brought_out(here, beside, finding[1].on_view(here.pose), finding[1].stands_out)
        total = here.attenuation([*beside, added] if added is not None else beside)
        shown[side, view] = displayed(woman.unit, here.exposure, here.anatomy, total, own)
        if added is not None and added.region is not None:
            region = added.region & here.anatomy.outline.inside
            regions[side, view] = region
            if measures is None and region.any():
                clean = displayed(woman.unit, here.exposure, here.anatomy, total, None)
                without = here.attenuation(beside)
                absent = displayed(woman.unit, here.exposure, here.anatomy, without, None)
                made_of = _made_of(added) & here.anatomy.outline.inside
                measures = _measured(clean, absent, shown[side, view], (region, made_of), here)
    return Screening(shown, regions, measures)


def brought_out(here: View, beside: list[Added], added: Added, wanted: float | None) -> Added:
    """A finding as strong as it takes for its contrast to be `wanted` times the texture around it, within bounds."""
    made_of = _made_of(added) & here.anatomy.outline.inside
    if wanted is None or not made_of.any():
        return added
    inside = here.anatomy.outline.inside
    absent, present = here.attenuation(beside), here.attenuation([*beside, added])
    found = measured(present, absent, made_of, noise=1.0, spacing_mm=SPACING_MM, within=inside)
    strongest = _MOST_CALCIUM if added.calcium.any() else _DENSEST
    share = float(np.clip(wanted / max(found.conspicuity, 1e-3), _WEAKEST, strongest))
    return replace(added, gland=added.gland * np.float32(share), calcium=added.calcium * np.float32(share))


def _made_of(added: Added) -> Mask:
    """The pixels that a finding itself changes: the mass, the specks, the strands, not what lies between them."""
    changed = (GLAND - FAT) * added.gland + CALCIUM * added.calcium
    return changed >= 0.25 * float(changed.max())


def _measured(clean: Field, absent: Field, noisy: Field, where: tuple[Mask, Mask], view: View) -> Measures:
    """Contrast of what a finding is made of, size of the whole region."""
    region, made_of = where
    grain = float((noisy - clean)[region].std())
    inside = view.anatomy.outline.inside
    whole = measured(clean, absent, region, noise=grain, spacing_mm=SPACING_MM, within=inside)
    if not made_of.any():
        return whole
    own = measured(clean, absent, made_of, noise=grain, spacing_mm=SPACING_MM, within=inside)
    return replace(own, size_mm=whole.size_mm)


def hung(image: Field | Mask, side: str) -> Field | Mask:
    """An image or mask as it is hung: the right breast's mirrored."""
    return image[:, ::-1] if side == "R" else image
