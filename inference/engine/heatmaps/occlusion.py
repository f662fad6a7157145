"""Occlusion (Zeiler & Fergus 2014): cover one piece of a film after another, and see how far a logit falls."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from inference.engine.geometry import Letterbox
from inference.engine.loading import ClassifierNetwork

# A piece is a seventh of the input wide, and the next one begins half a piece further on: 15 × 15 of a square
# film. Smaller ones take longer and say less: the network sees round a piece that is smaller than the lesion.
PIECES_ACROSS = 7
# Both in parts of a piece: how far its edge fades, so that no sharp outline appears on the film, and how far
# round it the film is averaged for what it is covered with.
_FADE = 0.25
_SURROUNDINGS = 0.5
BATCH = 16

Drops = npt.NDArray[np.float32]


@torch.no_grad()
def logit_drops(
    network: ClassifierNetwork, prepared: Tensor, box: Letterbox, label: int, *, batch: int = BATCH
) -> Drops:
    """How far the logit of `label` falls where the film is covered: float32 [S, S] over the input, 0 and up.

    `prepared` is one film as the network reads it [1, C, S, S], `box` where its pixels lie. Each piece is covered
    with the mean of what surrounds it; a place that several pieces cover gets their mean, weighed by how well
    each covers it. Where covering makes the logit rise, the map is 0. The same at any batch size to 1e-4.
    """
    whole = _logits(network, prepared, label)[0]
    total = torch.zeros(prepared.shape[-2:])
    weight = torch.zeros_like(total)
    pieces = list(_pieces(box, prepared.shape[-1]))
    for start in range(0, len(pieces), batch):
        masks = torch.stack(pieces[start : start + batch])
        covered = torch.cat([_covered(prepared, mask, box) for mask in masks])
        drops = whole - _logits(network, covered, label)
        total += torch.einsum("n,nhw->hw", drops, masks)
        weight += masks.sum(dim=0)
    mean = torch.where(weight > 0, total / weight.clamp(min=1e-6), 0.0)
    result: Drops = mean.clamp(min=0).numpy()
    return result


def _logits(network: ClassifierNetwork, inputs: Tensor, label: int) -> Tensor:
    grid = network.features(inputs.contiguous(memory_format=torch.channels_last))
    return network.classify(grid)[:, label]


def _pieces(box: Letterbox, size: int) -> Iterator[Tensor]:
    """Masks 0 … 1 [S, S] of every piece, on the film alone; their centres lie on the film."""
    side = max(round(size / PIECES_ACROSS), 2)
    for row in _profiles(size, side, box.top, box.inner_height):
        for column in _profiles(size, side, box.left, box.inner_width):
            yield row[:, None] * column[None, :]


def _profiles(size: int, side: int, first: int, extent: int) -> list[Tensor]:
    """A piece's mask along one axis [S] for each of its places; the film is `extent` pixels from `first` on."""
    at = torch.arange(size, dtype=torch.float32) + 0.5
    on_film = (at > first) & (at < first + extent)
    count = max(round(2 * extent / side), 1)
    centres = first + (torch.arange(count + 1) / count) * extent
    inside = (side / 2 - (at[None] - centres[:, None]).abs()) / (_FADE * side)
    return list(inside.clamp(0, 1) * on_film)


def _covered(prepared: Tensor, mask: Tensor, box: Letterbox) -> Tensor:
    """The film [1, C, S, S] with the piece of `mask` [S, S] replaced by the mean of its surroundings."""
    rows, columns = (torch.nonzero(mask.amax(dim=axis)).flatten() for axis in (1, 0))
    margin_y, margin_x = (max(round(_SURROUNDINGS * len(each)), 1) for each in (rows, columns))
    around = torch.zeros_like(mask)
    around[
        max(int(rows[0]) - margin_y, box.top) : min(int(rows[-1]) + 1 + margin_y, box.top + box.inner_height),
        max(int(columns[0]) - margin_x, box.left) : min(
            int(columns[-1]) + 1 + margin_x, box.left + box.inner_width
        ),
    ] = 1.0
    ring = around * (mask == 0)
    # A film no larger than the piece has no surroundings: then it is its own mean.
    ring = ring if bool(ring.any()) else around
    fill = (prepared * ring).sum(dim=(2, 3), keepdim=True) / ring.sum()
    return prepared * (1 - mask) + fill * mask
