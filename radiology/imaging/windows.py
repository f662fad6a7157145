"""The display windows that readers of a modality switch between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from radiology.imaging.frames import Frame


@dataclass(frozen=True)
class Window:
    """A named window, centre and width in the modality's values (Hounsfield units in CT)."""

    name: str
    center: float
    width: float


WINDOWS: Mapping[str, tuple[Window, ...]] = {
    "CT": (
        Window("brain", 40, 80),
        Window("blood", 70, 180),
        Window("stroke", 35, 40),
        Window("bone", 500, 2200),
    )
}
"""By DICOM modality. Usual values: readers and vendors differ by a few units."""


def windowed(frame: Frame, window: Window) -> Frame:
    """The same pixels, to be displayed in another window."""
    return replace(frame, window_center=window.center, window_width=window.width)
