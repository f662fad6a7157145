"""Drawing patients by plan, on several processes, and writing them as a pack."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from inference.simulation import kinds
from inference.simulation.cases import CLEAR, Modality, Plan, SimulatedCase
from inference.simulation.planning import STREAMS, plans
from radiology.packs import PackHeader, PackWriter, WriteCase, WriteSeries

Seen = Callable[[Plan, SimulatedCase], None]
"""Called with every case that has been written, in order."""
# How many cases may lie drawn in memory before they are written, for each process.
_AHEAD = 2


def write_practice(
    modality: Modality,
    out: Path,
    *,
    count: int,
    seed: int,
    scanner: str | None = None,
    difficulty: str | None = None,
    processes: int | None = None,
    seen: Seen | None = None,
) -> list[Plan]:
    """Write `count` practice cases to the new pack `out`; returns their plans in the pack's order.

    The same arguments write the same bytes on any number of processes (default: one a processor). Raises
    FileExistsError where `out` is there, and ValueError as `plans` does.
    """
    planned = plans(
        modality, split="practice", seed=seed, count=count, scanner=scanner, difficulty=difficulty
    )
    _write(modality, modality.header, out, {"practice": planned}, seed, processes, seen)
    return planned


def write_splits(
    modality: Modality,
    out: Path,
    *,
    seed: int,
    counts: Mapping[str, int],
    scanner: str | None = None,
    processes: int | None = None,
    seen: Seen | None = None,
) -> None:
    """Write a pack for training and measuring, `counts` cases per split of `STREAMS`, none of them for practice."""
    planned = {
        split: plans(modality, split=split, seed=seed, count=count, scanner=scanner)
        for split, count in counts.items()
    }
    header = replace(
        modality.header,
        key=f"{modality.header.key}-splits",
        title=f"{modality.header.title}, for training",
        rated=False,
    )
    _write(modality, header, out, planned, seed, processes, seen)


def drawn_cases(
    modality: Modality, planned: Sequence[Plan], *, split: str, seed: int, processes: int | None = None
) -> Iterator[SimulatedCase]:
    """The cases of `planned`, in order; case number n depends on the split, the seed and n alone."""
    with _pool(processes) as pool:
        module = kinds.KINDS[modality.kind]
        tasks = [(module, plan, (STREAMS[split], seed, n + 1)) for n, plan in enumerate(planned)]
        if pool is None:
            yield from map(_drawn, tasks)
            return
        workers = processes or os.cpu_count() or 1
        waiting = [pool.submit(_drawn, task) for task in tasks[: workers * _AHEAD]]
        for task in (*tasks[len(waiting) :], *[None] * len(waiting)):
            yield waiting.pop(0).result()
            if task is not None:
                waiting.append(pool.submit(_drawn, task))


def _write(
    modality: Modality,
    header: PackHeader,
    out: Path,
    planned: Mapping[str, Sequence[Plan]],
    seed: int,
    processes: int | None,
    seen: Seen | None,
) -> None:
    with PackWriter(out, header) as writer:
        for split, wanted in planned.items():
            cases = drawn_cases(modality, wanted, split=split, seed=seed, processes=processes)
            for number, (plan, case) in enumerate(zip(wanted, cases, strict=True), start=1):
                writer.add_case(_written(modality.kind, split, number, plan, case))
                if seen is not None:
                    seen(plan, case)


def _written(kind: str, split: str, number: int, plan: Plan, case: SimulatedCase) -> WriteCase:
    name = f"{kind}-{split}-{number:04d}"
    series = [
        WriteSeries(one.frames, view=one.view, laterality=one.laterality, as_stack=one.stack)
        for one in case.views
    ]
    return WriteCase(
        case_id=name,
        patient_id=name,
        split=split,
        series=series,
        findings=case.findings,
        history=case.history,
        concepts=case.concepts,
        difficulty=_difficulty(plan, case),
        teaching_point=case.teaching_point,
        acquisition=", ".join(filter(None, (plan.scanner, case.acquisition))),
        pixel_spacing_mm=case.pixel_spacing_mm,
        regions=case.regions,
    )


def _difficulty(plan: Plan, case: SimulatedCase) -> str:
    """The grade, with what was measured of a finding; a case with nothing to see or to mistake has none."""
    if plan.concept == CLEAR:
        return ""
    return plan.grade if case.measures is None else f"{plan.grade}: {case.measures}"


def _drawn(task: tuple[str, Plan, tuple[int, int, int]]) -> SimulatedCase:
    module, plan, seed = task
    return kinds.load(module).draw(np.random.default_rng(seed), plan)


@contextmanager
def _pool(processes: int | None) -> Iterator[ProcessPoolExecutor | None]:
    """A pool of fresh processes; none where one process is enough."""
    workers = processes or os.cpu_count() or 1
    if workers == 1:
        yield None
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_one_thread) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


def _one_thread() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
