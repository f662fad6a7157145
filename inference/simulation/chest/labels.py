"""Film labels in glyphs of our own: the side in lead, SIMULATED small in a corner; and the collimator's margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from inference.simulation.chest.layout import SIZE

# Five columns by seven rows, a row written as its cells.
_GLYPHS = {
    "R": "###.. #..#. #..#. ###.. ##... #.#.. #..#.",
    "L": "#.... #.... #.... #.... #.... #.... ####.",
    "S": ".###. #.... #.... .##.. ...#. ...#. ###..",
    "I": "###.. .#... .#... .#... .#... .#... ###..",
    "M": "#...# ##.## #.#.# #.#.# #...# #...# #...#",
    "U": "#..#. #..#. #..#. #..#. #..#. #..#. .##..",
    "A": ".##.. #..#. #..#. ####. #..#. #..#. #..#.",
    "T": "###.. .#... .#... .#... .#... .#... .#...",
    "E": "####. #.... #.... ###.. #.... #.... ####.",
    "D": "###.. #..#. #..#. #..#. #..#. #..#. ###..",
    "P": "###.. #..#. #..#. ###.. #.... #.... #....",
}


@dataclass(frozen=True)
class Marks:
    """Where a film's marker lies, which letter it is, and how wide a margin the collimator cut off on each side."""

    letter: str
    column: int
    row: int
    scale: int
    margins: tuple[int, int, int, int]
    """Top, bottom, left, right in pixels."""


def draw_marks(rng: Generator, hospital: str, collimated: float) -> Marks:
    """Marker and margins of a film; each hospital has its habits."""
    letter = {"hospital-a": "L", "hospital-b": "R", "hospital-c": "L"}[hospital]
    jitter = rng.integers(-10, 11, 2)
    column = (SIZE - 46 if letter == "L" else 28) + int(jitter[0])
    row = {"hospital-a": 34, "hospital-b": 52, "hospital-c": 300}[hospital] + int(jitter[1])
    cut = rng.random() < collimated
    margins = [int(one) if cut else 0 for one in rng.integers(0, 15, 4)]
    return Marks(
        letter,
        column,
        row,
        3 if hospital != "hospital-c" else 2,
        (margins[0], margins[1], margins[2], margins[3]),
    )


def labelled(film: npt.NDArray[np.uint8], marks: Marks) -> npt.NDArray[np.uint8]:
    """The film [SIZE, SIZE] with marker, SIMULATED and margins."""
    made = film.copy()
    top, bottom, left, right = marks.margins
    made[:top] = made[SIZE - bottom :] = 3
    made[:, :left] = made[:, SIZE - right :] = 3
    _lay(made, _written(marks.letter, marks.scale), marks.row, marks.column, 238)
    small = _written("SIMULATED", 1)
    _lay(made, small, SIZE - 26, 20, 225)
    return made


def _lay(film: npt.NDArray[np.uint8], block: npt.NDArray[np.bool_], row: int, column: int, ink: int) -> None:
    place = film[row : row + block.shape[0], column : column + block.shape[1]]
    place[block[: place.shape[0], : place.shape[1]]] = ink


def _written(text: str, scale: int) -> npt.NDArray[np.bool_]:
    letters = []
    for letter in text:
        cells = np.array([[cell == "#" for cell in row] for row in _GLYPHS[letter].split()])
        letters.append(np.pad(cells, ((0, 0), (0, 1))))
    return np.kron(np.concatenate(letters, axis=1), np.ones((scale, scale), dtype=bool))
