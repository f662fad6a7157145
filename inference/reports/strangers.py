"""Pictures that no radiological model knows: photographs that packages bundle, and textures made by formula."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from inference.engine.preprocessing import Film

SIDE = 256
EACH_TEXTURE = 10
SMALLEST_PHOTOGRAPH = 100
_BUNDLED = (("skimage", "data"), ("sklearn", "datasets/images"))
_ENDINGS = (".png", ".jpg")
# Bundled drawings, masks and test charts, which are no photographs.
_NOT_PHOTOGRAPHS = (
    "chessboard",
    "checkerboard",
    "horse",
    "logo",
    "text",
    "page",
    "phantom",
    "color",
    "multipage",
)


def photographs() -> dict[str, Film]:
    """Grey photographs by name from what is installed of scikit-image and scikit-learn; nothing is downloaded."""
    found: dict[str, Film] = {}
    for package, folder in _BUNDLED:
        if find_spec(package) is None:
            continue
        for item in sorted(files(package).joinpath(folder).iterdir(), key=lambda one: one.name):
            if not item.name.endswith(_ENDINGS) or item.name.startswith(_NOT_PHOTOGRAPHS):
                continue
            try:
                with item.open("rb") as file, Image.open(file) as image:
                    film = np.asarray(image.convert("L"), dtype=np.uint8)
            except UnidentifiedImageError:
                continue
            if min(film.shape) >= SMALLEST_PHOTOGRAPH:
                found[f"{package}/{item.name}"] = film
    return found


def textures(seed: int) -> dict[str, list[Film]]:
    """Films [256, 256] without any content, by kind: noise, stripes, checkerboards, gradients, 1/f clouds."""
    rng = np.random.default_rng(seed)
    made: dict[str, list[Film]] = {}
    for _ in range(EACH_TEXTURE):
        for name, film in _one_of_each(rng):
            made.setdefault(name, []).append(film)
    return made


def _one_of_each(rng: np.random.Generator) -> Iterator[tuple[str, Film]]:
    yield "noise", rng.integers(0, 256, (SIDE, SIDE), dtype=np.uint8)
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    angle = rng.uniform(0, np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    yield "stripes", _scaled(np.sin(2 * np.pi * rng.uniform(3, 30) * along))
    cell = int(rng.integers(4, 40))
    yield "checkerboard", _scaled(((x * SIDE // cell + y * SIDE // cell) % 2).astype(np.float64))
    yield "gradient", _scaled(along)
    yield "clouds", _scaled(_one_over_f(rng))


def _one_over_f(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Noise whose amplitude falls as 1/frequency, as in natural scenes."""
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.standard_normal((SIDE, SIDE))) / frequency
    return np.fft.irfft2(spectrum, (SIDE, SIDE))


def _scaled(values: npt.NDArray[np.float64]) -> Film:
    low, high = values.min(), values.max()
    film: Film = np.round((values - low) / (high - low) * 255).astype(np.uint8)
    return film
