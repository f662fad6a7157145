"""The same pack imported twice at the same moment: one import, and one plain answer to the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from quiz.models import AnswerKey, Case, CaseSetEntry, Image, Pack
from quiz.services.errors import Refused
from quiz.services.pack_import import ImportReport, import_pack
from tests.conftest import NOW
from tests.quiz.builders import write_pack
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_imports_at_once_leave_one_pack(tmp_path: Path) -> None:
    path = write_pack(tmp_path)

    def call(second: int) -> Callable[[], ImportReport]:
        return lambda: import_pack(path=path, now=NOW + timedelta(seconds=second), publish=True)

    results = together([call(n) for n in range(6)])
    reports = [one for one in results if isinstance(one, ImportReport)]
    assert sorted(one.created for one in reports)[-1] == 4
    assert sum(one.created for one in reports) == 4
    assert {one.code for one in results if isinstance(one, Refused)} <= {"pack_busy"}
    assert Pack.objects.count() == 1
    assert Case.objects.count() == Image.objects.count() == AnswerKey.objects.count() == 4
    assert CaseSetEntry.objects.count() == 4
    assert import_pack(path=path, now=NOW).unchanged == 4
