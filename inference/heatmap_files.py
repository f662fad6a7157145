"""Heatmaps as files (8-bit values with their scale) and as pictures (a colour ramp with transparency)."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
from PIL import Image, PngImagePlugin

from radiology.filestore import FileStore
from radiology.imaging import encode_stored

# Dark violet, magenta, orange, pale yellow: lightness rises steadily, so the order survives colour
# blindness and greyscale print. Own choice of anchors, interpolated linearly.
_ANCHORS = np.array(
    [[35, 12, 75], [130, 30, 120], [215, 70, 75], [250, 155, 50], [253, 240, 165]], dtype=np.float64
)
HIDDEN_BELOW = 0.2
AT_A_TIME = 8


def encode(values: npt.NDArray[np.float32]) -> bytes:
    """Return a map [h, w] as an 8-bit PNG that carries its scale; the maximum error is half of 1/255 of the range.

    Raises ValueError for a map that isn't two-dimensional or holds anything but numbers.
    """
    if values.ndim != 2 or not np.isfinite(values).all():
        raise ValueError("A heatmap is a two-dimensional map of finite numbers.")
    low, high = float(values.min()), float(values.max())
    scaled = (values - low) / (high - low) if high > low else np.zeros_like(values)
    info = PngImagePlugin.PngInfo()
    info.add_text("scale", json.dumps([low, high]))
    file = io.BytesIO()
    # Maps are smooth: looking for runs alone takes a fifth of the time and a fifth more bytes.
    picture = Image.fromarray(np.round(scaled * 255).astype(np.uint8))
    picture.save(file, "PNG", pnginfo=info, compress_level=1, compress_type=zlib.Z_RLE)
    return file.getvalue()


def store(files: FileStore, maps: Sequence[npt.NDArray[np.float32]]) -> list[str]:
    """Encode maps [h, w], write them and return their storage keys, in order.

    They are written at the same time: most of it is waiting until the disk has each of them. Raises ValueError
    as `encode` does, and OSError; other maps may have been written then.
    """
    if not maps:
        return []
    with ThreadPoolExecutor(max_workers=min(len(maps), AT_A_TIME)) as pool:
        return list(pool.map(lambda values: _put(files, values), maps))


def _put(files: FileStore, values: npt.NDArray[np.float32]) -> str:
    return files.put(encode(values), folder="heatmaps", suffix=".png")


def decode(data: bytes) -> npt.NDArray[np.float32]:
    """Return the map [h, w] that `encode` wrote."""
    with Image.open(io.BytesIO(data)) as image:
        assert isinstance(image, PngImagePlugin.PngImageFile)
        low, high = json.loads(str(image.text["scale"]))
        scaled = np.asarray(image, dtype=np.float32) / 255
    return np.asarray(low + scaled * (high - low), dtype=np.float32)


def draw(values: npt.NDArray[np.float32], *, width: int, height: int) -> bytes:
    """Return a map as an RGBA PNG of `width` × `height` pixels; its size depends on these two alone.

    Colours are relative to the map's maximum; values under a fifth of it are transparent, because a
    Grad-CAM's low values are mostly upsampling and carry no meaning. The stronger the map, the more opaque it
    is (root of its maximum, 1 and more is full): a film without evidence gets no vivid map.
    """
    positive = np.maximum(values, 0).astype(np.float32)
    top = float(positive.max())
    relative = positive / top if top > 0 else positive
    resized = Image.fromarray(relative).resize((width, height), Image.Resampling.BICUBIC)
    levels = (np.clip(np.asarray(resized), 0, 1) * 255).round().astype(np.uint8)
    return encode_stored(_ramp(min(top, 1.0) ** 0.5)[levels])


def _ramp(strength: float) -> npt.NDArray[np.uint8]:
    """Red, green, blue and alpha for each of 256 levels."""
    level = np.linspace(0, 1, 256)
    position = level * (len(_ANCHORS) - 1)
    colours = [np.interp(position, np.arange(len(_ANCHORS)), _ANCHORS[:, channel]) for channel in range(3)]
    alpha = np.where(level < HIDDEN_BELOW, 0, 255 * np.sqrt(level) * strength)
    return np.stack([*colours, alpha], axis=-1).round().astype(np.uint8)
