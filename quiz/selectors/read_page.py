"""What a client may see of a read at its step: the one builder behind the page and the API.

A part that isn't due yet is absent from the result, never null.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse

from inference import selectors as inference_selectors
from inference.contracts import FindingOpinion
from quiz import permissions
from quiz.domain import read_flow
from quiz.domain.modes import Mode
from quiz.domain.read_flow import Flow, State
from quiz.models import Opinion, Read
from quiz.permissions import Visitor
from quiz.selectors.ai_opinions import CaseAI, shown_ai
from quiz.selectors.bookmarks import bookmark_of
from quiz.selectors.fault_reports import report_parts
from quiz.selectors.heatmaps import grade_parts, heatmap_part, method_parts, occlusion_parts
from quiz.selectors.image_parts import image_parts, next_part, window_parts
from quiz.selectors.mark_grades import mark_parts
from quiz.selectors.mode_words import NAMES, headline_sentence
from quiz.selectors.model_cards import calibrated_prevalence
from quiz.selectors.questions import opinions_of
from quiz.selectors.words import BADGES, ai_message


def visible_read(user: Visitor, public_id: UUID) -> Read:
    """Return one of the visitor's own reads with what every step needs; raises Read.DoesNotExist otherwise."""
    return (
        permissions.visible_reads(user)
        .select_related("sitting__case_set", "case__pack", "learner")
        .prefetch_related("case__pack__findings", "case__images")
        .get(public_id=public_id)
    )


def read_page(read: Read) -> dict[str, Any]:
    """Return the read as JSON-ready parts, each only from its step on."""
    flow, state = Flow(read.sitting.flow), State(read.state)
    page: dict[str, Any] = {**_frame(read), "images": image_parts(read)}
    if read_flow.shows_history(state):
        page["question"] = _question(read)
        page["history"] = read.case.history
        page["windows"] = window_parts(read.case.pack.modality)
        following = next_part(read)
        if following is not None:
            page["next"] = following
    opinions = opinions_of(read) if read_flow.reached(state, State.COMMITTED) or flow is Flow.AI_FIRST else {}
    if "first" in opinions:
        page["first"] = _opinion(opinions["first"])
    ai = shown_ai(read) if read_flow.shows_ai(flow, state) else CaseAI({})
    if read_flow.shows_ai(flow, state):
        page["ai"] = _ai(read, ai)
    if "final" in opinions and read_flow.reached(state, State.FINALISED):
        page["final"] = _opinion(opinions["final"])
    if read_flow.shows_truth(state):
        page["truth"] = _truth(read, ai, opinions)
    if read_flow.shows_history(state):
        page.update(_notes(read))
    return page


def _notes(read: Read) -> dict[str, Any]:
    """The learner's own bookmark, absent where there is none, and their reports of faults."""
    bookmark = bookmark_of(read)
    own: dict[str, Any] = {"reports": report_parts(read)}
    return own if bookmark is None else {**own, "bookmark": {"note": bookmark.note}}


def _frame(read: Read) -> dict[str, Any]:
    case_set = read.sitting.case_set
    frame: dict[str, Any] = {
        "id": str(read.public_id),
        "state": read.state,
        "flow": read.sitting.flow,
        "mode": read.sitting.mode,
        "mode_label": str(NAMES[Mode(read.sitting.mode)]),
        "set": {"slug": case_set.slug, "title": case_set.title, "simulated": read.case.pack.simulated},
        "hanging": case_set.hanging,
        "sitting": str(read.sitting.public_id),
        "position": read.position,
        "total": read.sitting.reads.count(),
    }
    if read.sitting.deadline_at is not None and not read_flow.reached(State(read.state), State.COMMITTED):
        frame["deadline"] = read.sitting.deadline_at.isoformat()
    return frame


def _question(read: Read) -> dict[str, Any]:
    pack = read.case.pack
    return {
        "prompt": pack.prompt,
        "kind": pack.kind,
        "localise": pack.localise,
        "max_marks": read.sitting.max_marks,
        "findings": [{"key": finding.key, "label": finding.label} for finding in pack.findings.all()],
    }


