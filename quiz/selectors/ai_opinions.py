"""The AI's opinion of a whole case: from the opinions of its images, as inference hands them over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inference import selectors as inference_selectors
from inference.contracts import PRIMARY_METHOD, AIOpinion, FindingOpinion, ImageRef, case_flagged
from quiz.domain.outcomes import AICall
from quiz.models import Case, Image, Read


@dataclass(frozen=True)
class CaseAI:
    """The AI opinions of a case's images, keyed by image; empty where the AI has none."""

    opinions: Mapping[int, AIOpinion]

    @property
    def status(self) -> str:
        """`ready`, `declined` (every image declined) or `unavailable`."""
        if not self.opinions:
            return Read.AIStatus.UNAVAILABLE
        declined = all(opinion.declined for opinion in self.opinions.values())
        return Read.AIStatus.DECLINED if declined else Read.AIStatus.READY

    @property
    def out_of_distribution(self) -> bool:
        """Whether the case, as the mean of its images, is flagged as unlike those the model knows."""
        return case_flagged([opinion.ood_score for opinion in self.opinions.values()])

    def deciding(self, asked: Sequence[str]) -> dict[str, tuple[int, FindingOpinion]]:
        """Return per finding asked the image with the highest probability, by primary key, and its opinion."""
        best: dict[str, tuple[int, FindingOpinion]] = {}
        for image, opinion in self.opinions.items():
            for one in opinion.findings if not opinion.declined else ():
                if one.finding not in best or one.probability > best[one.finding][1].probability:
                    best[one.finding] = (image, one)
        return {key: best[key] for key in asked if key in best}

    def call(self, asked: Sequence[str], image_ids: Mapping[int, str]) -> AICall | None:
        """Return the AI's call for the outcome; `image_ids` maps primary keys to public ids.

        A finding's place is its peak on the image that decided: of a stack, the slice the AI would show.
        """
        if self.status == Read.AIStatus.UNAVAILABLE:
            return None
        deciding = self.deciding(asked)
        peaks = tuple(
            (image_ids[image], heatmap.finding, heatmap.peak_x, heatmap.peak_y)
            for image, opinion in self.opinions.items()
            for heatmap in opinion.heatmaps
            if heatmap.method == PRIMARY_METHOD and deciding.get(heatmap.finding, (None,))[0] == image
        )
        called = frozenset(one.finding for _, one in deciding.values() if one.present)
        return AICall(called, peaks, declined=self.status == Read.AIStatus.DECLINED)


def image_ref(image: Image) -> ImageRef:
    """Return what inference may know of an image: its storage key, hash and window."""
    return ImageRef(
        storage_key=image.master_key,
        sha256=image.sha256,
        slope=image.slope,
        intercept=image.intercept,
        window_center=image.window_center,
        window_width=image.window_width,
    )


def case_ai(case: Case, model_key: str) -> CaseAI:
    """Return the current AI opinions of a case; empty where any image it is asked about has none yet."""
    if not model_key:
        return CaseAI({})
    images = case.current_images
    found = inference_selectors.opinions_for([image_ref(image) for image in images], model_key)
    if any(image.sha256 not in found for image in images):
        return CaseAI({})
    return CaseAI({image.pk: found[image.sha256] for image in images})


def shown_ai(read: Read) -> CaseAI:
    """Return the AI opinions that this read was shown, as they were then."""
    rows = list(read.ai_opinions.all())
    found = inference_selectors.opinions_by_ids([row.ai_opinion_id for row in rows])
    return CaseAI({row.image_id: found[row.ai_opinion_id] for row in rows if row.ai_opinion_id in found})


def shown_ai_of_reads(reads: Iterable[Read]) -> dict[int, CaseAI]:
    """Return the AI opinions shown in each of `reads` (prefetch `ai_opinions`), in a fixed number of queries."""
    rows = [(read.pk, row.image_id, row.ai_opinion_id) for read in reads for row in read.ai_opinions.all()]
    found: Mapping[UUID, AIOpinion] = inference_selectors.opinions_by_ids([opinion for _, _, opinion in rows])
    grouped: dict[int, dict[int, AIOpinion]] = {}
    for read, image, opinion in rows:
        if opinion in found:
            grouped.setdefault(read, {})[image] = found[opinion]
    return {read: CaseAI(opinions) for read, opinions in grouped.items()}
