"""Films as nobody would hang them: inverted, turned, cut to the middle. A model should notice that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from inference.engine.hard_copies import Change
    from inference.engine.preprocessing import Film

CROPPED_TO = 0.6


def cropped(film: Film, rng: np.random.Generator) -> Film:
    """The middle of a film uint8 [H, W], 60 % of it each way."""
    height, width = film.shape
    rows, columns = round(height * (1 - CROPPED_TO) / 2), round(width * (1 - CROPPED_TO) / 2)
    return np.ascontiguousarray(film[rows : height - rows, columns : width - columns])


TURNED: dict[str, Change] = {
    "inverted": lambda film, rng: 255 - film,
    "turned by 90 degrees": lambda film, rng: np.ascontiguousarray(np.rot90(film)),
    "upside down": lambda film, rng: np.ascontiguousarray(film[::-1]),
}
ALTERED: dict[str, Change] = TURNED | {"cropped to the middle": cropped}
