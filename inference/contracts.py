"""The dataclasses that cross the border between inference and the rest; no Django and no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class ImageRef:
    """An image as inference knows it: where its master lies, what identifies its pixels, how it is shown.

    `sha256` is `radiology.imaging.pixel_sha256` of the frame. The other values are those that
    `radiology.imaging.decode_master` takes beside the master's bytes.
    """

    storage_key: str
    sha256: str
    slope: float = 1.0
    intercept: float = 0.0
    window_center: float | None = None
    window_width: float | None = None


@dataclass(frozen=True)
class FindingOpinion:
    """What a model says of one finding: calibrated probability 0 … 1 against its operating threshold."""

    finding: str
    probability: float
    threshold: float
    present: bool


@dataclass(frozen=True)
class HeatmapRef:
    """One heatmap of one finding. The peak is in image pixels, as are width and height of the image it covers."""

    id: UUID
    finding: str
    method: str
    peak_x: float
    peak_y: float
    width: int
    height: int


@dataclass(frozen=True)
class AIOpinion:
    """One model version's answer to one image.

    `ood_score` is relative to the model's own threshold: 1 and more is flagged as unlike the films the model
    knows (5 % of its validation films are). `declined` means far beyond that: no answer should be shown.
    """

    id: UUID
    model_key: str
    model_sha256: str
    image_sha256: str
    findings: tuple[FindingOpinion, ...]
    heatmaps: tuple[HeatmapRef, ...]
    ood_score: float | None
    declined: bool

    @property
    def out_of_distribution(self) -> bool:
        """Whether the film is flagged as unlike those the model knows."""
        return self.ood_score is not None and self.ood_score >= 1.0


def case_flagged(scores: Sequence[float | None]) -> bool:
    """Whether a case of several images is flagged: the mean of their out-of-distribution scores is 1 or more.

    The models' thresholds are set so that this holds for 5 % of their validation cases, however many images
    a case has; asking whether any image is flagged would flag nearly every stack.
    """
    known = [score for score in scores if score is not None]
    return bool(known) and sum(known) / len(known) >= 1.0


@dataclass(frozen=True)
class JobProgress:
    """How far opinions are: `waiting` counts queued and running jobs, and images never asked about."""

    total: int
    done: int
    failed: int
    waiting: int


@dataclass(frozen=True)
class ModelInfo:
    """A registered model: what it looks for, its operating thresholds, and its card as read from JSON."""

    key: str
    title: str
    version: str
    sha256: str
    labels: tuple[str, ...]
    thresholds: Mapping[str, float]
    input_size: int
    card: Mapping[str, Any] = field(compare=False, hash=False, repr=False)
