"""Measure a simulated pack: `python -m inference.simulation.quality KIND PACK [--split practice]`; JSON on stdout."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from inference.simulation import kinds
from inference.simulation.cases import CLEAR
from inference.simulation.quality.accidents import Trace, accident_areas, trace
from inference.simulation.quality.grading import Scored, areas_by_grade
from inference.simulation.quality.stored import StoredCase, stored_cases


def measure(kind: str, pack: Path, split: str, *, limit: int | None = None) -> dict[str, Any]:
    """The pack's figures: cases, observer areas by grade (against clear normals and against all), accidents."""
    modality = kinds.find(kind)
    rng = np.random.default_rng(0)
    scored: list[tuple[bool, Scored]] = []
    traces: list[Trace] = []
    waiting: list[StoredCase] = []
    last: StoredCase | None = None
    for number, case in enumerate(stored_cases(pack, split)):
        if limit is not None and number >= limit:
            break
        finding = case.row.findings[0] if case.row.findings else ""
        scores = {}
        if modality.score is not None:
            images = case.simulated()
            scores = {one.key: modality.score(images, one.key) for one in modality.header.findings}
        scored.append((case.row.concepts[0] == CLEAR, Scored(finding, case.grade, scores)))
        if case.abnormal:
            last = case if last is None or rng.random() < 0.7 else last
            traces.append(trace(case, case))
            traces.extend(trace(one, case) for one in waiting)
            waiting = []
        elif last is None:
            waiting.append(case)
        else:
            traces.append(trace(case, last))
        print(f"\r{number + 1} cases", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    result: dict[str, Any] = {"kind": kind, "split": split, "n": len(scored)}
    if modality.score is not None:
        result["observer_against_all"] = areas_by_grade([one for _, one in scored])
        clear = [one for is_clear, one in scored if is_clear or one.finding]
        result["observer_against_clear"] = areas_by_grade(clear)
    result["accidents"] = accident_areas(traces)
    return result


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; 0 done, 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m inference.simulation.quality", description=__doc__)
    parser.add_argument("kind", choices=sorted(kinds.KINDS))
    parser.add_argument("pack", type=Path)
    parser.add_argument("--split", default="practice")
    parser.add_argument("--limit", type=int, help="look at the first so many cases only")
    chosen = parser.parse_args(arguments)
    figures = measure(chosen.kind, chosen.pack, chosen.split, limit=chosen.limit)
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
