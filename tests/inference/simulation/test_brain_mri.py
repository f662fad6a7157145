"""The simulated brain MRI patients: physics, truth, determinism, and texts that give nothing away."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats

from inference.simulation.brain_mri import texts
from inference.simulation.brain_mri.acquisition import acquired, acquired_complex, draw_shot
from inference.simulation.brain_mri.grid import FINE, SIZE
from inference.simulation.brain_mri.modality import FINDING, MODALITY, draw
from inference.simulation.brain_mri.observer import brain_of, score
from inference.simulation.brain_mri.sequences import SCANNERS, TISSUES, relaxation, signals
from inference.simulation.cases import CLEAR, Plan, SimulatedCase
from inference.simulation.template import NOTICE

TUMOUR = Plan("high-grade-glioma", "clear", "scanner-b")


@cache
def tumour_case() -> SimulatedCase:
    return draw(np.random.default_rng(11), TUMOUR)


@cache
def twin_case() -> SimulatedCase:
    return draw(np.random.default_rng(11), TUMOUR, finding=False)


def _pixels(case: SimulatedCase) -> list[np.ndarray]:
    return [view.frames[0].pixels for view in case.views]


def test_case_has_t1_and_flair_of_one_size_with_spacing() -> None:
    case = tumour_case()
    assert [view.view for view in case.views] == ["T1 post-contrast", "FLAIR"]
    for view in case.views:
        (frame,) = view.frames
        assert frame.pixels.shape == (SIZE, SIZE)
        assert (frame.pixels.dtype, frame.bits, frame.window_center) == (np.uint8, 8, None)
        assert frame.pixel_spacing_mm == case.pixel_spacing_mm
    assert case.pixel_spacing_mm is not None and 0.88 <= case.pixel_spacing_mm <= 1.0


def test_same_numbers_draw_the_same_case() -> None:
    again = draw(np.random.default_rng(11), TUMOUR)
    for one, other in zip(_pixels(tumour_case()), _pixels(again), strict=True):
        assert one.tobytes() == other.tobytes()
    assert (again.history, again.teaching_point) == (tumour_case().history, tumour_case().teaching_point)


def test_abnormal_case_has_key_regions_and_measures() -> None:
    case = tumour_case()
    assert case.findings == (FINDING,)
    assert case.concepts[0] == TUMOUR.concept
    assert {region.series for region in case.regions} == {0, 1}
    brain = brain_of(case.views[1].frames[0].pixels)
    for region in case.regions:
        assert region.mask is not None and region.mask.shape == (SIZE, SIZE)
        assert region.mask.sum() > 20
        assert (region.mask & brain).sum() > 0.9 * region.mask.sum()
    assert case.measures is not None
    assert case.measures.cnr > 2 and case.measures.size_mm > 5 and case.measures.conspicuity > 0.5


def test_twin_without_finding_is_the_same_patient_away_from_the_tumour() -> None:
    case, twin = tumour_case(), twin_case()
    assert twin.findings == twin.regions == () and twin.measures is None
    assert twin.history == case.history and twin.pixel_spacing_mm == case.pixel_spacing_mm
    brain = brain_of(twin.views[1].frames[0].pixels)
    for region in case.regions:
        one, other = _pixels(case)[region.series], _pixels(twin)[region.series]
        difference = np.abs(one.astype(float) - other)
        assert region.mask is not None
        assert difference[region.mask].mean() > 10
        assert difference[~brain].mean() < 1.0


def test_observer_finds_the_patient_with_the_tumour_more_suspect() -> None:
    assert score(tumour_case(), FINDING) > score(twin_case(), FINDING) + 0.2
    with pytest.raises(ValueError, match="knows no"):
        score(tumour_case(), "fracture")


@pytest.mark.parametrize("concept", ["low-grade-glioma", "metastases", "meningioma"])
def test_the_faintest_tumours_still_have_a_region(concept: str) -> None:
    case = draw(np.random.default_rng(5), Plan(concept, "hidden", "scanner-c"))
    assert case.regions and all(region.mask is not None and region.mask.any() for region in case.regions)
    assert case.measures is not None and case.measures.cnr < 8


def test_look_alike_is_a_concept_and_no_finding() -> None:
    case = draw(np.random.default_rng(3), Plan("old-infarct", "obvious", "scanner-a"))
    assert case.findings == () and case.regions == ()
    assert case.concepts == ("old-infarct",)
    without = draw(np.random.default_rng(3), Plan("old-infarct", "obvious", "scanner-a"), look_alike=False)
    assert without.concepts == (CLEAR,)
    assert any((one != other).any() for one, other in zip(_pixels(case), _pixels(without), strict=True))


@pytest.mark.parametrize(
    "plan",
    [
        Plan("stroke", "clear", "scanner-a"),
        Plan(CLEAR, "easy", "scanner-a"),
        Plan(CLEAR, "clear", "scanner-z"),
    ],
)
def test_unknown_plan_is_refused(plan: Plan) -> None:
    with pytest.raises(ValueError, match="knows no"):
        draw(np.random.default_rng(0), plan)


@pytest.mark.parametrize("name", MODALITY.scanners)
def test_t1_order_is_white_grey_fluid_and_gadolinium_brightens(name: str) -> None:
    scanner = SCANNERS[name]
    t1 = signals(scanner, scanner.t1)
    assert t1["white"] > t1["grey"] > abs(t1["fluid"])
    assert t1["fat"] > t1["white"]
    for tissue in ("rim", "solid", "choroid", "vein"):
        assert t1[tissue] > 1.15 * t1["white"], tissue
    assert t1["oedema"] < t1["white"] and t1["necrosis"] < t1["oedema"]
    # The old sequences keep the order in the image itself, which is a magnitude.
    assert all(t1[tissue] > -0.3 for tissue in TISSUES)


@pytest.mark.parametrize("name", MODALITY.scanners)
def test_flair_suppresses_fluid_and_shows_grey_a_little_and_oedema_much_brighter(name: str) -> None:
    scanner = SCANNERS[name]
    flair = signals(scanner, scanner.flair)
    assert abs(flair["fluid"]) < 0.2
    assert 1.05 < flair["grey"] < 1.4
    for tissue in ("oedema", "gliosis", "infiltrate"):
        assert flair[tissue] > flair["grey"] + 0.15, tissue


@pytest.mark.parametrize("field", [1.5, 3.0])
def test_relaxation_times_lie_where_textbooks_put_them(field: float) -> None:
    ranges: dict[str, dict[float, tuple[float, float]]] = {
        "white": {1.5: (550, 700), 3.0: (750, 1100)},
        "grey": {1.5: (900, 1200), 3.0: (1200, 1800)},
        "fluid": {1.5: (3500, 4500), 3.0: (3500, 4700)},
        "fat": {1.5: (200, 350), 3.0: (280, 420)},
    }
    for tissue, expected in ranges.items():
        low, high = expected[field]
        assert low <= relaxation(tissue, field).t1 <= high, tissue
    white, grey, fluid = (relaxation(tissue, field) for tissue in ("white", "grey", "fluid"))
    assert white.t2 < grey.t2 < fluid.t2
    assert white.density < grey.density < fluid.density


@pytest.mark.parametrize("name", MODALITY.scanners)
def test_noise_in_air_is_rayleigh_and_over_signal_normal(name: str) -> None:
    shot = draw_shot(np.random.default_rng(2), SCANNERS[name], step_mm=0.5, level=100.0)
    # Every fourth pixel: filling k-space with zeros makes neighbours alike.
    air = acquired(shot, np.zeros((FINE, FINE), dtype=np.float32), noise=1.0)[::4, ::4].ravel()
    assert stats.kstest(air, "rayleigh").pvalue > 1e-3
    assert air.mean() / air.std() == pytest.approx(np.sqrt(np.pi / (4 - np.pi)), rel=0.04)
    flat = np.full((FINE, FINE), 50.0, dtype=np.float32)
    over = acquired(shot, flat, noise=1.0) - np.abs(acquired_complex(shot, flat))
    assert stats.kstest(over[40:-40:4, 40:-40:4].ravel(), "norm").pvalue > 1e-3


def test_noise_in_the_image_s_corners_is_rician_too() -> None:
    shown = _pixels(draw(np.random.default_rng(8), Plan(CLEAR, "clear", "scanner-c")))[1].astype(float)
    corners = np.concatenate([shown[:24, :24].ravel(), shown[-24:, :24].ravel(), shown[:24, -24:].ravel()])
    assert 1.6 < corners.mean() / corners.std() < 2.1


def test_history_knows_nothing_of_the_truth() -> None:
    same = draw(np.random.default_rng(11), Plan(CLEAR, "clear", "scanner-b"))
    assert same.history == tumour_case().history
    assert same.pixel_spacing_mm == tumour_case().pixel_spacing_mm


def test_every_concept_has_teaching_points() -> None:
    rng = np.random.default_rng(0)
    for concept in (*MODALITY.abnormal, *MODALITY.look_alikes, CLEAR):
        for beside in (None, *MODALITY.look_alikes):
            assert texts.teaching_point(rng, concept, beside).endswith(".")


def test_header_says_that_patients_are_simulated_and_keeps_the_notice() -> None:
    header = MODALITY.header
    assert header.key == "demo-brain-mri" and header.simulated and header.rated
    assert header.truth_basis.startswith("simulated:")
    assert NOTICE in header.licence.attribution
    assert MODALITY.unlike in header.description
    assert set(MODALITY.abnormal.values()) == {FINDING} == {finding.key for finding in header.findings}
