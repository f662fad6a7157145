"""Drawn chest pictures: a schematic chest, with or without an opacity, with or without what looks like one.

Body, finding, look-alike, exposure and noise each have a stream of random numbers of their own: taking the
opacity out of a picture changes nothing else in it. Look-alikes are as frequent beside an opacity as without.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

from inference.simulation.drawn.thorax import SIZE, Field, Thorax, draw_thorax, smooth_noise, to_picture
from radiology.regions import Region

FINDING = "opacity"
OPACITIES = ("round-opacity", "patchy-opacity")
LOOK_ALIKES = ("nipple-shadow", "crossing-ribs", "lead")
KINDS = ("clear", *LOOK_ALIKES, *OPACITIES)
DIFFICULTIES = ("easy", "medium", "hard")

# Density at the middle of an opacity; a rib adds about 0.08, noise about 0.01.
_CONTRAST = {"easy": (0.135, 0.170), "medium": (0.088, 0.110), "hard": (0.056, 0.070)}
# Density of a look-alike: the harder the case, the more it looks like an opacity, not the fainter it is.
_LIKENESS = {"easy": 0.045, "medium": 0.060, "hard": 0.075}
_LOOK_ALIKE_CHANCE = 0.5
_FINER = 3


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawn picture uint8 [256, 256], and where its opacity is: outside the region no pixel depends on it."""

    pixels: npt.NDArray[np.uint8]
    region: Region | None


@dataclass(frozen=True, eq=False)
class DrawnCase:
    """A picture with what it is known to show, as a pack tells it."""

    pixels: npt.NDArray[np.uint8]
    findings: tuple[str, ...]
    region: Region | None
    concepts: tuple[str, ...]
    teaching_point: str
    history: str
    difficulty: str


def draw_case(rng: Generator, *, kind: str, difficulty: str) -> DrawnCase:
    """A case of a kind of `KINDS` and a difficulty of `DIFFICULTIES`. Raises ValueError for any other.

    A picture with an opacity holds a look-alike too in half of all cases, as mixed normals do.
    """
    if kind not in KINDS or difficulty not in DIFFICULTIES:
        raise ValueError(f"there is no {difficulty} drawing of a {kind}")
    texts, rng = rng.spawn(2)
    opacity = kind if kind in OPACITIES else None
    look_alike = kind if kind in LOOK_ALIKES else None
    if opacity and texts.random() < _LOOK_ALIKE_CHANCE:
        look_alike = str(texts.choice(LOOK_ALIKES))
    picture = draw_picture(rng, opacity=opacity, look_alike=look_alike, difficulty=difficulty)
    taught = _TEACHING[kind]
    if opacity and look_alike:
        taught = f"{taught} {_BESIDE[look_alike]}"
    return DrawnCase(
        pixels=picture.pixels,
        findings=(FINDING,) if opacity else (),
        region=picture.region,
        concepts=(kind if kind != "clear" else "normal",),
        teaching_point=taught,
        history=str(texts.choice(_HISTORIES)),
        difficulty=difficulty,
    )


def mixed_kind(rng: Generator, *, abnormal: bool) -> tuple[str, str]:
    """(kind, difficulty) at random, as training and test pictures are mixed."""
    difficulty = str(rng.choice(DIFFICULTIES))
    if abnormal:
        return str(rng.choice(OPACITIES)), difficulty
    return str(rng.choice(LOOK_ALIKES)) if rng.random() < _LOOK_ALIKE_CHANCE else "clear", difficulty


def draw_picture(rng: Generator, *, opacity: str | None, look_alike: str | None, difficulty: str) -> Picture:
    """A picture with the opacity and the look-alike named, either or both None."""
    body, finding, resembling, exposure = rng.spawn(4)
    thorax = draw_thorax(body)
    density, region = thorax.density, None
    if look_alike == "nipple-shadow":
        density = density + _nipples(resembling, thorax, _LIKENESS[difficulty])
    elif look_alike == "crossing-ribs":
        density = density + _crossing(resembling, thorax, _LIKENESS[difficulty])
    elif look_alike == "lead":
        density = density + _lead(resembling, thorax)
    if opacity is not None:
        draw = _round if opacity == "round-opacity" else _patch
        shape, region = draw(finding, thorax)
        density = density + finding.uniform(*_CONTRAST[difficulty]) * shape
    return Picture(_expose(exposure, density), region)


