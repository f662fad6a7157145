"""What the choice of cases knows of a set's cases and of one learner, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Q, QuerySet

from inference import selectors as inference_selectors
from quiz import permissions
from quiz.domain import rating
from quiz.domain.case_choice import Candidate
from quiz.domain.modes import Mode
from quiz.domain.outcomes import ai_verdict
from quiz.domain.read_flow import Flow
from quiz.models import (
    AnswerKey,
    Bookmark,
    CaseSet,
    Exposure,
    Image,
    Read,
    ReadOutcome,
    Sitting,
    User,
    WithdrawalDraw,
)
from quiz.selectors.ai_opinions import CaseAI, image_ref
from quiz.selectors.answer_keys import domain_key, served_keys
from quiz.selectors.files import file_store
from quiz.selectors.ratings import case_ratings, learner_rating
from quiz.selectors.reviews import due_concepts
from quiz.selectors.sittings import right

AIDED_PERIOD = timedelta(days=60)
"""Reads this long before a test without the AI are of the same period."""


@dataclass(frozen=True)
class Knowledge:
    """Everything that choosing cases of one set for one learner may ask for; each part is loaded once, when asked."""

    case_set: CaseSet
    learner: User
    now: datetime

    @cached_property
    def keys(self) -> list[AnswerKey]:
        """The current keys of the set's servable cases, in the set's order."""
        return served_keys(self.case_set)

    @cached_property
    def candidates(self) -> list[Candidate]:
        """The set's cases as the choice sees them."""
        seen, last, expected = self._seen, self._last, self._expected
        answered = self._answered
        judged = self._judged if self.case_set.pool == CaseSet.Pool.AI_FIRST else {}
        return [
            Candidate(
                case=key.case_id,
                abnormal=bool(key.findings),
                concepts=frozenset(key.concepts),
                difficulty=key.difficulty.partition(":")[0],
                seen=key.case_id in seen,
                finished=key.case_id in last,
                last_right=last[key.case_id][0] if key.case_id in last else None,
                rated=key.case.pack.rated,
                expected=expected[key.case_id],
                ai_answered=key.case_id in answered,
                ai_right=last[key.case_id][1] if key.case_id in last else judged.get(key.case_id),
            )
            for key in self.keys
            if key.case_id not in self.in_hand
        ]

    @cached_property
    def in_hand(self) -> set[int]:
        """The set's cases that the learner has been given in some sitting and whose truth is still to come.

        No second sitting gets them: the one could tell what the other withholds, and numbers of cases left, which
        depend on the truth, would move while they are read.
        """
        return set(
            reads_in_hand(self.learner, self.now)
            .filter(case__in=self._case_ids)
            .values_list("case_id", flat=True)
        )

    @cached_property
    def due_concepts(self) -> list[str]:
        """The concepts due for review on the learner's own day, most overdue first; none on a day off."""
        return due_concepts(self.learner, self.now)

    @cached_property
    def bookmarked(self) -> set[int]:
        """The cases that the learner has bookmarked."""
        return set(Bookmark.objects.filter(learner=self.learner).values_list("case_id", flat=True))

    @cached_property
    def aided(self) -> list[tuple[bool, str]]:
        """The strata of the learner's recent first opinions in aided reads of the same packs."""
        packs = {key.case.pack_id for key in self.keys}
        reads = aided_reads(self.learner, packs, until=self.now)
        rows = reads.values_list("answer_key__findings", "answer_key__difficulty")
        return [(bool(findings), difficulty.partition(":")[0]) for findings, difficulty in rows]

    @cached_property
    def withdrawal_offer(self) -> WithdrawalDraw | None:
        """The offer of a test without the AI that stands, if chance has made one."""
        draws = WithdrawalDraw.objects.filter(learner=self.learner, case_set=self.case_set)
        return draws.filter(offered=True, sitting=None).last()

    @cached_property
    def exam_attempt(self) -> Sitting | None:
        """The learner's one attempt at this set as an exam."""
        return (
            permissions.visible_sittings(self.learner).filter(case_set=self.case_set, mode=Mode.EXAM).first()
        )

    @cached_property
    def _case_ids(self) -> list[int]:
        return [key.case_id for key in self.keys]

    @cached_property
    def _seen(self) -> set[int]:
        rows = Exposure.objects.filter(learner=self.learner, case__in=self._case_ids)
        return set(rows.values_list("case_id", flat=True))

    @cached_property
    def _last(self) -> dict[int, tuple[bool | None, bool | None]]:
        """Of each case read to the end: whether the learner was right the last time, and the AI."""
        rows = ReadOutcome.objects.filter(
            read__in=permissions.reads_showing_truth(self.learner), read__case__in=self._case_ids
        ).order_by("read__truth_shown_at", "pk")
        return {
            case: (right(first or final), right(ai))
            for case, first, final, ai in rows.values_list(
                "read__case_id", "learner_first", "learner_final", "ai"
            )
        }

    @cached_property
    def _expected(self) -> dict[int, float]:
        """The learner's expected score against each case, on the scale of its modality."""
        scales: dict[str, list[int]] = {}
        for key in self.keys:
            pack = key.case.pack
            scales.setdefault(rating.scale(pack.modality, simulated=pack.simulated), []).append(key.case_id)
        found: dict[int, float] = {}
        for scale, cases in scales.items():
            player = learner_rating(self.learner, scale)
            for case, opponent in case_ratings(scale, cases).items():
                found[case] = rating.expected(player.rating, opponent.rating, opponent.deviation)
        return found

    @cached_property
    def _images(self) -> dict[int, list[Image]]:
        images: dict[int, list[Image]] = {}
        for image in (
            Image.objects.current().filter(case__in=self._case_ids).order_by("series", "slice_index")
        ):
            images.setdefault(image.case_id, []).append(image)
        return images

    @cached_property
    def _answered(self) -> set[int]:
        """The cases on whose every image the set's AI has given its opinion."""
        if not self.case_set.model_key:
            return set()
        hashes = [image.sha256 for images in self._images.values() for image in images]
        done = inference_selectors.answered_images(hashes, self.case_set.model_key)
        return {case for case, images in self._images.items() if all(one.sha256 in done for one in images)}

    @cached_property
    def _judged(self) -> dict[int, bool]:
        """Whether the AI is right on each case that it has answered; of a set kept for judging it alone."""
        refs = [image_ref(image) for images in self._images.values() for image in images]
        opinions = inference_selectors.opinions_for(refs, self.case_set.model_key)
        asked = {
            pack: tuple(finding.key for finding in pack.findings.all())
            for pack in {key.case.pack for key in self.keys}
        }
        judged: dict[int, bool] = {}
        for key in self.keys:
            images = self._images.get(key.case_id, [])
            if key.case_id not in self._answered:
                continue
            ai = CaseAI({image.pk: opinions[image.sha256] for image in images if image.sha256 in opinions})
            call = ai.call(asked[key.case.pack], {image.pk: str(image.public_id) for image in images})
            verdict = right(str(ai_verdict(call, domain_key(key, file_store()))))
            if verdict is not None:
                judged[key.case_id] = verdict
        return judged


def reads_in_hand(learner: User, now: datetime) -> QuerySet[Read]:
    """Return the learner's reads whose truth is still to come: of open sittings, and of exams that aren't released."""
    unreleased = Q(sitting__case_set__released_at=None) & (
        Q(sitting__case_set__closes_at=None) | Q(sitting__case_set__closes_at__gt=now)
    )
    exam = Q(sitting__mode=Mode.EXAM)
    waiting = exam & unreleased | ~exam & Q(sitting__state=Sitting.State.OPEN)
    return permissions.visible_reads(learner).filter(waiting).exclude(state=Read.State.TRUTH_SHOWN)


def aided_reads(learner: User, packs: set[int], *, until: datetime) -> QuerySet[Read]:
    """Return the learner's finished first exposures with a scored first opinion before the AI, of these packs."""
    return permissions.reads_showing_truth(learner).filter(
        first_exposure=True,
        sitting__flow=Flow.READ_FIRST,
        case__pack__in=packs,
        committed_at__gt=until - AIDED_PERIOD,
        committed_at__lte=until,
        outcome__learner_first__in=["right", "wrong"],
    )
