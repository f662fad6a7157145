"""A schematic chest drawn from shapes: body, lungs, heart, spine, ribs and vessels as density on a grid.

Nothing here knows of a finding, so that nothing here can give one away.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

SIZE = 256
Field = npt.NDArray[np.float64]

_RIBS = 9
# Lines are drawn on a canvas this many times finer, then averaged.
_FINER = 3
# Strength 0 … 1, width in pixels, and both ends of a straight piece of vessel in the body's coordinates.
_Piece = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Build:
    """One imagined body. Lengths are shares of the picture's side, x from the body's midline."""

    width: float
    lung_top: float
    lung_base: float
    lung_width: float
    heart_width: float
    dome_depth: float
    breast: float
    rib_pitch: float
    rib_slope: float
    bone: float
    gas_bubble: bool
    turn: float
    middle_x: float
    middle_y: float


@dataclass(frozen=True, eq=False)
class Thorax:
    """A drawn chest: `density` 0 … about 1 and `lungs` 0 … 1, both [256, 256], with the grid they lie on.

    `across` is each pixel's signed distance from the body's midline and `down` its height in the body.
    """

    build: Build
    across: Field
    down: Field
    lungs: Field
    density: Field
    ribs_behind: Field
    ribs_in_front: Field


def draw_build(rng: Generator) -> Build:
    """A body at random: slim to broad, deep or shallow breath, a little turned and off centre."""
    width = rng.uniform(0.92, 1.08)
    base = rng.uniform(0.76, 0.84)
    return Build(
        width=width,
        lung_top=rng.uniform(0.085, 0.12),
        lung_base=base,
        lung_width=rng.uniform(0.345, 0.385) * width,
        heart_width=rng.uniform(0.135, 0.185) * width,
        dome_depth=rng.uniform(0.07, 0.10),
        breast=rng.uniform(0.05, 0.10) if rng.random() < 0.45 else 0.0,
        rib_pitch=rng.uniform(0.074, 0.082),
        rib_slope=rng.uniform(0.12, 0.30),
        bone=rng.uniform(0.8, 1.15),
        gas_bubble=bool(rng.random() < 0.65),
        turn=math.radians(rng.uniform(-2.5, 2.5)),
        middle_x=0.5 + rng.uniform(-0.015, 0.015),
        middle_y=0.5 + rng.uniform(-0.012, 0.012),
    )


def draw_thorax(rng: Generator) -> Thorax:
    """A chest without any finding, look-alike, noise or exposure."""
    build = draw_build(rng)
    across, down = _grid(build)
    lungs = _lungs(build, across, down)
    solid = _heart_and_mediastinum(build, across, down)
    air = lungs * (1 - solid)
    behind, front = _ribs(build, across, down)
    density = _body(build, across, down)
    inside = np.clip(density / 0.2, 0, 1)
    density = density + 0.12 * _below(build, across, down) * inside
    density += solid * (0.07 + 0.06 * _edge(0.80 - down, 0.03))
    depth = 0.80 + 0.20 * np.sqrt(np.clip(1 - (across / (1.25 * build.lung_width)) ** 2, 0, 1))
    density -= 0.36 * air * depth
    density += air * (0.03 * _texture(rng) + _vessels(rng, build) + _hila(build, across, down))
    seen = inside * (0.22 + 0.78 * lungs) * (1 - 0.72 * solid)
    density += build.bone * seen * (0.078 * behind + 0.042 * front)
    density += (
        build.bone * inside * (0.10 * _clavicles(build, across, down) + 0.035 * _spine(build, across, down))
    )
    density += inside * (build.breast * _breasts(build, across, down) + 0.035 * _blades(build, across, down))
    density -= 0.07 * _windpipe(across, down)
    if build.gas_bubble:
        density -= 0.16 * _bubble(rng, build, across, down)
    return Thorax(build, across, down, air, np.clip(density, 0, None), behind, front)


def smooth_noise(rng: Generator, cells: int) -> Field:
    """Noise [256, 256] that changes over 1 / `cells` of the picture, about −1 … 1, smooth between."""
    knots = rng.normal(0.0, 0.5, (cells + 3, cells + 3))
    at = (np.arange(SIZE) + 0.5) / SIZE * cells
    low = at.astype(np.int64)
    share = at - low
    # Uniform cubic B-spline weights: no grid shows.
    weights = np.stack(
        (
            (1 - share) ** 3 / 6,
            (3 * share**3 - 6 * share**2 + 4) / 6,
            (-3 * share**3 + 3 * share**2 + 3 * share + 1) / 6,
            share**3 / 6,
        )
    )
    rows = sum(weights[k][:, None] * knots[low + k] for k in range(4))
    field: Field = np.asarray(sum(weights[k][None, :] * rows[:, low + k] for k in range(4)))
    return field * 1.6


def to_picture(build: Build, across: float, down: float) -> tuple[float, float]:
    """A point of the body as (x, y) in pixels of the picture."""
    cos, sin = math.cos(build.turn), math.sin(build.turn)
    v = down - 0.5
    return (
        (cos * across - sin * v + build.middle_x) * SIZE,
        (sin * across + cos * v + build.middle_y) * SIZE,
    )


def _grid(build: Build) -> tuple[Field, Field]:
    rows, columns = np.mgrid[0:SIZE, 0:SIZE]
    x = (columns + 0.5) / SIZE - build.middle_x
    y = (rows + 0.5) / SIZE - build.middle_y
    cos, sin = math.cos(build.turn), math.sin(build.turn)
    return cos * x + sin * y, -sin * x + cos * y + 0.5


def _edge(inward: Field, width: float) -> Field:
    """1 well inside, 0 well outside, ½ on the edge; `inward` is the distance to it."""
    return 1 / (1 + np.exp(-np.clip(inward / width, -40, 40)))


def _body(build: Build, across: Field, down: Field) -> Field:
    heights = [-0.1, 0.0, 0.04, 0.08, 0.13, 0.19, 0.27, 0.36, 0.50, 0.75, 1.1]
    halves = [0.135, 0.14, 0.16, 0.24, 0.39, 0.54, 0.58, 0.54, 0.475, 0.46, 0.475]
    table = np.linspace(-0.1, 1.1, 241)
    profile = np.convolve(np.pad(np.interp(table, heights, halves), 8, "edge"), np.ones(17) / 17, "valid")
    half = np.interp(down, table, profile) * build.width
    inside = np.clip(1 - (across / half) ** 2, 0, 1)
    return 0.50 * inside**0.30 * _edge(half - np.abs(across), 0.006)


def _lungs(build: Build, across: Field, down: Field) -> Field:
    """Both lung fields 0 … 1, without the heart cut out of them."""
    reach = np.abs(across)
    t = np.clip((down - build.lung_top) / (build.lung_base - build.lung_top), 0, 1.3)
    apex = 0.46 * build.lung_width
    outer = apex + (build.lung_width - apex) * np.sin(np.pi / 2 * np.clip(t / 0.72, 0, 1)) ** 0.62
    inner = apex - (apex - 0.062) * np.sin(np.pi / 2 * np.clip(t / 0.20, 0, 1)) ** 0.62
    sideways = np.minimum(outer - reach, reach - inner)
    field = _edge(sideways, 0.0045) * _edge(_dome(build, across) - down, 0.004)
    return field * (down > build.lung_top)


def _dome(build: Build, across: Field) -> Field:
    """The height of the diaphragm at each x; the right one, on the picture's left, stands higher."""
    side = np.where(across < 0, 0.0, 0.018)
    middle = 0.50 * build.lung_width
    bow = ((np.abs(across) - middle) / (0.52 * build.lung_width)) ** 2
    return build.lung_base - build.dome_depth + side + build.dome_depth * np.minimum(bow, 1.6)


