"""Curves, groups and intervals of a report, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_curve

from inference.engine.evaluation import CaseReading, ImageReading
from inference.reports import curves
from inference.reports.findings import finding_section, grade_of
from inference.reports.resampling import cluster_bootstrap, mean_by_patient
from radiology.packs import PackCase
from radiology.statistics import UndefinedStatistic, wilson


def reading(
    number: int, probability: float, *, present: bool, patient: str = "", site: str = "", difficulty: str = ""
) -> CaseReading:
    case = PackCase(
        case_id=f"c{number}",
        patient_id=patient or f"p{number}",
        split="test",
        series=(),
        findings=("mass",) if present else (),
        acquisition=site,
        difficulty=difficulty,
    )
    image = ImageReading(f"{number:064d}", {"mass": probability})
    return CaseReading(case, (image,), {"mass": probability}, 0.5, False, False, {})


def test_curves_are_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(60) < 0.4
    scores = np.round(np.clip(rng.normal(0.3 + 0.3 * truth, 0.2), 0, 1), 2)
    false, true, _ = roc_curve(truth, scores, drop_intermediate=False)
    assert curves.roc_points(list(scores), list(truth)) == pytest.approx(np.stack([false, true], 1))
    precision, recall, _ = precision_recall_curve(truth, scores)
    ours = np.array(curves.precision_recall_points(list(scores), list(truth)))
    assert ours == pytest.approx(np.stack([recall, precision], 1)[::-1][1:])
    assert curves.average_precision(list(scores), list(truth)) == pytest.approx(
        average_precision_score(truth, scores)
    )


def test_long_curves_are_thinned_and_keep_their_ends_and_area() -> None:
    rng = np.random.default_rng(1)
    truth = rng.random(5000) < 0.3
    scores = rng.normal(0.5 * truth, 0.4)
    points = np.array(curves.roc_points(list(scores), list(truth)))
    assert len(points) <= curves.MOST_POINTS
    assert points[0].tolist() == [0, 0] and points[-1].tolist() == [1, 1]
    false, true, _ = roc_curve(truth, scores)
    assert np.trapezoid(points[:, 1], points[:, 0]) == pytest.approx(np.trapezoid(true, false), abs=0.003)


@pytest.mark.parametrize("truth", [[True] * 3, [False] * 3])
def test_curves_need_both_classes(truth: list[bool]) -> None:
    assert curves.roc_points([0.1, 0.2, 0.3], truth) is None
    assert curves.precision_recall_points([0.1, 0.2, 0.3], truth) is None
    assert curves.average_precision([0.1, 0.2, 0.3], truth) is None


def test_reliability_has_wilsons_intervals() -> None:
    scores, truth = [0.1] * 10 + [0.9] * 10, [False] * 9 + [True] * 10 + [False]
    found = curves.reliability(scores, truth)
    assert sum(one["n"] for one in found) == 20
    last = wilson(1, 2)
    assert found[-1]["observed"] == {"value": last.value, "low": last.low, "high": last.high}
    assert (found[0]["stated"], found[-1]["stated"]) == (pytest.approx(0.1), pytest.approx(0.9))


def test_every_case_is_in_the_score_distribution() -> None:
    found = curves.histogram([0.0, 0.3, 1.0], [True, False, True])
    assert (sum(found["with"]), sum(found["without"])) == (2, 1)
    assert found["with"][0] == 1 and found["with"][-1] == 1


def test_a_findings_figures() -> None:
    readings = [
        reading(number, probability, present=present, site=site, difficulty=difficulty)
        for number, (probability, present, site, difficulty) in enumerate(
            [
                (0.9, True, "a", "subtle: 3 mm"),
                (0.4, True, "a", "subtle"),
                (0.8, True, "b", "clear: big"),
                (0.2, False, "a", ""),
                (0.6, False, "b", "clear"),
            ]
        )
    ]
    found = finding_section(readings, "mass", 0.5)
    assert found["confusion"] == {
        "true_positive": 2, "false_positive": 1, "true_negative": 1, "false_negative": 1,
    }  # fmt: skip
    assert found["sensitivity"]["value"] == pytest.approx(2 / 3)
    assert found["roc_auc"]["value"] == pytest.approx(5 / 6)
    assert found["right_when_called"]["value"] == pytest.approx(2 / 3)
    assert found["right_when_not_called"]["value"] == pytest.approx(1 / 2)
    assert found["prevalence"] == pytest.approx(0.6)
    sites = {one["group"]: one for one in found["by_acquisition"]}
    assert (sites["a"]["n"], sites["a"]["sensitivity"]["value"]) == (3, 0.5)
    assert sites["b"]["specificity"]["value"] == 0
    assert [one["group"] for one in found["by_difficulty"]] == ["clear", "subtle"]
    assert grade_of(readings[0]) == "subtle"
    assert "clustered" not in found


def test_repeated_patients_widen_the_interval() -> None:
    """Ten patients with eight cases each, all of a patient right or all wrong."""
    readings = [
        reading(8 * patient + at, 0.9 if patient < 7 else 0.1, present=True, patient=f"p{patient}")
        for patient in range(10)
        for at in range(8)
    ]
    found = finding_section(readings, "mass", 0.5)
    plain = found["independent"]["sensitivity"]
    assert found["clustered"] and found["n_patients"] == 10
    assert found["sensitivity"]["value"] == pytest.approx(0.7) == plain["value"]
    assert found["sensitivity"]["high"] - found["sensitivity"]["low"] > 2 * (plain["high"] - plain["low"])
    assert found["roc_auc"] is None


def test_the_bootstrap_of_single_cases_is_the_usual_one() -> None:
    values = np.random.default_rng(0).normal(10, 2, 200)
    found = mean_by_patient([str(number) for number in range(200)], values)
    error = values.std(ddof=1) / np.sqrt(200)
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.1 * error * 2)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.1 * error * 2)
    assert found == mean_by_patient([str(number) for number in range(200)], values)


def test_one_patient_has_no_interval() -> None:
    with pytest.raises(UndefinedStatistic):
        mean_by_patient(["p", "p"], [1.0, 2.0])
    with pytest.raises(UndefinedStatistic):
        mean_by_patient([], [])


def test_a_statistic_that_is_seldom_defined_has_no_interval() -> None:
    def picky(chosen: np.ndarray) -> float:  # type: ignore[type-arg]
        if 0 not in chosen:
            raise UndefinedStatistic("not without the first")
        return 1.0

    with pytest.raises(UndefinedStatistic, match="too few"):
        cluster_bootstrap(["a", "b", "c"], picky)
