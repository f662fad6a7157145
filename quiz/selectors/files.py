"""Stored files: where the content-named store lies, and which image a visitor may fetch from it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from quiz import permissions
from quiz.models import Image, KeyRegion
from quiz.permissions import Visitor
from radiology.filestore import FileStore


def file_store() -> FileStore:
    """Return the site's store of content-named files."""
    return FileStore(settings.SECONDREAD_FILES_DIR)


def visible_image(user: Visitor, public_id: UUID) -> Image:
    """Return an image this visitor may fetch; raises Image.DoesNotExist otherwise."""
    return permissions.visible_images(user).get(public_id=public_id)


def visible_region(user: Visitor, public_id: UUID) -> KeyRegion:
    """Return a region this visitor may fetch; raises KeyRegion.DoesNotExist otherwise."""
    return permissions.visible_regions(user).get(public_id=public_id)
