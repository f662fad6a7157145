"""Priors in packs: read, refused with a reason, written only where there are some, told apart in digests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radiology.imaging import Frame
from radiology.packs import (
    PackLimits,
    PackRefused,
    PackWriter,
    WriteCase,
    WriteRegion,
    WriteSeries,
    read_pack,
)
from tests.quiz.builders import header


def film(seed: int) -> Frame:
    return Frame(pixels=np.random.default_rng(seed).integers(0, 256, (32, 32), dtype=np.uint8), bits=8)


def followed(*months: int, region_on: int | None = None) -> WriteCase:
    """A case of a film for each of `months`, with a finding on the film at `region_on`."""
    found = [] if region_on is None else [WriteRegion(region_on, 0, "pneumonia", "circle", (9.0, 9.0, 3.0))]
    return WriteCase(
        case_id="followed",
        patient_id="p1",
        split="practice",
        series=[WriteSeries([film(n)], months_before=before) for n, before in enumerate(months)],
        findings=["pneumonia"] if found else [],
        regions=found,
    )


def written(path: Path, case: WriteCase) -> Path:
    with PackWriter(path, header()) as writer:
        writer.add_case(case)
    return path


def months_and_digest(path: Path) -> tuple[list[int], str]:
    with read_pack(path, limits=PackLimits()) as pack:
        (case,) = pack.cases
        return [series.months_before for series in case.series], pack.case_digest(case)


def test_a_prior_reads_back_and_is_part_of_what_a_case_is(tmp_path: Path) -> None:
    months, digest = months_and_digest(written(tmp_path / "one", followed(0, 14, region_on=0)))
    assert months == [0, 14]
    other = months_and_digest(written(tmp_path / "two", followed(0, 15, region_on=0)))[1]
    assert digest != other


def test_a_pack_without_priors_is_as_it_was(tmp_path: Path) -> None:
    path = written(tmp_path / "plain", followed(0, 0))
    assert "months_before" not in (path / "cases.csv").read_text()
    _, digest = months_and_digest(path)
    table = (path / "cases.csv").read_text().splitlines()
    (path / "cases.csv").write_text("\n".join([table[0] + ",months_before", table[1] + ",0;0"]))
    assert months_and_digest(path) == ([0, 0], digest)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("14;14", "Every image is a prior"),
        ("0;soon", "whole months from 0 to 600"),
        ("0;-3", "whole months from 0 to 600"),
        ("0;601", "whole months from 0 to 600"),
        ("0;١", "whole months from 0 to 600"),
        ("14", "have to align"),
        ("14;0", "lies on a prior"),
    ],
)
def test_refused_with_a_reason(tmp_path: Path, told: str, reason: str) -> None:
    path = written(tmp_path / "pack", followed(0, 9, region_on=0))
    table = (path / "cases.csv").read_text()
    assert table.count(";9") == 1
    (path / "cases.csv").write_text(table.replace(";9", told))
    with pytest.raises(PackRefused, match=reason):
        read_pack(path, limits=PackLimits())


def test_what_was_read_is_written_again_alike(tmp_path: Path) -> None:
    first = written(tmp_path / "first", followed(0, 14))
    again = written(tmp_path / "again", replace(followed(0, 14)))
    assert months_and_digest(first) == months_and_digest(again)
