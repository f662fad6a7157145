"""`model_report` from a pack to files: fixed names, small files, one sentence when refused, no database."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from PIL import Image

from inference.report_cards.files import SCHEMA, find_report, read_picture
from inference.reports.worst import MOST_BYTES, PICTURES
from radiology.imaging import pixel_sha256
from radiology.packs import read_pack
from radiology.packs.sources import PackLimits
from tests.inference.models_on_disk import KEY
from tests.inference.test_commands import write_pack

FIXED = {
    "schema", "model", "model_sha256", "pack", "split", "n", "findings", "unfamiliar", "hard_copies", "worst",
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_models(settings: Any, models_folder: Path, tmp_path: Path) -> None:
    settings.SECONDREAD_MODELS_DIR = models_folder
    settings.SECONDREAD_DATA_DIR = tmp_path / "data"


def made(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    call_command("model_report", KEY, *arguments, "--far", "--sample", "2", "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_report_from_a_pack_to_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = write_pack(tmp_path / "pack")
    found = made(capsys, str(pack), "--hard-copies", "--near", str(pack))
    folder = tmp_path / "data" / "reports" / KEY
    assert found["folder"] == str(folder)
    written = json.loads((folder / "report.json").read_text())
    assert set(written) >= FIXED and written["schema"] == SCHEMA
    assert (written["model"], written["pack"]["key"], written["n"]) == (KEY, "small", 10)
    assert (folder / "report.json").stat().st_size <= 150_000

    figures = written["findings"]["pneumonia"]
    table = figures["confusion"]
    assert sum(table.values()) == 10 and figures["n_positive"] == 5
    for method in figures["heatmaps"].values():
        assert method["place"]["of_all"]["n"] == 5
        assert 0 < method["faithfulness"]["n"] <= 2 and method["randomisation"]["n"] <= 2
        for name in ("map", "blob", "gain"):
            assert set(method["place"]["energy"][name]) == {"value", "low", "high"}
    assert {one["copy"] for one in written["hard_copies"]["pneumonia"]} >= {"as they are", "jpeg", "crop"}
    assert {one["what"] for one in written["unfamiliar"]["far"]} >= {"photographs", "texture: noise"}
    assert {one["what"] for one in written["unfamiliar"]["near"]} >= {"inverted", "pack small"}

    wrong = table["false_positive"] + table["false_negative"]
    worst = written["worst"]
    assert len(worst) == wrong <= PICTURES
    with read_pack(pack, limits=PackLimits()) as opened:
        known = {
            case.case_id: pixel_sha256(frame) for case in opened.cases for *_, frame in opened.frames(case)
        }
    for one in worst:
        data = (folder / one["picture"]).read_bytes()
        assert len(data) <= MOST_BYTES
        with Image.open(io.BytesIO(data)) as image:
            assert image.format == "JPEG" and image.width > 2 * 60
        assert one["pixel_sha256"] == known[one["case"]] and one["case_sha256"] == [known[one["case"]]]

    page = (folder / "index.html").read_text()
    assert page.count("data:image/jpeg;base64,") == len(worst)
    assert "<svg" in page and 'src="http' not in page and "href=" not in page
    assert "Pointing game" in page and "centred blob" in page


def test_the_same_report_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = str(write_pack(tmp_path / "pack"))
    assert made(capsys, pack) == made(capsys, pack)


def test_films_that_may_not_be_passed_on_leave_no_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also none of an earlier report in the same folder."""
    pack, out = str(write_pack(tmp_path / "pack")), tmp_path / "out"
    made(capsys, pack, "--out", str(out))
    assert list(out.glob("*.jpg"))
    found = made(capsys, pack, "--out", str(out), "--no-pictures")
    assert not list(out.glob("*.jpg"))
    assert found["worst"] and all(one["picture"] is None for one in found["worst"])
    page = (out / "index.html").read_text()
    assert "data:image" not in page and "made without pictures" in page


@pytest.mark.parametrize("present", [(True,) * 4, (False,) * 4])
def test_one_class_alone_makes_a_report_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], present: tuple[bool, ...]
) -> None:
    figures = made(capsys, str(write_pack(tmp_path / "pack", present=present)))["findings"]["pneumonia"]
    assert figures["roc_auc"] is None and figures["roc"] is None
    assert (figures["sensitivity"] is None) == (not present[0])


@pytest.mark.parametrize(
    ("key", "split", "finding", "reason"),
    [
        ("no-such-model", "test", "pneumonia", "There is no AI model"),
        (KEY, "val", "pneumonia", "no case in its split “val”"),
        (KEY, "test", "mass", "none of the findings"),
    ],
)
def test_what_cannot_be_reported_is_refused(
    tmp_path: Path, key: str, split: str, finding: str, reason: str
) -> None:
    pack = write_pack(tmp_path / "pack", finding=finding)
    with pytest.raises(CommandError, match=reason) as refused:
        call_command("model_report", key, str(pack), "--split", split, "--far")
    assert refused.value.returncode == 1
    assert not (tmp_path / "data").exists()


def test_no_such_pack_is_a_mistake_in_use() -> None:
    with pytest.raises(CommandError, match="There is no pack") as refused:
        call_command("model_report", KEY, "no-such-pack")
    assert refused.value.returncode == 2


def write_report(folder: Path, **changes: Any) -> Path:
    report = {
        "schema": SCHEMA,
        "model": "m",
        "model_sha256": "a",
        "worst": [{"picture": "miss-x-1.jpg"}],
    } | changes
    (folder / "m").mkdir(parents=True)
    (folder / "m" / "report.json").write_text(json.dumps(report))
    (folder / "m" / "miss-x-1.jpg").write_bytes(b"picture")
    (folder / "m" / "other.jpg").write_bytes(b"not named")
    return folder


def test_only_a_report_of_these_weights_is_found(tmp_path: Path) -> None:
    stale = write_report(tmp_path / "here", model_sha256="old")
    current = write_report(tmp_path / "shipped")
    found = find_report("m", "a", [tmp_path / "nowhere", stale, current])
    assert found is not None and found[1] == current / "m"
    assert find_report("m", "other", [stale, current]) is None
    assert find_report("../m", "a", [current]) is None


@pytest.mark.parametrize("changes", [{"schema": "something"}, {"model": "another"}])
def test_what_is_no_report_of_this_model_is_passed_over(tmp_path: Path, changes: dict[str, str]) -> None:
    assert find_report("m", "a", [write_report(tmp_path, **changes)]) is None


def test_only_pictures_that_the_report_names_are_read(tmp_path: Path) -> None:
    found = find_report("m", "a", [write_report(tmp_path)])
    assert found is not None
    assert read_picture(*found, "miss-x-1.jpg") == b"picture"
    for name in ("other.jpg", "report.json", "../m/miss-x-1.jpg", "", "miss-x-2.jpg"):
        assert read_picture(*found, name) is None
    (found[1] / "miss-x-1.jpg").unlink()
    assert read_picture(*found, "miss-x-1.jpg") is None
