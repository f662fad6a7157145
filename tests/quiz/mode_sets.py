"""Sets for the tests of modes: as many cases as asked, their pool and flow, and an AI that is wrong on some."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from quiz.domain import case_choice
from quiz.models import Case, CaseSet, Read, Sitting, User
from quiz.services import reads
from quiz.services.sittings import start_sitting
from tests.conftest import NOW
from tests.quiz import builders


def a_set(
    folder: Path,
    number: int,
    *,
    key: str = "lungs",
    ai_wrong: tuple[int, ...] = (),
    pack: dict[str, Any] | None = None,
    owner: User | None = None,
    **fields: Any,
) -> CaseSet:
    """Publish a set of `number` cases, even ones with the finding; the AI is right but on the numbers `ai_wrong`."""
    (folder / key).mkdir()
    seed = 1000 * (sum(key.encode()) % 97)
    cases = [
        builders.case(
            n,
            present=n % 2 == 0,
            series=[builders.WriteSeries([builders.frame(seed + n)], view="AP")],
            concepts=["lobar"] if n % 4 == 0 else ["round"] if n % 2 == 0 else ["normal"],
        )
        for n in range(number)
    ]
    report = builders.imported(
        folder / key, owner=owner, cases=cases, key=key, title=f"Set {key}", **(pack or {})
    )
    CaseSet.objects.filter(slug=report.case_set).update(**fields)
    case_set = CaseSet.objects.get(slug=report.case_set)
    for case in case_set.cases.all():
        n = int(case.source_id.removeprefix("case-"))
        called = (n % 2 == 0) != (n in ai_wrong)
        builders.ai_opinion(case.images.get(), 0.8 if called else 0.1)
    return case_set


def numbers(sitting: Sitting) -> set[int]:
    """The numbers of a sitting's cases."""
    return {
        int(name.removeprefix("case-")) for name in sitting.reads.values_list("case__source_id", flat=True)
    }


def has_finding(read: Read) -> bool:
    """Whether the case of a read has the finding."""
    return int(read.case.source_id.removeprefix("case-")) % 2 == 0


def read_through(
    sitting: Sitting, *, right: int | None = None, only: int | None = None, now: datetime = NOW
) -> Sitting:
    """Read the first `only` cases of a sitting (None: all) as far as its mode lets; the first `right` rightly."""
    rows = sitting.reads.select_related("sitting__case_set", "case__pack", "learner").order_by("position")
    for place, read in enumerate(rows[:only]):
        if read.state not in {Read.State.RESERVED, Read.State.OPENED}:
            continue
        truth = has_finding(read)
        said = truth if right is None or place < right else not truth
        at = now + timedelta(minutes=place)
        reads.open_read(read=read, now=at)
        goal = "committed" if sitting.mode in {"exam", "withdrawal", "screening"} else "truth_shown"
        builders.advance(read, goal, first=said, final=said, now=at)
    sitting.refresh_from_db()
    return sitting


def a_round(learner: User, folder: Path, monkeypatch: pytest.MonkeyPatch, *, answered: int) -> Sitting:
    """A screening round of twenty cases of which the first `answered` have an opinion."""
    monkeypatch.setattr(case_choice, "SCREENED", 20)
    case_set = a_set(folder, 20, pool="screening", flow="unaided")
    sitting = start_sitting(
        learner=learner, case_set=case_set, now=NOW, rng=random.Random(1), mode="screening"
    )
    return read_through(sitting, only=answered)


def expose(learner: User, cases: list[Case]) -> None:
    """Let a learner have met these cases somewhere."""
    learner.exposures.bulk_create(
        learner.exposures.model(learner=learner, case=case, where="truth", at=NOW) for case in cases
    )
