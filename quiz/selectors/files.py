"""Stored files: where the content-named store lies, which a visitor may fetch, and in which rendition."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from quiz import permissions
from quiz.models import Image, KeyRegion
from quiz.permissions import Visitor
from radiology.filestore import FileStore
from radiology.imaging import WINDOWS, Window, decode_master, encode_served, to_display, windowed


def file_store() -> FileStore:
    """Return the site's store of content-named files."""
    return FileStore(settings.SECONDREAD_FILES_DIR)


def visible_image(user: Visitor, public_id: UUID) -> Image:
    """Return an image this visitor may fetch; raises Image.DoesNotExist otherwise."""
    return permissions.visible_images(user).select_related("case__pack").get(public_id=public_id)


def windows_of(modality: str) -> dict[str, Window]:
    """Return the renditions of a modality's images in other windows, by the last part of their address."""
    return {f"window-{window.name}": window for window in WINDOWS.get(modality, ())}


def rendition(image: Image, name: str) -> bytes | None:
    """Return an image in one of its modality's other windows, as a PNG whose size tells only its dimensions.

    None where there is no such rendition. Raises FileNotFoundError where the master is missing.
    """
    window = windows_of(image.case.pack.modality).get(name)
    if window is None:
        return None
    frame = decode_master(file_store().read(image.master_key), slope=image.slope, intercept=image.intercept)
    return encode_served(to_display(windowed(frame, window)))


def stored_values(image: Image) -> bytes:
    """Return an image's pixels as they are stored, row by row: one byte each up to 8 bits, else two, low byte first.

    Nothing is compressed, so the size tells the dimensions alone. Raises FileNotFoundError where the master is
    missing.
    """
    pixels = decode_master(file_store().read(image.master_key)).pixels
    return pixels.astype(pixels.dtype.newbyteorder("<"), copy=False).tobytes()


def windows_of_image(image: Image, modality: str) -> list[tuple[str, float, float]]:
    """Return (name, centre, width) of the windows an image can be shown in, in its own values; its own comes first.

    An image deeper than 8 bits without a window of its own has none to begin with: its range is shown.
    """
    own: list[tuple[str, float, float]] = []
    if image.window_center is not None and image.window_width is not None:
        own = [("own", image.window_center, image.window_width)]
    elif image.bits <= 8:
        # DICOM's LINEAR function shows v / 255 with this window.
        own = [("own", image.slope * 127.5 + image.intercept + 0.5, abs(image.slope) * 255 + 1)]
    others = WINDOWS.get(modality, ()) if image.bits > 8 else ()
    return own + [(window.name, window.center, window.width) for window in others]


def visible_region(user: Visitor, public_id: UUID) -> KeyRegion:
    """Return a region this visitor may fetch; raises KeyRegion.DoesNotExist otherwise."""
    return permissions.visible_regions(user).get(public_id=public_id)
