"""Storing a pack's images and masks as content-named files, outside any transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from quiz.models import Image
from radiology.filestore import FileStore
from radiology.imaging import encode_mask, encode_master, encode_served, pixel_sha256, to_display
from radiology.packs import Pack, PackCase


@dataclass(frozen=True)
class StoredCase:
    """A case of a pack whose files are written: unsaved image rows, and mask keys by path in the pack."""

    case: PackCase
    digest: str
    images: list[Image]
    masks: dict[str, str] = field(default_factory=dict)
    held: bool = False

    @property
    def pixels(self) -> list[tuple[int, int, str, bool]]:
        """What `pixels_of` says of every image, for comparing with what the site has."""
        return pixels_of(self.images)


def pixels_of(images: Iterable[Image]) -> list[tuple[int, int, str, bool]]:
    """(series, slice, pixel SHA-256, whether a prior) of each image: what a read of their case was made on."""
    return [(image.series, image.slice_index, image.sha256, image.months_before > 0) for image in images]


def store_case(pack: Pack, case: PackCase, files: FileStore) -> StoredCase:
    """Decode one case, write masters, renditions and masks, and return rows to insert.

    Nothing identifying is kept: a master holds pixels only. A case with likely burned-in text is `held`.
    """
    images, held = [], False
    for series_index, slice_index, name, frame in pack.frames(case):
        series = case.series[series_index]
        held = held or frame.burned_in
        height, width = frame.pixels.shape
        images.append(
            Image(
                series=series_index,
                slice_index=slice_index,
                pack_path=name,
                view=series.view or frame.view,
                laterality=series.laterality or frame.laterality,
                months_before=series.months_before,
                orientation=frame.orientation,
                width=width,
                height=height,
                bits=frame.bits,
                pixel_spacing_mm=case.pixel_spacing_mm or frame.pixel_spacing_mm,
                slope=frame.slope,
                intercept=frame.intercept,
                window_center=frame.window_center,
                window_width=frame.window_width,
                sha256=pixel_sha256(frame),
                master_key=files.put(encode_master(frame), folder="masters", suffix=".png"),
                served_key=files.put(encode_served(to_display(frame)), folder="served", suffix=".png"),
            )
        )
    masks = {
        region.mask_path: files.put(_mask_png(pack, region.mask_path), folder="masks", suffix=".png")
        for region in case.regions
        if region.mask_path
    }
    return StoredCase(case, pack.case_digest(case), images, masks, held)


def _mask_png(pack: Pack, path: str) -> bytes:
    return encode_mask(pack.mask(path))
