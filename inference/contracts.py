"""The dataclasses that cross the border between inference and the rest; no Django and no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

GRAD_CAM, GRAD_CAM_PLUS_PLUS, OCCLUSION = "gradcam", "gradcam++", "occlusion"
# In the order in which they are offered. The first is the one whose peak stands for the AI's place; the last is
# computed when somebody asks.
HEATMAP_METHODS = (GRAD_CAM, GRAD_CAM_PLUS_PLUS, OCCLUSION)
PRIMARY_METHOD = GRAD_CAM
# Names that papers gave; they are the same in every language.
METHOD_NAMES = {GRAD_CAM: "Grad-CAM", GRAD_CAM_PLUS_PLUS: "Grad-CAM++", OCCLUSION: "Occlusion"}
# A map's own highest value times this bounds the area it is taken to mark, unless the model's card states another.
DEFAULT_MAP_LEVEL = 0.5


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


def case_ood_score(scores: Sequence[float | None]) -> float | None:
    """The out-of-distribution score of a case of several images: their mean, None where none has any."""
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None


def case_flagged(scores: Sequence[float | None]) -> bool:
    """Whether a case of several images is flagged: the mean of their out-of-distribution scores is 1 or more.

    The models' thresholds are set so that this holds for 5 % of their validation cases, however many images
    a case has; asking whether any image is flagged would flag nearly every stack.
    """
    mean = case_ood_score(scores)
    return mean is not None and mean >= 1.0


@dataclass(frozen=True)
class RequestedMap:
    """How far a map is that somebody asked for: `absent` (nobody has yet), `waiting`, `ready` or `failed`.

    `message` says in words why it failed; `heatmap` is there once it is ready.
    """

    status: str
    message: str = ""
    heatmap: HeatmapRef | None = None


@dataclass(frozen=True)
class JobProgress:
    """How far opinions are: `waiting` counts queued and running jobs, and images never asked about."""

    total: int
    done: int
    failed: int
    waiting: int


@dataclass(frozen=True)
class Normalisation:
    """How displayed values 0 … 255 become a network's input: (value − middle) / spread, one pair a channel.

    A film is grey: a network with three channels gets the same film in each.
    """

    middle: tuple[float, ...]
    spread: tuple[float, ...]

    @property
    def channels(self) -> int:
        """How many channels the network reads."""
        return len(self.middle)


# What ImageNet's EfficientNet-Lite weights were trained on, and with them every model that ships.
SHIPPED_NORMALISATION = Normalisation(middle=(127.0,), spread=(128.0,))


@dataclass(frozen=True)
class ModelInfo:
    """A registered model: what it looks for, its operating thresholds, what it reads, and its card."""

    key: str
    title: str
    version: str
    sha256: str
    labels: tuple[str, ...]
    thresholds: Mapping[str, float]
    input_size: int
    card: Mapping[str, Any] = field(compare=False, hash=False, repr=False)
    normalisation: Normalisation = SHIPPED_NORMALISATION

    @property
    def heatmap_level(self) -> float:
        """The share of a map's maximum, 0 … 1, that bounds the area it is taken to mark."""
        return float(self.card.get("heatmap_level", DEFAULT_MAP_LEVEL))


@dataclass(frozen=True)
class ReportTable:
    """Rows of text cells; the first cell of a row is its header."""

    caption: str
    head: list[str]
    rows: list[list[str]]
    folded: bool = False


@dataclass(frozen=True)
class ReportSection:
    """One part of a report: what it means in sentences, its tables, and at most one chart."""

    title: str
    sentences: list[str]
    tables: list[ReportTable] = field(default_factory=list)
    chart: dict[str, Any] | None = None

    def under(self, head: str) -> ReportSection:
        """The same section with words before its title."""
        return replace(self, title=f"{head}{self.title}")


@dataclass(frozen=True)
class ReportPicture:
    """One of the worst cases, with the words that stand under its picture."""

    name: str
    title: str
    sentence: str
    width: int
    height: int
    sha256s: frozenset[str]
    """Every image of its case."""
    miss: bool


@dataclass(frozen=True)
class ReportPage:
    """A whole report; `pictures` isn't filtered for anybody yet."""

    model: str
    title: str
    model_sha256: str
    source: list[tuple[str, str]]
    caveat: str
    sections: list[ReportSection]
    pictures: list[ReportPicture] = field(default_factory=list)
    without_pictures: bool = False
    """Whether there are worst cases, and the report was made without showing them."""
    held_apart: bool = True
    """Whether the split is one that no model is made or tuned on."""
