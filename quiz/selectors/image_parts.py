"""What a client may know of a read's images, and of the next read's: addresses, geometry, values and windows."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from quiz.models import Case, Image, Read
from quiz.selectors.files import windows_of, windows_of_image
from quiz.selectors.words import WINDOW_NAMES, examination_name

UNITS = {"CT": "HU"}


def image_parts(read: Read) -> list[dict[str, Any]]:
    """Return the images of a read's case, the current examination first and the latest prior next.

    `case__images` and `case__pack` are to be fetched already.
    """
    modality = read.case.pack.modality
    images = sorted(read.case.images.all(), key=lambda image: image.months_before)
    compared = any(image.months_before for image in images)
    return [
        {
            **_image(image, modality),
            "examination": str(examination_name(image.months_before)) if compared else "",
        }
        for image in images
    ]


def window_parts(modality: str) -> list[dict[str, str]]:
    """Return the renditions a reader without script can switch between; none where there is only one."""
    others = windows_of(modality)
    if not others:
        return []
    offered = [{"rendition": "display", "label": _("As stored")}]
    return offered + [
        {"rendition": name, "label": str(WINDOW_NAMES.get(one.name, one.name))}
        for name, one in others.items()
    ]


def next_part(read: Read) -> dict[str, Any] | None:
    """Return the addresses of the images of the sitting's next read, for fetching them early; None without one.

    The next read is only `reserved`: its images may be had, and nothing else of it is told.
    """
    following = Image.objects.filter(
        case__reads__sitting=read.sitting_id,
        case__reads__state=Read.State.RESERVED,
        case__reads__position=read.position + 1,
        case__status=Case.Status.PUBLISHED,
    )
    ids = following.order_by("months_before", "series", "slice_index").values_list("public_id", flat=True)
    urls = [reverse("image_file", args=[public_id, "values"]) for public_id in ids]
    return {"images": urls} if urls else None


def _image(image: Image, modality: str) -> dict[str, Any]:
    return {
        "id": str(image.public_id),
        "url": reverse("image_file", args=[image.public_id, "display"]),
        "width": image.width,
        "height": image.height,
        "series": image.series,
        "slice": image.slice_index,
        "view": image.view,
        "laterality": image.laterality,
        "months_before": image.months_before,
        "orientation": image.orientation,
        "pixel_spacing_mm": image.pixel_spacing_mm,
        "values": {
            "url": reverse("image_file", args=[image.public_id, "values"]),
            "bits": 8 if image.bits <= 8 else 16,
            "slope": image.slope,
            "intercept": image.intercept,
            "unit": UNITS.get(modality, ""),
        },
        "windows": [
            {
                "center": center,
                "width": width,
                "label": _("As stored") if name == "own" else str(WINDOW_NAMES.get(name, name)),
            }
            for name, center, width in windows_of_image(image, modality)
        ],
    }
