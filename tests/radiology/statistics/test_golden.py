"""Kappa, McNemar, Wilson and DeLong against numbers that were written down once."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import pytest

from radiology.statistics import cohen_kappa, mcnemar_exact, roc_auc_delong, roc_auc_paired_delong, wilson
from tests.golden import golden

AGREEMENT, DELONG = golden("agreement"), golden("delong")
Z = NormalDist().inv_cdf(0.975)


@pytest.mark.parametrize("case", AGREEMENT["kappa"])
def test_kappa(case: dict[str, list[int]]) -> None:
    assert cohen_kappa(case["a"], case["b"]) == pytest.approx(case["kappa"], abs=1e-6)


@pytest.mark.parametrize("case", AGREEMENT["mcnemar"])
def test_mcnemar(case: dict[str, int]) -> None:
    assert mcnemar_exact(case["only_a"], case["only_b"]) == pytest.approx(case["p"], abs=1e-6)


@pytest.mark.parametrize("case", AGREEMENT["wilson"])
def test_wilson(case: dict[str, int]) -> None:
    interval = wilson(case["k"], case["n"])
    assert (interval.low, interval.high) == pytest.approx((case["low"], case["high"]), abs=1e-6)


@pytest.mark.parametrize("case", DELONG["cases"])
def test_delong(case: dict[str, Any]) -> None:
    first, second = case["first"], case["second"]
    labels = [True] * len(first["positive"]) + [False] * len(first["negative"])
    scores = [group["positive"] + group["negative"] for group in (first, second)]
    area = roc_auc_delong(scores[0], labels)
    assert area.value == pytest.approx(case["area_first"], abs=1e-9)
    half = Z * math.sqrt(case["variance_first"])
    assert area.low == pytest.approx(case["area_first"] - half, abs=1e-9)
    paired = roc_auc_paired_delong(scores[0], scores[1], labels)
    difference = case["area_first"] - case["area_second"]
    assert paired.difference.value == pytest.approx(difference, abs=1e-9)
    half = Z * math.sqrt(case["variance_difference"])
    assert paired.difference.high == pytest.approx(difference + half, abs=1e-9)
