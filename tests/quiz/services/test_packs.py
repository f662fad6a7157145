"""Importing and exporting packs: whole or not at all, idempotent, equal after a round trip."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from inference.models import Job
from quiz.models import AnswerKey, Case, CaseSet, Image, Pack, ReadOutcome, User
from quiz.services.errors import Refused
from quiz.services.pack_export import export_pack
from quiz.services.pack_import import import_pack
from radiology.packs import PackLimits, PackRefused, read_pack
from tests.conftest import NOW
from tests.quiz.builders import advance, case, imported, opened_read, write_pack

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Pack, Case, Image, AnswerKey, CaseSet, Job)}


def test_twice_changes_nothing(tmp_path: Path) -> None:
    path = write_pack(tmp_path)
    first = import_pack(path=path, now=NOW, publish=True)
    before = counts()
    again = import_pack(path=path, now=NOW, publish=True)
    assert (first.created, again.created, again.unchanged) == (4, 0, 4)
    assert counts() == before == {"Pack": 1, "Case": 4, "Image": 4, "AnswerKey": 4, "CaseSet": 1, "Job": 4}


def test_bad_pack_leaves_nothing(tmp_path: Path) -> None:
    path = write_pack(tmp_path)
    rows = (path / "cases.csv").read_text().splitlines()
    (path / "cases.csv").write_text("\n".join([*rows, rows[1]]) + "\n")
    (path / "images" / "stray.png").write_bytes(b"x")
    with pytest.raises(PackRefused) as refused:
        import_pack(path=path, now=NOW)
    reasons = [str(problem) for problem in refused.value.problems]
    assert any(line.startswith("cases.csv, row 6") for line in reasons)
    assert any("stray.png" in line for line in reasons)
    assert set(counts().values()) == {0}


def test_failure_while_inserting_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("quiz.services.pack_import.create_keys", broken)
    with pytest.raises(RuntimeError):
        import_pack(path=write_pack(tmp_path), now=NOW)
    assert set(counts().values()) == {0}


def test_only_the_split_asked_for_comes_in(tmp_path: Path) -> None:
    cases = [case(1, present=True), case(2, present=False, split="test"), case(3, present=True, split="test")]
    path = write_pack(tmp_path, cases)
    assert import_pack(path=path, now=NOW, split="practice").created == 1
    rest = import_pack(path=path, now=NOW, split="test")
    assert rest.created == 2
    assert rest.case_set.startswith("lungs-") and "test" not in rest.case_set
    assert "test" not in CaseSet.objects.get(slug=rest.case_set).title
    assert import_pack(path=path, now=NOW, split="test").case_set == rest.case_set
    with pytest.raises(Refused):
        import_pack(path=path, now=NOW, split="val")


def test_changed_content_needs_a_higher_version(tmp_path: Path) -> None:
    import_pack(path=write_pack(tmp_path, [case(1, present=True)]), now=NOW)
    changed = [case(1, present=True, history="Another story.")]
    with pytest.raises(Refused) as refused:
        import_pack(path=write_pack(tmp_path, changed), now=NOW)
    assert refused.value.code == "pack_version"
    assert import_pack(path=write_pack(tmp_path, changed, version=2), now=NOW).updated == 1
    assert Case.objects.get().history == "Another story."


def test_older_version_is_refused(tmp_path: Path) -> None:
    import_pack(path=write_pack(tmp_path, version=2), now=NOW)
    with pytest.raises(Refused):
        import_pack(path=write_pack(tmp_path, version=1), now=NOW)


def test_higher_version_corrects_keys_and_retires_cases(tmp_path: Path, learner: User) -> None:
    report = imported(tmp_path)
    case_set = CaseSet.objects.get(slug=report.case_set)
    done = [advance(opened_read(learner, case_set), "truth_shown") for _ in range(4)]
    was_normal = next(read for read in done if not read.answer_key.findings)
    number = int(was_normal.case.source_id.removeprefix("case-"))
    gone = next(n for n in range(4) if n != number)
    cases = [case(n, present=n % 2 == 0 or n == number) for n in range(4) if n != gone]
    report = import_pack(path=write_pack(tmp_path, cases, version=2), now=NOW)
    assert (report.updated, report.retired) == (1, 1)
    was_normal.refresh_from_db()
    assert (was_normal.answer_key.version, was_normal.key_corrected_at) == (2, NOW)
    assert ReadOutcome.objects.get(read=was_normal).learner_first == "right"
    assert Case.objects.get(source_id=f"case-{gone}").status == Case.Status.RETIRED
    assert case_set.sittings.get().reads.count() == 4


def test_reworded_teaching_point_tells_nobody(tmp_path: Path, learner: User) -> None:
    report = imported(tmp_path, cases=[case(1, present=True)])
    read = advance(opened_read(learner, CaseSet.objects.get(slug=report.case_set)), "truth_shown")
    import_pack(
        path=write_pack(tmp_path, [case(1, present=True, teaching_point="Better.")], version=2), now=NOW
    )
    read.refresh_from_db()
    assert read.key_corrected_at is None
    assert read.answer_key.teaching_point == "Better."


def test_new_pixels_make_a_new_case_and_keep_the_old_reads(tmp_path: Path, learner: User) -> None:
    report = imported(tmp_path, cases=[case(1, present=True)])
    read = advance(opened_read(learner, CaseSet.objects.get(slug=report.case_set)), "truth_shown")
    pixels = case(99, present=True).series
    import_pack(path=write_pack(tmp_path, [case(1, present=True, series=pixels)], version=2), now=NOW)
    read.refresh_from_db()
    assert read.case.status == Case.Status.RETIRED
    assert Case.objects.get(source_id="case-1").pk != read.case_id


@pytest.mark.parametrize("suffix", ["", ".zip"])
def test_export_imports_equal(tmp_path: Path, suffix: str) -> None:
    source = write_pack(tmp_path)
    import_pack(path=source, now=NOW)
    out = tmp_path / f"out{suffix}"
    assert export_pack(key="lungs", out=out) == 4
    limits = PackLimits()
    with read_pack(source, limits=limits) as before, read_pack(out, limits=limits) as after:
        assert before.header_digest() == after.header_digest()
        assert [before.case_digest(one) for one in before.cases] == [
            after.case_digest(one) for one in after.cases
        ]
    assert import_pack(path=out, now=NOW).unchanged == 4


def test_a_pack_belongs_to_its_owner(tmp_path: Path, instructor: User, other: User) -> None:
    path = write_pack(tmp_path)
    import_pack(path=path, now=NOW, instructor=instructor)
    other.is_staff = True
    with pytest.raises(Refused) as refused:
        import_pack(path=path, now=NOW, instructor=other)
    assert refused.value.code == "pack_owner"


def test_unknown_model_is_a_warning_not_a_refusal(tmp_path: Path) -> None:
    report = import_pack(path=write_pack(tmp_path, ai_model="not-here"), now=NOW, publish=True)
    assert report.published and any("not-here" in warning for warning in report.warnings)
    assert not Job.objects.exists()


def test_command_lists_what_is_wrong(tmp_path: Path) -> None:
    path = write_pack(tmp_path)
    (path / "images" / "stray.png").write_bytes(b"x")
    with pytest.raises(CommandError) as error:
        call_command("import_pack", path)
    assert error.value.returncode == 1
    assert "stray.png" in str(error.value)


def test_real_pack_comes_in_whole(shared_packs: Path) -> None:
    report = import_pack(path=shared_packs / "paediatric-cxr", now=NOW, split="practice")
    assert (report.created, report.images) == (176, 176)
