"""How the marks of a read met the key: which hit, which one decided, and how far what was drawn overlaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from quiz.domain.outcomes import Key, deciding_marks, mark_hits, mark_overlap
from quiz.models import Opinion, Read
from quiz.selectors.answer_keys import domain_key
from quiz.selectors.files import file_store
from quiz.selectors.questions import stored_opinion


def mark_parts(
    read: Read, opinions: Mapping[str, Opinion], labels: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return a part for each mark of the opinion that the read's place was judged by: the first, else the final.

    `overlap` is there for a box or ellipse on an image where the key has a region of its finding.
    """
    kind = next((kind for kind in ("first", "final") if kind in opinions), None)
    opinion = stored_opinion(opinions[kind]) if kind else None
    if opinion is None or not opinion.marks or read.answer_key is None:
        return []
    key: Key = domain_key(read.answer_key, file_store())
    sizes = {str(image.public_id): (image.width, image.height) for image in read.case.images.all()}
    parts = []
    for number, mark in enumerate(opinion.marks, start=1):
        width, height = sizes[mark.image]
        # Without a region of its finding anywhere there is nothing that a mark could hit.
        hit = mark_hits(mark, key, read.sitting.mark_radius_px) if key.regions_of(mark.finding) else None
        overlap = mark_overlap(mark, key, width=width, height=height)
        part: dict[str, Any] = {
            "opinion": kind,
            "number": number,
            "finding": mark.finding,
            "label": labels.get(mark.finding, mark.finding),
            "image": mark.image,
            "hit": hit,
            "decides": mark in deciding_marks(opinion, mark.finding),
            "sentence": _sentence(hit, present=mark.finding in key.findings, overlap=overlap),
        }
        if overlap is not None:
            part["overlap"] = overlap
        parts.append(part)
    return parts


def _sentence(hit: bool | None, *, present: bool, overlap: float | None) -> str:
    if not present:
        return _("It marks something that isn't there.")
    if hit is None:
        return _("The key shows no place of it.")
    if overlap is None:
        return _("It hits the finding.") if hit else _("It misses the finding.")
    figures = {"overlap": f"{overlap:.2f}"}
    if hit:
        return _("Its centre hits the finding; overlap (IoU) %(overlap)s.") % figures
    return _("Its centre misses the finding; overlap (IoU) %(overlap)s.") % figures