def _expose(rng: Generator, density: Field) -> npt.NDArray[np.uint8]:
    """Density to grey, with a film's saturation, an exposure of its own, and grain."""
    reference, slope = rng.uniform(0.36, 0.45), rng.uniform(1.35, 1.55)
    black, span = rng.uniform(6, 16), rng.uniform(218, 236)
    shown = black + span * (1 - np.exp(-((density / reference) ** slope)))
    grain = 0.75 * rng.normal(0, 1, (SIZE, SIZE)) + 1.2 * smooth_noise(rng, 110)
    noisy = shown + rng.uniform(2.4, 4.2) * grain * (0.65 + 0.5 * shown / 255)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def _place(rng: Generator, thorax: Thorax, radius: float) -> tuple[float, float]:
    """A point of a lung field, in pixels, with lung all round it at `radius`; any such point is as likely."""
    rows, columns = np.nonzero(thorax.lungs > 0.9)
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    best, most = (0.0, 0.0), -1.0
    for _ in range(400):
        pick = int(rng.integers(len(rows)))
        x, y = columns[pick] + 0.5, rows[pick] + 0.5
        around_x = np.clip(x + radius * np.cos(turn), 0, SIZE - 1).astype(np.int64)
        around_y = np.clip(y + radius * np.sin(turn), 0, SIZE - 1).astype(np.int64)
        least = float(thorax.lungs[around_y, around_x].min())
        if least > 0.8:
            return float(x), float(y)
        if least > most:
            best, most = (float(x), float(y)), least
    return best


