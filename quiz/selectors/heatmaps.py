"""Heatmaps as a read carries them: addresses, the methods to switch between, occlusion on demand, grades."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from inference import selectors as inference_selectors
from inference.contracts import (
    HEATMAP_METHODS,
    METHOD_NAMES,
    OCCLUSION,
    PRIMARY_METHOD,
    AIOpinion,
    HeatmapRef,
)
from quiz.models import HeatmapGrade, Read
from quiz.selectors.ai_opinions import CaseAI
from quiz.selectors.words import METHOD_SENTENCES, grade_sentence


def heatmap_part(heatmap: HeatmapRef, opinion: AIOpinion) -> dict[str, Any]:
    """Return one heatmap; its peak only where it stands for the AI's place.

    That is the peak of the primary method: the one that the outcome was judged by. A finding that isn't called
    has no place: its map may well be empty.
    """
    called = any(one.finding == heatmap.finding and one.present for one in opinion.findings)
    placed = called and heatmap.method == PRIMARY_METHOD
    return {
        "id": str(heatmap.id),
        "url": reverse("heatmap_file", args=[heatmap.id]),
        "finding": heatmap.finding,
        "method": heatmap.method,
        "peak": {"x": heatmap.peak_x, "y": heatmap.peak_y} if placed else None,
    }


def method_parts() -> list[dict[str, str]]:
    """Return the methods a heatmap can be of, in the order in which they are offered."""
    return [
        {"key": key, "name": METHOD_NAMES[key], "sentence": str(METHOD_SENTENCES[key])}
        for key in HEATMAP_METHODS
    ]


def occlusion_parts(read: Read, ai: CaseAI) -> list[dict[str, Any]]:
    """Return how far the occlusion map of each finding asked about is, on the image that decided."""
    if read.ai_status != Read.AIStatus.READY:
        return []
    by_pk = {image.pk: image for image in read.case.images.all()}
    asked = [finding.key for finding in read.case.pack.findings.all()]
    deciding = {finding: image for finding, (image, _) in ai.deciding(asked).items()}
    found = inference_selectors.requested_maps(
        ((ai.opinions[image].id, finding) for finding, image in deciding.items()), method=OCCLUSION
    )
    parts = []
    for finding, image in deciding.items():
        opinion = ai.opinions[image]
        one = found[opinion.id, finding]
        part: dict[str, Any] = {
            "finding": finding,
            "image": str(by_pk[image].public_id),
            "state": one.status,
            "message": one.message,
        }
        if one.heatmap is not None:
            part["heatmap"] = heatmap_part(one.heatmap, opinion)
        parts.append(part)
    return parts


def grade_parts(read: Read, ai: CaseAI, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return how the maps of findings that the AI called met the key, on the images that decided."""
    by_pk = {image.pk: image for image in read.case.images.all()}
    deciding = {finding: image for finding, (image, one) in ai.deciding(list(labels)).items() if one.present}
    rows = HeatmapGrade.objects.filter(
        answer_key=read.answer_key, ai_opinion_id__in=[opinion.id for opinion in ai.opinions.values()]
    )
    shown = [row for row in rows if deciding.get(row.finding) == row.image_id and row.method in METHOD_NAMES]
    order = list(labels)
    shown.sort(key=lambda row: (order.index(row.finding), HEATMAP_METHODS.index(row.method)))
    return [
        {
            "finding": row.finding,
            "label": labels[row.finding],
            "image": str(by_pk[row.image_id].public_id),
            "method": row.method,
            "name": METHOD_NAMES[row.method],
            "inside": row.inside,
            "energy": row.energy,
            "overlap": row.overlap,
            "sentence": grade_sentence(row),
        }
        for row in shown
    ]
