"""The public packs of real films, where the machine has them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from radiology.imaging import encode_served, to_display
from radiology.packs import Pack, PackLimits, read_pack
from radiology.statistics import separation

PROJECT = Path(__file__).resolve().parents[3]


def shared_pack(name: str) -> Path:
    folder = Path(os.environ.get("SECONDREAD_SHARED_PACKS") or "../shared/packs")
    path = (PROJECT / folder / name).resolve()
    if not path.is_dir():
        reason = f"the pack {name} isn't at {path} (SECONDREAD_SHARED_PACKS)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="module")
def practice() -> Pack:
    return read_pack(shared_pack("paediatric-cxr"), limits=PackLimits(), decode_splits={"practice"})


def test_practice_split_is_read_within_seconds() -> None:
    path = shared_pack("paediatric-cxr")
    started = time.process_time()
    read_pack(path, limits=PackLimits(), decode_splits={"practice"}).close()
    assert time.process_time() - started < 5


def test_paediatric_pack_is_what_it_says(practice: Pack) -> None:
    assert (practice.key, practice.rated, practice.simulated) == ("paediatric-cxr", True, False)
    counts = {split: len(practice.split_cases(split)) for split in ("practice", "train", "val", "test")}
    assert counts == {"practice": 176, "train": 4256, "val": 497, "test": 261}
    assert practice.warnings == ()
    assert 0.5 < practice.prevalence["practice"]["pneumonia"] < 0.6


def test_served_sizes_of_real_films_tell_nothing(practice: Pack) -> None:
    sizes: dict[bool, list[int]] = {True: [], False: []}
    stored: dict[bool, list[int]] = {True: [], False: []}
    for case in practice.split_cases("practice"):
        for _, _, name, frame in practice.frames(case):
            sizes[bool(case.findings)].append(len(encode_served(to_display(frame))))
            stored[bool(case.findings)].append(len(practice.source.read(name, limit=10**7)))
    assert 0.4 <= separation(sizes[False], sizes[True]) <= 0.6
    # What the re-encoding is for: the files as they came do tell.
    assert not 0.4 <= separation(stored[False], stored[True]) <= 0.6


def test_adult_pack_is_a_demonstration() -> None:
    with read_pack(shared_pack("adult-covid-cxr"), limits=PackLimits()) as pack:
        assert (pack.rated, len(pack.cases)) == (False, 80)
        assert pack.prevalence["practice"]["pneumonia"] == 1.0
        assert len({facts[0].sha256 for facts in pack.facts.values()}) == 80
