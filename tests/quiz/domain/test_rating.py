"""Glicko-2 against Glickman's example and a second implementation; scores, floor, cap and periods."""

from __future__ import annotations

import random

import glicko2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.rating import (
    CASE_START,
    DEVIATION_FLOOR,
    EXPECTED_HIGH,
    EXPECTED_LOW,
    LARGEST_CHANGE,
    LEARNER_START,
    Game,
    Player,
    after_period,
    expected,
    replay,
    scale,
    score,
    update,
)
from tests.golden import golden

EXAMPLE = golden("glicko2")
ratings = st.floats(500, 2500)
deviations = st.floats(30, 350)
games = st.lists(
    st.builds(Game, ratings, deviations, st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=20
)
players = st.builds(Player, ratings, deviations, st.floats(0.03, 0.1))


def test_glickmans_example() -> None:
    after = update(
        Player(**EXAMPLE["player"]), [Game(*game) for game in EXAMPLE["games"]], tau=EXAMPLE["tau"]
    )
    assert after.rating == pytest.approx(EXAMPLE["after"]["rating"], abs=0.02)
    assert after.deviation == pytest.approx(EXAMPLE["after"]["deviation"], abs=0.02)
    assert after.volatility == pytest.approx(EXAMPLE["after"]["volatility"], abs=0.00002)


@pytest.mark.parametrize("seed", range(5))
def test_a_second_implementation_agrees(seed: int) -> None:
    """The package's volatility leaves the deviation out of one term, hence the tolerance."""
    rng = random.Random(seed)
    played = [
        Game(rng.uniform(1300, 1700), rng.uniform(40, 200), rng.choice([0.0, 0.5, 1.0])) for _ in range(6)
    ]
    other = glicko2.Player(rating=1500, rd=200, vol=0.06)
    other.update_player([g.rating for g in played], [g.deviation for g in played], [g.score for g in played])
    ours = update(Player(1500, 200, 0.06), played)
    assert (ours.rating, ours.deviation) == pytest.approx((other.rating, other.rd), abs=0.5)


@given(players, games)
def test_winning_never_lowers_and_losing_never_raises(player: Player, played: list[Game]) -> None:
    won = update(player, [Game(g.rating, g.deviation, 1.0) for g in played])
    lost = update(player, [Game(g.rating, g.deviation, 0.0) for g in played])
    assert won.rating >= player.rating >= lost.rating
    assert lost.rating - 1e-9 <= update(player, played).rating <= won.rating + 1e-9


@given(players, games)
def test_one_period_is_capped_and_deviation_has_a_floor(player: Player, played: list[Game]) -> None:
    after = after_period(player, played)
    assert abs(after.rating - player.rating) <= LARGEST_CHANGE + 1e-9
    assert DEVIATION_FLOOR <= after.deviation <= LEARNER_START.deviation
    assert after.volatility > 0


def test_without_games_only_deviation_grows() -> None:
    player = Player(1500, 200, 0.06)
    after = update(player, [])
    assert (after.rating, after.volatility) == (1500, 0.06)
    assert after.deviation == pytest.approx((200**2 + (0.06 * 173.7178) ** 2) ** 0.5)


@given(ratings, ratings, deviations)
def test_expected_scores_mirror(one: float, other: float, deviation: float) -> None:
    assert expected(one, other, deviation) + expected(other, one, deviation) == pytest.approx(1.0)
    assert expected(1500, 1500, deviation) == 0.5


def test_a_new_learner_suits_new_cases() -> None:
    chance = expected(LEARNER_START.rating, CASE_START.rating, CASE_START.deviation)
    assert EXPECTED_LOW <= chance <= EXPECTED_HIGH


@pytest.mark.parametrize(
    ("right", "place", "points"),
    [
        (True, "hit", 1.0),
        (True, "not_applicable", 1.0),
        (True, "inside", 1.0),
        (True, "miss", 0.5),
        (True, "outside", 0.5),
        (False, "hit", 0.0),
        (False, "not_applicable", 0.0),
        (None, "not_applicable", None),
    ],
)
def test_scores(right: bool | None, place: str, points: float | None) -> None:
    assert score(right, place) == points


def test_simulated_cases_have_a_scale_of_their_own() -> None:
    assert scale("MR", simulated=False) == "MR"
    assert scale("MR", simulated=True) == "MR-simulated"


def test_a_sitting_is_one_period() -> None:
    """The step after the last game of a sitting is Glickman's batch over all of it, in whatever order it was played."""
    played = [Game(1400, 30, 1), Game(1550, 100, 0), Game(1700, 300, 0)]
    start = Player(1500, 200, 0.06)
    steps = replay(start, [(7, game) for game in played])
    assert steps[-1][1] == after_period(start, played)
    assert steps[0] == (start, after_period(start, played[:1]))
    assert [before for before, _ in steps[1:]] == [after for _, after in steps[:-1]]


def test_sittings_follow_each_other() -> None:
    first, second = Game(1400, 30, 1), Game(1550, 100, 0)
    start = Player(1500, 200, 0.06)
    steps = replay(start, [(1, first), (2, second), (1, first)])
    middle = after_period(after_period(start, [first]), [second])
    assert steps[-1] == (middle, after_period(middle, [first]))
    assert replay(start, []) == []


def season(says: str, seed: int, sittings: int = 40) -> float:
    """A learner's rating after sittings of ten balanced two-choice cases, all at the start rating of cases."""
    rng, games = random.Random(seed), []
    for sitting in range(sittings):
        truth = [True] * 5 + [False] * 5
        rng.shuffle(truth)
        for present in truth:
            said = {
                "always-normal": False,
                "always-abnormal": True,
                "random": rng.random() < 0.5,
                "skilled": present if rng.random() < 0.85 else not present,
            }[says]
            games.append((sitting, Game(CASE_START.rating, 80, float(said == present))))
    return replay(LEARNER_START, games)[-1][1].rating


def test_no_fixed_habit_beats_skill() -> None:
    """One answer to everything and a coin end alike, and well below somebody who is right 85 times of 100."""
    habits = {
        says: [season(says, seed) for seed in range(8)]
        for says in ("always-normal", "always-abnormal", "random", "skilled")
    }
    means = {says: sum(values) / len(values) for says, values in habits.items()}
    noise = max(habits["random"]) - min(habits["random"])
    assert max(habits["random"]) < min(habits["skilled"])
    assert abs(means["always-normal"] - means["always-abnormal"]) < 1e-6
    assert abs(means["always-normal"] - means["random"]) < noise
    assert means["skilled"] - means["random"] > 150


class Season:
    """Learners and cases that move together: a sitting each and then a closed period, twenty times over.

    Half of 240 cases are abnormal; some are harder than others. A sitting takes five normals and five abnormals that
    the learner hasn't met, as near as can be to the expected score that cases are chosen at.
    """

    def __init__(self, seed: int, habits: dict[str, float | bool | None], each: int = 5) -> None:
        self.rng = random.Random(seed)
        self.present = [number % 2 == 0 for number in range(240)]
        self.hardness = [self.rng.uniform(-0.12, 0.12) for _ in self.present]
        self.cases = [CASE_START] * len(self.present)
        self.habit = [habit for habit in habits.values() for _ in range(each)]
        self.names = [name for name in habits for _ in range(each)]
        self.learners = [LEARNER_START] * len(self.habit)
        self.unseen = [set(range(len(self.present))) for _ in self.habit]
        for _ in range(20):
            self.period()

    def period(self) -> None:
        """Everybody plays the cases as they stood; then the cases move."""
        met: dict[int, list[Game]] = {}
        moved = []
        for number, learner in enumerate(self.learners):
            games = []
            for case in self.chosen(number):
                self.unseen[number].remove(case)
                points = float(self.right(self.habit[number], case))
                opponent = self.cases[case]
                games.append(Game(opponent.rating, opponent.deviation, points))
                met.setdefault(case, []).append(Game(learner.rating, learner.deviation, 1 - points))
            moved.append(after_period(learner, games))
        self.learners = moved
        for case, games in met.items():
            self.cases[case] = after_period(self.cases[case], games)

    def chosen(self, learner: int) -> list[int]:
        middle = (EXPECTED_LOW + EXPECTED_HIGH) / 2

        def distance(case: int) -> float:
            opponent = self.cases[case]
            chance = expected(self.learners[learner].rating, opponent.rating, opponent.deviation)
            return abs(chance - middle) + self.rng.uniform(0, 0.05)

        in_order = sorted(self.unseen[learner], key=distance)
        return [
            case for kind in (True, False) for case in [c for c in in_order if self.present[c] is kind][:5]
        ]

    def right(self, habit: float | bool | None, case: int) -> bool:
        """A habit is one answer to everything (a bool), or how often the learner is right."""
        if isinstance(habit, bool):
            return habit == self.present[case]
        assert habit is not None
        return self.rng.random() < habit - (self.hardness[case] if habit > 0.5 else 0.0)

    def means(self) -> dict[str, float]:
        """Mean rating of each habit."""
        return {
            name: sum(p.rating for p, n in zip(self.learners, self.names, strict=True) if n == name)
            / self.names.count(name)
            for name in dict.fromkeys(self.names)
        }


@pytest.mark.parametrize("seed", range(3))
def test_no_fixed_habit_beats_skill_when_cases_move_too(seed: int) -> None:
    season = Season(seed, {"normal": False, "abnormal": True, "random": 0.5, "good": 0.8, "better": 0.92})
    means = season.means()
    habits = [means[name] for name in ("normal", "abnormal", "random")]
    # One learner's rating wanders by its deviation; the mean of five by less than half of that.
    noise = 2 * DEVIATION_FLOOR
    assert max(habits) - min(habits) < noise
    assert min(means["good"], means["better"]) > max(habits) + noise
    assert means["better"] > means["good"]
