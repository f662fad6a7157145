"""Point-biserial against scipy; Rasch against a logistic model with dummies, and by recovery."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import pointbiserialr

from radiology.statistics import UndefinedStatistic, point_biserial, rasch


def answers(seed: int, persons: int, items: int) -> tuple[list[tuple[int, int, bool]], np.ndarray]:
    """Everybody meets every item; difficulties from −2 to 2."""
    generator = np.random.default_rng(seed)
    ability = generator.normal(0.0, 1.0, persons)
    difficulty = np.linspace(-2, 2, items)
    p = 1 / (1 + np.exp(difficulty[None, :] - ability[:, None]))
    right = generator.random((persons, items)) < p
    return [(i, j, bool(right[i, j])) for i in range(persons) for j in range(items)], difficulty


@pytest.mark.parametrize("seed", range(3))
def test_point_biserial_equals_scipy(seed: int) -> None:
    generator = np.random.default_rng(seed)
    right = generator.random(50) < 0.6
    scores = generator.random(50) + 0.3 * right
    expected = pointbiserialr(right, scores).statistic
    assert point_biserial(right.tolist(), scores.tolist()) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("right", "scores"), [([], []), ([True, True], [0.1, 0.5]), ([True, False], [0.5, 0.5])]
)
def test_a_correlation_needs_spread(right: list[bool], scores: list[float]) -> None:
    with pytest.raises(UndefinedStatistic):
        point_biserial(right, scores)


def test_rasch_equals_a_logistic_model_with_dummies() -> None:
    """Joint maximum likelihood is logistic regression on who and what; without its correction they agree."""
    rows, _ = answers(4, persons=25, items=12)
    fit = rasch(rows)
    assert fit.converged
    kept = [one for one in rows if fit.ability[one[0]] is not None and fit.difficulty[one[1]] is not None]
    persons = sorted({one[0] for one in kept})
    items = sorted({one[1] for one in kept})
    design = np.zeros((len(kept), len(persons) + len(items) - 1))
    for row, (person, item, _) in enumerate(kept):
        design[row, persons.index(person)] = 1
        if item != items[-1]:
            design[row, len(persons) + items.index(item)] = -1
    model = sm.GLM([one[2] for one in kept], design, family=sm.families.Binomial()).fit(tol=1e-12)
    difficulty = np.append(model.params[len(persons) :], 0.0)
    difficulty -= difficulty.mean()
    length = len(kept) / len(persons)
    ours = [fit.difficulty[item] for item in items]
    assert ours == pytest.approx((difficulty * (length - 1) / length).tolist(), abs=1e-4)


def test_rasch_recovers_known_difficulties() -> None:
    rows, difficulty = answers(1, persons=1500, items=21)
    fit = rasch(rows)
    errors = [fit.difficulty[item] - difficulty[item] for item in range(21)]  # type: ignore[operator]
    assert max(map(abs, errors)) < 0.25
    assert sum(errors) == pytest.approx(0.0, abs=1e-6)


def test_rasch_of_incomplete_answers_keeps_one_scale() -> None:
    """Each person meets a third of the items, the able ones the hard ones: shares alone would mislead."""
    rows, difficulty = answers(2, persons=3000, items=21)
    generator = np.random.default_rng(0)
    score = np.bincount([one[0] for one in rows], weights=[one[2] for one in rows])
    kept = [
        one for one in rows if generator.random() < (0.5 if (score[one[0]] > 10) == (one[1] > 10) else 0.15)
    ]
    fit = rasch(kept)
    estimated = [fit.difficulty[item] for item in range(21)]
    assert np.corrcoef(estimated, difficulty)[0, 1] > 0.97  # type: ignore[arg-type]


def test_what_all_or_none_get_right_has_no_difficulty() -> None:
    rows = [(p, "easy", True) for p in range(4)] + [(p, "hard", False) for p in range(4)]
    rows += [(0, "a", True), (1, "a", False), (2, "a", True), (3, "a", False)]
    rows += [(0, "b", True), (1, "b", True), (2, "b", False), (3, "b", False)]
    fit = rasch(rows)
    assert fit.difficulty["easy"] is None
    assert fit.difficulty["hard"] is None
    # Person 0 has both of what is left right and person 3 both wrong: they say nothing either.
    assert fit.ability[0] is None
    assert fit.ability[3] is None
    assert fit.difficulty["a"] == pytest.approx(fit.difficulty["b"])


def test_no_answers_fit_nothing() -> None:
    fit = rasch([])
    assert (fit.difficulty, fit.ability) == ({}, {})
