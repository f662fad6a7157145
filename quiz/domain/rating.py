"""Rating: Glicko-2 (Glickman 2013), what a read scores, and which cases suit a learner."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

_SCALE = 173.7178
_CENTRE = 1500.0
_TAU = 0.5
_EPSILON = 1e-6

DEVIATION_FLOOR = 45.0
"""A settled player still moves: without a floor a learner who got better would be held where they were."""
LARGEST_CHANGE = 150.0
"""One period never moves a rating further, however many cases a sitting has."""
EXPECTED_LOW, EXPECTED_HIGH = 0.70, 0.85
"""Cases are chosen where a learner is expected to score this: in a two-choice task 0.5 is a coin flip."""


@dataclass(frozen=True)
class Player:
    """A learner, a case or a CNN: rating and deviation in points, volatility per period."""

    rating: float
    deviation: float
    volatility: float


LEARNER_START = Player(1500.0, 350.0, 0.06)
MODEL_START = Player(1500.0, 350.0, 0.06)
CASE_START = Player(1250.0, 350.0, 0.06)
"""Lower than a learner's: most readers get most cases right, and a new learner's first cases should suit them."""


@dataclass(frozen=True)
class Game:
    """One game: the opponent's rating and deviation, and the player's score 1, ½ or 0."""

    rating: float
    deviation: float
    score: float


def expected(rating: float, opponent_rating: float, opponent_deviation: float) -> float:
    """Return the expected score in (0, 1) against an opponent, as Glicko-2 has it. Ratings are in points."""
    return _expected((rating - opponent_rating) / _SCALE, _g(opponent_deviation / _SCALE))


def score(right: bool | None, place: str) -> float | None:
    """Return what a read scores against its case: 1 right finding and place, ½ finding only, 0 wrong.

    `place` is a value of `quiz.domain.outcomes.Place`; where place doesn't apply the finding decides. None where
    nobody scored (`right` is None: can't tell, declined, no opinion).
    """
    if right is None:
        return None
    if not right:
        return 0.0
    return 0.5 if place in ("miss", "outside") else 1.0


def scale(modality: str, *, simulated: bool) -> str:
    """Return the name of the scale of a pack's cases; simulated and real cases never share one."""
    return f"{modality}-simulated" if simulated else modality


def update(player: Player, games: Sequence[Game], *, tau: float = _TAU) -> Player:
    """Return the player after one rating period, by Glickman's steps 1–8; without games only deviation grows.

    `tau` limits how fast volatility changes. Source: "Example of the Glicko-2 system", 2013 (volatility by its
    Illinois algorithm).
    """
    mu, phi = (player.rating - _CENTRE) / _SCALE, player.deviation / _SCALE
    if not games:
        return replace(player, deviation=_SCALE * math.hypot(phi, player.volatility))
    information = surprise = 0.0
    for game in games:
        g = _g(game.deviation / _SCALE)
        chance = _expected(mu - (game.rating - _CENTRE) / _SCALE, g)
        information += g * g * chance * (1 - chance)
        surprise += g * (game.score - chance)
    variance = 1 / information
    volatility = _volatility(phi, player.volatility, variance, variance * surprise, tau)
    before = math.hypot(phi, volatility)
    after = 1 / math.sqrt(1 / before**2 + information)
    return Player(_SCALE * (mu + after**2 * surprise) + _CENTRE, _SCALE * after, volatility)


def after_period(player: Player, games: Sequence[Game]) -> Player:
    """Return the player after one period as this site rates: `update` with the floor and the cap."""
    changed = update(player, games)
    change = max(-LARGEST_CHANGE, min(LARGEST_CHANGE, changed.rating - player.rating))
    return Player(
        player.rating + change,
        min(max(changed.deviation, DEVIATION_FLOOR), LEARNER_START.deviation),
        changed.volatility,
    )


def replay(start: Player, games: Iterable[tuple[Hashable, Game]]) -> list[tuple[Player, Player]]:
    """Return the player before and after each game, in order; games come with the sitting they were played in.

    Consecutive games of one sitting are one period: each step is the whole period so far, from its start.
    """
    steps: list[tuple[Player, Player]] = []
    now = start
    for _, group in groupby(games, key=lambda pair: pair[0]):
        begun, played = now, list[Game]()
        for _, game in group:
            played.append(game)
            after = after_period(begun, played)
            steps.append((now, after))
            now = after
    return steps


def _g(phi: float) -> float:
    return 1 / math.sqrt(1 + 3 * phi * phi / math.pi**2)


def _expected(difference: float, g: float) -> float:
    return 1 / (1 + math.exp(-g * difference))


def _volatility(phi: float, sigma: float, variance: float, delta: float, tau: float) -> float:
    """Glickman's step 5: the root of f by the Illinois form of false position."""
    a = math.log(sigma * sigma)

    def f(x: float) -> float:
        ex = math.exp(x)
        spread = phi * phi + variance + ex
        return ex * (delta * delta - spread) / (2 * spread * spread) - (x - a) / (tau * tau)

    low = a
    if delta * delta > phi * phi + variance:
        high = math.log(delta * delta - phi * phi - variance)
    else:
        k = 1
        while f(a - k * tau) < 0:
            k += 1
        high = a - k * tau
    f_low, f_high = f(low), f(high)
    while abs(high - low) > _EPSILON:
        middle = low + (low - high) * f_low / (f_high - f_low)
        f_middle = f(middle)
        if f_middle * f_high <= 0:
            low, f_low = high, f_high
        else:
            f_low /= 2
        high, f_high = middle, f_middle
    return math.exp(low / 2)
