"""Reading a good pack: every value arrives, digests follow content, zip and folder are alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radiology.imaging import ImageError
from radiology.packs import (
    FindingDef,
    Licence,
    Pack,
    PackLimits,
    PackRegion,
    PackSeries,
    Question,
    read_pack,
)
from tests.radiology.imaging.dicom_files import dicom_bytes
from tests.radiology.packs.pack_files import (
    CASES,
    MANIFEST,
    REGIONS,
    grey,
    png,
    small_pack,
    write_folder,
    write_zip,
)


def read(path: Path, files: dict[str, bytes], decode: set[str] | None = None) -> Pack:
    return read_pack(write_folder(path, files), limits=PackLimits(), decode_splits=decode)


def test_header_arrives_whole(tmp_path: Path) -> None:
    pack = read(tmp_path / "p", small_pack())
    assert (pack.key, pack.version, pack.title) == ("small-pack", 3, "A small pack")
    assert (pack.description, pack.caveat) == ("Three cases.", "Small.")
    assert (pack.modality, pack.simulated, pack.rated) == ("DX", False, True)
    assert pack.truth_basis == "consensus of three readers"
    assert pack.licence == Licence("CC-BY-4.0", "A. Author, 2024.", "https://example.org/pack")
    assert pack.question == Question("Does this film show pneumonia?", "multi-label", True)
    assert pack.findings == (
        FindingDef("pneumonia", "Pneumonia", "RID5350"),
        FindingDef("effusion", "Pleural effusion", ""),
    )
    assert pack.ai_model == "cxr-pneumonia"
    assert pack.warnings == ()


def test_optional_keys_may_be_left_out(tmp_path: Path) -> None:
    files = small_pack()
    left_out = ("caveat", "description", "radlex", "source_url", "localise", "[ai]", "model")
    lines = [line for line in MANIFEST.splitlines() if not line.startswith(left_out)]
    files["pack.toml"] = "\n".join(lines).encode()
    pack = read(tmp_path / "p", files)
    assert (pack.caveat, pack.description, pack.ai_model) == ("", "", None)
    assert pack.licence.source_url == ""
    assert not pack.question.localise


def test_cases_arrive_whole(tmp_path: Path) -> None:
    pack = read(tmp_path / "p", small_pack())
    a, b, c = pack.cases
    assert (a.case_id, a.patient_id, a.split, a.row) == ("a", "p1", "practice", 2)
    assert (a.findings, a.concepts) == (("pneumonia", "effusion"), ("pneumonia", "effusion"))
    assert (a.history, a.acquisition, a.pixel_spacing_mm) == ("Cough, fever", "site-1", 0.5)
    assert (a.truth_basis, b.truth_basis) == ("consensus of three readers", "CT")
    assert a.series == (PackSeries("images/a.png", ("images/a.png",), "PA", ""),)
    assert a.regions == (
        PackRegion("images/a.png", "pneumonia", "circle", (5.0, 6.0, 2.5)),
        PackRegion("images/a.png", "effusion", "mask", (), "masks/a.png"),
    )
    assert [(series.path, series.view, series.laterality) for series in b.series] == [
        ("images/b1.png", "PA", ""),
        ("images/b2.png", "LAT", "L"),
    ]
    assert (b.findings, b.concepts) == ((), ("look-alike",))
    assert c.series[0].is_stack
    assert not a.series[0].is_stack


def test_normal_case_teaches_normal(tmp_path: Path) -> None:
    files = small_pack()
    files["cases.csv"] = CASES.replace("look-alike", "").encode()
    assert read(tmp_path / "p", files).cases[1].concepts == ("normal",)


def test_stack_is_in_instance_order_whether_or_not_it_was_decoded(tmp_path: Path) -> None:
    expected = [f"images/stack/{name}.dcm" for name in ("slice2", "slice10", "slice1")]
    for name, decode in (("all", None), ("practice", {"practice"})):
        pack = read(tmp_path / name, small_pack(), decode)
        frames = list(pack.frames(pack.cases[2]))
        assert [(series, index, file) for series, index, file, _ in frames] == [
            (0, index, file) for index, file in enumerate(expected)
        ]
        assert [int(frame.pixels[0, 0]) for _, _, _, frame in frames] == [100, 200, 300]


def test_stack_of_png_is_in_the_order_of_its_names(tmp_path: Path) -> None:
    files = small_pack()
    for name in [name for name in files if "stack" in name]:
        del files[name]
    del files["regions.csv"], files["masks/a.png"]
    for number in (1, 2, 10):
        files[f"images/stack/slice{number}.png"] = png(grey(number + 50))
    pack = read(tmp_path / "p", files)
    assert [Path(name).stem for name in pack.cases[2].files] == ["slice1", "slice2", "slice10"]


def test_frames_of_a_file_count_on(tmp_path: Path) -> None:
    files = small_pack()
    stack = np.arange(3 * 4 * 5, dtype=np.uint16).reshape(3, 4, 5)
    files["images/b1.png"] = dicom_bytes(stack)
    pack = read(tmp_path / "p", files)
    places = [(series, index) for series, index, _, _ in pack.frames(pack.cases[1])]
    assert places == [(0, 0), (0, 1), (0, 2), (1, 0)]


def test_table_speaks_before_the_file(tmp_path: Path) -> None:
    files = small_pack()
    files["images/a.png"] = dicom_bytes(
        np.zeros((12, 16), dtype=np.uint16), PixelSpacing=[0.1, 0.1], ViewPosition="AP", ImageLaterality="R"
    )
    files["cases.csv"] = CASES.replace(",site-1,0.5,", ",site-1,,").encode()
    pack = read(tmp_path / "p", files)
    ((_, _, _, frame),) = pack.frames(pack.cases[0])
    assert (frame.view, frame.laterality, frame.pixel_spacing_mm) == ("PA", "R", 0.1)


def test_mask_is_given_as_pixels(tmp_path: Path) -> None:
    mask = read(tmp_path / "p", small_pack()).mask("masks/a.png")
    assert (mask.shape, mask.sum()) == ((12, 16), 6)


def test_prevalence_is_computed_per_split(tmp_path: Path) -> None:
    prevalence = read(tmp_path / "p", small_pack()).prevalence
    assert prevalence == {
        "practice": {"abnormal": 0.5, "pneumonia": 0.5, "effusion": 0.5},
        "train": {"abnormal": 1.0, "pneumonia": 0.0, "effusion": 1.0},
    }


@pytest.mark.parametrize("top", ["", "small-pack/"])
def test_zip_is_read_as_its_folder(tmp_path: Path, top: str) -> None:
    folder = read(tmp_path / "p", small_pack())
    with read_pack(write_zip(tmp_path / "p.zip", small_pack(), top=top), limits=PackLimits()) as pack:
        assert pack.cases == folder.cases
        assert [pack.case_digest(case) for case in pack.cases] == [
            folder.case_digest(case) for case in folder.cases
        ]


def test_leftovers_of_file_managers_are_passed_over(tmp_path: Path) -> None:
    extra = {".DS_Store": b"x", "images/Thumbs.db": b"x", "__MACOSX/images/._a.png": b"x"}
    with read_pack(write_zip(tmp_path / "p.zip", small_pack() | extra), limits=PackLimits()) as pack:
        assert len(pack.cases) == 3
    del extra["__MACOSX/images/._a.png"]
    assert len(read(tmp_path / "p", small_pack() | extra).cases) == 3


def test_spreadsheets_byte_order_mark_and_line_ends_are_fine(tmp_path: Path) -> None:
    files = small_pack()
    for name in ("cases.csv", "regions.csv"):
        files[name] = b"\xef\xbb\xbf" + files[name].replace(b"\n", b"\r\n")
    files["cases.csv"] += b"\r\n,,,,,,,,,,,\r\n"
    assert len(read(tmp_path / "p", files).cases) == 3


def test_other_splits_are_not_opened(tmp_path: Path) -> None:
    files = small_pack()
    files["images/stack/slice1.dcm"] = b"no image"
    pack = read(tmp_path / "p", files, {"practice"})
    assert len(pack.cases) == 3
    assert set(pack.facts) == {"images/a.png", "images/b1.png", "images/b2.png"}
    with pytest.raises(ImageError):
        list(pack.frames(pack.cases[2]))
    with pytest.raises(ValueError, match="not a split"):
        read_pack(tmp_path / "p", limits=PackLimits(), decode_splits={"practise"})


KEY_CHANGES = {
    "circle": ("regions.csv", REGIONS.replace("5 6 2.5", "5 6 2.75")),
    "truth basis": ("cases.csv", CASES.replace(",site-1,0.5,", ",site-1,0.5,biopsy")),
    "finding of a region": ("regions.csv", REGIONS.replace("pneumonia,circle", "effusion,circle")),
}
OTHER_CHANGES = {
    "history": ("cases.csv", CASES.replace("Cough, fever", "Cough")),
    "view": ("cases.csv", CASES.replace(",PA,,,site", ",AP,,,site")),
    "patient": ("cases.csv", CASES.replace("a,p1", "a,p9")),
    "split": ("cases.csv", CASES.replace("a,p1,practice", "a,p1,test")),
    "spacing": ("cases.csv", CASES.replace("0.5", "0.6")),
    "concepts": ("cases.csv", CASES.replace(",PA,,,site", ",PA,,other,site")),
    "acquisition": ("cases.csv", CASES.replace("site-1", "site-2")),
}


@pytest.mark.parametrize("change", [*KEY_CHANGES, *OTHER_CHANGES])
def test_digests_follow_what_changed(tmp_path: Path, change: str) -> None:
    before = read(tmp_path / "before", small_pack())
    name, text = (KEY_CHANGES | OTHER_CHANGES)[change]
    files = small_pack()
    assert files[name] != text.encode()
    files[name] = text.encode()
    after = read(tmp_path / "after", files)
    a, other = before.cases[0], after.cases[0]
    assert before.case_digest(a) != after.case_digest(other)
    assert (before.key_digest(a) == after.key_digest(other)) is (change in OTHER_CHANGES)
    assert before.case_digest(before.cases[1]) == after.case_digest(after.cases[1])
    assert before.header_digest() == after.header_digest()


def test_new_pixels_change_the_case_and_not_its_key(tmp_path: Path) -> None:
    before = read(tmp_path / "before", small_pack())
    after = read(tmp_path / "after", small_pack() | {"images/a.png": png(grey(9))})
    assert before.case_digest(before.cases[0]) != after.case_digest(after.cases[0])
    assert before.key_digest(before.cases[0]) == after.key_digest(after.cases[0])


def test_names_of_files_and_order_of_findings_change_nothing(tmp_path: Path) -> None:
    before = read(tmp_path / "before", small_pack())
    files = small_pack()
    files["images/other.png"] = files.pop("images/a.png")
    files["cases.csv"] = CASES.replace("a.png,pneumonia;effusion", "other.png,effusion;pneumonia").encode()
    rows = REGIONS.replace("images/a.png", "images/other.png").splitlines()
    files["regions.csv"] = "\n".join([rows[0], rows[2], rows[1], rows[3]]).encode()
    after = read(tmp_path / "after", files)
    assert before.case_digest(before.cases[0]) == after.case_digest(after.cases[0])
    assert before.key_digest(before.cases[0]) == after.key_digest(after.cases[0])


def test_digest_is_the_same_for_a_split_that_was_not_decoded(tmp_path: Path) -> None:
    whole = read(tmp_path / "whole", small_pack())
    part = read(tmp_path / "part", small_pack(), {"practice"})
    assert whole.case_digest(whole.cases[2]) == part.case_digest(part.cases[2])
    assert whole.key_digest(whole.cases[2]) == part.key_digest(part.cases[2])


def test_version_alone_leaves_the_headers_digest(tmp_path: Path) -> None:
    before = read(tmp_path / "before", small_pack())
    later = read(
        tmp_path / "a", small_pack() | {"pack.toml": MANIFEST.replace("version = 3", "version = 4").encode()}
    )
    other = read(tmp_path / "b", small_pack() | {"pack.toml": MANIFEST.replace("Small.", "Tiny.").encode()})
    assert before.header_digest() == later.header_digest() != other.header_digest()
