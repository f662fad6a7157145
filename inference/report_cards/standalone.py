"""A report as one HTML file that needs nothing beside it: charts as SVG, pictures inside the page."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from inference.report_cards.page import report_page


def standalone_page(report: Mapping[str, Any], pictures: Mapping[str, bytes]) -> str:
    """The HTML of a report with its pictures by file name."""
    page = report_page(report)
    inside = [
        {"title": one.title, "sentence": one.sentence, "src": _inside(pictures[one.name])}
        for one in page.pictures
    ]
    shown = {
        "title": page.title,
        "model": page.model,
        "model_sha256": page.model_sha256,
        "source": page.source,
        "caveat": page.caveat,
        "sections": page.sections,
        "pictures": inside,
        "without_pictures": page.without_pictures,
        "held_apart": page.held_apart,
    }
    return render_to_string("report/standalone.html", {"report": shown})


def _inside(data: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
