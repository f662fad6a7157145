"""The state machine: every transition of every flow, and nothing else."""

from __future__ import annotations

from itertools import product

import pytest

from quiz.domain import read_flow
from quiz.domain.read_flow import Flow, State, Step, WrongStep
from quiz.models import CaseSet, Read

PATHS: dict[Flow, list[tuple[Step, State]]] = {
    Flow.READ_FIRST: [
        (Step.OPEN, State.OPENED),
        (Step.COMMIT, State.COMMITTED),
        (Step.REVEAL_AI, State.AI_SHOWN),
        (Step.FINALISE, State.FINALISED),
        (Step.REVEAL_TRUTH, State.TRUTH_SHOWN),
    ],
    Flow.UNAIDED: [
        (Step.OPEN, State.OPENED),
        (Step.COMMIT, State.COMMITTED),
        (Step.REVEAL_TRUTH, State.TRUTH_SHOWN),
    ],
    Flow.EXAM: [
        (Step.OPEN, State.OPENED),
        (Step.COMMIT, State.COMMITTED),
        (Step.REVEAL_TRUTH, State.TRUTH_SHOWN),
    ],
    Flow.AI_FIRST: [
        (Step.OPEN, State.OPENED),
        (Step.REVEAL_AI, State.AI_SHOWN),
        (Step.FINALISE, State.FINALISED),
        (Step.REVEAL_TRUTH, State.TRUTH_SHOWN),
    ],
}
ALLOWED = {
    (flow, state, step): target
    for flow, path in PATHS.items()
    for state, (step, target) in zip([State.RESERVED, *[s for _, s in path]], path, strict=False)
}


@pytest.mark.parametrize("flow", Flow)
def test_only_the_flows_own_path_is_allowed(flow: Flow) -> None:
    for state, step in product(State, Step):
        target = ALLOWED.get((flow, state, step))
        if target is None:
            with pytest.raises(WrongStep) as refused:
                read_flow.after(flow, state, step)
            assert (refused.value.state, refused.value.step) == (state, step)
            assert str(state) in str(refused.value)
        else:
            assert read_flow.after(flow, state, step) == target


@pytest.mark.parametrize("flow", Flow)
def test_no_step_leads_back(flow: Flow) -> None:
    for (state, _), target in read_flow.TRANSITIONS[flow].items():
        assert not read_flow.reached(state, target)


@pytest.mark.parametrize("flow", Flow)
def test_last_state_is_where_the_path_ends(flow: Flow) -> None:
    assert read_flow.last_state(flow) is PATHS[flow][-1][1]


def test_order_is_the_flow_of_the_design() -> None:
    assert [str(state) for state in read_flow.ORDER] == [
        "reserved",
        "opened",
        "committed",
        "ai_shown",
        "finalised",
        "truth_shown",
    ]
    for earlier, later in product(State, State):
        assert read_flow.reached(later, earlier) == (
            read_flow.ORDER.index(later) >= read_flow.ORDER.index(earlier)
        )


SHOWS_AI = {
    Flow.READ_FIRST: {State.AI_SHOWN, State.FINALISED, State.TRUTH_SHOWN},
    Flow.AI_FIRST: {State.AI_SHOWN, State.FINALISED, State.TRUTH_SHOWN},
    Flow.UNAIDED: {State.TRUTH_SHOWN},
    Flow.EXAM: {State.TRUTH_SHOWN},
}


@pytest.mark.parametrize(("flow", "state"), list(product(Flow, State)))
def test_nothing_is_shown_before_its_step(flow: Flow, state: State) -> None:
    assert read_flow.shows_history(state) == (state is not State.RESERVED)
    assert read_flow.shows_ai(flow, state) == (state in SHOWS_AI[flow])
    assert read_flow.shows_truth(state) == (state is State.TRUTH_SHOWN)


def test_the_database_knows_the_same_states_and_flows() -> None:
    assert [value for value, _ in Read.State.choices] == [str(state) for state in State]
    assert {value for value, _ in CaseSet.Flow.choices} == {str(flow) for flow in Flow}
