"""The bones of a chest film: ribs, clavicles, shoulder blades, upper arms, spine, breastbone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from inference.simulation.chest.layout import Habitus, Points
from inference.simulation.chest.tubes import Cloud, bezier, spread, swept


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Bone as cubic millimetres of compact bone, and where each rib runs."""

    compact: Cloud
    ribs: tuple[tuple[int, int, Points], ...]
    """(side -1 or 1, number, course [N, 3])."""


# Height where each rib leaves the spine, how far it comes down on its way forwards, and how wide its arch is.
_STARTS = (-3.0, 16.0, 38.0, 61.0, 85.0, 109.0, 133.0, 157.0, 182.0, 207.0, 232.0, 257.0)
_DROPS = (50.0, 54.0, 70.0, 84.0, 96.0, 105.0, 113.0, 120.0, 122.0, 124.0, 128.0, 120.0)
_ARCHES = (0.70, 0.89, 0.97, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
# Share of the way round to the breastbone at which bone ends and cartilage begins.
_ENDS = (0.84, 0.82, 0.81, 0.80, 0.79, 0.77, 0.74, 0.71, 0.67, 0.62, 0.50, 0.32)


def draw_skeleton(body: Habitus, rng: Generator) -> Skeleton:
    """All bones of a patient."""
    bone = 1.05 - 0.006 * max(body.age - 50, 0)
    slope = rng.uniform(0.88, 1.14)
    ribs, clouds = [], []
    for number in range(12):
        wobble, tall = 2.0 * rng.normal(), rng.uniform(0.93, 1.08)
        for side in (-1, 1):
            course, guide = _rib(body, side, number, slope, wobble + 1.2 * rng.normal())
            ribs.append((side, number + 1, course))
            clouds.append(_rib_cloud(body, course, guide, number, tall, bone))
    for side in (-1, 1):
        clouds.append(_collar(body, side, rng, bone))
        clouds.extend(_blade(body, side, rng, bone))
    clouds.append(_spine(body, rng, bone))
    clouds.append(_breastbone(body, bone))
    places = np.concatenate([one.places for one in clouds])
    return Skeleton(Cloud(places, np.concatenate([one.volumes for one in clouds])), tuple(ribs))


def _rib(body: Habitus, side: int, number: int, slope: float, wobble: float) -> tuple[Points, Points]:
    """(course [N, 3], outward direction [N, 3]) of one rib along the cage, from the spine to its cartilage."""
    h = body.height
    t = np.linspace(0.0, _ENDS[number], 90)
    start = _STARTS[number] * h
    drop = _DROPS[number] * h * slope
    # Rising a little from the spine to its angle, then down all the way.
    y = (
        start
        + wobble * np.sin(t * 3)
        + drop * (1.12 * t**1.15 - 0.16 * np.sin(np.pi * np.clip(t / 0.5, 0, 1)) * 0.6)
    )
    angle = math.pi * (0.026 + 0.974 * t)
    a = body.across(y) * _ARCHES[number] + 2.5
    b = body.through(y) * (0.55 + 0.45 * _ARCHES[number]) + 2.5
    n = 2 / 2.3
    x = side * a * (1 + side * body.uneven) * np.abs(np.sin(angle)) ** n
    z = -b * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** n + 4
    course = np.stack([x + body.spine_x(y) * np.exp(-6 * t), y, z], axis=1)
    outward = np.stack([x / a**2, 0 * x, z / b**2], axis=1)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    return course, outward


def _rib_cloud(
    body: Habitus, course: Points, outward: Points, number: int, tall: float, bone: float
) -> Cloud:
    t = np.linspace(0, 1, len(course))
    wide = (6.3 if number else 7.5) * tall * body.height
    half = wide * (
        0.62 + 0.18 * np.clip(t / 0.1, 0, 1) + 0.22 * np.sin(np.pi * np.clip(t * 1.1, 0, 1)) + 0.12 * t**3
    )
    thick = 3.6 * (1.08 - 0.30 * np.sin(np.pi * t) - 0.15 * t)
    tangent = np.gradient(course, axis=0)
    upwards = np.cross(outward, tangent)
    upwards *= np.sign(-upwards[:, 1:2])
    made = swept(
        course,
        np.stack([half, thick], axis=1),
        upwards=upwards,
        dense=150,
        crust=0.22,
        marrow=0.30,
        keel=0.35,
    )
    # The first two are thinner, and every rib loses bone on its way to its cartilage.
    part = np.linspace(1.08, 0.74, len(made.volumes)) * (0.62, 0.85, 1.0, 0.7)[min(number, 2) + (number > 9)]
    return Cloud(made.places, made.volumes * bone * part)


def _collar(body: Habitus, side: int, rng: Generator, bone: float) -> Cloud:
    w, lift = body.width, 8 * body.arms
    tilt = 3 * rng.normal()
    points = np.array(
        [
            [15 * w, 43 + tilt * 0.3, 62],
            [36 * w, 40, 68],
            [78 * w, 29 - 0.3 * lift, 48],
            [118 * w, 14 - 0.8 * lift + tilt, 12],
            [163 * w, 11 - 0.8 * lift + tilt, -20],
        ]
    )
    points[:, 0] *= side
    curve = bezier(points, 16)
    t = np.linspace(0, 1, len(curve))
    radius = (
        5.9
        + 3.4 * np.exp(-t / 0.12)
        + 1.3 * np.clip((t - 0.6) / 0.3, 0, 1)
        - 3.2 * np.clip((t - 0.9) / 0.1, 0, 1)
    )
    made = swept(curve, np.stack([radius, radius * 0.95], axis=1), dense=140, crust=0.26, marrow=0.22)
    return Cloud(made.places, made.volumes * bone * 0.95)


def _blade(body: Habitus, side: int, rng: Generator, bone: float) -> list[Cloud]:
    """Shoulder blade, rolled out of the lungs more or less, with its spine and coracoid, and the head of the arm."""
    w, lift = body.width, 8 * body.arms
    roll = rng.uniform(-14, 12)

    def at(x: float, y: float, z: float) -> list[float]:
        return [side * (x * w + roll + 5), y - lift * 0.8, z]

    glenoid, lower, upper = at(157, 42, -28), at(128, 142, -72), at(104, 26, -76)
    tip, coracoid = at(172, 12, -24), at(146, 26, 6)
    edge = bezier(np.array([glenoid, at(147, 84, -52), lower]), 16)
    thick = np.linspace(6.0, 3.2, len(edge))
    inner = bezier(np.array([lower, at(107, 90, -82), upper]), 16)
    ridge = bezier(np.array([at(108, 52, -84), at(140, 26, -76), tip]), 16)
    beak = bezier(np.array([at(153, 34, -22), at(150, 21, -6), coracoid]), 12)
    head = _ball(np.array(at(184, 38, -16)), 24.0)
    shaft = np.array([at(186, 41, -16), at(198, 58, -18), at(222, 92, -20), at(258, 140, -22)])
    return [
        swept(edge, np.stack([thick, thick * 0.7], axis=1), dense=90, crust=0.25, marrow=0.15 * bone),
        swept(inner, np.full(len(inner), 1.7), dense=16),
        swept(ridge, np.linspace(2.0, 5.5, len(ridge)), dense=60, crust=0.3, marrow=0.25),
        swept(beak, np.full(len(beak), 5.2), dense=60, crust=0.25, marrow=0.25),
        swept(
            np.array([at(157, 30, -30), at(156, 44, -30), at(153, 58, -36)]),
            np.full(3, 5.5),
            dense=120,
            crust=0.16,
            marrow=0.15,
        ),
        _sheet(np.array(glenoid), np.array(lower), np.array(upper), 0.85),
        head,
        swept(shaft, np.array([11.0, 15.0, 12.0, 11.0]), dense=700, crust=0.13, marrow=0.14),
    ]


def _ball(centre: Points, radius: float) -> Cloud:
    number = np.arange(60_000) + 0.5
    out = (number * 0.7548776662) % 1.0
    height = 1 - 2 * number / len(number)
    turn = number * math.pi * (3 - math.sqrt(5))
    r = radius * np.cbrt(out)
    flat = np.sqrt(1 - height**2)
    places = centre + r[:, None] * np.stack([flat * np.cos(turn), height, flat * np.sin(turn)], axis=1)
    density = np.where(out > 0.88, 0.5, 0.2)
    return Cloud(places, density * (4 / 3 * math.pi * radius**3 / len(number)))


def _sheet(one: Points, two: Points, three: Points, thick: float) -> Cloud:
    number = np.arange(40_000) + 0.5
    u, v = number / len(number), (number * 0.6180339887) % 1.0
    u = np.sqrt(u)
    a, b, c = 1 - u, u * (1 - v), u * v
    places = a[:, None] * one + b[:, None] * two + c[:, None] * three
    area = 0.5 * np.linalg.norm(np.cross(two - one, three - one))
    return Cloud(places, np.full(len(number), area * thick / len(number)))


def _spine(body: Habitus, rng: Generator, bone: float) -> Cloud:
    """Bodies with end plates and concave sides, pedicles, spinous and transverse processes, C6 to L2."""
    clouds = []
    h = body.height
    for number in range(-3, 16):
        size = 1 + 0.025 * number
        middle = h * (-4 + 21.8 * number + 0.30 * number**2)
        if middle < -60 or middle > 360:
            continue
        here = np.array([float(body.spine_x(middle)), middle, -64.0])
        clouds.extend(_vertebra(here, size * h, size * (0.93 if body.woman else 1.0), bone, rng))
    return Cloud(
        np.concatenate([one.places for one in clouds]), np.concatenate([one.volumes for one in clouds])
    )


def _vertebra(here: Points, tall: float, wide: float, bone: float, rng: Generator) -> list[Cloud]:
    half_height, half_width, half_depth = 8.7 * tall, 15.0 * wide, 13.0 * wide
    share, u, v = spread(16_000)
    y = 2 * share - 1
    waist = 0.88 + 0.12 * y**2
    places = here + np.stack([u * waist * half_width, y * half_height, v * half_depth], axis=1)
    rim = np.hypot(u, v) > 0.94
    density = np.where(np.abs(y) > 0.92, 0.30, np.where(rim, 0.26, 0.08)) * bone
    volume = math.pi * half_width * half_depth * 2 * half_height / len(share)
    made = [Cloud(places, density * volume)]
    droop = np.array([1.0 * rng.normal(), 15 * tall, -38 * wide])
    spinous = np.array([here + [0, 4 * tall, -22 * wide], here + droop])
    made.append(
        swept(
            spinous,
            np.array([[7.0, 2.6], [6.0, 3.4]]) * wide,
            dense=60,
            crust=0.16,
            marrow=0.12,
            upwards=np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]),
        )
    )
    for side in (-1, 1):
        ring = here + [side * 10.5 * wide, -2 * tall, -12]
        pedicle = swept(
            np.array([ring, ring + [0, 0, -6.0]]),
            np.array([[5.2, 3.2], [5.2, 3.2]]) * wide,
            dense=80,
            crust=0.3,
            marrow=0.3,
            upwards=np.array([[0.0, 1.0, 0.0]] * 2),
        )
        made.append(Cloud(pedicle.places, pedicle.volumes * rng.uniform(0.35, 0.65)))
        wing = np.array([here + [side * 12 * wide, -1, -22], here + [side * 30 * wide, -4 * tall, -30]])
        made.append(swept(wing, np.array([4.0, 2.4]) * wide, dense=80, crust=0.1, marrow=0.08))
    return made


def _breastbone(body: Habitus, bone: float) -> Cloud:
    h, front = body.height, body.depth
    points = np.array(
        [
            [0, 33 * h, 62 * front],
            [0, 72 * h, 78 * front],
            [0, 82 * h, 80 * front],
            [0, 130 * h, 90 * front],
            [0, 178 * h, 94 * front],
        ]
    )
    wide = np.array([[26.0, 5.5], [15.0, 5.0], [13.0, 5.0], [17.0, 4.8], [14.0, 4.0]])
    across = np.tile([1.0, 0.0, 0.0], (len(points), 1))
    made = swept(points, wide, upwards=across, dense=600, crust=0.08, marrow=0.11)
    return Cloud(made.places, made.volumes * bone * 0.9)


__all__ = ["Skeleton", "draw_skeleton"]
