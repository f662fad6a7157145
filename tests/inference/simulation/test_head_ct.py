"""Simulated head CT: the same bytes again, densities that textbooks give, and blood where its mask says."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage

from inference.simulation.cases import CLEAR, GRADES, Plan, SimulatedCase
from inference.simulation.head_ct import alike, brain, heads, observer, scanners, texts
from inference.simulation.head_ct.alike import LOOK_ALIKES
from inference.simulation.head_ct.atlas import load_atlas
from inference.simulation.head_ct.blood import drawn_bleed
from inference.simulation.head_ct.cases import CONCEPTS, FINDING
from inference.simulation.head_ct.modality import MODALITY

SUBARACHNOID = Plan("subarachnoid", "obvious", "northgate")


def _density(case: SimulatedCase) -> npt.NDArray[np.float32]:
    return np.stack([one.pixels.astype(np.float32) + one.intercept for one in case.views[0].frames])


@cache
def _case(plan: Plan, finding: bool = True) -> SimulatedCase:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heads, "drawn_stack", lambda rng, thickness: heads.Stack(9, 13.0, 0.92))
        return MODALITY.draw(np.random.default_rng([1, 2, 3]), plan, finding=finding)


@pytest.fixture
def few_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack of a few thick slices, for what doesn't depend on how many there are."""
    monkeypatch.setattr(heads, "drawn_stack", lambda rng, thickness: heads.Stack(4, 29.0, 0.92))


@pytest.mark.usefixtures("few_slices")
def test_same_numbers_make_the_same_bytes() -> None:
    plan = Plan("subdural", "clear", "harbour")
    first, again = (MODALITY.draw(np.random.default_rng([5, 6]), plan) for _ in range(2))
    assert first.history == again.history and first.measures == again.measures
    for one, other in zip(first.views[0].frames, again.views[0].frames, strict=True):
        assert one.pixels.tobytes() == other.pixels.tobytes()
    for mine, theirs in zip(first.regions, again.regions, strict=True):
        assert mine.slice == theirs.slice and np.array_equal(mine.mask, theirs.mask)  # type: ignore[arg-type]


@pytest.mark.usefixtures("few_slices")
@pytest.mark.parametrize("concept", [*CONCEPTS, "partial-volume", CLEAR])
def test_every_concept_tells_its_key(concept: str) -> None:
    case = MODALITY.draw(np.random.default_rng([8, 9]), Plan(concept, "obvious", "hillside"))
    bleeding = concept in CONCEPTS
    assert case.findings == ((FINDING,) if bleeding else ())
    assert bool(case.regions) == bleeding == (case.measures is not None)
    assert case.concepts[0] == concept
    assert case.teaching_point
    for region in case.regions:
        assert region.mask is not None and region.mask.any()
        assert region.mask.shape == (256, 256)


def test_every_look_alike_changes_what_a_head_holds() -> None:
    usual = alike.drawn_incidental(np.random.default_rng(1))
    made = [
        alike.with_look_alike(np.random.default_rng(2), usual, concept, grade)
        for concept in LOOK_ALIKES
        for grade in GRADES
    ]
    assert usual not in made
    with pytest.raises(KeyError):
        alike.with_look_alike(np.random.default_rng(2), usual, "fracture", "clear")


def test_without_the_finding_only_its_surroundings_change() -> None:
    present, absent = _case(SUBARACHNOID), _case(SUBARACHNOID, False)
    assert absent.findings == () and absent.regions == () and absent.measures is None
    assert absent.history == present.history
    marked = {one.slice: one.mask for one in present.regions}
    difference = np.abs(_density(present) - _density(absent))
    for number, slice_difference in enumerate(difference):
        mask = marked.get(number)
        if mask is None:
            # A trace too thin to be marked may remain.
            assert slice_difference.max() < 25
        else:
            assert slice_difference[mask].mean() > 8
            assert np.count_nonzero(slice_difference[~mask] > 25) == 0


def test_marked_blood_lies_inside_the_skull_and_is_dense() -> None:
    case = _case(SUBARACHNOID)
    hu = _density(case)
    region = max(case.regions, key=lambda one: 0 if one.mask is None else int(one.mask.sum()))
    assert region.mask is not None
    assert 35 < np.median(hu[region.slice][region.mask]) < 95
    assert case.measures is not None and case.measures.cnr > 3


