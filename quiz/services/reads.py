"""What happens at each step of a read: open, commit, reveal the AI, finalise, reveal the truth."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from quiz.domain import read_flow
from quiz.domain.exams import time_is_up
from quiz.domain.opinions import InvalidOpinion, Question, ReaderOpinion, check_opinion
from quiz.domain.read_flow import Flow, State, Step, WrongStep
from quiz.models import Case, Exposure, Image, Opinion, OpinionAnswer, OpinionMark, Read, ReadAI, Sitting
from quiz.selectors.ai_opinions import CaseAI, case_ai
from quiz.selectors.answer_keys import current_key
from quiz.selectors.candidates import reads_in_hand
from quiz.selectors.exams import results_are_due
from quiz.selectors.next_case import finished_states, is_ended, unfinished_reads, waits
from quiz.selectors.questions import question_of
from quiz.services import errors
from quiz.services.exposures import expose
from quiz.services.finished_reads import finish_read
from quiz.services.heatmap_grades import grade_shown


def open_read(*, read: Read, now: datetime) -> Read:
    """Start the clock of a reserved read; an opened or later read is returned as it is.

    Opening a finished one grades what heatmaps have come since the truth was shown. Raises Refused
    (`time_is_up`, `round_ended`) where the time of its exam has run out, or its round was ended.
    """
    grade_shown(read=read, now=now)
    if read.state == State.RESERVED:
        _require_going_on(read, now)
        with transaction.atomic():
            _moved(read, Step.OPEN, opened_at=now)
    return read


def commit_opinion(
    *, read: Read, opinion: ReaderOpinion, seconds: float | None, idempotency_key: str, now: datetime
) -> Opinion:
    """Store the first opinion, once and for good.

    The same key with the same body returns what is stored. Raises Refused (`invalid`, `wrong_step`,
    `already_committed`, `idempotency_conflict`, `time_is_up` after an exam's deadline and its grace,
    `round_ended` after its round was ended early).
    """
    return _store_opinion(
        read=read,
        kind=Opinion.Kind.FIRST,
        step=Step.COMMIT,
        opinion=opinion,
        seconds=seconds,
        idempotency_key=idempotency_key,
        now=now,
    )


def finalise_read(
    *, read: Read, opinion: ReaderOpinion, seconds: float | None, idempotency_key: str, now: datetime
) -> Opinion:
    """Store the final opinion, after the AI; rules as for `commit_opinion`."""
    return _store_opinion(
        read=read,
        kind=Opinion.Kind.FINAL,
        step=Step.FINALISE,
        opinion=opinion,
        seconds=seconds,
        idempotency_key=idempotency_key,
        now=now,
    )


def reveal_ai(*, read: Read, now: datetime) -> Read:
    """Hand over the AI opinion; asked again, the read is returned as it is.

    Raises Refused (`wrong_step`) before the first opinion is stored, `not_released` while another sitting keeps it.
    """
    read.refresh_from_db(fields=["state", "ai_status", "ai_shown_at"])
    if read_flow.shows_ai(Flow(read.sitting.flow), State(read.state)):
        return read
    _require(read, Step.REVEAL_AI)
    _require_told_nowhere_else(read, now)
    ai = case_ai(read.case, read.sitting.model_key)
    with transaction.atomic():
        if _moved(read, Step.REVEAL_AI, ai_shown_at=now, ai_status=ai.status):
            _keep_ai(read, ai, now)
    return read


def reveal_truth(*, read: Read, now: datetime) -> Read:
    """Hand over key and outcome, with the key and AI versions that this read is scored with.

    Asked again, the read is returned as it is. Raises Refused (`wrong_step`) before its step, or `not_released`
    where the truth waits for the end of the sitting, for the release of an exam, or for another sitting's end.
    """
    read.refresh_from_db(fields=["state", "ai_status", "answer_key", "truth_shown_at"])
    if read_flow.shows_truth(State(read.state)):
        return read
    _require(read, Step.REVEAL_TRUTH)
    _require_release(read, now)
    _require_told_nowhere_else(read, now)
    together = read.sitting.flow in {Flow.UNAIDED, Flow.EXAM}
    ai = case_ai(read.case, read.sitting.model_key) if together else None
    status = ai.status if ai is not None else read.ai_status
    with transaction.atomic():
        # Held until the read is stored: a correction of the key comes wholly before it, or after it and re-scores it.
        Case.objects.select_for_update(no_key=True).get(pk=read.case_id)
        key = current_key(read.case)
        if _moved(read, Step.REVEAL_TRUTH, truth_shown_at=now, answer_key=key, ai_status=status):
            if ai is not None:
                _keep_ai(read, ai, now)
            expose(learner=read.learner, cases=[read.case_id], where="truth", now=now)
            finish_read(read=read, key=key, now=now)
            _finish_sitting(read.sitting, now)
    # Not inside: files are read for it, and nobody's row waits for them.
    grade_shown(read=read, now=now)
    return read


def body_digest(opinion: ReaderOpinion) -> str:
    """Return the SHA-256 of an opinion's content, for comparing a retried request with what is stored."""
    return hashlib.sha256(json.dumps(asdict(opinion), sort_keys=True).encode()).hexdigest()


