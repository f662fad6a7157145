"""The question of a read, as the domain checks opinions against it, and stored opinions as the domain's."""

from __future__ import annotations

from quiz.domain.opinions import Answer, Mark, Question, ReaderOpinion
from quiz.models import Opinion, Read


def question_of(read: Read) -> Question:
    """Return what this read asks: kind, findings, marks and images."""
    pack = read.case.pack
    return Question(
        kind=pack.kind,
        findings=tuple(finding.key for finding in pack.findings.all()),
        localise=pack.localise,
        max_marks=read.sitting.max_marks,
        images={str(image.public_id): (image.width, image.height) for image in read.case.current_images},
        priors=frozenset(str(image.public_id) for image in read.case.images.all() if image.months_before),
    )


def stored_opinion(row: Opinion | None) -> ReaderOpinion | None:
    """Return a stored opinion as the domain's, or None."""
    if row is None:
        return None
    return ReaderOpinion(
        answers=tuple(Answer(a.finding, a.present, a.certainty) for a in row.answers.all()),
        marks=tuple(
            Mark(str(m.image.public_id), m.finding, m.x, m.y, m.shape, m.width, m.height, m.certainty)
            for m in row.marks.all()
        ),
        cannot_tell=row.cannot_tell,
    )


def opinions_of(read: Read) -> dict[str, Opinion]:
    """Return a read's stored opinions by kind, with answers and marks."""
    rows = read.opinions.prefetch_related("answers", "marks__image")
    return {row.kind: row for row in rows}