def _below(build: Build, across: Field, down: Field) -> Field:
    return _edge(down - _dome(build, across), 0.01) * _edge(1.02 * build.lung_width - np.abs(across), 0.03)


def _heart_and_mediastinum(build: Build, across: Field, down: Field) -> Field:
    """What is solid between the lungs, 0 … 1."""
    x, y = across - 0.055, down - 0.635 - 0.9 * (build.lung_base - 0.80)
    cos, sin = math.cos(0.62), math.sin(0.62)
    along, over = cos * x + sin * y, -sin * x + cos * y
    heart = 1 - np.hypot(along / (build.heart_width * 1.10), over / (build.heart_width * 0.86))
    right = 1 - np.hypot((across + 0.045) / 0.065, (down - 0.645) / 0.115)
    arch = 1 - np.hypot((across - 0.045) / 0.052, (down - 0.315) / 0.055)
    trunk = 1 - np.hypot((across - 0.05) / 0.048, (down - 0.43) / 0.085)
    middle = (0.058 + 0.02 * np.clip(0.28 - down, 0, 1) - np.abs(across)) / 0.06
    solid = [
        _edge(shape, width)
        for shape, width in ((heart, 0.035), (right, 0.07), (arch, 0.09), (trunk, 0.12), (middle, 0.09))
    ]
    free: Field = np.prod([1 - part for part in solid], axis=0)
    return 1 - free


