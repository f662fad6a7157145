"""Publishing: what a set and its model have to have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from quiz.models import CaseSet
from quiz.services.errors import Refused
from quiz.services.publishing import publish_case_set
from radiology.packs import FindingDef
from tests.conftest import NOW
from tests.quiz import builders

pytestmark = pytest.mark.django_db
FRACTURE = FindingDef("fracture", "Fracture")


def a_set(folder: Path, *findings: FindingDef) -> CaseSet:
    """A draft set of a pack that asks about these findings, none of them there."""
    path = builders.write_pack(folder / "pack", [builders.case(0, present=False)], findings=findings)
    report = builders.import_pack(path=path, now=NOW)
    return CaseSet.objects.get(slug=report.case_set)


def test_a_model_that_answers_none_of_the_findings_is_refused(tmp_path: Path) -> None:
    case_set = a_set(tmp_path, FRACTURE)
    with pytest.raises(Refused) as error:
        publish_case_set(case_set=case_set, now=NOW)
    assert error.value.code == "not_publishable"
    assert error.value.sentence == (
        "“A model for tests” answers for none of this set's findings: Fracture. Choose another model, or none."
    )
    case_set.refresh_from_db()
    assert case_set.status == CaseSet.Status.DRAFT


def test_one_finding_in_common_is_enough(tmp_path: Path) -> None:
    case_set = a_set(tmp_path, FRACTURE, FindingDef("pneumonia", "Pneumonia"))
    assert publish_case_set(case_set=case_set, now=NOW).status == CaseSet.Status.PUBLISHED


@pytest.mark.parametrize("model", ["", "not-on-this-site"])
def test_a_set_without_its_model_is_published(tmp_path: Path, model: str) -> None:
    case_set = a_set(tmp_path, FRACTURE)
    case_set.model_key = model
    case_set.save()
    assert publish_case_set(case_set=case_set, now=NOW).status == CaseSet.Status.PUBLISHED