def test_densities_are_those_of_textbooks() -> None:
    hu = _density(_case(SUBARACHNOID, False))
    assert hu[:, 0, 0].max() <= -1000
    # Slices that cut through the skull squarely.
    hu = hu[3:6]
    bone = hu[ndimage.binary_erosion(hu > 300, np.ones((1, 3, 3)))]
    assert 700 < np.median(bone) < 1700
    fat = hu[(hu > -150) & (hu < -40)]
    assert -120 < np.median(fat) < -60
    rng = np.random.default_rng(4)
    atlas, traits = load_atlas(), heads.drawn_traits(rng)
    head = heads.posed(rng, atlas, traits, heads.Stack(6, 20.0, 0.92))
    points = brain.inside(head)
    still = np.zeros_like(points.depth)
    tissue = brain.brain_tissue(rng, atlas, head, points, (still, still, still), 0.0)
    density = brain.plain_density(tissue, points, head)
    core = (points.depth > 4) & (tissue.pale < 0.2)
    assert 0 <= np.median(density[core & (tissue.fluid > 0.98)]) <= 15
    assert 20 <= np.median(density[core & (tissue.fluid < 0.01) & (tissue.white > 0.98)]) <= 32
    assert 32 <= np.median(density[core & (tissue.fluid < 0.01) & (tissue.white < 0.02)]) <= 45
    for concept in CONCEPTS:
        assert 55 <= drawn_bleed(rng, concept, "obvious", head, points).density <= 90


def test_noise_of_slices_is_gaussian_and_independent() -> None:
    rng = np.random.default_rng(6)
    head = heads.posed(rng, load_atlas(), heads.drawn_traits(rng), heads.Stack(4, 6.0, 0.92))
    scanner = scanners.found("harbour")
    level = np.full((4, *head.depth.shape[1:]), 35.0, dtype=np.float32)
    frames = scanners.scanned(rng, level, head, scanner)
    noise = np.stack([one.pixels.astype(np.float32) + one.intercept for one in frames]) - 35
    noise = noise[:, 70:190, 80:180]
    assert noise.std() == pytest.approx(scanners.noise_sd(scanner, head), rel=0.3)
    here, above = noise[1].ravel(), noise[2].ravel()
    assert abs(float(np.corrcoef(here, above)[0, 1])) < 0.05
    assert np.corrcoef(noise[1, :, :-1].ravel(), noise[1, :, 1:].ravel())[0, 1] > 0.3
    standard = (here - here.mean()) / here.std()
    assert abs(float((standard**3).mean())) < 0.15
    assert abs(float((standard**4).mean()) - 3) < 0.3


def test_frames_are_a_stack_of_sixteen_bit_slices() -> None:
    case = _case(SUBARACHNOID)
    (view,) = case.views
    assert view.stack
    for scanner in scanners.SCANNERS:
        stack = heads.drawn_stack(np.random.default_rng(1), scanner.thickness_mm)
        assert 22 <= stack.count <= 24 and 110 < stack.count * stack.thickness_mm < 140
    for frame in view.frames:
        assert frame.pixels.dtype == np.uint16 and frame.pixels.shape == (256, 256)
        assert (frame.slope, frame.intercept, frame.window_center, frame.window_width) == (1, -1024, 40, 80)
        assert frame.pixel_spacing_mm == case.pixel_spacing_mm
    assert [one.instance_number for one in view.frames] == list(range(1, len(view.frames) + 1))


def test_observer_prefers_the_head_with_blood() -> None:
    present, absent = _case(SUBARACHNOID), _case(SUBARACHNOID, False)
    assert MODALITY.score is not None
    assert MODALITY.score(present, FINDING) > MODALITY.score(absent, FINDING)
    with pytest.raises(KeyError):
        observer.score(present, "fracture")


def test_history_knows_nothing_of_the_truth() -> None:
    told = {texts.drawn_history(np.random.default_rng(seed), 60) for seed in range(40)}
    assert len(told) > 20
    for text in told:
        for concept in (*CONCEPTS, *LOOK_ALIKES):
            assert concept not in text.lower()
    for concept in (*CONCEPTS, *LOOK_ALIKES, CLEAR):
        assert texts.teaching_point(np.random.default_rng(0), concept)


@pytest.mark.parametrize(
    "plan",
    [
        Plan("aneurysm", "clear", "harbour"),
        Plan("subdural", "easy", "harbour"),
        Plan("subdural", "clear", "seaside"),
    ],
)
def test_unknown_plans_are_refused(plan: Plan) -> None:
    assert plan.grade in GRADES or plan.grade == "easy"
    with pytest.raises(ValueError, match="there is no"):
        MODALITY.draw(np.random.default_rng(1), plan)
