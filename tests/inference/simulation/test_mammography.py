"""Simulated mammograms: the same from the same seed, honest regions, tissue with the statistics of real tissue."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from inference.simulation.cases import CLEAR, GRADES, Plan, SimulatedCase
from inference.simulation.core.fields import power_slope, radial_power
from inference.simulation.mammography import layout
from inference.simulation.mammography.detector import UNITS, Exposure, Unit, displayed, expose
from inference.simulation.mammography.labels import label_block, stamped
from inference.simulation.mammography.layout import HEIGHT, WIDTH
from inference.simulation.mammography.lesions import draw_lesion
from inference.simulation.mammography.modality import MODALITY
from inference.simulation.mammography.observer import score
from inference.simulation.mammography.outline import Outline
from inference.simulation.mammography.tissue import Anatomy, parenchyma_patches
from inference.simulation.mammography.woman import HANGING, brought_out, choose_place, draw_woman

UNIT = MODALITY.scanners[1]


@cache
def drawn(concept: str, seed: int = 1, *, finding: bool = True, grade: str = "clear") -> SimulatedCase:
    return MODALITY.draw(np.random.default_rng(seed), Plan(concept, grade, UNIT), finding=finding)


def pictures(case: SimulatedCase) -> list[np.ndarray]:
    return [view.frames[0].pixels.astype(int) for view in case.views]


def test_four_views_are_hung_the_usual_way() -> None:
    case = drawn("spiculated-mass")
    assert [(view.laterality, view.view) for view in case.views] == list(HANGING)
    for view, picture in zip(case.views, pictures(case), strict=True):
        assert picture.shape == (layout.HEIGHT, layout.WIDTH)
        chest, air = (
            (picture[:, -3:], picture[:, :3]) if view.laterality == "R" else (picture[:, :3], picture[:, -3:])
        )
        assert chest.mean() > 20
        assert air.max() == 0


def test_the_same_seed_makes_the_same_woman() -> None:
    plan = Plan("lobulated-mass", "moderate", UNIT)
    first, again = (MODALITY.draw(np.random.default_rng(5), plan) for _ in range(2))
    assert all((one == two).all() for one, two in zip(pictures(first), pictures(again), strict=True))
    assert (first.history, first.measures) == (again.history, again.measures)


@pytest.mark.parametrize("concept", ["spiculated-mass", "pleomorphic-calcifications"])
def test_without_its_finding_a_woman_is_the_same(concept: str) -> None:
    present, absent = drawn(concept), drawn(concept, finding=False)
    assert present.history == absent.history
    assert absent.findings == absent.regions == () and absent.measures is None
    touched = {region.series for region in present.regions}
    assert len(touched) == 2
    for number, (one, two) in enumerate(zip(pictures(present), pictures(absent), strict=True)):
        if number not in touched:
            assert (one == two).all()
            continue
        mask = next(region.mask for region in present.regions if region.series == number)
        assert mask is not None and 20 < mask.sum() < 20_000
        changed = np.abs(one - two)
        assert changed[mask].mean() > 8 * max(changed[~mask].mean(), 0.02)


def test_a_finding_lies_at_one_depth_on_both_views() -> None:
    for seed in (1, 2):
        case = drawn("lobulated-mass", seed)
        sides = {case.views[region.series].laterality for region in case.regions}
        assert len(sides) == 1
        assert {case.views[region.series].view for region in case.regions} == {"CC", "MLO"}


def test_parenchyma_follows_the_power_law() -> None:
    slopes = []
    for seed in range(3):
        streams = np.random.default_rng(seed).spawn(2)
        woman = draw_woman(*streams, UNIT)
        for place in (("R", "CC"), ("L", "MLO")):
            for patch in parenchyma_patches(woman.views[place].anatomy, count=1):
                power = radial_power(patch, spacing=layout.SPACING_MM)
                slopes.append(power_slope(*power, low=0.1, high=0.8))
    assert 2.8 <= np.mean(slopes) <= 3.2, slopes


def test_noise_is_that_of_counted_photons() -> None:
    """Behind an even slab, grey values scatter normally, by one over the root of the counts."""
    shape = (layout.HEIGHT, layout.WIDTH)
    flat, nothing = np.ones(shape, np.float32), np.zeros(shape, np.float32)
    slab = Anatomy(Outline(flat > 0, flat, 50 * flat, nothing, nothing), nothing, nothing)
    unit = Unit(blur=0.0, noise_blur=0.0, photons=0.0, equalised=0.0, steepness=0.0, edge=0.0)
    counted = 2500.0
    exposure = Exposure(
        entrance=counted * float(np.exp(slab.attenuation[0, 0])), low=1.78, high=2.78, white=1.25
    )
    shown = displayed(unit, exposure, slab, slab.attenuation, np.random.default_rng(0))
    grain = shown[50:-50, 50:-50].astype(float)
    assert grain.std() == pytest.approx(255 / 1.25 / np.sqrt(counted), rel=0.03)
    standard = (grain.ravel()[::40] - grain.mean()) / grain.std()
    assert stats.kstest(standard, "norm").pvalue > 0.01


def test_each_view_has_a_white_of_its_own() -> None:
    """Around that of its woman, by up to a third: else nearly white pixels tell of a finding."""
    anatomy = (
        draw_woman(np.random.default_rng(3), np.random.default_rng(4), "unit-a").views["L", "CC"].anatomy
    )

    def white(seed: int, ceiling: float) -> float:
        return expose(np.random.default_rng(seed), UNITS["unit-a"], anatomy, ceiling).high

    # A ceiling of nought is the dark end that ceilings are counted from.
    above = np.array([white(seed, 1.4) for seed in range(60)]) - white(0, 0.0)
    assert 1.4 < above.max() / above.min() < 1.7
    assert white(7, 1.5) - white(7, 0.0) == pytest.approx(1.5 * (white(7, 1.0) - white(7, 0.0)))


def test_muscle_and_masses_keep_their_detail() -> None:
    """Denser than what the window was set by, they are bright and not plain white."""
    for seed in range(6):
        woman = draw_woman(*np.random.default_rng(seed).spawn(2), MODALITY.scanners[seed % 3])
        view = woman.views["L", "MLO"]
        shown = displayed(woman.unit, view.exposure, view.anatomy, view.attenuation([]), None)
        muscle = view.anatomy.outline.muscle > 0.28
        assert shown[muscle].mean() > shown[view.anatomy.outline.inside].mean()
        assert (shown[muscle] > 254).mean() < 0.02 and shown[muscle].std() > 2
    mass = drawn("spiculated-mass", grade="obvious")
    for region in mass.regions:
        assert (pictures(mass)[region.series][region.mask] > 254).mean() < 0.25


def test_skin_fades_outwards_instead_of_ringing_the_breast() -> None:
    """Processing knows the breast's thickness only smoothed: the outermost skin is darker than the skin behind it."""
    for seed in (1, 2):
        woman = draw_woman(*np.random.default_rng(seed).spawn(2), UNIT)
        for view in woman.views.values():
            shown = displayed(woman.unit, view.exposure, view.anatomy, view.attenuation([]), None)
            body = view.anatomy.outline
            outermost, skin = body.inside & (body.within < 0.5), (body.within > 0.7) & (body.within < 1.4)
            assert 4 <= shown[outermost].mean() < shown[skin].mean()
            assert shown[skin].mean() < shown[view.anatomy.parenchyma > 0.5].mean()