def _opinion(opinion: Opinion) -> dict[str, Any]:
    return {
        "findings": [
            {"finding": a.finding, "present": a.present, "certainty": a.certainty}
            for a in opinion.answers.all()
        ],
        "marks": [
            {
                "image": str(m.image.public_id),
                "finding": m.finding,
                "shape": m.shape,
                "x": m.x,
                "y": m.y,
                "width": m.width,
                "height": m.height,
                "certainty": m.certainty,
            }
            for m in opinion.marks.all()
        ],
        "cannot_tell": opinion.cannot_tell,
        "seconds": opinion.seconds,
    }


def _ai(read: Read, ai: CaseAI) -> dict[str, Any]:
    labels = {finding.key: finding.label for finding in read.case.pack.findings.all()}
    info = inference_selectors.model_info(read.sitting.model_key) if read.sitting.model_key else None
    model = None
    if info:
        model = {"key": info.key, "title": info.title, "card_url": reverse("model_card", args=[info.key])}
    part: dict[str, Any] = {
        "status": read.ai_status,
        "message": ai_message(read.ai_status),
        "model": model,
        "out_of_distribution": ai.out_of_distribution,
        "findings": [],
        "images": [],
        "methods": [],
        "occlusion": [],
    }
    if read.ai_status != Read.AIStatus.READY:
        return part
    by_pk = {image.pk: image for image in read.case.images.all()}
    part["findings"] = [
        {
            **_call(one, labels),
            "image": str(by_pk[image].public_id),
            "prevalence": calibrated_prevalence(info, one.finding) if info else None,
        }
        for image, one in ai.deciding(list(labels)).values()
    ]
    part["images"] = [
        {
            "image": str(by_pk[pk].public_id),
            "findings": [_call(one, labels) for one in opinion.findings if one.finding in labels],
            "heatmaps": [
                heatmap_part(heatmap, opinion) for heatmap in opinion.heatmaps if heatmap.finding in labels
            ],
        }
        for pk, opinion in ai.opinions.items()
        if not opinion.declined
    ]
    part["methods"] = method_parts()
    part["occlusion"] = occlusion_parts(read, ai)
    return part


def _call(one: FindingOpinion, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "finding": one.finding,
        "label": labels[one.finding],
        "probability": one.probability,
        "threshold": one.threshold,
        "present": one.present,
    }


def _truth(read: Read, ai: CaseAI, opinions: dict[str, Opinion]) -> dict[str, Any]:
    key = read.answer_key
    assert key is not None, "a read at truth_shown keeps the key it was scored with"
    pack = read.case.pack
    labels = {finding.key: finding.label for finding in pack.findings.all()}
    outcome = read.outcome
    return {
        "findings": key.findings,
        "labels": [labels.get(finding, finding) for finding in key.findings],
        "regions": [
            {
                "image": str(region.image.public_id),
                "finding": region.finding,
                "shape": region.shape,
                "geometry": region.geometry,
                "mask_url": reverse("region_mask", args=[region.public_id]) if region.mask_key else None,
            }
            for region in key.regions.select_related("image")
        ],
        "marks": mark_parts(read, opinions, labels),
        "heatmaps": grade_parts(read, ai, labels),
        "truth_basis": key.truth_basis,
        "teaching_point": key.teaching_point,
        "difficulty": key.difficulty,
        "references": key.references,
        "caveat": pack.caveat,
        "licence": {
            "name": pack.licence_name,
            "attribution": pack.attribution,
            "source_url": pack.source_url,
        },
        "corrected": read.key_corrected_at is not None,
        "outcome": {
            "label": outcome.headline,
            "sentence": headline_sentence(outcome.headline, read.sitting.flow),
            "learner_first": outcome.learner_first or None,
            "learner_final": outcome.learner_final or None,
            "ai": outcome.ai,
            "learner_place": outcome.learner_place,
            "ai_place": outcome.ai_place,
            "badges": [str(BADGES[badge]) for badge in outcome.badges],
            "points_first": outcome.points_first,
            "points_final": outcome.points_final,
        },
    }
