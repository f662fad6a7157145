"""What learners leave at a case: a bookmark with a private note, and reports of a fault; and their answers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from quiz.models import Bookmark, FaultReport, Read, User
from quiz.services.errors import Refused, invalid

LONGEST_NOTE = 2000
# More than that about one case before anybody has answered is a slip of the finger.
UNANSWERED_A_CASE = 5


def set_bookmark(*, read: Read, note: str, now: datetime) -> Bookmark:
    """Bookmark a read's case for its learner, or change the note there.

    Raises Refused: `wrong_step` before the case was opened, `invalid` for a note that is too long.
    """
    learner = _reader(read)
    text = _text(note)
    with transaction.atomic():
        bookmark, made = Bookmark.objects.get_or_create(
            learner=learner, case=read.case, defaults={"note": text, "created_at": now, "updated_at": now}
        )
        if not made and bookmark.note != text:
            bookmark.note, bookmark.updated_at = text, now
            bookmark.save(update_fields=["note", "updated_at"])
    return bookmark


def remove_bookmark(*, read: Read) -> bool:
    """Take the bookmark of a read's case away; whether there was one. Raises Refused as `set_bookmark`."""
    removed, _by_model = Bookmark.objects.filter(learner=_reader(read), case=read.case_id).delete()
    return removed > 0


@transaction.atomic
def report_fault(*, read: Read, kind: str, text: str, now: datetime) -> FaultReport:
    """Keep what a learner says is wrong with a case; it is never scored.

    The same report sent twice is one report. Raises Refused: `wrong_step` before the case was opened, `invalid`
    for an unknown kind, a long text or none where the kind alone says nothing, `too_many` while
    UNANSWERED_A_CASE of this learner's reports of the case wait for an answer.
    """
    learner = _reader(read)
    if kind not in FaultReport.Kind.values:
        raise invalid(_("Choose what is wrong."))
    said = _text(text)
    if kind == FaultReport.Kind.OTHER and not said:
        raise invalid(_("Say in a few words what is wrong."))
    waiting = FaultReport.objects.filter(learner=learner, case=read.case_id, handled_at=None)
    same = waiting.filter(kind=kind, text=said).first()
    if same is not None:
        return same
    if waiting.count() >= UNANSWERED_A_CASE:
        raise Refused(
            "too_many", _("Your reports of this case wait for an answer; send no more until they have one.")
        )
    return FaultReport.objects.create(
        learner=learner, case=read.case, read=read, kind=kind, text=said, created_at=now
    )


def answer_fault(
    *, report: FaultReport, answer: str, handled: bool, instructor: User, now: datetime
) -> FaultReport:
    """Store what was done about a report, and whether that settles it; who first settled it stays."""
    report.answer = _text(answer)
    if not handled:
        report.handled_at, report.handled_by = None, None
    elif report.handled_at is None:
        report.handled_at, report.handled_by = now, instructor
    report.save(update_fields=["answer", "handled_at", "handled_by"])
    return report


def _reader(read: Read) -> User:
    if read.learner is None or read.state == Read.State.RESERVED:
        raise Refused("wrong_step", _("Open the case first."))
    return read.learner


def _text(text: str) -> str:
    said = text.replace("\x00", "").strip()
    if len(said) > LONGEST_NOTE:
        raise invalid(_("Keep it under %(n)d characters.") % {"n": LONGEST_NOTE})
    return said