def _around(x: float, y: float) -> tuple[Field, Field]:
    """Distance and angle of every pixel's centre from a point."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE]
    dx, dy = columns + 0.5 - x, rows + 0.5 - y
    return np.hypot(dx, dy), np.arctan2(dy, dx)


def _falling(share: Field, start: float) -> Field:
    """1 up to `start`, smoothly down to exactly 0 at 1 and beyond."""
    t = np.clip((share - start) / (1 - start), 0, 1)
    return 1 - t * t * (3 - 2 * t)


def _round(rng: Generator, thorax: Thorax) -> tuple[Field, Region]:
    """A round opacity with a soft edge, wholly over lung; its region is a circle."""
    radius = rng.uniform(9.0, 15.0)
    x, y = _place(rng, thorax, radius)
    distance, _ = _around(x, y)
    return _falling(distance / radius, rng.uniform(0.25, 0.55)), Region("circle", (x, y, round(radius, 2)))


def _patch(rng: Generator, thorax: Thorax) -> tuple[Field, Region]:
    """A blurred uneven opacity that ends where the lung ends; its region is a mask."""
    radius = rng.uniform(15.0, 23.0)
    distance, angle = _around(*_place(rng, thorax, 0.6 * radius))
    edge = np.full_like(distance, radius)
    for waves in (2, 3, 4, 5):
        edge += radius * rng.normal(0, 0.24 / waves) * np.cos(waves * angle + rng.uniform(0, 2 * math.pi))
    uneven = np.clip(0.85 + 0.35 * smooth_noise(rng, 22), 0.35, 1.2)
    shape = _falling(distance / edge, rng.uniform(0.1, 0.35)) * uneven
    shape = np.where(thorax.lungs > 0.5, shape * thorax.lungs, 0.0)
    # What is fainter than a fiftieth of its middle isn't drawn, so that the mask ends where the eye ends.
    shape = np.where(shape > 0.02, shape, 0.0)
    return shape, Region("mask", mask=shape > 0)


def _nipples(rng: Generator, thorax: Thorax, strength: float) -> Field:
    """Small faint discs low in the lung fields, at one height, on both sides more often than on one."""
    build = thorax.build
    out, height = rng.uniform(0.60, 0.74) * build.lung_width, rng.uniform(0.60, 0.67)
    sides = (-1, 1) if rng.random() < 0.6 else (int(rng.choice((-1, 1))),)
    radius, field = rng.uniform(5.0, 7.0), np.zeros((SIZE, SIZE))
    for side in sides:
        x, y = to_picture(build, side * (out + rng.normal(0, 0.008)), height + rng.normal(0, 0.006))
        distance, angle = _around(x, y)
        # The outer edge is denser than the inner one, as where skin stands out into air.
        field += strength * _falling(distance / radius, 0.66) * (0.90 + 0.12 * side * np.cos(angle))
    return field


def _crossing(rng: Generator, thorax: Thorax, strength: float) -> Field:
    """Denser bone where a rib in front crosses one behind: a small lozenge that ends with the ribs."""
    both = thorax.ribs_behind * thorax.ribs_in_front * (thorax.lungs > 0.85)
    rows, columns = np.nonzero(both > 0.5 * max(float(both.max()), 1e-9))
    if not len(rows):
        return np.zeros((SIZE, SIZE))
    pick = int(rng.integers(len(rows)))
    distance, _ = _around(columns[pick] + 0.5, rows[pick] + 0.5)
    lozenge: Field = np.sqrt(both) * np.exp(-((distance / 8.0) ** 2))
    field: Field = 1.5 * strength * lozenge / lozenge.max()
    return field


def _lead(rng: Generator, thorax: Thorax) -> Field:
    """One or two electrodes on the skin, with the wires that leave the picture."""
    canvas = Image.new("L", (SIZE * _FINER, SIZE * _FINER))
    pen = ImageDraw.Draw(canvas)
    pads = np.zeros((SIZE, SIZE))
    for side in rng.permutation((-1, 1))[: rng.integers(1, 3)]:
        across, down = side * rng.uniform(0.14, 0.30), rng.uniform(0.22, 0.66)
        x, y = to_picture(thorax.build, across, down)
        distance, _ = _around(x, y)
        pads += 0.045 * _falling(distance / rng.uniform(7.0, 8.5), 0.85) + 0.22 * _falling(
            distance / 3.2, 0.6
        )
        end, bend = (x + rng.uniform(-20, 60) * side, SIZE + 4.0), rng.uniform(-30, 30, 4)
        t = np.linspace(0, 1, 60)[:, None]
        knots = np.array([(x, y), (x + bend[0], y + 45 + bend[1]), (end[0] + bend[2], 205 + bend[3]), end])
        curve = (
            (1 - t) ** 3 * knots[0]
            + 3 * t * (1 - t) ** 2 * knots[1]
            + 3 * t * t * (1 - t) * knots[2]
            + t**3 * knots[3]
        )
        pen.line([(float(px), float(py)) for px, py in curve * _FINER], fill=255, width=4)
    wires = canvas.reduce(_FINER).filter(ImageFilter.GaussianBlur(0.4))
    return pads + 0.20 * np.asarray(wires, dtype=np.float64) / 255


_HISTORIES = (
    "A drawing; there is no patient. Read it as you would a routine chest film.",
    "A drawing; there is no patient. Imagine a cough for two weeks.",
    "A drawing; there is no patient. Imagine a check before an operation.",
    "A drawing; there is no patient. Imagine a fever since yesterday.",
)
_TEACHING = {
    "round-opacity": (
        "The round density follows no rib and no vessel, has a soft edge all round, and has no partner on the "
        "other side. Comparing the two lungs zone by zone, apex to base, is what finds it."
    ),
    "patchy-opacity": (
        "The patch is lighter than the same zone of the other lung, and its edge follows neither rib nor "
        "vessel. Step back or squint: a faint, large change shows better than in close-up."
    ),
    "nipple-shadow": (
        "Nipple shadows: small discs low in the lung fields, often on both sides at one height. On a real "
        "film, one on one side only can be told from a nodule by a second film with markers on the nipples."
    ),
    "crossing-ribs": (
        "Two ribs cross here, one in front and one behind, and their densities add up to a small lozenge. "
        "Follow each rib across it: the density ends exactly where the ribs' edges do."
    ),
    "lead": (
        "Electrodes and wires lie on the skin: their edges are sharper than anything inside the body, and the "
        "wire goes on beyond the lung. Name it, then look at the lung around it."
    ),
    "clear": (
        "Nothing is here but ribs, vessels and heart. Saying so with the right certainty is a skill of its "
        "own: looking longer at a picture like this one mostly turns vessels and ribs into false alarms."
    ),
}
_BESIDE = {
    "nipple-shadow": "The small disc low in the lung is a nipple shadow, drawn on purpose.",
    "crossing-ribs": "There is also a small lozenge where two ribs cross: look-alike and finding can share a film.",
    "lead": "The electrode and its wire lie on the skin and have nothing to do with it.",
}
