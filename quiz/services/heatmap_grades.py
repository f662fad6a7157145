"""Grading the AI's heatmaps against the key: once for each map, image and key version."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db.models import prefetch_related_objects

from inference import selectors as inference_selectors
from inference.contracts import DEFAULT_MAP_LEVEL, AIOpinion, HeatmapRef
from quiz.models import AnswerKey, HeatmapGrade, Read
from quiz.selectors.ai_opinions import CaseAI, shown_ai
from quiz.selectors.answer_keys import domain_key
from quiz.selectors.files import file_store
from radiology.regions import MapGrade, RegionError, grade_map

log = logging.getLogger(__name__)


def grade_heatmaps(*, read: Read, key: AnswerKey, now: datetime) -> int:
    """Grade those maps of the AI opinions shown in `read` that aren't yet graded against `key`; returns how many.

    A finding's maps are graded where the key has a region of it: on every image with one, and on the image that
    decided. Meant for after the truth's own transaction: reading maps takes some milliseconds each, and a map
    that can't be read is left ungraded rather than in the learner's way.
    """
    ai = shown_ai(read)
    if not ai.opinions:
        return 0
    prefetch_related_objects([key], "regions__image")
    done = set(HeatmapGrade.objects.filter(answer_key=key).values_list("image_id", "heatmap_id"))
    places = {(region.image_id, region.finding) for region in key.regions.all()}
    wanted = [one for one in _placed(ai, places) if (one[0], one[2].id) not in done]
    if not wanted:
        return 0
    images = {image.pk: image for image in read.case.images.all()}
    truth = domain_key(key, file_store())
    values = inference_selectors.heatmap_values(
        heatmap.id for pk, _, heatmap in wanted if (pk, heatmap.finding) in places
    )
    levels = {model: _level(model) for model in {opinion.model_key for _, opinion, _ in wanted}}
    rows = []
    for pk, opinion, heatmap in wanted:
        image = images[pk]
        regions = truth.regions_of(heatmap.finding, str(image.public_id))
        level, result = levels[opinion.model_key], MapGrade()
        if regions:
            if heatmap.id not in values:
                continue
            try:
                result = grade_map(
                    values[heatmap.id],
                    regions,
                    peak=(heatmap.peak_x, heatmap.peak_y),
                    size=(image.width, image.height),
                    level=level,
                )
            except RegionError:
                log.exception("heatmap %s can't be graded", heatmap.id)
                continue
        rows.append(
            HeatmapGrade(
                answer_key=key,
                image=image,
                ai_opinion_id=opinion.id,
                heatmap_id=heatmap.id,
                finding=heatmap.finding,
                method=heatmap.method,
                on_region_image=bool(regions),
                inside=result.inside,
                energy=result.energy,
                overlap=result.overlap,
                level=level,
                graded_at=now,
            )
        )
    # Another learner's request may have been quicker with the same maps.
    HeatmapGrade.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def grade_shown(*, read: Read, now: datetime) -> None:
    """Grade what came after the truth of a finished read was shown: an occlusion map, or a corrected key."""
    if read.state == Read.State.TRUTH_SHOWN and read.answer_key is not None:
        grade_heatmaps(read=read, key=read.answer_key, now=now)


def _placed(ai: CaseAI, places: set[tuple[int, str]]) -> Iterator[tuple[int, AIOpinion, HeatmapRef]]:
    """The maps of findings that the key has a place of, on images with one and on the image that decided."""
    findings = {finding for _, finding in places}
    deciding = ai.deciding(sorted(findings))
    for pk, opinion in ai.opinions.items():
        for heatmap in opinion.heatmaps if not opinion.declined else ():
            decided = deciding.get(heatmap.finding, (None,))[0] == pk
            if heatmap.finding in findings and (decided or (pk, heatmap.finding) in places):
                yield pk, opinion, heatmap


def _level(model_key: str) -> float:
    info = inference_selectors.model_info(model_key)
    return info.heatmap_level if info else DEFAULT_MAP_LEVEL
