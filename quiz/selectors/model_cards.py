"""A model card as a page reads it: sections of facts and tables with names for people, numbers with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from inference.contracts import ModelInfo

LABELS = {
    "roc_auc": "ROC area",
    "n": "Images",
    "n_positive": "With the finding",
    "n_flagged": "Flagged as unlike the training images",
    "n_declined": "Declined",
    "ece": "Expected calibration error",
    "brier": "Brier score",
    "iou": "IoU of heatmap and region",
    "pointing_game": "Pointing game",
    "how": "How it was chosen",
    "source_url": "Source",
    "attribution": "By",
    "val": "Validation",
    "test": "Test",
    "train": "Training",
    "weights_bytes": "Size of the weights in bytes",
    "size": "Size in pixels",
    "n_patients": "Patients",
}
TITLES = {
    "operating_point": "Operating point",
    "figures": "Measured figures",
    "out_of_distribution": "Images that don't belong",
    "without_borders": "With the borders blanked",
    "elsewhere": "At another place",
    "known_failures": "What it fails on",
    "data": "Data",
    "training": "How to train it again",
}
SHOWN_ABOVE = {"key", "title", "version", "labels", "thresholds", "weights_sha256"}
REPORTED = {"figures", "out_of_distribution", "called_present"}
ORDER = ("known_failures", "data", "operating_point", "figures", "calibration", "out_of_distribution")
FOLDED = {"training", "input", "elsewhere"}
HIDDEN = {"schema", "model", "model_sha256", "pack", "split"}


@dataclass(frozen=True)
class Table:
    """Rows of text cells; the first cell of a row is its header."""

    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Section:
    """One part of a card."""

    title: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    table: Table | None = None
    folded: bool = False


def calibrated_prevalence(info: ModelInfo, finding: str) -> float | None:
    """Return the share [0, 1] of cases with a finding among those that a model's probabilities were fitted on.

    They are the validation cases where the card says so; None where it says nothing of the kind.
    """
    card = info.card
    figures = _mapping(_mapping(card.get("figures")).get("val"))
    if "prevalence" not in _mapping(card.get("calibration")):
        return None
    of_finding = _mapping(_mapping(figures.get("findings")).get(finding, figures))
    positive, total = of_finding.get("n_positive"), of_finding.get("n", figures.get("n"))
    if not isinstance(positive, int) or not isinstance(total, int) or total < 1:
        return None
    return positive / total


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def card_sections(info: ModelInfo, *, reported: bool = False) -> list[Section]:
    """Return a card's sections in reading order, the first two being what a reader has to know.

    What the page's head shows already is left out, and figures that its report card has in full where `reported`.
    """
    known = SHOWN_ABOVE | (REPORTED if reported else set())
    card = {name: value for name, value in info.card.items() if name not in known and value is not None}
    ordered = [name for name in ORDER if name in card] + [name for name in card if name not in ORDER]
    plain = {name: card[name] for name in ordered if not _is_nested(card[name])}
    sections = [
        section for name in ordered if _is_nested(card[name]) for section in _sections(name, card[name])
    ]
    return [Section(_("In short"), _facts(plain)), *sections]


def _sections(name: str, value: Any) -> list[Section]:
    title = TITLES.get(name, _words(name))
    if isinstance(value, Sequence):
        return [Section(title, points=[_text(one) for one in value])]
    if name == "elsewhere":
        return [
            Section(f"{title}: {pack}", _facts(found), folded=True) for pack, found in value.items() if found
        ]
    if name == "figures":
        return [Section(title, table=_compared(value))]
    facts = {one: part for one, part in value.items() if not (isinstance(part, Mapping) and _is_grid(part))}
    grids = {one: part for one, part in value.items() if one not in facts}
    parts = [Section(title, _facts(facts), folded=name in FOLDED)] if facts else []
    return parts + [
        Section(f"{title}: {_words(one).lower()}", table=_listed(part)) for one, part in grids.items()
    ]


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str))


def _is_interval(value: Any) -> bool:
    return isinstance(value, Mapping) and {"value", "low", "high"} <= set(value)


def _is_grid(value: Mapping[str, Any]) -> bool:
    return bool(value) and all(isinstance(one, Mapping) and not _is_interval(one) for one in value.values())


def _facts(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    facts = []
    for name, value in values.items():
        label = prefix + _words(name)
        if isinstance(value, Mapping) and not _is_interval(value):
            facts += _facts(value, f"{label}: ")
        elif value is not None and name not in HIDDEN:
            facts.append((label, _text(value)))
    return facts


def _compared(groups: Mapping[str, Mapping[str, Any]]) -> Table:
    """One column a group, one row a figure."""
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    rows = [
        [_words(name), *(_text(group.get(name)) for group in groups.values())]
        for name in names
        if any(group.get(name) not in (None, {}) for group in groups.values())
    ]
    return Table([_("Figure"), *(_words(name) for name in groups)], rows)


def _listed(groups: Mapping[str, Mapping[str, Any]]) -> Table:
    """One row a group, one column a figure."""
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    rows = [[_words(name), *(_text(group.get(one)) for one in names)] for name, group in groups.items()]
    return Table(["", *(_words(name) for name in names)], rows)


def _words(name: str) -> str:
    return LABELS.get(name) or name.replace("_", " ").replace("-", " ").capitalize()


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if _is_interval(value):
        return f"{_number(value['value'])} ({_number(value['low'])} to {_number(value['high'])})"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{label} {text}" for label, text in _facts(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_text(one) for one in value)
    return str(value)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"
