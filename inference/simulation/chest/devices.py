"""What lies on or in a patient and says nothing of disease: electrodes, a port, a pacemaker, a central line."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw
from scipy import ndimage

from inference.simulation.chest.body import on_film
from inference.simulation.chest.layout import SIZE, SPACING_MM, Habitus, Points
from inference.simulation.chest.tubes import bezier
from inference.simulation.core.fields import Field

_FINER = 3


def draw_devices(rng: Generator, body: Habitus) -> Field:
    """Attenuation [SIZE, SIZE] of what a patient carries: mostly nothing. Numbers are used up alike by all."""
    total = np.zeros((SIZE, SIZE), dtype=np.float32)
    wants = rng.random(4)
    for want, share, draw in zip(
        wants, (0.16, 0.06, 0.07, 0.08), (_electrodes, _port, _pacemaker, _line), strict=True
    ):
        stream = rng.spawn(1)[0]
        if want < share:
            total += draw(stream, body)
    return total


def _drawn(
    body: Habitus, strokes: list[tuple[Points, float]], discs: list[tuple[Points, float]], dense: float
) -> Field:
    """Lines (points [N, 3], width in mm) and discs (place [3], radius in mm), all of one attenuation."""
    canvas = Image.new("F", (SIZE * _FINER, SIZE * _FINER))
    pen = ImageDraw.Draw(canvas)
    scale = _FINER / SPACING_MM
    for points, width in strokes:
        at = on_film(body, points) * _FINER
        pen.line(
            [(float(x), float(y)) for x, y in at],
            fill=dense,
            width=max(1, round(width * scale)),
            joint="curve",
        )
    for place, radius in discs:
        x, y = on_film(body, place[None])[0] * _FINER
        r = radius * scale
        pen.ellipse((x - r, y - r, x + r, y + r), fill=dense)
    fine = np.asarray(canvas, dtype=np.float32).reshape(SIZE, _FINER, SIZE, _FINER).mean(axis=(1, 3))
    made: Field = ndimage.gaussian_filter(fine, 0.4)
    return made


def _electrodes(rng: Generator, body: Habitus) -> Field:
    places = [(-88, 30), (88, 30), (-95, 225), (98, 215)]
    chosen = [places[one] for one in rng.permutation(4)[: int(rng.integers(2, 5))]]
    total = np.zeros((SIZE, SIZE), dtype=np.float32)
    gather = np.array([rng.uniform(-25, 25), 330.0, 105.0])
    for x, y in chosen:
        place = np.array([x * body.width + 6 * rng.normal(), y + 8 * rng.normal(), 105.0])
        middle = 0.5 * (place + gather) + [rng.normal() * 18, -12, 0]
        wire = bezier(np.stack([place, middle, gather]), 16)
        total += _drawn(body, [], [(place, 8.0)], 0.10) + _drawn(body, [], [(place, 3.4)], 0.9)
        total += _drawn(body, [(wire, 1.1)], [], 0.55)
    return total


def _port(rng: Generator, body: Habitus) -> Field:
    side = -1 if rng.random() < 0.8 else 1
    place = np.array([side * rng.uniform(72, 86) * body.width, rng.uniform(62, 80), 95.0])
    way = np.array(
        [place, [side * 66, 40, 80], [side * 48, 24, 40], [-24, 48, 18], [-24, rng.uniform(108, 132), 8]]
    )
    tube = _drawn(body, [(bezier(way, 16), 2.2)], [], 0.30)
    ring = _drawn(body, [], [(place, 12.0)], 0.35) + _drawn(body, [], [(place, 7.0)], 0.9)
    return tube + ring


def _pacemaker(rng: Generator, body: Habitus) -> Field:
    side = 1 if rng.random() < 0.85 else -1
    place = np.array([side * rng.uniform(92, 104) * body.width, rng.uniform(52, 66), 100.0])
    total = np.zeros((SIZE, SIZE), dtype=np.float32)
    for number, shift in enumerate((0.0, 9.0, 17.0)):
        total = np.maximum(
            total, _drawn(body, [], [(place + [side * (shift - 8), shift * 0.5, 0], 17.0 - number)], 2.4)
        )
    tip = np.array([rng.uniform(42, 62), 222 * body.height + rng.uniform(-8, 2), 45.0])
    atrium = np.array([-34 * body.width, 168 * body.height, 30.0])
    for end, drop in ((tip, 0.0), (atrium, 3.0)):
        way = np.array(
            [
                place,
                [side * 74, 34 + drop, 80],
                [side * 40, 30 + drop, 40],
                [-20, 62 + drop, 18],
                [-24, 140 + drop, 8],
                [(-22 + end[0]) / 2, end[1] - 8 + drop, 25],
                end,
            ]
        )
        total += _drawn(body, [(bezier(way, 16), 1.5)], [], 0.75) + _drawn(body, [], [(end, 1.6)], 0.8)
    return total


def _line(rng: Generator, body: Habitus) -> Field:
    x = rng.uniform(-36, -26)
    way = np.array([[x - 6, -45, 10], [x, 0, 12], [-26, 50, 18], [-24, rng.uniform(95, 128), 8]])
    return _drawn(body, [(bezier(way, 16), 2.0)], [], 0.28)
