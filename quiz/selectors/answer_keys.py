"""The truth, for those services and pages that have passed the step that allows it."""

from __future__ import annotations

from quiz.domain.outcomes import Key
from quiz.models import AnswerKey, Case, KeyRegion
from radiology.filestore import FileStore
from radiology.imaging import Limits, decode_mask
from radiology.regions import Region


def current_key(case: Case) -> AnswerKey:
    """Return the case's current key; raises AnswerKey.DoesNotExist where it has none."""
    return AnswerKey.objects.prefetch_related("regions__image").get(case=case, is_current=True)


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
