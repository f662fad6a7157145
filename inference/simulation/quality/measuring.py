"""All figures of a simulated pack, from its cases one at a time."""

from __future__ import annotations

import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, Self

import numpy as np

from inference.simulation import kinds
from inference.simulation.cases import CLEAR, Modality, SimulatedCase
from inference.simulation.quality.accidents import Trace, accident_areas, trace
from inference.simulation.quality.grading import Scored, areas_by_grade
from inference.simulation.quality.stored import StoredCase, stored_cases


def measure(kind: str, pack: Path, split: str, *, limit: int | None = None) -> dict[str, Any]:
    """The pack's figures: cases, observer areas by grade (against clear normals and against all), accidents."""
    modality = kinds.find(kind)
    told: list[tuple[bool, str, str]] = []
    traces, scores = Traces(), Scores(modality)
    with scores:
        for case in islice(stored_cases(pack, split), limit):
            finding = case.row.findings[0] if case.row.findings else ""
            told.append((case.row.concepts[0] == CLEAR, finding, case.grade))
            scores.add(case)
            traces.add(case)
            print(f"\r{len(told)} cases", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        by_case = scores.all()
    scored = [
        (is_clear, Scored(finding, grade, own))
        for (is_clear, finding, grade), own in zip(told, by_case, strict=True)
    ]
    result: dict[str, Any] = {"kind": kind, "split": split, "n": len(scored)}
    if modality.score is not None:
        result["observer_against_all"] = areas_by_grade([one for _, one in scored])
        clear = [one for is_clear, one in scored if is_clear or one.finding]
        result["observer_against_clear"] = areas_by_grade(clear)
    result["accidents"] = accident_areas(traces.made)
    return result


class Scores:
    """What a modality's observer makes of cases, on every processor: filters work outside the interpreter's lock."""

    def __init__(self, modality: Modality) -> None:
        self._modality, self._ahead = modality, 2 * (os.cpu_count() or 1)
        self._pool, self._waiting = ThreadPoolExecutor(os.cpu_count()), list[Future[dict[str, float]]]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def add(self, case: StoredCase) -> None:
        """Have a case scored; a few may wait, so that not all images are in memory at once."""
        self._waiting.append(self._pool.submit(self._scored, case.simulated()))
        if len(self._waiting) > self._ahead:
            self._waiting[-self._ahead].result()

    def all(self) -> list[dict[str, float]]:
        """The scores by finding of all cases, in the order in which they came; none without an observer."""
        return [one.result() for one in self._waiting]

    def _scored(self, images: SimulatedCase) -> dict[str, float]:
        look = self._modality.score
        return (
            {} if look is None else {one.key: look(images, one.key) for one in self._modality.header.findings}
        )


class Traces:
    """Traces of cases that come one at a time: normal ones borrow the place of a finding from one that has it."""

    def __init__(self) -> None:
        self.made: list[Trace] = []
        self._waiting: list[StoredCase] = []
        self._last: StoredCase | None = None
        self._rng = np.random.default_rng(0)

    def add(self, case: StoredCase) -> None:
        """Take in the next case; normal ones before the first abnormal one wait for it."""
        if case.abnormal:
            self._last = case if self._last is None or self._rng.random() < 0.7 else self._last
            self.made.append(trace(case, case))
            self.made.extend(trace(one, case) for one in self._waiting)
            self._waiting = []
        elif self._last is None:
            self._waiting.append(case)
        else:
            self.made.append(trace(case, self._last))
