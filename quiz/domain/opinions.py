"""What a reader may say about a case: answers, certainty bands, marks, and what makes them valid."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Band:
    """One certainty band: the stored probability of being right, its name and its range in per cent."""

    value: float
    name: str
    low: float
    high: float

    @property
    def range_label(self) -> str:
        """The range as shown to a learner, e.g. `67–80 %`."""
        return f"{self.low:.0f}–{self.high:.0f} %" if self.high < 100 else f"above {self.low:.0f} %"


BANDS: tuple[Band, ...] = (
    Band(0.50, "guessing", 50, 55),
    Band(0.60, "leaning", 55, 200 / 3),
    Band(0.75, "fairly sure", 200 / 3, 80),
    Band(0.90, "sure", 80, 95),
    Band(0.99, "certain", 95, 100),
)
BAND_VALUES = frozenset(band.value for band in BANDS)
POINT, BOX, ELLIPSE = SHAPES = ("point", "box", "ellipse")
# A mark may touch its image's edge: what a sum of tenths of a pixel is off by is no reason to refuse it.
_EDGE = 1e-6
KINDS = ("detection", "single-choice", "multi-label")


class InvalidOpinion(ValueError):
    """An opinion that can't be stored; its text is one sentence for the reader."""


@dataclass(frozen=True)
class Question:
    """What is asked of a case.

    `findings` are finding keys in display order; `images` maps an image id of the current examination to (width,
    height) in pixels; `priors` are the ids of earlier images, which nothing is asked about.
    """

    kind: str
    findings: tuple[str, ...]
    localise: bool
    max_marks: int
    images: Mapping[str, tuple[int, int]]
    priors: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answer:
    """One finding's answer: present or absent, with the certainty (a band value) of that answer."""

    finding: str
    present: bool
    certainty: float

    @property
    def probability(self) -> float:
        """The reader's probability that the finding is present, 0 to 1."""
        return self.certainty if self.present else 1.0 - self.certainty


@dataclass(frozen=True)
class Mark:
    """A place the reader marked: image id, the finding meant, and the shape drawn, in image pixels.

    (x, y) is the centre of every shape, from the image's top left. A point has no size; a box and an ellipse
    have `width` and `height`. `certainty` is a band value, None where it is the answer's.
    """

    image: str
    finding: str
    x: float
    y: float
    shape: str = POINT
    width: float = 0.0
    height: float = 0.0
    certainty: float | None = None


@dataclass(frozen=True)
class ReaderOpinion:
    """A whole opinion: one answer a finding (none where the reader can't tell), and marks."""

    answers: tuple[Answer, ...]
    marks: tuple[Mark, ...] = ()
    cannot_tell: bool = False

    def called(self) -> frozenset[str]:
        """The findings that the reader calls present."""
        return frozenset(answer.finding for answer in self.answers if answer.present)

    def certainty_of(self, mark: Mark) -> float:
        """The certainty of a mark: its own, else its answer's; 0 where there is no such answer."""
        if mark.certainty is not None:
            return mark.certainty
        return next((answer.certainty for answer in self.answers if answer.finding == mark.finding), 0.0)


def check_opinion(opinion: ReaderOpinion, question: Question) -> None:
    """Refuse an opinion that doesn't answer its question.

    Raises InvalidOpinion with one sentence that says what to mend.
    """
    if opinion.cannot_tell:
        if opinion.answers:
            raise InvalidOpinion("Either answer the question or say that you can't tell, not both.")
    else:
        _check_answers(opinion.answers, question)
    _check_marks(opinion.marks, opinion.called(), question)


def _check_answers(answers: Sequence[Answer], question: Question) -> None:
    given = [answer.finding for answer in answers]
    if sorted(given) != sorted(question.findings):
        unknown = sorted(set(given) - set(question.findings))
        if unknown:
            raise InvalidOpinion(f"This question doesn't ask about “{unknown[0]}”.")
        raise InvalidOpinion("Answer every part of the question once before you commit.")
    if any(answer.certainty not in BAND_VALUES for answer in answers):
        raise InvalidOpinion("Choose how certain you are from the five bands.")
    if question.kind == "single-choice":
        if sum(answer.present for answer in answers) > 1:
            raise InvalidOpinion("Choose one answer only.")
        if len({answer.certainty for answer in answers}) > 1:
            raise InvalidOpinion("A single choice has a single certainty.")


def _check_marks(marks: Sequence[Mark], called: frozenset[str], question: Question) -> None:
    if marks and not question.localise:
        raise InvalidOpinion("This question doesn't ask for marks.")
    if len(marks) > question.max_marks:
        raise InvalidOpinion(f"Place at most {question.max_marks} marks on a case.")
    for mark in marks:
        if mark.image in question.priors:
            raise InvalidOpinion("A prior is there to compare with: place marks on the current examination.")
        if mark.image not in question.images:
            raise InvalidOpinion("A mark lies on an image that doesn't belong to this case.")
        if mark.finding not in called:
            raise InvalidOpinion(
                "A mark stands for a finding that you call absent; remove it or change the answer."
            )
        if mark.certainty is not None and mark.certainty not in BAND_VALUES:
            raise InvalidOpinion("Choose how certain you are of a mark from the five bands.")
        _check_shape(mark, *question.images[mark.image])


def _check_shape(mark: Mark, width: int, height: int) -> None:
    if mark.shape not in SHAPES:
        raise InvalidOpinion("A mark is a point, a box or an ellipse.")
    if not all(math.isfinite(number) for number in (mark.x, mark.y, mark.width, mark.height)):
        raise InvalidOpinion("A mark lies outside its image.")
    if mark.shape == POINT and (mark.width, mark.height) != (0, 0):
        raise InvalidOpinion("A point has no size; send a box or an ellipse.")
    if mark.shape != POINT and not (mark.width > 0 and mark.height > 0):
        raise InvalidOpinion("A box or an ellipse needs a width and a height above 0.")
    across = mark.width / 2 - _EDGE <= mark.x <= width - mark.width / 2 + _EDGE
    down = mark.height / 2 - _EDGE <= mark.y <= height - mark.height / 2 + _EDGE
    if not (across and down):
        raise InvalidOpinion("A mark lies outside its image.")
