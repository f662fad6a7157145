"""What a learner's running sums say: by modality and finding, calibration, reliance, and habits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from quiz.domain import calibration
from quiz.domain.calibration import Reliability
from quiz.domain.portrait import Portrait, TallyKey, portrait
from quiz.domain.rating import scale
from quiz.domain.reliance import Reliance
from quiz.domain.shares import MINIMUM_READS, Share
from quiz.domain.tallies import CaseTally, Counts, FindingTally, Who, merged
from quiz.models import Finding, Pack, Tally, User
from quiz.selectors.case_sets import MODALITIES
from radiology.statistics import Interval, PairedAreas, UndefinedStatistic

Figure = TypeVar("Figure")
_VOICES: tuple[Who, ...] = ("first", "final", "ai")


@dataclass(frozen=True)
class Scale:
    """A modality, simulated or real: what is rated together."""

    key: str
    modality: str
    simulated: bool


@dataclass(frozen=True)
class Voice:
    """Sensitivity and specificity of the first opinion, the final one, or the AI; `area` is the ROC area or None."""

    who: Who
    sensitivity: Share
    specificity: Share
    area: Interval | None


@dataclass(frozen=True)
class Places:
    """Where the learner marked: lesions found, marks beside them per image, and the wAFROC figure of merit."""

    lesions: Share
    misplaced_per_image: float
    wafroc: float | None


@dataclass(frozen=True)
class FindingRow:
    """A learner's figures on one finding of one scale; None where a figure isn't defined yet."""

    scale: Scale
    key: str
    label: str
    reads: int
    voices: tuple[Voice, ...]
    kappa_ai: float | None
    change: PairedAreas | None
    places: Places | None


@dataclass(frozen=True)
class ScaleRow:
    """Whole cases of one scale."""

    scale: Scale
    reads: int
    first: Share
    final: Share
    ai: Share


@dataclass(frozen=True)
class Figures:
    """Everything that comes from a learner's tallies."""

    scales: list[ScaleRow]
    findings: list[FindingRow]
    calibration: Reliability | None
    calibration_missing: int
    stated: Counter[tuple[float, bool]]
    reliance: Reliance
    weight_of_advice: float | None
    mcnemar: float | None
    portrait: Portrait


def figures_of(user: User) -> Figures:
    """Return a learner's figures in three queries."""
    tables = {
        (one, finding): counts
        for one, finding, counts in Tally.objects.filter(learner=user).values_list(
            "scale", "finding", "counts"
        )
    }
    whole = CaseTally(merged(counts for (_, finding), counts in tables.items() if not finding))
    by_finding = merged(counts for (_, finding), counts in tables.items() if finding)
    stated = whole.certainties("first") + FindingTally(by_finding).certainties("first")
    labels, scales = _labels(tables)
    return Figures(
        scales=[_scale_row(scales[one], counts) for (one, finding), counts in tables.items() if not finding],
        findings=[
            _finding_row(scales[one], finding, labels.get((one, finding), finding), counts)
            for (one, finding), counts in sorted(tables.items())
            if finding
        ],
        calibration=calibration.reliability(stated),
        calibration_missing=max(0, calibration.MINIMUM_READS - stated.total()),
        stated=stated,
        reliance=whole.reliance(),
        weight_of_advice=FindingTally(by_finding).weight_of_advice(),
        mcnemar=_defined(whole.mcnemar),
        portrait=portrait(tables),
    )


def scales_by_key() -> dict[str, Scale]:
    """Return every scale that a pack on this site has; one query."""
    rows = Pack.objects.order_by().values_list("modality", "simulated").distinct()
    return {
        scale(modality, simulated=simulated): Scale(
            scale(modality, simulated=simulated), MODALITIES.get(modality, modality), simulated
        )
        for modality, simulated in rows
    }


def _labels(tables: dict[TallyKey, Counts]) -> tuple[dict[TallyKey, str], dict[str, Scale]]:
    known = scales_by_key()
    scales: dict[str, Scale] = defaultdict(lambda: Scale("", "", False), known)
    for one, _ in tables:
        if one not in known:
            modality = one.removesuffix("-simulated")
            scales[one] = Scale(one, MODALITIES.get(modality, modality), one != modality)
    rows = Finding.objects.filter(key__in={finding for _, finding in tables if finding}).values_list(
        "pack__modality", "pack__simulated", "key", "label"
    )
    labels = {
        (scale(modality, simulated=simulated), key): label
        for modality, simulated, key, label in rows.order_by("-pack__pk")
    }
    return labels, scales


def _scale_row(one: Scale, counts: Counts) -> ScaleRow:
    tally = CaseTally(counts)
    return ScaleRow(one, tally.reads, *(Share(*tally.right(who)) for who in _VOICES))


def _finding_row(one: Scale, key: str, label: str, counts: Counts) -> FindingRow:
    tally = FindingTally(counts)
    return FindingRow(
        scale=one,
        key=key,
        label=label,
        reads=tally.reads,
        voices=tuple(_voice(tally, who) for who in _VOICES),
        kappa_ai=_defined(tally.kappa_with_ai) if tally.reads >= MINIMUM_READS else None,
        change=_defined(tally.paired_areas) if tally.reads >= calibration.MINIMUM_READS else None,
        places=_places(tally),
    )


def _voice(tally: FindingTally, who: Who) -> Voice:
    table = tally.confusion(who)
    sensitivity = Share(table.true_positive, table.true_positive + table.false_negative)
    specificity = Share(table.true_negative, table.true_negative + table.false_positive)
    area = None
    if who != "ai" and min(sensitivity.n, specificity.n) >= MINIMUM_READS:
        reader = who
        area = _defined(lambda: tally.area(reader))
    return Voice(who, sensitivity, specificity, area)


def _places(tally: FindingTally) -> Places | None:
    found = [one.lesions[0] is not None for one in tally.located()]
    if not found:
        return None
    misplaced = _defined(tally.misplaced_per_image)
    return Places(Share(sum(found), len(found)), misplaced or 0.0, _defined(tally.wafroc))


def _defined(figure: Callable[[], Figure]) -> Figure | None:
    try:
        return figure()
    except UndefinedStatistic:
        return None
