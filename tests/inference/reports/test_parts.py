"""Heatmap figures, strangers, the score's ROC area, and which cases are the worst."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference.engine.alterations import ALTERED
from inference.engine.evaluation import CaseReading, ImageReading
from inference.engine.films import LabelledFilm
from inference.engine.placing import Placed
from inference.reports.again import affordable
from inference.reports.maps import map_section
from inference.reports.strangers import photographs, textures
from inference.reports.subjects import Subject, spread
from inference.reports.unfamiliar import score_area
from inference.reports.worst import worst_cases
from radiology.regions import MapGrade
from tests.inference.reports.test_figures import reading
from tests.inference.reports.toy import film, toy_runner

MISS, HIT = MapGrade(), MapGrade(inside=True, overlap=0.5, energy=0.8)


def placed_reading(
    number: int, probabilities: tuple[float, ...], maps: dict[int, tuple[MapGrade, MapGrade]]
) -> CaseReading:
    """A case with the finding `spot`; `maps` are those of its images with a region: (map's, blob's)."""
    case = replace(reading(number, 0.5, present=True).case, findings=("spot",))
    images = tuple(ImageReading(f"{number}-{at}", {"spot": one}) for at, one in enumerate(probabilities))
    placed = [Placed("gradcam", at, own, blob, False) for at, (own, blob) in maps.items()]
    return CaseReading(case, images, {"spot": max(probabilities)}, 0.5, False, False, {"spot": placed})


def place_of(readings: list[CaseReading]) -> dict:  # type: ignore[type-arg]
    found = map_section(toy_runner(), readings, [], "spot", seed=0, say=lambda said: None)
    place: dict = found["gradcam"]["place"]  # type: ignore[type-arg]
    return place


def test_a_peak_on_the_wrong_image_is_a_miss() -> None:
    """The second image decides the first case, and has no region."""
    wrong = placed_reading(0, (0.6, 0.9), {0: (HIT, HIT)})
    right = placed_reading(1, (0.9, 0.6), {0: (HIT, MISS)})
    place = place_of([wrong, right])
    assert place["of_all"]["map"]["value"] == 0.5
    assert place["of_all"]["blob"]["value"] == 0.0
    assert place["pointing_on_images"]["map"]["value"] == 1.0


def test_detected_lesions_are_those_called() -> None:
    called = [placed_reading(number, (0.9,), {0: (HIT, MISS)}) for number in range(6)]
    missed = [placed_reading(number + 6, (0.1,), {0: (MISS, MISS)}) for number in range(2)]
    place = place_of([*called, *missed])
    assert (place["of_detected"]["n"], place["of_all"]["n"]) == (6, 8)
    assert place["of_detected"]["map"]["value"] == 1.0
    assert place["of_all"]["map"]["value"] == 0.75


def test_the_gain_over_the_blob_is_paired() -> None:
    """Map and blob hit the same cases but two of forty: the gain is small, and its interval narrow."""
    both = [placed_reading(number, (0.9,), {0: (HIT, HIT)}) for number in range(19)]
    neither = [placed_reading(number + 19, (0.9,), {0: (MISS, MISS)}) for number in range(19)]
    better = [placed_reading(number + 38, (0.9,), {0: (HIT, MISS)}) for number in range(2)]
    gain = place_of([*both, *neither, *better])["of_all"]["gain"]
    assert gain["value"] == pytest.approx(0.05)
    assert gain["low"] >= 0 and gain["high"] <= 0.15
    energy = place_of([*both, *neither, *better])["energy"]
    assert energy["gain"]["value"] == pytest.approx(energy["map"]["value"] - energy["blob"]["value"])


def test_faithful_maps_gain_over_the_blob() -> None:
    """The toy's own map is the right one."""
    runner = toy_runner()
    chosen = [
        Subject(
            placed_reading(number, (0.9,), {0: (HIT, MISS)}),
            "spot",
            LabelledFilm(f"c{number}", "a.png", 0, film(number), frozenset({"spot"}), "0" * 64),
        )
        for number in range(6)
    ]
    found = map_section(
        runner, [one.reading for one in chosen], chosen, "spot", seed=0, say=lambda said: None
    )
    faithful = found["gradcam"]["faithfulness"]
    assert faithful["n"] == 6
    assert faithful["deletion"]["gain"]["low"] > 0 and faithful["insertion"]["gain"]["low"] > 0
    random = found["gradcam"]["randomisation"]
    assert random["n"] == 6 and random["blob"] == 1.0
    assert random["mean"] == pytest.approx(np.mean([one["spearman"] for one in random["stages"]]))
    assert random["passes"] == (random["mean"] < 0.3)


