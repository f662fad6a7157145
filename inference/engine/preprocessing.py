"""From films as they are displayed to the tensor a network reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from inference.contracts import SHIPPED_NORMALISATION, Normalisation
from inference.engine.geometry import Letterbox

Film = npt.NDArray[np.uint8]


def letterbox_film(film: Film, size: int) -> tuple[Tensor, Letterbox]:
    """A displayed film uint8 [H, W] as values 0 … 255, float32 [size, size], and where its pixels went.

    Shrinking is antialiased. Raises ValueError for anything but uint8 [H, W].
    """
    if film.dtype != np.uint8 or film.ndim != 2 or not film.size:
        raise ValueError("a film is a two-dimensional array of bytes")
    box = Letterbox(width=film.shape[1], height=film.shape[0], size=size)
    pixels = torch.from_numpy(np.array(film, dtype=np.float32))[None, None]
    if (box.inner_height, box.inner_width) != film.shape:
        pixels = functional.interpolate(
            pixels, (box.inner_height, box.inner_width), mode="bilinear", antialias=True, align_corners=False
        )
    square = torch.zeros(size, size)
    square[box.top : box.top + box.inner_height, box.left : box.left + box.inner_width] = pixels[0, 0]
    return square, box


def standardise(values: Tensor, normalisation: Normalisation = SHIPPED_NORMALISATION) -> Tensor:
    """Grey values 0 … 255 [N, 1, H, W] to the channels and range the network was trained on [N, C, H, W]."""
    middle, spread = (
        values.new_tensor(numbers)[:, None, None] for numbers in (normalisation.middle, normalisation.spread)
    )
    return (values - middle) / spread


def to_input(
    films: Sequence[Film], size: int, normalisation: Normalisation = SHIPPED_NORMALISATION
) -> tuple[Tensor, list[Letterbox]]:
    """Displayed films to the network's input [N, C, size, size], and one Letterbox for each."""
    placed = [letterbox_film(film, size) for film in films]
    batch = torch.stack([square for square, _ in placed])[:, None]
    return standardise(batch, normalisation), [box for _, box in placed]
