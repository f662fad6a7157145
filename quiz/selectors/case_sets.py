"""Case sets as learners see them: what is open, how far they are, how far the AI is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from inference import selectors as inference_selectors
from inference.contracts import JobProgress
from quiz import permissions
from quiz.models import Case, CaseSet, Image, Read, Sitting
from quiz.permissions import Visitor

MODALITIES = {
    "DX": "Radiograph",
    "CR": "Radiograph",
    "MG": "Mammography",
    "CT": "CT",
    "MR": "MRI",
    "US": "Ultrasound",
}


@dataclass(frozen=True)
class SetRow:
    """One case set with a learner's progress; `done` counts cases read to the end, of `total`."""

    set: CaseSet
    modality: str
    simulated: bool
    total: int
    done: int
    open_sitting: UUID | None

    @property
    def percent(self) -> int:
        """Share of the set's cases that the learner has read, in per cent."""
        return round(100 * self.done / self.total) if self.total else 0


def set_rows(user: Visitor) -> list[SetRow]:
    """Return the sets open to this visitor with their progress, in one query."""
    return [_row(case_set) for case_set in _annotated(user)]


def set_row(user: Visitor, slug: str) -> SetRow:
    """Return one set open to this visitor; raises CaseSet.DoesNotExist otherwise."""
    return _row(_annotated(user).get(slug=slug))


def _annotated(user: Visitor):  # type: ignore[no-untyped-def]  # annotated querysets have no static type
    published = Q(cases__status=Case.Status.PUBLISHED)
    done = (
        permissions.visible_reads(user)
        .filter(sitting__case_set=OuterRef("pk"), state=Read.State.TRUTH_SHOWN)
        .order_by()
        .values("sitting__case_set")
        .annotate(n=Count("case", distinct=True))
        .values("n")
    )
    sitting = permissions.visible_sittings(user).filter(case_set=OuterRef("pk"), state=Sitting.State.OPEN)
    return permissions.visible_case_sets(user).annotate(
        total=Count("cases", filter=published),
        modality=Max("cases__pack__modality"),
        simulated_cases=Count("cases", filter=published & Q(cases__pack__simulated=True)),
        done=Coalesce(Subquery(done[:1]), 0),
        open_sitting=Subquery(sitting.values("public_id")[:1]),
    )


def _row(case_set: CaseSet) -> SetRow:
    values = case_set.__dict__
    return SetRow(
        set=case_set,
        modality=MODALITIES.get(values["modality"] or "", values["modality"] or ""),
        simulated=values["simulated_cases"] > 0,
        total=values["total"],
        done=values["done"],
        open_sitting=values["open_sitting"],
    )


def ai_progress(case_set: CaseSet) -> JobProgress | None:
    """Return how far the AI is with a set's images; None where the set has no AI, or one this site lacks."""
    if not case_set.model_key or inference_selectors.model_info(case_set.model_key) is None:
        return None
    hashes = Image.objects.filter(case__entries__case_set=case_set).values_list("sha256", flat=True)
    return inference_selectors.job_progress(list(hashes), case_set.model_key)


def ai_progress_of(rows: list[SetRow]) -> dict[str, JobProgress]:
    """Return the AI's progress of those sets where work is left, by slug; two queries however many sets there are."""
    unfinished = inference_selectors.unfinished_jobs()
    busy = [row.set for row in rows if unfinished.get(row.set.model_key)]
    if not busy:
        return {}
    states: dict[str, list[str]] = {case_set.slug: [] for case_set in busy}
    images = Image.objects.filter(case__entries__case_set__in=busy).values_list(
        "case__entries__case_set__slug", "case__entries__case_set__model_key", "sha256"
    )
    for slug, model_key, sha256 in images:
        if slug in states:
            states[slug].append(unfinished.get(model_key, {}).get(sha256, "done"))
    found = {slug: _progress(each) for slug, each in states.items()}
    return {slug: progress for slug, progress in found.items() if progress.waiting}


def _progress(states: list[str]) -> JobProgress:
    done, failed = states.count("done"), states.count("failed")
    return JobProgress(total=len(states), done=done, failed=failed, waiting=len(states) - done - failed)


def first_open_set(user: Visitor) -> CaseSet | None:
    """Return the set that a newcomer is sent to: the oldest published one with something to read."""
    sets = permissions.visible_case_sets(user).filter(cases__status=Case.Status.PUBLISHED)
    return sets.order_by("published_at", "pk").first()
