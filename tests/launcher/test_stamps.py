"""A step is skipped only while what it was done from is unchanged."""

from __future__ import annotations

from pathlib import Path

from scripts.launcher.stamps import Stamp, digest, digest_tree


def test_stamp_matches_only_what_was_written(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "stamps" / "one")
    assert not stamp.matches("a")
    stamp.write("a")
    assert stamp.matches("a")
    assert not stamp.matches("b")
    stamp.clear()
    assert not stamp.matches("a")
    stamp.clear()


def test_digest_tells_parts_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a") == digest(b"a")


def test_tree_digest_changes_with_content_and_name(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    source = tmp_path / "src" / "a.ts"
    source.write_text("1")
    first = digest_tree(tmp_path)
    source.write_text("2")
    second = digest_tree(tmp_path)
    source.rename(tmp_path / "src" / "b.ts")
    assert len({first, second, digest_tree(tmp_path)}) == 3


def test_tree_digest_leaves_out_made_folders_at_the_top_only(tmp_path: Path) -> None:
    (tmp_path / "src" / "dist").mkdir(parents=True)
    (tmp_path / "src" / "dist" / "a.ts").write_text("1")
    before = digest_tree(tmp_path, leave_out=["dist"])
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "built.js").write_text("1")
    assert digest_tree(tmp_path, leave_out=["dist"]) == before
    (tmp_path / "src" / "dist" / "a.ts").write_text("2")
    assert digest_tree(tmp_path, leave_out=["dist"]) != before


def test_missing_tree_is_empty(tmp_path: Path) -> None:
    assert digest_tree(tmp_path / "nowhere") == digest_tree(tmp_path)
