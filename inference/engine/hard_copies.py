"""Hard copies: the same film as another machine, archive or hand would have delivered it (numpy and Pillow).

Each change takes a displayed film uint8 [H, W] and a Generator that fixes its strength, and leaves the finding
where a reader would still see it. A generator of the same seed makes the same change.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

if TYPE_CHECKING:
    from inference.engine.preprocessing import Film

Change = Callable[["Film", np.random.Generator], "Film"]


def exposure(film: Film, rng: np.random.Generator) -> Film:
    """Brighter or darker as a whole: grey values times 0.75 … 1.25, plus −18 … 18."""
    values = film.astype(np.float64) * rng.uniform(0.75, 1.25) + rng.uniform(-18, 18)
    # Where nothing was exposed, the black outside the film, no exposure changes anything.
    return _bytes(np.where(film == 0, 0, values))


def contrast_curve(film: Film, rng: np.random.Generator) -> Film:
    """Another curve from exposure to grey: a power of 0.65 … 1.5, half the time with an S-shape on top."""
    share = (film / 255.0) ** np.exp(rng.uniform(np.log(0.65), np.log(1.5)))
    steepness = rng.uniform(2.0, 5.0)
    if rng.random() < 0.5:
        ends = np.tanh(steepness / 2)
        share = 0.5 + 0.5 * np.tanh(steepness * (share - 0.5)) / ends
    return _bytes(share * 255)


def sharpening(film: Film, rng: np.random.Generator) -> Film:
    """Edge enhancement by an unsharp mask, as workstations apply it."""
    radius = rng.uniform(0.004, 0.010) * max(film.shape)
    percent = round(float(rng.uniform(60, 180)))
    return _filtered(film, ImageFilter.UnsharpMask(radius, percent, threshold=0))


def blur(film: Film, rng: np.random.Generator) -> Film:
    """A Gaussian of 0.2 … 0.6 % of the longer side: a small movement, or a copy at lower resolution."""
    return _filtered(film, ImageFilter.GaussianBlur(rng.uniform(0.002, 0.006) * max(film.shape)))


def jpeg(film: Film, rng: np.random.Generator) -> Film:
    """Compressed as JPEG at quality 15 … 60."""
    file = io.BytesIO()
    Image.fromarray(film).save(file, "JPEG", quality=int(rng.integers(15, 61)))
    with Image.open(file) as image:
        return np.asarray(image, dtype=np.uint8)


def crop(film: Film, rng: np.random.Generator) -> Film:
    """Collimated more tightly: 0 … 7 % of the film gone from each side."""
    height, width = film.shape
    top, bottom = (round(height * share) for share in rng.uniform(0, 0.07, 2))
    left, right = (round(width * share) for share in rng.uniform(0, 0.07, 2))
    return np.ascontiguousarray(film[top : height - bottom, left : width - right])


def markers(film: Film, rng: np.random.Generator) -> Film:
    """One or two bright letters near the film's corners, as a technician lays them there."""
    height, width = film.shape
    image = Image.fromarray(film)
    draw = ImageDraw.Draw(image)
    size = rng.uniform(0.05, 0.09) * max(height, width)
    font = ImageFont.load_default(size)
    corners = [(0.08, 0.08), (0.92, 0.08), (0.08, 0.92), (0.92, 0.92)]
    for place in rng.permutation(4)[: rng.integers(1, 3)]:
        x, y = corners[place]
        letter = str(rng.choice(["L", "R", "AP", "PA"]))
        draw.text((x * width, y * height), letter, fill=int(rng.integers(190, 256)), font=font, anchor="mm")
    return np.asarray(image, dtype=np.uint8)


HARD_COPIES: dict[str, Change] = {
    "exposure": exposure,
    "contrast_curve": contrast_curve,
    "sharpening": sharpening,
    "blur": blur,
    "jpeg": jpeg,
    "crop": crop,
    "markers": markers,
}
# Nobody sharpens and blurs one film.
_APART = {"sharpening", "blur"}


def hardened(film: Film, rng: np.random.Generator) -> Film:
    """The film after two or three different changes, in the order in which they would really happen.

    First the exposure, then the picture's processing, markers, the crop, and compression last.
    """
    count = int(rng.integers(2, 4))
    chosen: list[str] = []
    for name in rng.permutation(list(HARD_COPIES)):
        if len(chosen) < count and not (name in _APART and _APART & set(chosen)):
            chosen.append(str(name))
    order = ["exposure", "contrast_curve", "sharpening", "blur", "markers", "crop", "jpeg"]
    for name in sorted(chosen, key=order.index):
        film = HARD_COPIES[name](film, rng)
    return film


def _filtered(film: Film, by: ImageFilter.Filter) -> Film:
    return np.asarray(Image.fromarray(film).filter(by), dtype=np.uint8)


def _bytes(values: npt.NDArray[np.float64]) -> Film:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
