"""The state machine of a read: which step may follow which, for every flow of a case set."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a read stands; the order is the order of the flow."""

    RESERVED = "reserved"
    OPENED = "opened"
    COMMITTED = "committed"
    AI_SHOWN = "ai_shown"
    FINALISED = "finalised"
    TRUTH_SHOWN = "truth_shown"


class Flow(StrEnum):
    """The rules of a set."""

    READ_FIRST = "read_first"
    UNAIDED = "unaided"
    EXAM = "exam"
    AI_FIRST = "ai_first"


class Step(StrEnum):
    """What may be asked of a read."""

    OPEN = "open"
    COMMIT = "commit"
    REVEAL_AI = "reveal_ai"
    FINALISE = "finalise"
    REVEAL_TRUTH = "reveal_truth"


class WrongStep(ValueError):
    """A step that doesn't follow from where the read stands."""

    def __init__(self, state: State, step: Step) -> None:
        """Keep the state and the step asked for."""
        super().__init__(f"This read is at “{state}”; “{step}” isn't possible now.")
        self.state, self.step = state, step


TRANSITIONS: dict[Flow, dict[tuple[State, Step], State]] = {
    Flow.READ_FIRST: {
        (State.RESERVED, Step.OPEN): State.OPENED,
        (State.OPENED, Step.COMMIT): State.COMMITTED,
        (State.COMMITTED, Step.REVEAL_AI): State.AI_SHOWN,
        (State.AI_SHOWN, Step.FINALISE): State.FINALISED,
        (State.FINALISED, Step.REVEAL_TRUTH): State.TRUTH_SHOWN,
    },
    Flow.UNAIDED: {
        (State.RESERVED, Step.OPEN): State.OPENED,
        (State.OPENED, Step.COMMIT): State.COMMITTED,
        (State.COMMITTED, Step.REVEAL_TRUTH): State.TRUTH_SHOWN,
    },
    # The step to an exam's truth exists for its release alone: the service refuses it until everybody is done.
    Flow.EXAM: {
        (State.RESERVED, Step.OPEN): State.OPENED,
        (State.OPENED, Step.COMMIT): State.COMMITTED,
        (State.COMMITTED, Step.REVEAL_TRUTH): State.TRUTH_SHOWN,
    },
    Flow.AI_FIRST: {
        (State.RESERVED, Step.OPEN): State.OPENED,
        (State.OPENED, Step.REVEAL_AI): State.AI_SHOWN,
        (State.AI_SHOWN, Step.FINALISE): State.FINALISED,
        (State.FINALISED, Step.REVEAL_TRUTH): State.TRUTH_SHOWN,
    },
}
ORDER: tuple[State, ...] = tuple(State)


def after(flow: Flow, state: State, step: Step) -> State:
    """Return the state that `step` leads to; raises WrongStep where it isn't allowed."""
    try:
        return TRANSITIONS[flow][state, step]
    except KeyError:
        raise WrongStep(state, step) from None


def reached(state: State, other: State) -> bool:
    """Return whether `state` is `other` or later."""
    return ORDER.index(state) >= ORDER.index(other)


def last_state(flow: Flow) -> State:
    """Return the state in which a read of this flow has nothing left for the learner to do."""
    return max((target for target in TRANSITIONS[flow].values()), key=ORDER.index)


def shows_history(state: State) -> bool:
    """History and question belong to an opened read; a reserved one gives its images only."""
    return reached(state, State.OPENED)


def shows_ai(flow: Flow, state: State) -> bool:
    """Return whether a read in this state may carry the AI opinion."""
    if flow in {Flow.READ_FIRST, Flow.AI_FIRST}:
        return reached(state, State.AI_SHOWN)
    return reached(state, State.TRUTH_SHOWN)


def shows_truth(state: State) -> bool:
    """Return whether a read in this state may carry the answer key and the outcome."""
    return state is State.TRUTH_SHOWN
