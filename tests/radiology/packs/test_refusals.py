"""Everything that PACKS.md says an import refuses: each with its file, its row and a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from radiology.imaging import Limits
from radiology.packs import PackLimits, PackRefused, Problem, read_pack
from tests.radiology.imaging.dicom_files import dicom_bytes
from tests.radiology.imaging.test_decode import animated_png, encoded
from tests.radiology.packs.pack_files import mask_png, png, small_pack, write_folder, write_zip

LIMITS = PackLimits(images=Limits(max_pixels=5_000, max_bytes=100_000), max_bytes=2_000_000, max_files=40)
Files = dict[str, bytes]
Spoil = Callable[[Files], None]


def change_bytes(name: str, before: bytes, after: bytes) -> Spoil:
    def spoil(files: Files) -> None:
        assert before in files[name]
        files[name] = files[name].replace(before, after, 1)

    return spoil


def change(name: str, before: str, after: str) -> Spoil:
    return change_bytes(name, before.encode(), after.encode())


def put(name: str, content: bytes) -> Spoil:
    return lambda files: files.update({name: content})


def drop(name: str) -> Spoil:
    def spoil(files: Files) -> None:
        del files[name]

    return spoil


def append(name: str, line: str) -> Spoil:
    return lambda files: files.update({name: files[name] + line.encode() + b"\n"})


T, C, R = "pack.toml", "cases.csv", "regions.csv"
WITHOUT_AI = small_pack()[T].replace(b'[ai]\nmodel = "cxr-pneumonia"\n', b"")

# What is spoilt, then the file, row and a part of the reason that the refusal has to name.
REFUSALS: dict[str, tuple[Spoil, str, int | None, str]] = {
    # pack.toml
    "no manifest": (drop(T), T, None, "missing"),
    "manifest not UTF-8": (put(T, b'format = 1\ntitle = "\xff"'), T, None, "UTF-8"),
    "manifest not TOML": (put(T, b"format = = 1"), T, None, "valid TOML"),
    "manifest nested without end": (put(T, b"a = " + b"[" * 5_000), T, None, "valid TOML"),
    "unknown key": (change(T, "format = 1", "format = 1\nextra = 1"), T, None, "“extra” isn't known"),
    "unknown licence key": (change(T, "[licence]", "[licence]\nowner = 'x'"), T, None, "licence.owner"),
    "unknown question key": (change(T, "[question]", "[question]\nhint = 'x'"), T, None, "question.hint"),
    "unknown finding key": (change(T, "radlex", "snomed"), T, None, "snomed"),
    "unknown ai key": (change(T, "[ai]", "[ai]\nurl = 'x'"), T, None, "ai.url"),
    "other format": (change(T, "format = 1", "format = 2"), T, None, "format 2"),
    "no format": (change(T, "format = 1", ""), T, None, "“format” is missing"),
    "no key": (change(T, 'key = "small-pack"', ""), T, None, "“key” is missing"),
    "key not a slug": (change(T, "small-pack", "Small Pack"), T, None, "“key” has to be"),
    "key with a path": (change(T, "small-pack", "../small"), T, None, "“key” has to be"),
    "version not whole": (change(T, "version = 3", "version = 1.5"), T, None, "whole number"),
    "version zero": (change(T, "version = 3", "version = 0"), T, None, "from 1 on"),
    "version true": (change(T, "version = 3", "version = true"), T, None, "whole number"),
    "version enormous": (change(T, "version = 3", "version = 99999999999"), T, None, "from 1 on"),
    "no title": (change(T, 'title = "A small pack"', ""), T, None, "“title” is missing"),
    "empty title": (change(T, "A small pack", " "), T, None, "“title” is empty"),
    "title too long": (change(T, "A small pack", "x" * 201), T, None, "longer than 200"),
    "control character": (change(T, "A small pack", "A\\u0000pack"), T, None, "control characters"),
    "other modality": (change(T, '"DX"', '"PT"'), T, None, "modality"),
    "simulated not boolean": (change(T, "simulated = false", 'simulated = "no"'), T, None, "true or false"),
    "rated missing": (change(T, "rated = true", ""), T, None, "“rated” is missing"),
    "truth basis missing": (change(T, "truth_basis =", "caveat2 ="), T, None, "“truth_basis” is missing"),
    "no licence": (change(T, "[licence]", "[licences]"), T, None, "“licence” is missing"),
    "no licence name": (change(T, 'name = "CC-BY-4.0"', ""), T, None, "“licence.name” is missing"),
    "empty licence name": (change(T, '"CC-BY-4.0"', '""'), T, None, "“licence.name” is empty"),
    "no attribution": (change(T, 'attribution = "A. Author, 2024."', ""), T, None, "licence.attribution"),
    "empty attribution": (change(T, '"A. Author, 2024."', '""'), T, None, "“licence.attribution” is empty"),
    "script as source": (
        change(T, "https://example.org/pack", "javascript:alert(1)"),
        T,
        None,
        "web address",
    ),
    "no question": (change(T, "[question]", "[questions]"), T, None, "“question” is missing"),
    "no prompt": (change(T, "prompt =", "# prompt ="), T, None, "question.prompt"),
    "other kind": (change(T, "multi-label", "essay"), T, None, "question.kind"),
    "no findings": (change(T, "[[finding]]", "[[other]]"), T, None, "“other” isn't known"),
    "finding not a list": (change(T, "[[finding]]", "[finding]"), T, None, "TOML"),
    "finding twice": (change(T, 'key = "effusion"', 'key = "pneumonia"'), T, None, "there twice"),
    "finding normal": (change(T, 'key = "effusion"', 'key = "normal"'), T, None, "that there is none"),
    "finding key with separator": (change(T, 'key = "effusion"', 'key = "a;b"'), T, None, "finding 2: key"),
    "radlex of another form": (change(T, "RID5350", "5350"), T, None, "RadLex"),
    "ai not a table": (put(T, b'ai = "x"\n' + WITHOUT_AI), T, None, "“ai” has to be a table"),
    "manifest too large": (put(T, b"#" * 70_000), T, None, "bytes allowed"),
    # cases.csv
    "no cases table": (drop(C), C, None, "missing"),
    "cases empty": (put(C, b""), C, 1, "“case_id” is missing"),
    "cases without rows": (put(C, b"case_id,patient_id,split,images\n"), C, None, "no cases"),
    "cases not UTF-8": (change_bytes(C, b"look-alike", b"caf\xe9"), C, 3, "UTF-8"),
    "unknown column": (change(C, "history", "story"), C, 1, "“story” isn't known"),
    "column twice": (change(C, "history", "view"), C, 1, "“view” is there twice"),
    "required column missing": (change(C, "patient_id", "history2"), C, 1, "“patient_id” is missing"),
    "row too short": (append(C, "d,p4,practice"), C, 5, "3 fields, the header 12"),
    "row too long": (change(C, "look-alike,,,CT", "look-alike,,,CT,"), C, 3, "13 fields"),
    "quote left open": (append(C, 'd,p4,test,"images'), C, 5, "valid CSV"),
    "empty case id": (change(C, "\nb,p2", "\n,p2"), C, 3, "“case_id” is empty"),
    "empty patient": (change(C, "b,p2", "b,"), C, 3, "“patient_id” is empty"),
    "empty split": (change(C, "p2,practice", "p2,"), C, 3, "“split” is empty"),
    "empty images": (change(C, "images/b1.png;images/b2.png", ""), C, 3, "“images” is empty"),
    "other split": (change(C, "p2,practice", "p2,validation"), C, 3, "isn't a split"),
    "case id twice": (change(C, "\nc,p3", "\na,p3"), C, 4, "“a” is already in row 2"),
    "patient in two splits": (change(C, "c,p3", "c,p1"), C, 4, "“practice” in row 2"),
    "unknown finding": (change(C, "stack,effusion", "stack,fracture"), C, 4, "“fracture” isn't in pack.toml"),
    "finding named twice": (change(C, "pneumonia;effusion", "effusion;effusion"), C, 2, "“effusion” twice"),
    "empty finding": (change(C, "pneumonia;effusion", "pneumonia;"), C, 2, "empty part"),
    "views don't align": (change(C, "PA;LAT", "PA;LAT;AP"), C, 3, "align"),
    "view too long": (change(C, "PA;LAT", "PA;" + "x" * 17), C, 3, "16 characters"),
    "spacing no number": (change(C, "0.5", "half"), C, 2, "pixel_spacing_mm"),
    "spacing zero": (change(C, "0.5", "0"), C, 2, "pixel_spacing_mm"),
    "spacing not finite": (change(C, "0.5", "nan"), C, 2, "pixel_spacing_mm"),
    "control character in a case": (change(C, "Cough, fever", "Cough\x07"), C, 2, "control characters"),
    "history too long": (change(C, "Cough, fever", "x" * 20_001), C, 2, "longer than"),
    "single choice with two": (change(T, "multi-label", "single-choice"), C, 2, "one finding or none"),
    # files
    "row without its file": (drop("images/b2.png"), C, 3, "no file “images/b2.png”"),
    "file without a row": (
        put("images/stray.png", png(np.zeros((3, 3), np.uint8))),
        "images/stray.png",
        None,
        "No row",
    ),
    "text without a row": (put("notes.txt", b"x"), "notes.txt", None, "No row names"),
    "mask without a row": (put("masks/stray.png", mask_png()), "masks/stray.png", None, "No row names"),
    "file below a stack": (put("images/stack/deep/x.dcm", b"x"), "images/stack/deep/x.dcm", None, "No row"),
    "image twice in a row": (change(C, "b1.png;images/b2.png", "b1.png;images/b1.png"), C, 3, "twice"),
    "empty image path": (change(C, "b1.png;images/b2.png", "b1.png;;images/b2.png"), C, 3, "empty part"),
    "path up and out": (change(C, "images/b2.png", "../b2.png"), C, 3, "leaves the pack"),
    "path out in the middle": (change(C, "images/b2.png", "images/../../b2.png"), C, 3, "leaves the pack"),
    "absolute path": (change(C, "images/b2.png", "/etc/passwd"), C, 3, "leaves the pack"),
    "windows path": (change(C, "images/b2.png", "images\\b2.png"), C, 3, "leaves the pack"),
    "table as an image": (change(C, "images/b2.png", "pack.toml"), C, 3, "isn't an image"),
    # images
    "image that is none": (put("images/b1.png", b"text"), C, 3, "images/b1.png: This isn't"),
    "image cut short": (
        lambda f: f.update({"images/b1.png": f["images/b1.png"][:90]}),
        C,
        3,
        "images/b1.png: ",
    ),
    "image empty": (put("images/b1.png", b""), C, 3, "empty"),
    "image with too many pixels": (put("images/b1.png", png(np.zeros((90, 90), np.uint8))), C, 3, "90 × 90"),
    "image with too many bytes": (put("images/b1.png", bytes(100_001)), C, 3, "100000 bytes allowed"),
    "image animated": (put("images/b1.png", animated_png()), C, 3, "animated"),
    "slice that is none": (put("images/stack/slice2.dcm", b"text"), C, 4, "images/stack/slice2.dcm: "),
    # regions.csv
    "regions not UTF-8": (put(R, b"case_id\xff"), R, 1, "UTF-8"),
    "regions with another column": (change(R, "geometry", "geometry,note"), R, 1, "“note” isn't known"),
    "regions without a column": (change(R, ",shape,", ",form,"), R, 1, "“shape” is missing"),
    "region without finding": (change(R, "pneumonia,circle", ",circle"), R, 2, "“finding” is empty"),
    "region of no case": (change(R, "\na,images/a.png,pn", "\nz,images/a.png,pn"), R, 2, "no case “z”"),
    "region on another's image": (change(R, "images/a.png,pn", "images/b1.png,pn"), R, 2, "no image"),
    "region on a folder": (change(R, "images/stack/slice1.dcm", "images/stack"), R, 4, "no image"),
    "region of a finding not there": (
        change(R, "dcm,effusion", "dcm,pneumonia"),
        R,
        4,
        "doesn't have the finding",
    ),
    "region of an unknown finding": (change(R, "pneumonia,circle", "fracture,circle"), R, 2, "doesn't have"),
    "region of no shape": (change(R, "circle", "star"), R, 2, "isn't a shape"),
    "region of two numbers": (change(R, "5 6 2.5", "5 6"), R, 2, "three numbers"),
    "region without numbers": (change(R, "5 6 2.5", "a b c"), R, 2, "isn't numbers"),
    "region not finite": (change(R, "5 6 2.5", "5 6 inf"), R, 2, "ordinary numbers"),
    "circle off the image": (change(R, "5 6 2.5", "20 6 2.5"), R, 2, "wholly outside"),
    "box off the image": (change(R, "-2 -2 6 6", "-8 -8 6 6"), R, 4, "wholly outside"),
    "polygon off the image": (change(R, "circle,5 6 2.5", "polygon,20 0 30 0 30 9"), R, 2, "wholly outside"),
    "mask of another size": (put("masks/a.png", mask_png(9, 9)), R, 3, "9 × 9 pixels, its image 16 × 12"),
    "mask of nothing": (put("masks/a.png", png(np.zeros((12, 16), np.uint8))), R, 3, "marks no pixel"),
    "mask of 16 bits": (put("masks/a.png", png(np.ones((12, 16), np.uint16))), R, 3, "8-bit"),
    "mask in colour": (put("masks/a.png", encoded(Image.new("RGB", (16, 12)))), R, 3, "grey"),
    "mask that is none": (put("masks/a.png", b"text"), R, 3, "8-bit greyscale PNG"),
    "mask missing": (drop("masks/a.png"), R, 3, "no file “masks/a.png”"),
    "mask outside the pack": (change(R, "masks/a.png", "../a.png"), R, 3, "leaves the pack"),
    "region on several frames": (
        put("images/a.png", dicom_bytes(np.zeros((2, 12, 16), np.uint16))),
        R,
        2,
        "frames",
    ),
    # amounts
    "too many files": (
        lambda f: f.update({f"images/{n}.png": b"x" for n in range(60)}),
        "",
        None,
        "more than 40",
    ),
    "too many bytes": (
        lambda f: f.update({f"images/{n}.png": bytes(99_000) for n in range(21)}),
        "",
        None,
        "bytes; at",
    ),
}


def refusal(path: Path) -> list[Problem]:
    limits = PackLimits(LIMITS.images, LIMITS.max_files, LIMITS.max_bytes, max_table_bytes=60_000)
    with pytest.raises(PackRefused) as caught:
        read_pack(path, limits=limits)
    assert caught.value.problems
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return caught.value.problems


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("name", REFUSALS)
def test_refused_with_file_row_and_reason(tmp_path: Path, name: str, packed: bool) -> None:
    spoil, file, row, reason = REFUSALS[name]
    files = small_pack()
    spoil(files)
    path = write_zip(tmp_path / "p.zip", files) if packed else write_folder(tmp_path / "p", files)
    problems = refusal(path)
    expected = (file or path.name, row)
    assert any(
        (problem.file, problem.row) == expected and reason in problem.reason for problem in problems
    ), problems
    assert all(problem.reason.isprintable() for problem in problems)


def test_unspoilt_pack_passes_under_these_limits(tmp_path: Path) -> None:
    with read_pack(write_folder(tmp_path / "p", small_pack()), limits=LIMITS) as pack:
        assert len(pack.cases) == 3


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    files = small_pack()
    names = ["empty attribution", "other modality", "other split", "unknown finding", "image that is none"]
    names += ["circle off the image", "mask of nothing", "text without a row"]
    for name in names:
        REFUSALS[name][0](files)
    problems = refusal(write_folder(tmp_path / "p", files))
    for name in names:
        _, file, row, reason = REFUSALS[name]
        assert any((p.file, p.row) == (file, row) and reason in p.reason for p in problems), name


def test_problem_reads_as_a_line() -> None:
    assert str(Problem("cases.csv", 3, "Wrong.")) == "cases.csv, row 3: Wrong."
    assert str(Problem("notes.txt", None, "Stray.")) == "notes.txt: Stray."


def test_nothing_at_the_path_is_refused(tmp_path: Path) -> None:
    (problem,) = refusal(tmp_path / "absent")
    assert "no folder or zip" in problem.reason


@pytest.mark.parametrize("where", ["images/link.png", "images/stack/link.dcm", "link-to-folder"])
def test_symbolic_links_are_refused(tmp_path: Path, where: str) -> None:
    folder = write_folder(tmp_path / "p", small_pack())
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / where).symlink_to(outside if "folder" in where else folder / "images/a.png")
    assert any(p.file == where and "Symbolic links" in p.reason for p in refusal(folder))


def test_link_in_place_of_an_image_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "p", small_pack())
    (folder / "images/a.png").rename(tmp_path / "a.png")
    (folder / "images/a.png").symlink_to(tmp_path / "a.png")
    assert any(p.file == "images/a.png" and "Symbolic links" in p.reason for p in refusal(folder))


def test_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "p", small_pack())
    (folder / "images/caf\udce9.png").write_bytes(b"x")
    assert any("UTF-8" in problem.reason for problem in refusal(folder))


def test_row_of_a_case_in_an_unread_split_is_still_checked(tmp_path: Path) -> None:
    files = small_pack()
    REFUSALS["unknown finding"][0](files)
    with pytest.raises(PackRefused, match="cases.csv, row 4"):
        read_pack(write_folder(tmp_path / "p", files), limits=LIMITS, decode_splits={"practice"})
