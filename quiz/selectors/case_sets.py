"""Case sets as learners see them: what is open, how far they are, how far the AI is."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from inference import selectors as inference_selectors
from inference.contracts import JobProgress
from quiz import permissions
from quiz.domain import modes
from quiz.domain.modes import Mode
from quiz.models import Case, CaseSet, Image, Read, Sitting
from quiz.permissions import Visitor
from quiz.selectors.exams import is_over
from quiz.selectors.mode_words import NAMES
from quiz.selectors.modes import modes_listed

MODALITIES = {
    "DX": "Radiograph",
    "CR": "Radiograph",
    "MG": "Mammography",
    "CT": "CT",
    "MR": "MRI",
    "US": "Ultrasound",
}


@dataclass(frozen=True)
class OpenSitting:
    """A sitting that its learner can go on with."""

    id: UUID
    mode: Mode

    @property
    def name(self) -> str:
        """The mode's name."""
        return str(NAMES[self.mode])


@dataclass(frozen=True)
class SetRow:
    """One case set with a learner's progress; `done` counts cases read to the end, of `total`."""

    set: CaseSet
    modality: str
    simulated: bool
    total: int
    done: int
    open_sittings: list[OpenSitting] = field(default_factory=list)
    rated: bool = False

    @property
    def open_sitting(self) -> UUID | None:
        """The practice sitting to go on with."""
        return next((one.id for one in self.open_sittings if one.mode == Mode.PRACTICE), None)

    @property
    def flow(self) -> str:
        """The order of opinion, AI and truth in the first of the set's modes."""
        return modes.flow_of(self.modes[0], self.set.flow) if self.modes else self.set.flow

    @property
    def waits(self) -> bool:
        """Whether the answers wait for the end of a sitting in that mode."""
        return bool(self.modes) and modes.waits_for_truth(self.modes[0])

    @property
    def modes(self) -> list[Mode]:
        """The modes to show for the set; whether one can be started now is for `quiz.selectors.modes`."""
        listed = modes_listed(self.set, self.set.__dict__["modality"] or "")
        return [mode for mode in listed if self.rated or mode is not Mode.RATED]

    @property
    def percent(self) -> int:
        """Share of the set's cases that the learner has read, in per cent."""
        return round(100 * self.done / self.total) if self.total else 0


def set_rows(user: Visitor, *, with_daily: bool = True) -> list[SetRow]:
    """Return the sets open to this visitor with their progress, in two queries.

    Sets of the daily case have a page of their own: they can be left out.
    """
    sets = _annotated(user)
    return _rows(user, list(sets if with_daily else sets.exclude(pool=CaseSet.Pool.DAILY)))


def set_row(user: Visitor, slug: str) -> SetRow:
    """Return one set open to this visitor; raises CaseSet.DoesNotExist otherwise."""
    return _rows(user, [_annotated(user).get(slug=slug)])[0]


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
    return permissions.visible_case_sets(user).annotate(
        total=Count("cases", filter=published),
        modality=Max("cases__pack__modality"),
        simulated_cases=Count("cases", filter=published & Q(cases__pack__simulated=True)),
        done=Coalesce(Subquery(done[:1]), 0),
        rated_cases=Count("cases", filter=published & Q(cases__pack__rated=True)),
    )


def _rows(user: Visitor, sets: list[CaseSet]) -> list[SetRow]:
    running: dict[int, list[OpenSitting]] = {}
    mine = permissions.visible_sittings(user).filter(case_set__in=sets, state=Sitting.State.OPEN)
    now = timezone.now()
    for sitting in mine.order_by("-started_at"):
        if not is_over(sitting, now):
            found = OpenSitting(sitting.public_id, Mode(sitting.mode))
            running.setdefault(sitting.case_set_id, []).append(found)
    return [_row(case_set, running.get(case_set.pk, [])) for case_set in sets]


def _row(case_set: CaseSet, running: list[OpenSitting]) -> SetRow:
    values = case_set.__dict__
    return SetRow(
        set=case_set,
        modality=MODALITIES.get(values["modality"] or "", values["modality"] or ""),
        simulated=values["simulated_cases"] > 0,
        total=values["total"],
        done=values["done"],
        open_sittings=running,
        rated=values["rated_cases"] > 0,
    )


def ai_progress(case_set: CaseSet) -> JobProgress | None:
    """Return how far the AI is with a set's images; None where the set has no AI, or one this site lacks."""
    if not case_set.model_key or inference_selectors.model_info(case_set.model_key) is None:
        return None
    hashes = Image.objects.current().filter(case__entries__case_set=case_set).values_list("sha256", flat=True)
    return inference_selectors.job_progress(list(hashes), case_set.model_key)


def ai_progress_of(rows: list[SetRow]) -> dict[str, JobProgress]:
    """Return the AI's progress of those sets where work is left, by slug; two queries however many sets there are."""
    unfinished = inference_selectors.unfinished_jobs()
    busy = [row.set for row in rows if unfinished.get(row.set.model_key)]
    if not busy:
        return {}
    states: dict[str, list[str]] = {case_set.slug: [] for case_set in busy}
    images = (
        Image.objects.current()
        .filter(case__entries__case_set__in=busy)
        .values_list("case__entries__case_set__slug", "case__entries__case_set__model_key", "sha256")
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
    sets = permissions.visible_case_sets(user).filter(
        pool=CaseSet.Pool.OPEN, cases__status=Case.Status.PUBLISHED
    )
    return sets.order_by("published_at", "pk").first()