def test_the_observer_sets_its_window_first() -> None:
    """How bright a film was shown changes nothing: else its grades would measure brightness."""
    case = drawn("pleomorphic-calcifications")
    darker = replace(
        case,
        views=tuple(
            replace(view, frames=tuple(replace(one, pixels=one.pixels * 0.6) for one in view.frames))
            for view in case.views
        ),
    )
    assert score(darker, "calcifications") == pytest.approx(score(case, "calcifications"), rel=1e-3)


def test_harder_grades_are_smaller_and_fainter() -> None:
    strengths = [
        drawn("lobulated-mass", 1, grade=grade).measures.size_mm  # type: ignore[union-attr]
        for grade in (GRADES[0], GRADES[-1])
    ]
    assert strengths[0] > 1.5 * strengths[1]


def test_calcium_is_brought_out_and_a_mass_never_much_denser() -> None:
    woman = draw_woman(np.random.default_rng(3), np.random.default_rng(4), "unit-a")
    place = choose_place(np.random.default_rng(5), woman, "L")
    here = woman.views["L", "CC"]
    for concept, most in (("lobulated-mass", 1.1), ("pleomorphic-calcifications", 2.4)):
        lesion = draw_lesion(np.random.default_rng(6), concept, "moderate", place)
        drawn = lesion.on_view(here.pose)
        shares = []
        for wanted in (0.01, 1000.0):
            brought = brought_out(here, [], drawn, wanted)
            shares.append(
                float((brought.gland + brought.calcium).max() / (drawn.gland + drawn.calcium).max())
            )
        assert shares == pytest.approx([0.6, most], rel=1e-4)
        assert brought_out(here, [], drawn, None) is drawn


def test_tags_take_no_tissue() -> None:
    image = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    for side in ("R", "L"):
        bright = stamped(image, side)
        rows, columns = np.nonzero(bright)
        assert len(rows) > 300 and rows.min() > HEIGHT * 0.8
        assert (columns.max() < WIDTH / 4) if side == "R" else (columns.min() > WIDTH * 0.75)
        full = np.full_like(image, 90)
        assert (stamped(full, side) == full).all()


def test_histories_know_nothing() -> None:
    for seed in (1, 2):
        said = {drawn(concept, seed).history for concept in ("lobulated-mass", CLEAR)}
        assert len(said) == 1


def test_labels_tell_side_and_view_alone() -> None:
    assert label_block("R", "CC").shape == label_block("L", "CC").shape
    for concept in ("spiculated-mass", CLEAR):
        case = drawn(concept)
        corner = pictures(case)[0][:50, :80]
        assert (corner == pictures(drawn(CLEAR, 2))[0][:50, :80]).all()


def test_unknown_plans_are_refused() -> None:
    with pytest.raises(ValueError, match="knows no"):
        MODALITY.draw(np.random.default_rng(0), Plan("fracture", "clear", UNIT))
