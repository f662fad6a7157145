"""Simulated chest films: the same from the same seed, honest regions and ratios, nothing else that tells."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats

from inference.simulation.cases import CLEAR, GRADES, Plan, SimulatedCase
from inference.simulation.chest.devices import draw_devices
from inference.simulation.chest.film import Exposure, Hospital, displayed
from inference.simulation.chest.findings import ABNORMAL, chest_width, draw_finding, heart_mask, ratio
from inference.simulation.chest.labels import draw_marks, labelled
from inference.simulation.chest.layout import SIZE, draw_habitus
from inference.simulation.chest.modality import MODALITY
from inference.simulation.chest.patient import Patient, draw_patient

SCANNER = MODALITY.scanners[0]


@cache
def drawn(concept: str, seed: int = 1, *, finding: bool = True, grade: str = "clear") -> SimulatedCase:
    return MODALITY.draw(np.random.default_rng(seed), Plan(concept, grade, SCANNER), finding=finding)


@cache
def patient(seed: int) -> Patient:
    return draw_patient(np.random.default_rng(seed))


def film(case: SimulatedCase) -> np.ndarray:
    return case.views[0].frames[0].pixels.astype(int)


def test_a_case_is_one_pa_film() -> None:
    case = drawn(CLEAR)
    assert [(view.view, view.frames[0].pixels.shape) for view in case.views] == [("PA", (SIZE, SIZE))]
    assert case.findings == case.regions == () and case.measures is None
    # Lungs dark, mediastinum and belly bright.
    picture = film(case)
    lung, middle, belly = picture[200:300, 100:140], picture[260:320, 240:270], picture[460:490, 200:320]
    assert lung.mean() + 60 < min(middle.mean(), belly.mean())


@pytest.mark.slow
def test_the_same_seed_makes_the_same_film() -> None:
    first, again = (
        MODALITY.draw(np.random.default_rng(5), Plan("consolidation", "moderate", SCANNER)) for _ in range(2)
    )
    assert (film(first) == film(again)).all()
    assert (first.history, first.measures) == (again.history, again.measures)


@pytest.mark.slow
@pytest.mark.parametrize("concept", sorted(ABNORMAL))
def test_without_its_finding_a_patient_is_the_same(concept: str) -> None:
    """Processing of edges and scatter reach a little beyond a finding; the rest of the film stays as it was."""
    present, absent = drawn(concept), drawn(concept, finding=False)
    assert present.history == absent.history
    assert absent.findings == absent.regions == () and absent.measures is None
    (region,) = present.regions
    assert region.mask is not None and 60 < region.mask.sum() < 0.4 * SIZE**2
    changed = np.abs(film(present) - film(absent))
    rows, columns = np.nonzero(region.mask)
    far = np.ones((SIZE, SIZE), dtype=bool)
    far[max(rows.min() - 60, 0) : rows.max() + 60, max(columns.min() - 60, 0) : columns.max() + 60] = False
    assert changed[region.mask].mean() > 4
    assert not far.any() or changed[far].mean() < 0.6


@pytest.mark.slow
def test_a_nodule_lies_in_its_region() -> None:
    present, absent = drawn("nodule", 3, grade="obvious"), drawn("nodule", 3, finding=False, grade="obvious")
    mask = present.regions[0].mask
    assert mask is not None
    apart = film(present) - film(absent)
    assert apart[mask].mean() > 15
    assert apart[mask].mean() > 20 * abs(apart[~mask].mean())


@pytest.mark.slow
def test_normal_hearts_are_narrower_than_half_the_chest_and_large_ones_wider() -> None:
    """Measured from the shadows, as a reader measures them."""
    for seed in (1, 2):
        one = patient(seed)
        width = chest_width(one)
        assert 0.38 < ratio(heart_mask(one, one.thorax.heart), width) < 0.48
        measured = [
            ratio(draw_finding(np.random.default_rng(seed), one, "cardiomegaly", grade).region, width)
            for grade in GRADES
        ]
        assert measured == sorted(measured, reverse=True)
        assert measured[-1] > 0.51 and measured[0] > 0.6


@pytest.mark.slow
def test_fluid_and_air_lie_where_they_should() -> None:
    one = patient(2)
    for grade in ("obvious", "moderate"):
        fluid = draw_finding(np.random.default_rng(7), one, "effusion", grade).region
        air = draw_finding(np.random.default_rng(7), one, "pneumothorax", grade).region
        assert np.nonzero(fluid)[0].mean() > 0.55 * SIZE
        assert np.nonzero(air)[0].mean() < 0.55 * SIZE
        for mask in (fluid, air):
            columns = np.nonzero(mask)[1]
            assert (columns < SIZE // 2 + 20).all() or (columns > SIZE // 2 - 20).all()


@pytest.mark.slow
def test_harder_grades_are_fainter() -> None:
    easy, hard = (drawn("nodule", 2, grade=grade).measures for grade in (GRADES[0], GRADES[-1]))
    assert easy is not None and hard is not None
    assert easy.size_mm > 2 * hard.size_mm and easy.cnr > 2 * hard.cnr


def test_noise_is_that_of_counted_photons() -> None:
    """Behind an even slab, grey values scatter normally, by one over the root of the counts."""
    hospital = Hospital(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1e-6, 0.0, 0.0)
    counted = 2500.0
    nothing = np.zeros((SIZE, SIZE), dtype=np.float32)
    exposure = Exposure(entrance=counted, low=-0.5, high=0.5, coarse=nothing)
    shown = displayed(hospital, exposure, nothing + 1, np.random.default_rng(0))
    assert shown.std() == pytest.approx(255 / np.sqrt(counted), rel=0.03)
    standard = (shown.ravel()[::97] - shown.mean()) / shown.std()
    assert stats.kstest(standard, "norm").pvalue > 0.01


def test_what_is_worn_and_where_marks_lie_knows_nothing() -> None:
    body = draw_habitus(np.random.default_rng(1))
    worn = [draw_devices(np.random.default_rng(seed), body).any() for seed in range(40)]
    assert 4 <= sum(worn) <= 24
    marks = draw_marks(np.random.default_rng(2), "hospital-c", 1.0)
    black = np.zeros((SIZE, SIZE), dtype=np.uint8)
    assert (labelled(black, marks) > 200).sum() > 100


@pytest.mark.slow
def test_histories_know_nothing() -> None:
    said = {drawn(concept, 1).history for concept in ("nodule", "effusion", CLEAR)}
    assert len(said) == 1


def test_unknown_plans_are_refused() -> None:
    with pytest.raises(ValueError, match="knows no"):
        MODALITY.draw(np.random.default_rng(0), Plan("fracture", "clear", SCANNER))
