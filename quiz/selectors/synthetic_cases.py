"""What synthetic learners read: published cases with their truth, the AI's opinion, and places to mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.db.models import prefetch_related_objects

from quiz.domain.opinions import Mark, Question
from quiz.domain.outcomes import Key
from quiz.domain.rating import scale
from quiz.domain.read_flow import Flow
from quiz.models import AnswerKey, CaseSet
from quiz.selectors.ai_opinions import CaseAI, case_ai
from quiz.selectors.answer_keys import domain_key, served_keys
from quiz.selectors.files import file_store
from radiology.regions import Region, rasterise, within

_FLOWS = (Flow.READ_FIRST, Flow.UNAIDED)
_CORNERS = (0.1, 0.9)


@dataclass(frozen=True)
class ReadableCase:
    """One case of a set, with all that scoring a read of it needs; `hits` and `misses` are marks by finding."""

    pk: int
    key: AnswerKey
    truth: Key
    question: Question
    images: Mapping[int, str]
    ai: CaseAI
    ai_calls: Mapping[str, bool]
    scale: str
    rated: bool
    hits: Mapping[str, Mark]
    misses: Mapping[str, Mark]


@dataclass(frozen=True)
class ReadableSet:
    """A set open to anyone, with its cases."""

    row: CaseSet
    cases: list[ReadableCase]


def readable_sets() -> list[ReadableSet]:
    """Return the published open sets in which a learner answers before the AI, with their servable cases."""
    rows = CaseSet.objects.filter(
        status=CaseSet.Status.PUBLISHED, pool=CaseSet.Pool.OPEN, flow__in=_FLOWS
    ).order_by("pk")
    found = [ReadableSet(row, _cases(row)) for row in rows]
    return [one for one in found if one.cases]


def _cases(case_set: CaseSet) -> list[ReadableCase]:
    keys = served_keys(case_set)
    prefetch_related_objects(keys, "case__images", "case__pack__findings", "regions__image")
    return [_case(key, case_set) for key in keys]


def _case(key: AnswerKey, case_set: CaseSet) -> ReadableCase:
    case, pack = key.case, key.case.pack
    images = case.current_images
    truth = domain_key(key, file_store())
    ai = case_ai(case, case_set.model_key)
    question = Question(
        kind=pack.kind,
        findings=tuple(finding.key for finding in pack.findings.all()),
        localise=pack.localise,
        max_marks=case_set.max_marks,
        images={str(image.public_id): (image.width, image.height) for image in images},
    )
    return ReadableCase(
        pk=case.pk,
        key=key,
        truth=truth,
        question=question,
        images={image.pk: str(image.public_id) for image in images},
        ai=ai,
        ai_calls={name: one.present for name, (_, one) in ai.deciding(question.findings).items()},
        scale=scale(pack.modality, simulated=pack.simulated),
        rated=pack.rated,
        hits=_hits(question, truth) if question.localise else {},
        misses=_misses(question, truth, case_set.mark_radius_px) if question.localise else {},
    )


def _hits(question: Question, truth: Key) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    for image, finding, region in truth.regions:
        if finding not in found and (point := _inside(region, *question.images[image])):
            found[finding] = Mark(image, finding, *point)
    return found


def _inside(region: Region, width: int, height: int) -> tuple[float, float] | None:
    rows, columns = np.nonzero(rasterise(region, width, height))
    if not rows.size:
        return None
    middle = rows.size // 2
    return float(columns[middle]) + 0.5, float(rows[middle]) + 0.5


def _misses(question: Question, truth: Key, radius: float) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    for finding in question.findings:
        for image, (width, height) in question.images.items():
            for x, y in ((width * a, height * b) for a in _CORNERS for b in _CORNERS):
                if not any(within(one, x, y, radius) for one in truth.regions_of(finding, image)):
                    found.setdefault(finding, Mark(image, finding, x, y))
    return found
