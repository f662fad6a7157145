"""The card of a trained model: what it was made of, and figures measured with the weights that ship."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inference.engine.alterations import TURNED
from inference.engine.evaluation import NothingToMeasure, evaluate, rounded
from inference.engine.preprocessing import Film
from inference.engine.runner import Runner
from inference.training.finishing import DECLINE_AT, FLAGGED_SHARE, Labelled
from inference.training.fitting import fast_bfloat16
from radiology.packs import PackHeader
from radiology.statistics import roc_auc_delong, wilson

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# More would only be noise from one machine to the next.
DIGITS = 6
NOISE_FILMS = 100
BLANKED_BORDER = 0.12


def draft(
    *, key: str, title: str, thresholds: Mapping[str, float], size: int, weights: bytes
) -> dict[str, Any]:
    """The part of a card without which a model isn't registered."""
    return {
        "key": key,
        "title": title,
        "version": "1",
        "labels": list(thresholds),
        "thresholds": dict(thresholds),
        "input": {
            "size": size,
            "channels": 1,
            "preprocessing": "display window to 8 bits, longer side scaled to fit, centred on black",
        },
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
        "weights_bytes": len(weights),
    }


def data_section(header: PackHeader, population: str, counts: dict[str, dict[str, int]]) -> dict[str, Any]:
    """Where the films came from and what may be done with them."""
    return {
        "pack": header.key,
        "pack_version": header.version,
        "title": header.title,
        "population": population,
        "truth_basis": header.truth_basis,
        "licence": asdict(header.licence),
        "splits": counts,
    }


def training_section(command: str, recipe: DataclassInstance, start: str) -> dict[str, Any]:
    """How to make the weights again."""
    return {
        "command": command,
        "start": start,
        "recipe": asdict(recipe),
        "precision": "bfloat16 autocast on CPU" if fast_bfloat16() else "float32",
    }


def figures(runner: Runner, pack: Path, splits: Sequence[str]) -> dict[str, Any]:
    """`evaluate` for each split, without what the card says elsewhere."""
    said = {"schema", "model", "model_sha256", "pack", "split"}
    return {
        split: {name: value for name, value in evaluate(runner, pack, split).items() if name not in said}
        for split in splits
    }


def blanked(film: Film) -> Film:
    """A film with a black frame of 12 % of each side, where lead markers and text lie."""
    height, width = film.shape
    rows, columns = round(height * BLANKED_BORDER), round(width * BLANKED_BORDER)
    framed = np.zeros_like(film)
    framed[rows : height - rows, columns : width - columns] = film[
        rows : height - rows, columns : width - columns
    ]
    return framed


def altered_films(test: Labelled, seed: int) -> dict[str, list[Film]]:
    """Films the model wasn't made for, from the test films: altered ones, and noise."""
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, (NOISE_FILMS, 224, 224), dtype=np.uint8)
    return {
        name.replace(" ", "_"): [change(film, rng) for film in test.films] for name, change in TURNED.items()
    } | {"noise": list(noise)}


def unfamiliar_section(runner: Runner, test: Labelled, seed: int) -> dict[str, Any]:
    """How often films that don't belong are flagged and declined, and errors among flagged test films."""
    label = runner.info.labels[0]
    opinions = runner.read(test.films, heatmaps=False)
    wrong = np.array([one.findings[0].present for one in opinions]) != test.positive[:, 0]
    flagged = np.array([(one.ood_score or 0.0) >= 1.0 for one in opinions])
    shares: dict[str, Any] = {"test": _shares(runner, test.films)}
    for name, films in altered_films(test, seed).items():
        shares[name] = _shares(runner, films)
    return {
        "method": _distances(runner),
        "flag": f"at most {FLAGGED_SHARE:.0%} of fresh cases like the validation cases, by the conformal quantile",
        "decline": f"{DECLINE_AT} times as far as that",
        "label": label,
        "measured": shares,
        "errors_among_flagged": _share(int(wrong[flagged].sum()), int(flagged.sum())),
        "errors_among_unflagged": _share(int(wrong[~flagged].sum()), int((~flagged).sum())),
    }


def _distances(runner: Runner) -> str:
    known = runner.model.familiarity
    assert known is not None, "a model that is trained here has a guard"
    by_features = (
        "distance of pooled features from those of the training films "
        f"(probabilistic principal components, {len(known.components)} components)"
    )
    look = runner.model.look
    if look is None:
        return by_features
    return (
        f"the larger of two, each of which may flag half of the share: {by_features}; and the same distance of "
        f"the film's own look (a 12 × 12 layout and the energy of five sizes of detail, "
        f"{len(look.familiarity.components)} components). The second was added because the first overlooked heads, "
        "and was chosen with pictures of the kinds that are measured below"
    )


def border_section(runner: Runner, test: Labelled) -> dict[str, Any]:
    """The test films without their borders: a model that reads lead markers would lose here."""
    opinions = runner.read([blanked(film) for film in test.films], heatmaps=False)
    scores = [one.findings[0].probability for one in opinions]
    area = roc_auc_delong(scores, test.positive[:, 0])
    return {"border": BLANKED_BORDER, "roc_auc": asdict(area)}


def elsewhere_section(runner: Runner, pack: Path, split: str) -> dict[str, Any] | None:
    """Figures on a pack from another site; None where it isn't there."""
    try:
        found = evaluate(runner, pack, split) if (pack / "pack.toml").is_file() else None
    except NothingToMeasure:
        return None
    return found


def write_card(card: dict[str, Any], path: Path) -> None:
    """The card as JSON that a person can read and a diff can show."""
    text = json.dumps(rounded(card, DIGITS), indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _shares(runner: Runner, films: Sequence[Film]) -> dict[str, Any]:
    opinions = runner.read(films, heatmaps=False)
    count = len(opinions)
    return {
        "n": count,
        "flagged": _share(sum((one.ood_score or 0.0) >= 1.0 for one in opinions), count),
        "declined": _share(sum(one.declined for one in opinions), count),
        "called_present": _share(sum(one.findings[0].present for one in opinions), count),
    }


def _share(count: int, of: int) -> dict[str, float] | None:
    return asdict(wilson(count, of)) if of else None
