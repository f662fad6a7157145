"""One simulated head CT: a patient, perhaps a bleeding, perhaps what is taken for one, and a scanner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from scipy import ndimage

from inference.simulation.cases import CLEAR, GRADES, Measures, Plan, SimulatedCase, SimulatedView
from inference.simulation.core.fields import Field
from inference.simulation.core.measures import measured
from inference.simulation.head_ct import alike, blood, brain, heads, scanners, skull, texts
from inference.simulation.head_ct.atlas import Atlas, load_atlas
from radiology.packs import WriteRegion

FINDING = "haemorrhage"
CONCEPTS = ("intraparenchymal", "subdural", "epidural", "subarachnoid", "intraventricular")
# A part of a slice is marked where it holds at least this share of what the fullest part does.
_SEEN, _FEWEST_PIXELS = 0.3, 6
_LEAST_SHARE, _TRIES = 0.2, 40


@dataclass(frozen=True, eq=False)
class _Streams:
    """Random numbers of each part, so that none changes what another draws."""

    body: Generator
    warp: Generator
    tissue: Generator
    bones: Generator
    outside: Generator
    finding: Generator
    look_alike: Generator
    scanner: Generator
    noise: Generator
    texts: Generator

    @classmethod
    def of(cls, rng: Generator) -> _Streams:
        return cls(*rng.spawn(10))


def draw(rng: Generator, plan: Plan, *, finding: bool = True, look_alike: bool = True) -> SimulatedCase:
    """Draw the head CT of `plan`, one stack of slices from the skull base upwards.

    See `inference.simulation.cases.Draw`. Raises ValueError for a concept, grade or scanner that there isn't.
    """
    _check(plan)
    streams = _Streams.of(rng)
    scanner = scanners.found(plan.scanner)
    traits = heads.drawn_traits(streams.body)
    stack = heads.drawn_stack(streams.body, scanner.thickness_mm)
    bones = skull.drawn_bones(streams.bones)
    incidental, beside = _incidental(streams, plan, look_alike)
    atlas = load_atlas()
    head = heads.posed(streams.warp, atlas, traits, stack)
    points = brain.inside(head)
    outer = skull.outer_density(streams.outside, head, bones)
    bleeding = plan.concept in CONCEPTS
    person = _Person(atlas, head, points, incidental, int(streams.tissue.integers(2**63)))
    extra = scanners.beam_hardening(streams.scanner, head, scanner, incidental.streaks)
    shown = bleeding and finding
    flat, share = (
        _bled(streams.finding, plan, person, scanner) if shown else (_density(person, points, None)[0], None)
    )
    slices = _as_slices(flat, person, outer, scanner) + extra
    frames = scanners.scanned(streams.noise, slices, head, scanner)
    masks = [] if share is None else _masks(share, head)
    measures = _measured(person, outer, slices - extra, masks, scanner) if shown else None
    history = texts.drawn_history(streams.texts, traits.age)
    concept = plan.concept if finding or not bleeding else CLEAR
    if not look_alike and concept in alike.LOOK_ALIKES:
        concept = CLEAR
    told = [concept] if concept != CLEAR or not beside else []
    if beside and beside != concept:
        told.append(beside)
    taught = concept if concept != CLEAR or not beside else beside
    return SimulatedCase(
        views=(SimulatedView(frames=tuple(frames), view="axial", stack=True),),
        findings=(FINDING,) if shown else (),
        regions=tuple(WriteRegion(0, k, FINDING, "mask", (), mask) for k, mask in masks),
        concepts=tuple(told),
        teaching_point=texts.teaching_point(streams.texts, taught, beside if bleeding else ""),
        history=history,
        pixel_spacing_mm=stack.spacing_mm,
        measures=measures,
    )


def _check(plan: Plan) -> None:
    if plan.concept not in (*CONCEPTS, *alike.LOOK_ALIKES, CLEAR):
        raise ValueError(f"there is no head CT of “{plan.concept}”")
    if plan.grade not in GRADES:
        raise ValueError(f"there is no grade “{plan.grade}”")


def _incidental(streams: _Streams, plan: Plan, look_alike: bool) -> tuple[alike.Incidental, str]:
    """What any head holds, and the look-alike in this one ("" for none)."""
    rng = streams.look_alike
    incidental = alike.drawn_incidental(rng)
    # As often as among normal cases, of any kind and grade.
    concept, grade = str(rng.choice(alike.LOOK_ALIKES)), str(rng.choice(GRADES))
    also = bool(rng.random() < 0.5)
    if plan.concept in alike.LOOK_ALIKES:
        concept, grade, also = plan.concept, plan.grade, True
    elif plan.concept == CLEAR:
        also = False
    if not (also and look_alike):
        return incidental, ""
    return alike.with_look_alike(rng, incidental, concept, grade), concept


@dataclass(frozen=True, eq=False)
class _Person:
    """All that is known of a patient but the bleeding."""

    atlas: Atlas
    head: heads.Head
    points: brain.Inside
    incidental: alike.Incidental
    seed: int
    """Of the sulci and of chalk, which are the same with and without a bleeding."""


def _density(person: _Person, points: brain.Inside, bleed: blood.Bleed | None) -> tuple[Field, Field]:
    """(HU, share of blood), each [N], at `points` inside a person's dura."""
    rng = np.random.default_rng(person.seed)
    incidental = person.incidental
    pressed = blood.no_press(points) if bleed is None else bleed.pressed
    effaced = 0.0 if bleed is None else bleed.effaced
    tissue = brain.brain_tissue(rng, person.atlas, person.head, points, pressed, effaced)
    hu = brain.plain_density(tissue, points, person.head)
    hu += alike.infarcted(points, incidental) * (np.float32(12) - hu)
    if bleed is not None:
        hu -= np.float32(11) * bleed.oedema * (0.35 + 0.65 * tissue.white) * (1 - tissue.fluid)
    dura, sinus = brain.sheets(points, pressed, incidental.sheets)
    hu += dura
    hu += sinus * (np.float32(brain.VENOUS + incidental.venous) - hu)
    share = np.zeros_like(hu)
    if bleed is not None:
        share = bleed.share(tissue)
        hu += share * (np.float32(bleed.density) - hu)
    hu += brain.calcifications(rng, points, pressed, incidental.chalk)
    hu += alike.bone_touched(points, person.head, incidental) * (np.float32(170) - hu)
    return hu, share


