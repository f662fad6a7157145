"""Five ways of reading that no one should keep are told apart from careful reading, and none earns anything."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from quiz.domain import achievements, synthetic
from quiz.domain.figures import AISay, read_figures
from quiz.domain.learner_record import FinishedRead, record
from quiz.domain.opinions import ReaderOpinion
from quiz.domain.outcomes import Key, Place
from quiz.domain.portrait import Habit, portrait
from quiz.domain.synthetic import Reader

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
AI_RIGHT = 0.8
CAREFUL = Reader(skill=2.6, trust=0.5)


def played(reader: Reader, *, reads: int = 120, seed: int = 1) -> list[FinishedRead]:
    """Reads of one finding, half of them with it, an AI that is right four times of five."""
    rng = random.Random(seed)
    return [_read(reader, number, rng) for number in range(reads)]


def _read(reader: Reader, number: int, rng: random.Random) -> FinishedRead:
    present = number % 2 == 0
    key = Key(frozenset({"mass"} if present else ()))
    first = synthetic.first_answers(
        reader,
        asked=["mass"],
        present=key.findings,
        difficulty="",
        read_before=0,
        single_choice=False,
        rng=rng,
    )
    called = present if rng.random() < AI_RIGHT else not present
    final = synthetic.final_answers(reader, first, {"mass": called}, rng)
    figures = read_figures(
        kind="detection",
        asked=["mass"],
        images=1,
        first=ReaderOpinion(first),
        final=ReaderOpinion(final),
        ai={"mass": AISay(called, 0.8 if called else 0.2)},
        key=key,
        localise=False,
        radius=0.0,
    )
    at = START + timedelta(minutes=number)
    return FinishedRead(
        read=number,
        sitting=1,
        mode="practice",
        flow="read_first",
        scale="MG",
        rated_pack=True,
        first_exposure=True,
        ai_ready=True,
        first_at=at,
        last_at=at,
        day=at.date(),
        seconds=20.0,
        points=0,
        place=Place.HIT,
        concepts=(),
        figures=figures,
    )


def habits(reads: list[FinishedRead]) -> set[Habit]:
    return {trait.habit for trait in portrait(record(reads).tallies).traits}


@pytest.mark.parametrize(
    ("reader", "habit"),
    [
        (synthetic.ALWAYS_AGREES, Habit.FOLLOWS_AI),
        (synthetic.NEVER_AGREES, Habit.IGNORES_AI),
        (synthetic.GUESSES, Habit.GUESSING),
        (synthetic.ALWAYS_CERTAIN, Habit.ALWAYS_CERTAIN),
        (synthetic.ALWAYS_NORMAL, Habit.ALWAYS_NORMAL),
        (Reader(skill=1.5, threshold=float("-inf")), Habit.ALWAYS_ABNORMAL),
    ],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_caricature_is_named_and_earns_nothing(reader: Reader, habit: Habit, seed: int) -> None:
    reads = played(reader, seed=seed)
    assert habit in habits(reads)
    assert achievements.replay((read, "subtle: CNR 3") for read in reads) == {}


@pytest.mark.parametrize("seed", range(1, 9))
def test_guessing_never_earns_by_luck(seed: int) -> None:
    reads = played(synthetic.GUESSES, reads=300, seed=seed)
    assert achievements.replay((read, "subtle: CNR 3") for read in reads) == {}


def test_careful_reading_has_no_habit() -> None:
    told = portrait(record(played(CAREFUL)).tallies)
    assert told.traits == ()
    assert told.skill is not None
    assert told.skill.low > 0.4


def test_nothing_is_said_of_a_few_reads() -> None:
    told = portrait(record(played(synthetic.ALWAYS_NORMAL, reads=6)).tallies)
    assert (told.skill, told.traits) == (None, ())


def test_following_a_perfect_ai_is_no_habit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "AI_RIGHT", 1.1)
    assert Habit.FOLLOWS_AI not in habits(played(synthetic.ALWAYS_AGREES))
