"""Drawn chest pictures: the truth is exact, the seed decides everything, and nothing but the opacity tells."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from inference.simulation.drawn.pack import mixed_cases
from inference.simulation.drawn.pictures import (
    DIFFICULTIES,
    FINDING,
    KINDS,
    LOOK_ALIKES,
    OPACITIES,
    Picture,
    draw_case,
    draw_picture,
    mixed_kind,
)
from radiology.regions import rasterise
from radiology.statistics import roc_auc


@pytest.mark.parametrize("opacity", OPACITIES)
@pytest.mark.parametrize("difficulty", DIFFICULTIES)
@pytest.mark.parametrize("look_alike", [None, "nipple-shadow"])
def test_region_is_where_taking_the_opacity_out_changes_pixels(opacity, difficulty, look_alike):
    pair = [
        draw_picture(np.random.default_rng(77), opacity=one, look_alike=look_alike, difficulty=difficulty)
        for one in (opacity, None)
    ]
    changed = pair[0].pixels != pair[1].pixels
    assert pair[0].region is not None and pair[1].region is None
    inside = rasterise(pair[0].region, 256, 256)
    assert inside.sum() > 200
    assert not (changed & ~inside).any()
    # The soft edge is fainter than one grey level, so that not every pixel of the region changes.
    assert (changed & inside).sum() > 0.6 * inside.sum()
    brighter = pair[0].pixels.astype(int) - pair[1].pixels
    assert (brighter >= 0).all()


def test_harder_opacities_are_fainter():
    means = []
    for difficulty in DIFFICULTIES:
        with_it, without = (
            draw_picture(
                np.random.default_rng(5), opacity=one, look_alike=None, difficulty=difficulty
            ).pixels.astype(int)
            for one in ("round-opacity", None)
        )
        means.append(int((with_it - without).max()))
    assert means[0] > means[1] > means[2] > 4


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_gives_same_case(kind):
    first, again, other = (
        draw_case(np.random.default_rng(seed), kind=kind, difficulty="medium") for seed in (3, 3, 4)
    )
    assert first.pixels.dtype == np.uint8 and first.pixels.shape == (256, 256)
    assert (first.pixels == again.pixels).all()
    assert (first.history, first.teaching_point) == (again.history, again.teaching_point)
    assert (first.pixels != other.pixels).mean() > 0.5
    assert first.findings == ((FINDING,) if kind in OPACITIES else ())
    assert (first.region is not None) == (kind in OPACITIES)
    assert first.concepts and first.teaching_point
    assert "no patient" in first.history


@pytest.mark.parametrize(("kind", "difficulty"), [("mass", "easy"), ("clear", "trivial")])
def test_unknown_kind_or_difficulty_is_refused(kind, difficulty):
    with pytest.raises(ValueError, match="no "):
        draw_case(np.random.default_rng(0), kind=kind, difficulty=difficulty)


def test_look_alikes_are_as_frequent_beside_an_opacity_as_without():
    normals = [mixed_kind(np.random.default_rng(seed), abnormal=False)[0] for seed in range(400)]
    assert 0.4 < np.mean([kind in LOOK_ALIKES for kind in normals]) < 0.6
    beside = [_texts("round-opacity", seed)[1] for seed in range(400)]
    alone = min(beside, key=len)
    assert 0.4 < np.mean([text != alone for text in beside]) < 0.6


def test_histories_say_the_same_of_both_classes():
    told = {kind: {_texts(kind, seed)[0] for seed in range(60)} for kind in ("clear", "round-opacity")}
    assert told["clear"] == told["round-opacity"]
    assert len(told["clear"]) > 1


@pytest.mark.slow
def test_global_brightness_corners_and_borders_dont_tell_the_class():
    cases = list(mixed_cases("test", seed=1, count=300))
    figures = np.array([_simple_figures(case.pixels.astype(float)) for case in cases])
    drawn = np.array([bool(case.findings) for case in cases])
    model = make_pipeline(StandardScaler(), LogisticRegression())
    scores = cross_val_predict(model, figures, drawn, cv=5, method="predict_proba")[:, 1]
    assert 0.4 <= roc_auc(scores, drawn) <= 0.6


def _simple_figures(pixels):
    borders = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
    corners = (pixels[0, 0], pixels[0, -1], pixels[-1, 0], pixels[-1, -1])
    return [pixels.mean(), pixels.std(), *corners, *(border.mean() for border in borders)]


def _texts(kind, seed):
    """(history, teaching point) of a case, without the cost of drawing it."""
    blank = Picture(np.zeros((1, 1), np.uint8), None)
    with mock.patch("inference.simulation.drawn.pictures.draw_picture", return_value=blank):
        case = draw_case(np.random.default_rng(seed), kind=kind, difficulty="easy")
    return case.history, case.teaching_point
