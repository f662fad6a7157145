"""Refusals that every door (page, API, command) words alike: a code, a sentence, an HTTP status."""

from __future__ import annotations

from quiz.domain.modes import Mode
from quiz.domain.read_flow import WrongStep


class Refused(Exception):
    """A request that is understood and refused; `code` is stable, the text is for a person."""

    status = 409

    def __init__(self, code: str, sentence: str, *, status: int | None = None) -> None:
        """Keep the code and the sentence."""
        super().__init__(sentence)
        self.code, self.sentence = code, sentence
        if status is not None:
            self.status = status


def wrong_step(error: WrongStep) -> Refused:
    """Return the refusal of a step that doesn't follow from where the read stands."""
    return Refused("wrong_step", str(error))


def already_committed() -> Refused:
    """Return the refusal of a second opinion of the same kind."""
    return Refused("already_committed", "This opinion is stored already and can't be changed.")


def idempotency_conflict() -> Refused:
    """Return the refusal of a reused idempotency key with another body."""
    return Refused("idempotency_conflict", "This Idempotency-Key was used with another opinion.")


def invalid(sentence: str) -> Refused:
    """Return the refusal of a body that can't be stored."""
    return Refused("invalid", sentence, status=400)


def time_is_up() -> Refused:
    """Return the refusal of anything that comes after an exam's deadline and its grace."""
    return Refused("time_is_up", "The time of this exam is up. What you had committed counts.")


def round_ended() -> Refused:
    """Return the refusal of an opinion on a case that was left when its round was ended."""
    return Refused("round_ended", "You ended this round before this case. What you had committed counts.")


def not_released(mode: str) -> Refused:
    """Return the refusal of a truth that waits for the end of its sitting."""
    if mode == Mode.EXAM:
        return Refused("not_released", "Results of an exam come when it has closed for everyone.")
    return Refused("not_released", "The answers of this sitting come when every case in it is read.")


def exam_released() -> Refused:
    """Return the refusal of new hours or extra time for an exam whose results are out."""
    return Refused(
        "exam_released",
        "The results of this exam are out: its hours and extra time can't change any more. Make a new set instead.",
    )


def kept_back() -> Refused:
    """Return the refusal of an answer that another open sitting withholds."""
    return Refused(
        "not_released",
        "This case is also in a round that you have open, which keeps its answers to the end. Finish that first.",
    )
