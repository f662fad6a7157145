"""Packs of drawn chest pictures: the demo pack, and the splits that `drawn-opacity` is trained and measured on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.random import Generator

from inference.simulation.drawn.pictures import (
    DIFFICULTIES,
    FINDING,
    LOOK_ALIKES,
    DrawnCase,
    draw_case,
    mixed_kind,
)
from radiology.imaging import Frame
from radiology.packs import (
    FindingDef,
    Licence,
    PackHeader,
    PackWriter,
    Question,
    WriteCase,
    WriteRegion,
    WriteSeries,
)

KEY = "demo-drawn"
AI_MODEL = "drawn-opacity"
# The first number of every random seed: no patient of one split is ever drawn in another.
STREAMS = {"practice": 1, "train": 2, "val": 3, "test": 4}

_ABNORMAL_TURNS = (
    ("round-opacity", "easy"),
    ("patchy-opacity", "medium"),
    ("round-opacity", "hard"),
    ("patchy-opacity", "easy"),
    ("round-opacity", "medium"),
    ("patchy-opacity", "hard"),
)
_NORMAL_TURNS = (LOOK_ALIKES[0], "clear", LOOK_ALIKES[1], LOOK_ALIKES[2])


def header(key: str = KEY, *, title: str = "Drawn chest pictures") -> PackHeader:
    """What the pack says of itself."""
    return PackHeader(
        key=key,
        version=1,
        title=title,
        description=(
            "Schematic chest pictures drawn by code: some with a round or patchy opacity in a lung field, some "
            "with nothing but what is often taken for one. They show how a sitting works, nothing more."
        ),
        modality="DX",
        simulated=True,
        rated=False,
        truth_basis="drawn: the code that made the picture put the finding there, or didn't",
        caveat="This is a drawing made by code. It shows no patient, and being good at it says nothing of real films.",
        licence=Licence(name="CC0-1.0", attribution="Drawn by Second Read's own code"),
        question=Question(
            prompt="Does this drawn chest picture show an opacity in a lung field?",
            kind="detection",
            localise=True,
        ),
        findings=(FindingDef(FINDING, "Opacity"),),
        ai_model=AI_MODEL,
    )


def write_demo(out: Path, *, count: int, seed: int) -> int:
    """Write `count` ≥ 2 practice cases to the new pack `out`; returns how many of them have an opacity.

    Half have one, from easy to hard in turn; the others are clear or hold a look-alike, in turn. Their order
    is random. Raises FileExistsError where `out` is there, and ValueError for fewer than two cases.
    """
    if count < 2 or seed < 0:
        raise ValueError("a pack needs at least two cases, and a seed that isn't negative")
    abnormal = count // 2
    planned = [_ABNORMAL_TURNS[turn % len(_ABNORMAL_TURNS)] for turn in range(abnormal)]
    for turn in range(count - abnormal):
        planned.append((_NORMAL_TURNS[turn % len(_NORMAL_TURNS)], DIFFICULTIES[turn % len(DIFFICULTIES)]))
    order = np.random.default_rng([STREAMS["practice"], seed]).permutation(count)
    with PackWriter(out, header()) as writer:
        for number, position in enumerate(order):
            kind, difficulty = planned[position]
            case = draw_case(_patient("practice", seed, number), kind=kind, difficulty=difficulty)
            writer.add_case(_written(case, "practice", number))
    return abnormal


def write_splits(out: Path, *, seed: int, counts: Mapping[str, int]) -> None:
    """Write a pack of mixed cases for training and measuring, every other one with an opacity.

    `counts` says how many cases each of the splits train, val and test gets; none is ever a demo case.
    """
    with PackWriter(out, header("drawn-splits", title="Drawn chest pictures for training")) as writer:
        for split, count in counts.items():
            for number, case in enumerate(mixed_cases(split, seed=seed, count=count)):
                writer.add_case(_written(case, split, number))


def mixed_cases(split: str, *, seed: int, count: int) -> Iterator[DrawnCase]:
    """Mixed cases of a split of `STREAMS`, every other one with an opacity, each from its own seed."""
    for number in range(count):
        rng = _patient(split, seed, number)
        kind, difficulty = mixed_kind(rng, abnormal=number % 2 == 1)
        yield draw_case(rng, kind=kind, difficulty=difficulty)


def _patient(split: str, seed: int, number: int) -> Generator:
    return np.random.default_rng([STREAMS[split], seed, number])


def _written(case: DrawnCase, split: str, number: int) -> WriteCase:
    regions = []
    if case.region is not None:
        region = case.region
        regions.append(WriteRegion(0, 0, FINDING, region.shape, region.geometry, region.mask))
    return WriteCase(
        case_id=f"drawn-{split}-{number + 1:04d}",
        patient_id=f"drawn-{split}-{number + 1:04d}",
        split=split,
        series=[WriteSeries([Frame(pixels=case.pixels, bits=8)], view="PA")],
        findings=case.findings,
        history=case.history,
        concepts=case.concepts,
        difficulty=case.difficulty,
        teaching_point=case.teaching_point,
        regions=regions,
    )