def _store_opinion(
    *,
    read: Read,
    kind: str,
    step: Step,
    opinion: ReaderOpinion,
    seconds: float | None,
    idempotency_key: str,
    now: datetime,
) -> Opinion:
    question = question_of(read)
    digest = body_digest(opinion)
    with transaction.atomic():
        # The state first: whoever moved it stored the opinion with it, so a later look can't miss that.
        read.refresh_from_db(fields=["state"])
        stored = _stored(read, kind, idempotency_key, digest)
        if stored:
            return stored
        _require(read, step)
        _check(opinion, question)
        _require_going_on(read, now)
        first = not Exposure.objects.filter(learner=read.learner, case=read.case_id).exists()
        fields: dict[str, Any] = (
            {"committed_at": now, "first_exposure": first} if step is Step.COMMIT else {"finalised_at": now}
        )
        if not _moved(read, step, **fields):
            # Somebody else's request for this read won the row while we waited for it.
            stored = _stored(read, kind, idempotency_key, digest)
            if stored:
                return stored
            raise errors.already_committed()
        row = _write(read, kind, opinion, _seconds(read, step, seconds, now), idempotency_key, digest, now)
        if read.state in finished_states(read.sitting):
            _finish_sitting(read.sitting, now)
        return row


def _check(opinion: ReaderOpinion, question: Question) -> None:
    try:
        check_opinion(opinion, question)
    except InvalidOpinion as error:
        raise errors.invalid(str(error)) from error


def _stored(read: Read, kind: str, idempotency_key: str, digest: str) -> Opinion | None:
    stored = Opinion.objects.filter(read=read, kind=kind).first()
    if stored is None:
        return None
    if not idempotency_key or stored.idempotency_key != idempotency_key:
        raise errors.already_committed()
    if stored.body_digest != digest:
        raise errors.idempotency_conflict()
    return stored


def _seconds(read: Read, step: Step, claimed: float | None, now: datetime) -> float:
    """The client's own count (time the page was visible), never more than the server saw pass."""
    began = read.opened_at if step is Step.COMMIT else read.ai_shown_at
    passed = max(0.0, (now - began).total_seconds()) if began else 0.0
    return passed if claimed is None else min(max(0.0, claimed), passed)


def _write(
    read: Read,
    kind: str,
    opinion: ReaderOpinion,
    seconds: float,
    idempotency_key: str,
    digest: str,
    now: datetime,
) -> Opinion:
    row = Opinion.objects.create(
        read=read,
        kind=kind,
        cannot_tell=opinion.cannot_tell,
        seconds=round(seconds, 1),
        idempotency_key=idempotency_key,
        body_digest=digest,
        created_at=now,
    )
    OpinionAnswer.objects.bulk_create(
        OpinionAnswer(opinion=row, finding=a.finding, present=a.present, certainty=a.certainty)
        for a in opinion.answers
    )
    if opinion.marks:
        images = {str(image.public_id): image for image in Image.objects.filter(case=read.case_id)}
        OpinionMark.objects.bulk_create(
            OpinionMark(
                opinion=row,
                image=images[m.image],
                finding=m.finding,
                shape=m.shape,
                x=m.x,
                y=m.y,
                width=m.width,
                height=m.height,
                certainty=m.certainty,
            )
            for m in opinion.marks
        )
    return row


def _require(read: Read, step: Step) -> State:
    try:
        return read_flow.after(Flow(read.sitting.flow), State(read.state), step)
    except WrongStep as error:
        raise errors.wrong_step(error) from error


def _require_going_on(read: Read, now: datetime) -> None:
    # Read afresh: an instructor may have granted extra time since the page was opened, another tab ended the round.
    sitting = read.sitting
    sitting.refresh_from_db(fields=["deadline_at", "state"])
    if time_is_up(sitting.deadline_at, now):
        raise errors.time_is_up()
    if is_ended(sitting):
        raise errors.round_ended()


def _require_release(read: Read, now: datetime) -> None:
    sitting = read.sitting
    if not waits(sitting):
        return
    sitting.refresh_from_db(fields=["state", "deadline_at", "case_set"])
    if not results_are_due(sitting, now):
        raise errors.not_released(sitting.mode)


def _require_told_nowhere_else(read: Read, now: datetime) -> None:
    """No sitting tells of a case what another one, still open, withholds: two may hold it after a set was changed."""
    if read.learner is None:
        return
    others = reads_in_hand(read.learner, now).filter(case=read.case_id).exclude(sitting=read.sitting_id)
    if any(waits(other.sitting) for other in others.select_related("sitting")):
        raise errors.kept_back()


def _moved(read: Read, step: Step, **fields: Any) -> bool:
    """Move the read by a conditional UPDATE; False where another request moved it first."""
    target = _require(read, step)
    changed = Read.objects.filter(pk=read.pk, state=read.state).update(state=target, **fields)
    if changed != 1:
        read.refresh_from_db()
        return False
    read.state = target
    for name, value in fields.items():
        setattr(read, name, value)
    return True


def _keep_ai(read: Read, ai: CaseAI, now: datetime) -> None:
    ReadAI.objects.bulk_create(
        ReadAI(read=read, image_id=image, ai_opinion_id=opinion.id) for image, opinion in ai.opinions.items()
    )
    if ai.opinions:
        expose(learner=read.learner, cases=[read.case_id], where="ai", now=now)


def _finish_sitting(sitting: Sitting, now: datetime) -> None:
    # Two last reads revealed at once must not each find the other unfinished: they queue up for the sitting.
    # (SQLite has one writer at a time and ignores the lock.)
    Sitting.objects.select_for_update().get(pk=sitting.pk)
    if not unfinished_reads(sitting).exists():
        Sitting.objects.filter(pk=sitting.pk, state=Sitting.State.OPEN).update(
            state=Sitting.State.FINISHED, finished_at=now
        )
