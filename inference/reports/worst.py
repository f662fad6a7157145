"""The worst misses and false alarms: which cases they are, and a small picture of each film beside its map."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from inference import heatmap_files
from inference.contracts import PRIMARY_METHOD
from inference.engine.evaluation import CaseReading
from inference.engine.films import LabelledFilm
from inference.engine.placing import outline_of, regions_on
from inference.engine.runner import Runner
from inference.reports.subjects import deciding_film, film_at
from radiology.packs import Pack

PICTURES = 12
MOST_BYTES = 40_000
PANEL = 300
_OUTLINE = np.array([64, 224, 208], dtype=np.uint8)
_GAP = 6


@dataclass(frozen=True)
class Worst:
    """One case that a model got wrong, for one finding."""

    kind: str
    """`miss` or `false-alarm`."""
    finding: str
    rank: int
    reading: CaseReading

    @property
    def name(self) -> str:
        """The picture's file name."""
        return f"{self.kind}-{self.finding}-{self.rank}.jpg"


def worst_cases(
    readings: Sequence[CaseReading], thresholds: dict[str, float], pictures: int = PICTURES
) -> list[Worst]:
    """Of each finding the cases furthest on the wrong side of its threshold, as many of each kind."""
    each = max(pictures // (2 * len(thresholds)), 1)
    found = []
    for label, threshold in thresholds.items():
        missed = [one for one in readings if label in one.findings and one.probabilities[label] < threshold]
        alarms = [
            one for one in readings if label not in one.findings and one.probabilities[label] >= threshold
        ]
        missed.sort(key=lambda one: one.probabilities[label])
        alarms.sort(key=lambda one: -one.probabilities[label])
        for kind, cases in (("miss", missed), ("false-alarm", alarms)):
            found += [Worst(kind, label, rank, one) for rank, one in enumerate(cases[:each], start=1)]
    return found


def described(worst: Worst) -> dict[str, Any]:
    """What the report says of the case; which image it shows is added with the picture."""
    case = worst.reading.case
    return {
        "kind": worst.kind,
        "finding": worst.finding,
        "case": case.case_id,
        "concepts": list(case.concepts),
        "difficulty": case.difficulty,
        "probability": worst.reading.probabilities[worst.finding],
        "case_sha256": [image.sha256 for image in worst.reading.images],
    }


def picture(runner: Runner, pack: Pack, worst: Worst) -> tuple[bytes, LabelledFilm]:
    """A JPEG of at most MOST_BYTES, the film with its regions outlined beside the film under the map, and the film.

    For a miss it is the most suspicious of the images that show the finding, else the one that decides.
    """
    film = _film_of(pack, worst)
    (opinion,) = runner.read([film.pixels])
    height, width = film.pixels.shape
    plain = np.repeat(film.pixels[:, :, None], 3, axis=2)
    mapped = plain
    for one in opinion.heatmaps:
        if (one.finding, one.method) == (worst.finding, PRIMARY_METHOD):
            mapped = _under(plain, heatmap_files.draw(one.values, width=width, height=height))
    regions = regions_on(pack, worst.reading.case, film.image, worst.finding)
    outlined = _outlined(plain, outline_of(regions, width, height))
    return _encoded(_side_by_side(_panel(outlined), _panel(mapped))), film


def _film_of(pack: Pack, worst: Worst) -> LabelledFilm:
    reading, finding = worst.reading, worst.finding
    shown = {one.position for one in reading.placed.get(finding, [])}
    if worst.kind == "miss" and shown:
        at = max(sorted(shown), key=lambda one: reading.images[one].probabilities[finding])
        return film_at(pack, reading, at)
    return deciding_film(pack, reading, finding)


def _under(plain: npt.NDArray[np.uint8], drawn: bytes) -> npt.NDArray[np.uint8]:
    with Image.open(io.BytesIO(drawn)) as overlay:
        base = Image.fromarray(plain).convert("RGBA")
        return np.asarray(Image.alpha_composite(base, overlay.convert("RGBA")).convert("RGB"))


def _outlined(plain: npt.NDArray[np.uint8], inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """The film with the edge of a mask drawn just outside it, thick enough to survive shrinking."""
    thickness = max(round(max(inside.shape) / PANEL), 1)
    wide = inside.copy()
    for _ in range(thickness + 1):
        grown = wide.copy()
        grown[1:] |= wide[:-1]
        grown[:-1] |= wide[1:]
        grown[:, 1:] |= wide[:, :-1]
        grown[:, :-1] |= wide[:, 1:]
        wide = grown
    marked = plain.copy()
    marked[wide & ~inside] = _OUTLINE
    return marked


def _panel(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    image = Image.fromarray(pixels)
    scale = min(PANEL / max(image.size), 1.0)
    size = (max(round(image.width * scale), 1), max(round(image.height * scale), 1))
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS))


def _side_by_side(left: npt.NDArray[np.uint8], right: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    gap = np.zeros((left.shape[0], _GAP, 3), dtype=np.uint8)
    return np.concatenate([left, gap, right], axis=1)


def _encoded(pixels: npt.NDArray[np.uint8]) -> bytes:
    for quality in (85, 75, 60, 45, 30):
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=quality, optimize=True)
        if file.tell() <= MOST_BYTES:
            break
    return file.getvalue()
