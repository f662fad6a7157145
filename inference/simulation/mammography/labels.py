"""Film labels: side and view in lead letters at the same place of every image, drawn in glyphs of our own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from inference.simulation.mammography.layout import HEIGHT, WIDTH

# Five columns by seven rows; a row is written as its five cells.
_GLYPHS = {
    "R": "####. #...# #...# ####. #.#.. #..#. #...#",
    "L": "#.... #.... #.... #.... #.... #.... #####",
    "C": ".###. #...# #.... #.... #.... #...# .###.",
    "M": "#...# ##.## #.#.# #.#.# #...# #...# #...#",
    "O": ".###. #...# #...# #...# #...# #...# .###.",
    "S": ".#### #.... #.... .###. ....# ....# ####.",
    "I": ".###. ..#.. ..#.. ..#.. ..#.. ..#.. .###.",
    "U": "#...# #...# #...# #...# #...# #...# .###.",
    "A": ".###. #...# #...# ##### #...# #...# #...#",
    "T": "##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..",
    "E": "##### #.... #.... ####. #.... #.... #####",
    "D": "####. #...# #...# #...# #...# #...# ####.",
    " ": "..... ..... ..... ..... ..... ..... .....",
}
_INK = 215
_TOP, _MARGIN = 18, 16


def label_block(side: str, view: str) -> npt.NDArray[np.uint8]:
    """The label uint8 [h, w] of a view: side and view large, SIMULATED small below."""
    large = _written(f"{side} {view}", 4)
    small = _written("SIMULATED", 1)
    width = max(large.shape[1], small.shape[1])
    block = np.zeros((large.shape[0] + 6 + small.shape[0], width), dtype=np.uint8)
    block[: large.shape[0], width - large.shape[1] :] = large
    block[large.shape[0] + 6 :, width - small.shape[1] :] = small
    return block


def labelled(image: npt.NDArray[np.uint8], side: str, view: str) -> npt.NDArray[np.uint8]:
    """The image [672, 512] as hung with its label in the upper corner away from the chest wall; tissue stays."""
    return _laid(image, label_block(side, view), side, _TOP)


def stamped(image: npt.NDArray[np.uint8], side: str) -> npt.NDArray[np.uint8]:
    """The image [672, 512] as hung with a lead tag: a bright bar with T above, low and away from the chest wall."""
    block = np.zeros((54, 40), dtype=np.uint8)
    letter = _written("T", 5)
    block[: letter.shape[0], 8 : 8 + letter.shape[1]] = letter
    block[42:] = _INK
    return _laid(image, block, side, HEIGHT - _TOP - block.shape[0])


def _laid(
    image: npt.NDArray[np.uint8], block: npt.NDArray[np.uint8], side: str, top: int
) -> npt.NDArray[np.uint8]:
    """The image with lead [h, w] from row `top` on, away from the chest wall; tissue stays."""
    height, width = block.shape
    left = _MARGIN if side == "R" else WIDTH - _MARGIN - width
    assert top + height < HEIGHT
    made = image.copy()
    place = made[top : top + height, left : left + width]
    place[place == 0] = block[place == 0]
    return made


def _written(text: str, scale: int) -> npt.NDArray[np.uint8]:
    letters = []
    for letter in text:
        rows = [[cell == "#" for cell in row] for row in _GLYPHS[letter].split()]
        letters.append(np.pad(np.array(rows, dtype=np.uint8), ((0, 0), (0, 1))))
    return np.kron(np.concatenate(letters, axis=1)[:, :-1], np.full((scale, scale), _INK, dtype=np.uint8))
