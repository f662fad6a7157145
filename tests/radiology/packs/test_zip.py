"""Zips made to do harm: bombs of every kind, names that leave, links, damage."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from radiology.packs import PackLimits, PackRefused, Problem, read_pack
from tests.radiology.packs.pack_files import png, small_pack, write_zip


def refusal(path: Path, limits: PackLimits | None = None) -> list[Problem]:
    with pytest.raises(PackRefused) as caught:
        read_pack(path, limits=limits or PackLimits())
    return caught.value.problems


def add_entry(path: Path, info: zipfile.ZipInfo | str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, content)
    return path


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../evil.png", "leaves the pack"),
        ("images/../../evil.png", "leaves the pack"),
        ("/etc/evil.png", "leaves the pack"),
        ("C:/evil.png", "leaves the pack"),
        ("images\\..\\evil.png", "leaves the pack"),
        ("images//evil.png", "plainly"),
        ("./images/evil.png", "plainly"),
        ("images/e\x1bvil.png", "printed"),
        ("images/e\u202evil.png", "printed"),
    ],
)
def test_names_that_leave_or_deceive_are_refused(tmp_path: Path, name: str, reason: str) -> None:
    path = add_entry(write_zip(tmp_path / "p.zip", small_pack()), name, b"x")
    assert any(reason in problem.reason for problem in refusal(path))


def test_folder_entry_that_leaves_is_refused(tmp_path: Path) -> None:
    path = add_entry(write_zip(tmp_path / "p.zip", small_pack()), "../evil/", b"")
    assert any("leaves the pack" in problem.reason for problem in refusal(path))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [(stat.S_IFLNK, "Symbolic links"), (stat.S_IFIFO, "neither a file"), (stat.S_IFBLK, "neither")],
)
def test_links_and_devices_are_refused(tmp_path: Path, kind: int, reason: str) -> None:
    info = zipfile.ZipInfo("images/link.png")
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    path = add_entry(write_zip(tmp_path / "p.zip", small_pack()), info, b"/etc/passwd")
    assert [
        problem for problem in refusal(path) if problem.file == "images/link.png" and reason in problem.reason
    ]


def test_same_name_twice_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", small_pack())
    with pytest.warns(UserWarning, match="Duplicate name"):
        add_entry(path, "images/a.png", png(np.zeros((3, 3), np.uint8)))
    assert any("two files of this name" in problem.reason for problem in refusal(path))


def test_names_that_differ_in_composition_only_are_the_same(tmp_path: Path) -> None:
    files = small_pack() | {"images/caf\u00e9.png": b"x", "images/cafe\u0301.png": b"x"}
    assert any("two files" in problem.reason for problem in refusal(write_zip(tmp_path / "p.zip", files)))


def test_row_finds_a_name_of_another_composition(tmp_path: Path) -> None:
    files = small_pack()
    files["images/cafe\u0301.png"] = files.pop("images/b2.png")
    files["cases.csv"] = files["cases.csv"].replace(b"b2.png", "caf\u00e9.png".encode())
    with read_pack(write_zip(tmp_path / "p.zip", files), limits=PackLimits()) as pack:
        assert len(list(pack.frames(pack.cases[1]))) == 2


def test_bomb_by_ratio_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", small_pack() | {"images/bomb.png": bytes(80_000_000)})
    assert path.stat().st_size < 200_000
    assert any("bomb" in problem.reason for problem in refusal(path))


def test_bomb_by_size_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", small_pack() | {"images/big.png": bytes(2_000_000)})
    limits = PackLimits(max_bytes=1_000_000)
    assert any("1000000 are allowed" in problem.reason for problem in refusal(path, limits))


def test_bomb_by_count_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", small_pack() | {f"images/{n}": b"" for n in range(200)})
    assert any(
        "more than 100 files" in problem.reason for problem in refusal(path, PackLimits(max_files=100))
    )


def test_zip_larger_than_allowed_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(bytes(2_000))
    (problem,) = refusal(path, PackLimits(max_bytes=1_000))
    assert "above 1000 bytes" in problem.reason


def test_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """The directory says 10 bytes, the stream holds 30 million: no more than 10 come out, and the sum fails."""
    files = small_pack()
    path = write_zip(tmp_path / "p.zip", files | {"images/b1.png": bytes(30_000_000)})
    data = bytearray(path.read_bytes())
    for signature, offset, name_at in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        at = data.find(signature)
        while bytes(data[at + name_at : at + name_at + 13]) != b"images/b1.png":
            at = data.find(signature, at + 1)
        data[at + offset : at + offset + 4] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))
    (problem,) = [problem for problem in refusal(path) if "b1.png" in problem.reason]
    assert (problem.file, problem.row) == ("cases.csv", 3)


def test_nested_zip_is_no_image(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(50_000_000))
    path = write_zip(tmp_path / "p.zip", small_pack() | {"images/b1.png": inner.getvalue()})
    assert any("images/b1.png: This isn't" in problem.reason for problem in refusal(path))


def test_other_compression_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", small_pack())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("images/x.png", b"x")
    assert any("other than deflate" in problem.reason for problem in refusal(path))


def test_encrypted_file_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", small_pack())
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(bytes(data))
    assert any("encrypted" in problem.reason for problem in refusal(path))


def test_damaged_entry_is_refused(tmp_path: Path) -> None:
    files = small_pack()
    path = write_zip(tmp_path / "p.zip", files)
    data = bytearray(path.read_bytes())
    at = data.find(b"images/b1.png") + 60
    data[at : at + 20] = bytes(20)
    path.write_bytes(bytes(data))
    (problem,) = refusal(path)
    assert (problem.file, problem.row) == ("cases.csv", 3)
    assert "damaged" in problem.reason


def test_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = add_entry(write_zip(tmp_path / "p.zip", small_pack()), "images/cafX.png", b"x")
    path.write_bytes(path.read_bytes().replace(b"cafX", b"caf\xe9"))
    (problem,) = refusal(path)
    assert "UTF-8" in problem.reason


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04" + bytes(50), b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(content)
    assert refusal(path)


def test_refused_zip_is_closed(tmp_path: Path) -> None:
    """An open handle would warn when collected, and warnings are fatal."""
    files = small_pack() | {"notes.txt": b"x"}
    path = write_zip(tmp_path / "p.zip", files)
    refusal(path)
    path.unlink()
