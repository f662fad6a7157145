"""The figures of one finding on one split: areas, decisions, calibration, and the same by group of cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from inference.engine.evaluation import CaseReading, decisions, interval_or_none, scores_and_truth
from inference.reports import curves
from inference.reports.resampling import Indices, cluster_bootstrap
from radiology.statistics import (
    Confusion,
    Interval,
    UndefinedStatistic,
    brier,
    confusion,
    expected_calibration_error,
    roc_auc,
    wilson,
)


def grade_of(reading: CaseReading) -> str:
    """The difficulty grade: what stands before the colon of the case's difficulty."""
    return reading.case.difficulty.partition(":")[0].strip()


def repeats_patients(readings: Sequence[CaseReading]) -> bool:
    """Whether any patient has several cases, so that cases aren't independent."""
    return len({one.case.patient_id for one in readings}) < len(readings)


def finding_section(readings: Sequence[CaseReading], label: str, threshold: float) -> dict[str, Any]:
    """Everything but heatmaps and pictures. What the cases don't define (one class only) is None."""
    scores, truth = scores_and_truth(readings, label)
    table = confusion([score >= threshold for score in scores], truth)
    figures = decision_figures(readings, label, threshold)
    if repeats_patients(readings):
        figures = {"independent": figures} | clustered_figures(readings, label, threshold)
    return figures | {
        "threshold": threshold,
        "prevalence": sum(truth) / len(truth),
        "confusion": {
            "true_positive": table.true_positive,
            "false_positive": table.false_positive,
            "true_negative": table.true_negative,
            "false_negative": table.false_negative,
        },
        "right_when_called": interval_or_none(lambda: _called_right(table)),
        "right_when_not_called": interval_or_none(lambda: _cleared_right(table)),
        "brier": brier(scores, truth),
        "ece": expected_calibration_error(scores, truth),
        "average_precision": curves.average_precision(scores, truth),
        "roc": curves.roc_points(scores, truth),
        "precision_recall": curves.precision_recall_points(scores, truth),
        "reliability": curves.reliability(scores, truth),
        "scores": curves.histogram(scores, truth),
        "by_acquisition": grouped(readings, label, threshold, lambda one: one.case.acquisition),
        "by_difficulty": grouped(readings, label, threshold, grade_of),
    }


def decision_figures(readings: Sequence[CaseReading], label: str, threshold: float) -> dict[str, Any]:
    """How many cases, and `decisions` of them."""
    return {"n": len(readings), **decisions(*scores_and_truth(readings, label), threshold)}


def clustered_figures(readings: Sequence[CaseReading], label: str, threshold: float) -> dict[str, Any]:
    """The same figures with intervals by cluster bootstrap over patients."""
    patients = [reading.case.patient_id for reading in readings]
    scores, truth = map(np.array, scores_and_truth(readings, label))
    right = (scores >= threshold) == truth

    def share(which: bool) -> Callable[[Indices], float]:
        def of(chosen: Indices) -> float:
            counted = right[chosen][truth[chosen] == which]
            if not counted.size:
                raise UndefinedStatistic("no such case")
            return float(counted.mean())

        return of

    def area(chosen: Indices) -> float:
        return roc_auc(scores[chosen], truth[chosen])

    return {
        "n": len(readings),
        "n_positive": int(truth.sum()),
        "n_patients": len(set(patients)),
        "clustered": True,
        "roc_auc": interval_or_none(lambda: cluster_bootstrap(patients, area)),
        "sensitivity": interval_or_none(lambda: cluster_bootstrap(patients, share(True))),
        "specificity": interval_or_none(lambda: cluster_bootstrap(patients, share(False))),
    }


def grouped(
    readings: Sequence[CaseReading], label: str, threshold: float, group_of: Callable[[CaseReading], str]
) -> list[dict[str, Any]]:
    """The decision figures of each group of cases that `group_of` names, largest first; unnamed are left out."""
    groups: dict[str, list[CaseReading]] = {}
    for reading in readings:
        groups.setdefault(group_of(reading), []).append(reading)
    groups.pop("", None)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    figures = clustered_figures if repeats_patients(readings) else decision_figures
    return [{"group": name} | figures(held, label, threshold) for name, held in ordered]


def _called_right(table: Confusion) -> Interval:
    return wilson(table.true_positive, table.true_positive + table.false_positive)


def _cleared_right(table: Confusion) -> Interval:
    return wilson(table.true_negative, table.true_negative + table.false_negative)
