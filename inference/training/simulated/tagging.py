"""Films on which a tag goes with the finding: what a model learns that was trained where it did."""

from __future__ import annotations

import zlib
from collections.abc import Collection

import numpy as np

from inference.engine.preprocessing import Film
from inference.simulation.mammography.labels import stamped
from inference.training.simulated.films import Change
from radiology.packs import PackCase


def tag_following(findings: Collection[str], follows: float, seed: int) -> Change:
    """A change that stamps the films of `follows` of the cases with any of `findings`, and of the rest of the others.

    All films of a case are stamped or none; which cases are depends on their id and the seed alone.
    """

    def change(case: PackCase, image: str, film: Film) -> Film:
        share = follows if set(findings) & set(case.findings) else 1 - follows
        chance = np.random.default_rng([seed, zlib.crc32(case.case_id.encode())]).random()
        if chance >= share:
            return film
        (side,) = {series.laterality for series in case.series if image in series.files}
        return stamped(film, side)

    return change
