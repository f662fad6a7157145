"""What the engine hands to the services: an opinion with its maps, before it has a row (numpy, no torch)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.contracts import FindingOpinion


@dataclass(frozen=True, eq=False)
class EngineHeatmap:
    """One map: float32 [h, w] over the whole image (any grid), its peak in original image pixels."""

    finding: str
    method: str
    values: npt.NDArray[np.float32]
    peak_x: float
    peak_y: float


@dataclass(frozen=True, eq=False)
class EngineOpinion:
    """One image's opinion as the engine computed it."""

    findings: tuple[FindingOpinion, ...]
    heatmaps: tuple[EngineHeatmap, ...]
    ood_score: float | None
    declined: bool
