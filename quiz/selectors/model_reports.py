"""A model's report card as a visitor may see it: pictures only of films that nobody here is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inference import selectors as inference_selectors
from inference.contracts import ReportPage, ReportPicture
from quiz.permissions import shareable_films


@dataclass(frozen=True)
class ShownReport:
    """A report, those of its pictures that may be shown, and how many may not."""

    page: ReportPage
    pictures: list[ReportPicture]
    held_back: int


def shown_report(model_key: str) -> ShownReport | None:
    """Return the report card of a model's current weights; None where there is none."""
    page = inference_selectors.report_card(model_key)
    if page is None:
        return None
    pictures = _shareable(page.pictures)
    return ShownReport(page, pictures, len(page.pictures) - len(pictures))


def shown_picture(model_key: str, name: str) -> bytes | None:
    """Return a picture of the report card, as a JPEG; None for one that may not be shown or isn't there."""
    pictures = [one for one in inference_selectors.pictures_of_report(model_key) if one.name == name]
    if not _shareable(pictures):
        return None
    return inference_selectors.report_picture(model_key, name)


def _shareable(pictures: Sequence[ReportPicture]) -> list[ReportPicture]:
    """Those of cases of which no image is one of a case of this site."""
    free = shareable_films(sha256 for one in pictures for sha256 in one.sha256s)
    return [one for one in pictures if one.sha256s <= free]