def _band(distance: Field, half: float | Field) -> Field:
    """A rib across its width: a body with a brighter rim, more below than above."""
    d = distance / half
    body = _edge(1 - np.abs(d), 0.14)
    return body * (0.55 + 0.45 * np.abs(d) ** 2 + 0.15 * d)


def _ribs(build: Build, across: Field, down: Field) -> tuple[Field, Field]:
    """Ribs behind (from the spine outward) and in front (from the chest wall inward and down), 0 … 1."""
    behind, front = np.zeros_like(across), np.zeros_like(across)
    for number in range(_RIBS):
        wall = build.lung_width * (0.62 + 0.40 * min(1.0, (number + 0.4) / 4.0) ** 0.7) + 0.012
        start = build.lung_top + 0.035 + build.rib_pitch * number
        slope = 0.33 * build.rib_slope * (0.35 + 0.11 * number)
        rows = _rows(build, start - 0.06, start + slope + 0.10)
        u = np.clip(np.abs(across[rows]) / wall, 0, 1)
        line = start + slope * u + 0.055 * u**6 - 0.018 * np.sin(np.pi * u)
        steep = np.hypot(1, (slope + 0.33 * u**5) / wall)
        rib = _band((down[rows] - line) / steep, 0.0135)
        rib *= _edge(wall - np.abs(across[rows]), 0.004) * _edge(np.abs(across[rows]) - 0.035, 0.006)
        behind[rows] = np.maximum(behind[rows], rib)
        if number < _RIBS - 2:
            _rib_in_front(build, across, down, front, (wall, start + slope + 0.055, 0.10 + 0.022 * number))
    return behind, front


def _rib_in_front(
    build: Build, across: Field, down: Field, front: Field, shape: tuple[float, float, float]
) -> None:
    """Add one; `shape` is its reach, its height where it leaves the chest wall, and how far it drops."""
    wall, top, fall = shape
    rows = _rows(build, top - 0.06, top + 0.6 * fall + 0.05)
    reach = np.abs(across[rows])
    u = np.clip(reach / wall, 0, 1)
    line = top + (1 - u) * fall - 0.02 * np.sin(np.pi * (1 - u))
    rib = _band((down[rows] - line) / math.hypot(1, fall / wall), 0.0155)
    rib *= _edge(reach - wall * 0.50, 0.02) * _edge(wall - reach, 0.006)
    front[rows] = np.maximum(front[rows], rib)


def _rows(build: Build, top: float, bottom: float) -> slice:
    """The picture's rows that hold these heights of the body, across its whole width."""
    tilt = 0.42 * abs(math.sin(build.turn))
    shift = build.middle_y - 0.5
    return slice(max(int((top + shift - tilt) * SIZE), 0), min(int((bottom + shift + tilt) * SIZE) + 2, SIZE))


def _clavicles(build: Build, across: Field, down: Field) -> Field:
    reach = np.abs(across)
    u = np.clip(reach / (0.38 * build.width), 0, 1.2)
    line = build.lung_top + 0.098 - 0.075 * u + 0.020 * np.sin(2 * np.pi * u)
    return (
        _band(down - line, 0.0125 + 0.006 * (1 - u) ** 2)
        * _edge(reach - 0.045, 0.005)
        * _edge(1.05 - u, 0.02)
    )


def _blades(build: Build, across: Field, down: Field) -> Field:
    """The inner edges of the shoulder blades, beside and over the upper lungs."""
    reach, height = np.abs(across), (down - 0.16) / 0.27
    inner = build.lung_width * (0.83 + 0.16 * height**2)
    blade = _edge(reach - inner, 0.006) * _edge(0.40 * build.width + 0.02 - 0.12 * height - reach, 0.012)
    return blade * _edge(down - 0.17, 0.012) * _edge(0.43 - down, 0.012)


