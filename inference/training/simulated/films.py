"""Films of a simulated pack as a network is fitted to them: pixels, findings of each film, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from inference.engine.adapters.places_cnn import STRIDE
from inference.engine.films import films_of_case, open_pack
from inference.engine.placing import outline_of, regions_on
from inference.engine.preprocessing import Film, letterbox_film
from inference.training.finishing import Labelled
from radiology.packs import Pack, PackCase


@dataclass(frozen=True, eq=False)
class PlacedFilms:
    """Films uint8 [N, 1, S, S] with the share of each cell that each finding covers, float16 [N, L, S/8, S/8]."""

    films: Tensor
    covered: Tensor
    labelled: Labelled
    """The same films as arrays, with findings and cases."""


Change = Callable[[PackCase, str, Film], Film]
"""From a case, the name of its image and the film to the film as it is to be learned."""


def placed_films(
    path: Path,
    split: str,
    labels: tuple[str, ...],
    size: int,
    *,
    scanner: str = "",
    change: Change | None = None,
) -> PlacedFilms:
    """A split's films at the network's input size. A film has a finding where a region of it lies on that film.

    `scanner` leaves those of other scanners out; `change` is applied to each film.
    """
    squares, covered, cases, shown = [], [], [], []
    with open_pack(path, split) as pack:
        for number, case in enumerate(pack.split_cases(split)):
            if scanner and case.acquisition != scanner:
                continue
            for film in films_of_case(pack, case):
                pixels = film.pixels if change is None else change(case, film.image, film.pixels)
                shown.append(pixels)
                square, _ = letterbox_film(pixels, size)
                squares.append(square.round().clamp(0, 255).to(torch.uint8)[None])
                covered.append(_covered(pack, case, film.image, film.pixels, labels, size))
                cases.append(number)
    films, cells = torch.stack(squares), torch.stack(covered)
    labelled = Labelled(shown, (cells.amax(dim=(2, 3)) > 0).numpy(), np.array(cases))
    return PlacedFilms(films, cells, labelled)


def _covered(
    pack: Pack, case: PackCase, image: str, film: Film, labels: tuple[str, ...], size: int
) -> Tensor:
    height, width = film.shape
    outlines = [outline_of(regions_on(pack, case, image, label), width, height) for label in labels]
    if not any(outline.any() for outline in outlines):
        return torch.zeros(len(labels), size // STRIDE, size // STRIDE, dtype=torch.float16)
    masks = [np.where(outline, 255, 0).astype(np.uint8) for outline in outlines]
    squares = torch.stack([letterbox_film(mask, size)[0] for mask in masks])
    return (functional.avg_pool2d(squares[None], STRIDE)[0] / 255).to(torch.float16)
