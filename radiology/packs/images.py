"""Checks of a pack that need its pixels: that images decode, and that regions and masks fit them."""

from __future__ import annotations

from collections.abc import Sequence

from radiology.imaging import ImageError, decode_image, decode_mask
from radiology.packs.contents import FrameFacts, PackRegion, facts_of
from radiology.packs.problems import PackRefused
from radiology.packs.sources import PackLimits, Source
from radiology.regions import Region, RegionError, overlaps_image


def decode_facts(data: bytes, limits: PackLimits) -> tuple[FrameFacts, ...]:
    """The facts of every frame of an image file. Raises ImageError for one that isn't taken."""
    return tuple(facts_of(frame) for frame in decode_image(data, name="", limits=limits.images))


def region_problem(
    source: Source, region: PackRegion, facts: Sequence[FrameFacts], limits: PackLimits
) -> str | None:
    """Why the region doesn't fit its image, whose facts these are, or None."""
    if len(facts) > 1:
        return "The image has several frames: a region has to name the file of one slice."
    width, height = facts[0].width, facts[0].height
    try:
        placed = _region(source, region, limits)
        if overlaps_image(placed, width, height):
            return None
    except (RegionError, ImageError) as error:
        return f"{region.mask_path}: {error}" if region.mask_path else str(error)
    except PackRefused as error:
        return str(error)
    if region.mask_path:
        return f"{region.mask_path}: The mask marks no pixel."
    return f"The {region.shape} lies wholly outside its image of {width} × {height} pixels."


def _region(source: Source, region: PackRegion, limits: PackLimits) -> Region:
    if region.mask_path is None:
        return Region(region.shape, region.geometry)
    data = source.read(region.mask_path, limit=limits.images.max_bytes)
    return Region("mask", mask=decode_mask(data, limits=limits.images))