def _bled(rng: Generator, plan: Plan, person: _Person, scanner: scanners.Scanner) -> tuple[Field, Field]:
    """(HU [N] with a bleeding, share of blood in each pixel of the slices), drawn until there's some to be seen.

    A few sulci on a random spot of a young brain may hold no fluid that blood could replace.
    """
    for _ in range(_TRIES):
        bleed = blood.drawn_bleed(rng, plan.concept, plan.grade, person.head, person.points)
        flat, shares = _density(person, person.points, bleed)
        whole = _filled(shares, person.head, person.points)
        share = scanners.blurred(scanners.averaged(whole), scanner)
        if np.count_nonzero(share > _LEAST_SHARE) >= _FEWEST_PIXELS:
            return flat, share
    raise RuntimeError(f"no place for blood was found: {plan}")


def _as_slices(flat: Field, person: _Person, outer: Field, scanner: scanners.Scanner) -> Field:
    """What a scanner makes of the inside of a head, flat HU [N], within its outside HU [K, H, W]."""
    whole = outer.copy()
    index = person.points.index
    edge = brain.ramp(person.points.depth + 0.2, 1.0)
    whole.ravel()[index] += edge * (flat - whole.ravel()[index])
    return scanners.blurred(scanners.averaged(whole), scanner)


def _filled(flat: Field, head: heads.Head, points: brain.Inside) -> Field:
    whole = np.zeros(head.depth.shape, dtype=np.float32)
    whole.ravel()[points.index] = flat * brain.ramp(points.depth + 0.2, 1.0)
    return whole


def _masks(share: Field, head: heads.Head) -> list[tuple[int, npt.NDArray[np.bool_]]]:
    """(slice, mask of the whole image) wherever enough blood lies to be seen."""
    peak = float(share.max())
    seen = share >= max(_SEEN * peak, 1e-6)
    masks = []
    fullest = int(seen.sum(axis=(1, 2)).argmax())
    for k, one in enumerate(seen):
        if one.sum() >= _FEWEST_PIXELS or (k == fullest and one.any()):
            whole = np.zeros((heads.SIZE, heads.SIZE), dtype=bool)
            whole[head.rows, head.columns] = one
            masks.append((k, whole))
    return masks


def _measured(
    person: _Person,
    outer: Field,
    slices: Field,
    masks: Sequence[tuple[int, npt.NDArray[np.bool_]]],
    scanner: scanners.Scanner,
) -> Measures:
    """Measures on the slice that shows most of the bleeding; the patient without it is made for that one only."""
    head, points = person.head, person.points
    k, whole = max(masks, key=lambda one: int(one[1].sum()))
    pixels = head.depth[0].size
    part = slice(k * heads.SUBSLICES, (k + 1) * heads.SUBSLICES)
    chosen = (points.index >= part.start * pixels) & (points.index < part.stop * pixels)
    here = brain.within(points, chosen)
    flat, _ = _density(person, here, None)
    moved = replace(here, index=here.index - part.start * pixels)
    absent = _as_slices(flat, replace(person, points=moved), outer[part], scanner)[0]
    sd = scanners.noise_sd(scanner, head)
    grain = np.random.default_rng(0).normal(0, sd, absent.shape).astype(np.float32)
    within = ndimage.binary_erosion(scanners.averaged(head.depth[part])[0] > 1.5)
    return measured(
        slices[k] + grain,
        absent + grain,
        whole[head.rows, head.columns],
        noise=sd,
        spacing_mm=head.stack.spacing_mm,
        within=within,
    )
