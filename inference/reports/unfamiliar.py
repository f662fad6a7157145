"""Whether films that don't belong are flagged: far (other things entirely), near (the same films altered)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from inference.contracts import case_flagged
from inference.engine.alterations import ALTERED
from inference.engine.evaluation import CaseReading, interval_or_none, read_cases
from inference.engine.films import open_pack
from inference.engine.preprocessing import Film
from inference.engine.runner import Runner
from inference.reports.again import affordable, read_changed
from inference.reports.findings import repeats_patients
from inference.reports.resampling import mean_by_patient
from inference.reports.strangers import photographs, textures
from inference.reports.subjects import spread
from radiology.packs import Pack
from radiology.statistics import roc_auc_delong, wilson

# Of another pack, and films of the split for each way of altering them.
MOST_CASES = 100
MOST_NEAR_FILMS = 500
SPLITS = ("practice", "test", "val", "train")
Say = Callable[[str], None]


def unfamiliar_section(
    runner: Runner,
    pack: Pack,
    readings: Sequence[CaseReading],
    labels: Sequence[str],
    *,
    far: Sequence[Path],
    near: Sequence[Path],
    seed: int,
    say: Say,
) -> dict[str, Any] | None:
    """Shares flagged and ROC areas of the score against the split's own cases; None for a model without a guard.

    A case of several images counts once, by the mean of their scores.
    """
    if runner.model.familiarity is None:
        return None
    own = _case_scores(readings)
    asked = {one: runner.info.thresholds[one] for one in labels}
    far_scores: dict[str, list[float]] = {}
    for path in far:
        say(f"films of {path.name}")
        other, held = _of_pack(runner, path)
        far_scores[f"pack {other.key}"] = _case_scores(held)
    say("photographs and textures")
    far_scores["photographs"] = _scores(runner, list(photographs().values()))
    far_scores |= {f"texture: {name}": _scores(runner, films) for name, films in textures(seed).items()}
    chosen = affordable(readings, MOST_NEAR_FILMS)
    altered = read_changed(runner, pack, chosen, ALTERED, seed=seed, say=say)
    near_rows = [
        _row(name, _case_scores(held), own) | {"wrong": _wrong_share(held, asked)}
        for name, held in altered.items()
    ]
    for path in near:
        say(f"films of {path.name}")
        other, held = _of_pack(runner, path)
        shared = {one: at for one, at in asked.items() if one in {finding.key for finding in other.findings}}
        near_rows.append(
            _row(f"pack {other.key}", _case_scores(held), own)
            | {"wrong": _wrong_share(held, shared) if shared else None}
        )
    every_far = [score for scores in far_scores.values() for score in scores]
    return {
        "n": len(own),
        "flagged": _flagged(own),
        "declined": interval_or_none(lambda: wilson(sum(one.declined for one in readings), len(readings))),
        "wrong_among_flagged": _wrong_share([one for one in readings if one.flagged], asked),
        "wrong_among_unflagged": _wrong_share([one for one in readings if not one.flagged], asked),
        "far": [_row(name, scores, own) for name, scores in far_scores.items()],
        "far_together": _row("all of these", every_far, own),
        "near": near_rows,
    }


def score_area(strange: Sequence[float], own: Sequence[float]) -> dict[str, float] | None:
    """ROC area with which the score tells strange films (high) from the model's own, with DeLong's interval."""
    scores, truth = [*strange, *own], [True] * len(strange) + [False] * len(own)
    return interval_or_none(lambda: roc_auc_delong(scores, truth))


def _row(name: str, scores: Sequence[float], own: Sequence[float]) -> dict[str, Any]:
    return {
        "what": name,
        "n": len(scores),
        "flagged": _flagged(scores),
        "score_roc_auc": score_area(scores, own),
    }


def _flagged(scores: Sequence[float]) -> dict[str, float] | None:
    return interval_or_none(lambda: wilson(sum(case_flagged([score]) for score in scores), len(scores)))


def _scores(runner: Runner, films: Sequence[Film]) -> list[float]:
    return [float(one.ood_score or 0.0) for one in runner.read(films, heatmaps=False)]


def _wrong_share(readings: Sequence[CaseReading], thresholds: Mapping[str, float]) -> dict[str, float] | None:
    """The share of cases with any finding decided wrongly, its interval by patient where patients repeat."""
    wrong = [
        any((one.probabilities[label] >= at) != (label in one.findings) for label, at in thresholds.items())
        for one in readings
    ]
    if repeats_patients(readings):
        patients = [one.case.patient_id for one in readings]
        return interval_or_none(lambda: mean_by_patient(patients, [float(one) for one in wrong]))
    return interval_or_none(lambda: wilson(sum(wrong), len(wrong)))


def _of_pack(runner: Runner, path: Path) -> tuple[Pack, list[CaseReading]]:
    """A pack and the readings of at most MOST_CASES of its cases, of the first split that has any."""
    with open_pack(path, SPLITS[0]) as pack:
        split = next((one for one in SPLITS if pack.split_cases(one)), "")
        return pack, list(read_cases(runner, pack, split, cases=spread(pack.split_cases(split), MOST_CASES)))


def _case_scores(readings: Sequence[CaseReading]) -> list[float]:
    return [float(one.ood_score or 0.0) for one in readings]
