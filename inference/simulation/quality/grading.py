"""Does difficulty mean something? ROC areas of the template-matching observer over the grades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from inference.simulation.cases import GRADES
from radiology.statistics import UndefinedStatistic, roc_auc_delong


@dataclass(frozen=True)
class Scored:
    """An observer's scores of a case, by finding, beside what the case has."""

    finding: str
    """The finding it has; "" for a case without one."""
    grade: str
    scores: Mapping[str, float]


def areas_by_grade(scored: Sequence[Scored]) -> dict[str, dict[str, dict[str, float]]]:
    """ROC area with its 95 % interval, per finding and for all together, of each grade against all normals.

    For all together a case counts with the score of its own finding in standard deviations of that finding's
    scores of normal cases; a normal case counts once for every finding.
    """
    normal = [one for one in scored if not one.finding]
    findings = sorted({one.finding for one in scored if one.finding})
    spread = {
        name: (
            float(np.mean([one.scores[name] for one in normal])),
            float(np.std([one.scores[name] for one in normal])),
        )
        for name in findings
    }

    def standard(one: Scored, finding: str) -> float:
        mean, deviation = spread[finding]
        return (one.scores[finding] - mean) / max(deviation, 1e-9)

    found: dict[str, dict[str, dict[str, float]]] = {}
    for name in (*findings, "all"):
        looked_for = findings if name == "all" else [name]
        absent = [standard(one, finding) for one in normal for finding in looked_for]
        found[name] = {}
        for grade in GRADES:
            present = [
                standard(one, one.finding)
                for one in scored
                if one.finding in looked_for and one.grade == grade
            ]
            try:
                area = roc_auc_delong([*present, *absent], [True] * len(present) + [False] * len(absent))
            except UndefinedStatistic:
                continue
            found[name][grade] = {**asdict(area), "n": float(len(present))}
    return found
