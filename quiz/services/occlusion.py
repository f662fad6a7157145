"""Asking for an occlusion map of a read: only once the AI's opinion has been shown in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from inference import services as inference_services
from inference.contracts import OCCLUSION
from quiz import permissions
from quiz.models import Read
from quiz.selectors.ai_opinions import image_ref, shown_ai
from quiz.selectors.heatmaps import occlusion_parts
from quiz.selectors.questions import question_of
from quiz.services.errors import Refused, invalid
from quiz.services.heatmap_grades import grade_shown


def ask_occlusion(*, read: Read, finding: str, now: datetime) -> bool:
    """Ask for the occlusion map of a finding on the image that decided; returns whether work was queued.

    Asking twice changes nothing, asking again after a failure is another try. Raises Refused: `wrong_step`
    before the AI's opinion was shown, `no_ai` where it has none to explain, `invalid` for a finding that isn't
    asked about.
    """
    _require_shown(read)
    if finding not in question_of(read).findings:
        raise invalid("This case doesn't ask about that finding.")
    ai = shown_ai(read)
    decided = ai.deciding([finding]).get(finding)
    if read.ai_status != Read.AIStatus.READY or decided is None:
        raise Refused("no_ai", "The AI gave no opinion on this finding that could be explained.")
    image = read.case.images.get(pk=decided[0])
    try:
        return inference_services.queue_map(
            opinion_id=ai.opinions[image.pk].id,
            image=image_ref(image),
            finding=finding,
            method=OCCLUSION,
            now=now,
        )
    except LookupError as error:
        raise Refused("no_ai", str(error.args[0])) from error


def occlusion_state(*, read: Read, now: datetime) -> list[dict[str, Any]]:
    """Return how far the occlusion map of each finding is; one that came after the truth is graded with this.

    Raises Refused (`wrong_step`) before the AI's opinion was shown.
    """
    _require_shown(read)
    grade_shown(read=read, now=now)
    return occlusion_parts(read, shown_ai(read))


def _require_shown(read: Read) -> None:
    if read.learner is None or not permissions.can_see_ai(read.learner, read):
        raise Refused("wrong_step", "The AI's opinion isn't shown in this read yet.")
