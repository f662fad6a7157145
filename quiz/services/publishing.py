"""Publishing a set: its cases become servable and the AI is asked about every image."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from inference import selectors as inference_selectors
from inference import services as inference_services
from quiz.models import Case, CaseSet, Finding, Image
from quiz.selectors.ai_opinions import image_ref
from quiz.services.errors import Refused


def publish_case_set(*, case_set: CaseSet, now: datetime) -> CaseSet:
    """Publish a set and queue the AI's opinions; publishing again queues only what is missing.

    Raises Refused (`not_publishable`) where the set is empty, a case lacks images or a key, an exam isn't fit
    to be one, or the set's model answers none of its findings. A held case stays held and isn't served.
    """
    with transaction.atomic():
        cases = Case.objects.filter(entries__case_set=case_set)
        if not cases.exists():
            raise Refused("not_publishable", "A set needs at least one case before it is published.")
        if cases.exclude(pk__in=Image.objects.current().values("case")).exists():
            raise Refused("not_publishable", "Every case needs an image before its set is published.")
        if cases.exclude(answer_keys__is_current=True).exists():
            raise Refused("not_publishable", "Every case needs an answer key before its set is published.")
        check_pool(case_set)
        _check_model(case_set)
        drafts = cases.filter(status=Case.Status.DRAFT).values("pk")
        Case.objects.filter(pk__in=list(drafts.values_list("pk", flat=True))).update(
            status=Case.Status.PUBLISHED
        )
        case_set.status = CaseSet.Status.PUBLISHED
        case_set.published_at = case_set.published_at or now
        case_set.save(update_fields=["status", "published_at"])
        queue_ai(case_set=case_set, now=now)
    return case_set


def check_pool(case_set: CaseSet) -> None:
    """Refuse (`not_publishable`) a set whose pool, flow and hours don't go together, with one sentence."""
    exam = case_set.pool == CaseSet.Pool.EXAM
    if exam != (case_set.flow == CaseSet.Flow.EXAM):
        raise _not_publishable(_("An exam needs both the exam flow and the pool kept for exams."))
    judging = case_set.pool == CaseSet.Pool.AI_FIRST
    if judging != (case_set.flow == CaseSet.Flow.AI_FIRST):
        raise _not_publishable(_("Judging the AI needs both its flow and the pool kept for it."))
    if exam:
        _check_exam(case_set)


def _check_exam(case_set: CaseSet) -> None:
    if not case_set.time_limit_minutes:
        raise _not_publishable(_("An exam needs a time limit."))
    if case_set.pass_mark_percent is not None and not case_set.pass_mark_note.strip():
        raise _not_publishable(_("Say how the pass mark was set."))
    if case_set.pass_mark_percent is not None and not 1 <= case_set.pass_mark_percent <= 100:
        raise _not_publishable(_("A pass mark lies between 1 and 100 %."))
    if case_set.opens_at and case_set.closes_at and case_set.opens_at >= case_set.closes_at:
        raise _not_publishable(_("An exam closes after it opens."))
    if not Case.objects.filter(entries__case_set=case_set, pack__simulated=False).exists():
        raise _not_publishable(
            _("An exam on simulated cases alone says nothing of real ones; add real cases.")
        )


def _check_model(case_set: CaseSet) -> None:
    """Refuse a set whose model answers none of the findings that its cases ask about."""
    info = inference_selectors.model_info(case_set.model_key) if case_set.model_key else None
    if info is None:
        return
    asked = dict(Finding.objects.filter(pack__cases__entries__case_set=case_set).values_list("key", "label"))
    if not set(asked) & set(info.labels):
        raise _not_publishable(
            _(
                "“%(model)s” answers for none of this set's findings: %(findings)s. Choose another model, or none."
            )
            % {"model": info.title, "findings": ", ".join(asked.values())}
        )


def _not_publishable(sentence: str) -> Refused:
    return Refused("not_publishable", sentence)


def queue_ai(*, case_set: CaseSet, now: datetime) -> int:
    """Queue the AI's opinion of every image of a set that has none; returns the number of images asked about.

    A model that this site doesn't have queues nothing: the set goes on without the AI.
    """
    if not case_set.model_key or inference_selectors.model_info(case_set.model_key) is None:
        return 0
    images = (
        Image.objects.current()
        .filter(case__entries__case_set=case_set)
        .order_by("case__entries__position", "series")
    )
    refs = [image_ref(image) for image in images]
    inference_services.queue_opinions(images=refs, model_key=case_set.model_key, now=now)
    return len(refs)


def ask_ai_again(*, case_set: CaseSet, now: datetime) -> int:
    """Queue what the AI failed on, or was never asked about; returns how many failed images are tried again."""
    queue_ai(case_set=case_set, now=now)
    hashes = Image.objects.current().filter(case__entries__case_set=case_set).values_list("sha256", flat=True)
    return inference_services.retry_images(sha256s=hashes, model_key=case_set.model_key, now=now)


def close_case_set(*, case_set: CaseSet) -> CaseSet:
    """Take a set from the home page; reads stay."""
    CaseSet.objects.filter(pk=case_set.pk).update(status=CaseSet.Status.CLOSED)
    case_set.refresh_from_db()
    return case_set