def _spine(build: Build, across: Field, down: Field) -> Field:
    pitch = build.rib_pitch
    phase = (down - build.lung_top) / pitch
    body = _edge(0.034 - np.abs(across), 0.004)
    discs = 0.62 + 0.38 * np.abs(np.sin(np.pi * phase)) ** 0.5
    roots = np.exp(-(((np.abs(across) - 0.021) / 0.007) ** 2) - ((phase % 1 - 0.5) / 0.2) ** 2)
    return body * discs + 0.35 * roots


def _windpipe(across: Field, down: Field) -> Field:
    trunk = _edge(0.017 - np.abs(across + 0.004), 0.004) * _edge(0.385 - down, 0.012)
    fork = np.abs(np.abs(across) - 0.95 * (down - 0.375))
    return trunk + 0.7 * _edge(0.011 - fork, 0.004) * _edge(down - 0.375, 0.01) * _edge(0.445 - down, 0.012)


def _breasts(build: Build, across: Field, down: Field) -> Field:
    x = (np.abs(across) - 0.54 * build.lung_width) / (0.62 * build.lung_width)
    y = (down - 0.56) / 0.21
    inside = 1 - np.hypot(x, y)
    return _edge(inside, 0.03) * np.clip(0.35 + 0.9 * y, 0, 1)


def _bubble(rng: Generator, build: Build, across: Field, down: Field) -> Field:
    """Gas in the stomach, under the diaphragm on the picture's right."""
    x = (across - rng.uniform(0.17, 0.22)) / rng.uniform(0.06, 0.09)
    y = (down - build.lung_base - 0.018) / rng.uniform(0.03, 0.045)
    return _edge(1 - np.hypot(x, y), 0.12)


def _hila(build: Build, across: Field, down: Field) -> Field:
    x = (np.abs(across) - 0.095) / 0.045
    y = (down - 0.455 + 0.012 * np.sign(across)) / 0.075
    return 0.09 * np.exp(-(x**2) - y**2)


def _texture(rng: Generator) -> Field:
    return 0.7 * smooth_noise(rng, 9) + 0.6 * smooth_noise(rng, 40)


def _vessels(rng: Generator, build: Build) -> Field:
    """Vessels that leave each hilum, bend, fork and thin out."""
    pieces: list[_Piece] = []
    for side in (-1, 1):
        for angle in np.linspace(-1.35, 1.30, 8) + rng.normal(0, 0.12, 8):
            start = (side * 0.080, 0.455 - 0.012 * side + 0.045 * angle + rng.normal(0, 0.012))
            length = rng.uniform(0.17, 0.30) * (1 + 0.25 * abs(angle))
            _branch(rng, pieces, start, angle, side, length, rng.uniform(1.4, 2.4), forks=3)
    canvas = Image.new("L", (SIZE * _FINER, SIZE * _FINER))
    pen = ImageDraw.Draw(canvas)
    # Faint before strong: what is drawn last is on top.
    for strength, width, *ends in sorted(pieces):
        places = [to_picture(build, ends[k], ends[k + 1]) for k in (0, 2)]
        pen.line(
            [(x * _FINER, y * _FINER) for x, y in places],
            fill=round(255 * strength),
            width=round(width * _FINER),
        )
    small = canvas.reduce(_FINER).filter(ImageFilter.GaussianBlur(0.7))
    return 0.13 * np.asarray(small, dtype=np.float64) / 255


def _branch(
    rng: Generator,
    pieces: list[_Piece],
    start: tuple[float, float],
    angle: float,
    side: int,
    length: float,
    thick: float,
    *,
    forks: int,
) -> None:
    bend = rng.normal(0, 2.2)
    u, v = start
    steps = max(int(length * 60), 3)
    fork_at = int(steps * rng.uniform(0.25, 0.5))
    for step in range(steps):
        share, before = step / steps, (u, v)
        u += side * math.cos(angle) * length / steps
        v += math.sin(angle) * length / steps
        angle += bend * length / steps + rng.normal(0, 0.05)
        width = max(thick * (1 - 0.7 * share), 0.5)
        pieces.append((min(0.30 + 0.35 * width, 1.0) * (1 - 0.55 * share), width, *before, u, v))
        if forks and step == fork_at:
            turned = angle + rng.choice((-1, 1)) * rng.uniform(0.3, 0.6)
            _branch(rng, pieces, (u, v), turned, side, 0.62 * length, 0.7 * thick, forks=forks - 1)