def test_the_scores_area_tells_strangers_from_the_models_own() -> None:
    own = [0.1, 0.2, 0.3, 0.4]
    assert score_area([1.5, 2.0, 3.0], own)["value"] == 1.0  # type: ignore[index]
    assert score_area([0.05, 0.01, 0.0], own)["value"] == 0.0  # type: ignore[index]
    # One stranger of two above all four, one above two: (4 + 2) / 8.
    assert score_area([0.9, 0.25], own)["value"] == pytest.approx(0.75)  # type: ignore[index]
    assert score_area([], own) is None


def test_photographs_are_bundled_and_of_several_packages() -> None:
    found = photographs()
    assert {"skimage/astronaut.png", "skimage/camera.png", "sklearn/china.jpg", "sklearn/flower.jpg"} <= set(
        found
    )
    assert all(one.dtype == np.uint8 and one.ndim == 2 and min(one.shape) >= 100 for one in found.values())
    assert not any("phantom" in name or "text" in name for name in found)


def test_textures_differ_and_come_again() -> None:
    found = textures(3)
    assert set(found) == {"noise", "stripes", "checkerboard", "gradient", "clouds"}
    flat = [one.tobytes() for films in found.values() for one in films]
    assert len(set(flat)) == len(flat) == 50
    assert all(np.array_equal(a, b) for a, b in zip(found["clouds"], textures(3)["clouds"], strict=True))


def test_clouds_have_the_spectrum_of_scenes() -> None:
    power = np.mean(
        [np.abs(np.fft.fft2(one - one.mean())) ** 2 for one in map(np.float64, textures(0)["clouds"])], axis=0
    )
    along = power[0, 2:60]
    slope = np.polyfit(np.log(np.arange(2, 60)), np.log(along), 1)[0]
    assert slope == pytest.approx(-2, abs=0.4)


def test_alterations_are_what_they_say() -> None:
    one = np.arange(12, dtype=np.uint8).reshape(3, 4)
    rng = np.random.default_rng(0)
    assert ALTERED["inverted"](one, rng)[0, 0] == 255
    assert ALTERED["turned by 90 degrees"](one, rng).shape == (4, 3)
    assert ALTERED["upside down"](one, rng)[0].tolist() == one[-1].tolist()
    assert ALTERED["cropped to the middle"](np.zeros((100, 50), np.uint8), rng).shape == (60, 30)


def test_samples_are_spread_evenly() -> None:
    assert spread(list(range(10)), 3) == [0, 4, 9]
    assert spread([1, 2], 5) == [1, 2]
    assert spread([1, 2], 0) == [] and spread([1, 2], -1) == []
    many = [reading(number, 0.5, present=True) for number in range(50)]
    assert len(affordable(many, 10)) == 10 and len(affordable(many)) == 50


def test_the_worst_come_first_and_none_that_is_right() -> None:
    readings = [
        reading(number, probability, present=present)
        for number, (probability, present) in enumerate(
            [(0.3, True), (0.1, True), (0.9, True), (0.7, False), (0.95, False), (0.2, False)]
        )
    ]
    found = [(one.kind, one.reading.case.case_id) for one in worst_cases(readings, {"mass": 0.5})]
    assert found == [("miss", "c1"), ("miss", "c0"), ("false-alarm", "c4"), ("false-alarm", "c3")]
    assert len(worst_cases(readings, {"mass": 0.5}, pictures=2)) == 2
