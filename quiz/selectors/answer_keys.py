"""The truth, for those services and pages that have passed the step that allows it."""

from __future__ import annotations

from quiz.domain.outcomes import Key
from quiz.models import AnswerKey, Case, CaseSet, KeyRegion
from quiz.selectors.next_case import served_cases
from radiology.filestore import FileStore
from radiology.imaging import Limits, decode_mask
from radiology.regions import Region


def current_key(case: Case) -> AnswerKey:
    """Return the case's current key; raises AnswerKey.DoesNotExist where it has none."""
    return AnswerKey.objects.prefetch_related("regions__image").get(case=case, is_current=True)


def served_keys(case_set: CaseSet) -> list[AnswerKey]:
    """Return the current keys of the set's servable cases, with case and pack, in the set's order."""
    # The cases first, by themselves: joined with their keys, a database without statistics yet looks at every pair
    # of cases.
    cases = list(served_cases(case_set).values_list("pk", flat=True))
    rows = AnswerKey.objects.filter(case__in=cases, is_current=True).select_related("case__pack")
    by_case = {key.case_id: key for key in rows}
    return [by_case[case] for case in cases if case in by_case]


def region_of(row: KeyRegion, files: FileStore) -> Region:
    """Return a stored region as geometry; a mask is read from its file."""
    if row.shape != KeyRegion.Shape.MASK:
        return Region(shape=row.shape, geometry=tuple(row.geometry), mask=None)
    return Region(shape="mask", geometry=(), mask=decode_mask(files.read(row.mask_key), limits=Limits()))


def domain_key(key: AnswerKey, files: FileStore) -> Key:
    """Return a key as the domain compares it; images are named by public id."""
    regions = tuple(
        (str(row.image.public_id), row.finding, region_of(row, files)) for row in key.regions.all()
    )
    return Key(findings=frozenset(key.findings), regions=regions)
