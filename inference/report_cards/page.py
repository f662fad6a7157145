"""A report card in words for people: sections of sentences, tables and charts, for the site and for a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from inference.contracts import ReportPage, ReportPicture, ReportSection, ReportTable
from inference.report_cards.sections import heatmap_sections, unfamiliar_sections
from inference.report_cards.svg import draw
from inference.report_cards.words import interval, number, percent, percent_interval, whole


def report_page(report: Mapping[str, Any]) -> ReportPage:
    """The words, tables and charts of a report as `model_report` wrote it."""
    several = len(report["findings"]) > 1
    sections: list[ReportSection] = []
    for key, figures in report["findings"].items():
        label = report["labels"].get(key, key)
        head = f"{label}: " if several else ""
        sections += [one.under(head) for one in _finding_sections(key, label, figures)]
        sections += [one.under(head) for one in heatmap_sections(figures["heatmaps"])]
    sections += unfamiliar_sections(report["unfamiliar"])
    sections += _hard_copies(report)
    pictures = report_pictures(report)
    return ReportPage(
        model=report["model"],
        title=report["title"],
        model_sha256=report["model_sha256"],
        source=_source(report),
        caveat=report["pack"]["caveat"],
        sections=[
            replace(one, chart=one.chart | {"drawn": draw(one.chart)}) if one.chart else one
            for one in sections
        ],
        pictures=pictures,
        without_pictures=bool(report["worst"]) and not pictures,
        held_apart=report["split"] in ("test", "practice"),
    )


def report_pictures(report: Mapping[str, Any]) -> list[ReportPicture]:
    """The pictures of a report, with the words that stand under them."""
    return [_picture(report, one) for one in report["worst"] if one["picture"]]


def _source(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    pack, licence = report["pack"], report["pack"]["licence"]
    return [
        (_("Measured on"), f"{pack['title']} ({pack['key']}, {_('version')} {pack['version']})"),
        (_("Split"), report["split"]),
        (_("Cases"), str(report["n"])),
        (_("Images"), str(report["n_images"])),
        (_("Patients"), str(report["n_patients"])),
        (_("How the truth is known"), pack["truth_basis"]),
        (_("Licence of the images"), f"{licence['name']}, {licence['attribution']}"),
    ]


def _finding_sections(key: str, label: str, figures: Mapping[str, Any]) -> Iterator[ReportSection]:
    yield ReportSection(
        _("How often it is right"), _in_short(label, figures), tables=[_figures(figures), _confusion(figures)]
    )
    yield from _curves(key, figures)
    yield _reliability(key, figures)
    yield _scores(key, figures)
    groups = [
        (_("By scanner or site"), "by_acquisition"),
        (_("By difficulty"), "by_difficulty"),
    ]
    for title, name in groups:
        if figures[name]:
            yield ReportSection(
                title,
                [
                    _(
                        "A figure for all cases can hide a group in which the model does badly. Small groups have "
                        "wide intervals: where two overlap widely, the difference may be chance."
                    )
                ],
                tables=[_groups(title, figures[name])],
            )


def _in_short(label: str, figures: Mapping[str, Any]) -> list[str]:
    said = []
    if found := figures["sensitivity"]:
        said.append(
            _("Of 100 cases with the finding (%(label)s) it calls about %(n)s.")
            % {"label": label, "n": whole(100 * found["value"])}
        )
    if found := figures["specificity"]:
        said.append(
            _("Of 100 cases without it, it calls about %(n)s by mistake.")
            % {"n": whole(100 * (1 - found["value"]))}
        )
    said.append(
        _(
            "Here %(share)s of the cases have the finding: that is the prevalence. What a call is worth depends on "
            "it. Where the finding is rarer, more of the calls are false alarms, with the very same model."
        )
        % {"share": percent(figures["prevalence"])}
    )
    if figures.get("clustered"):
        said.append(
            _(
                "Several cases are of one patient (%(n)s patients) and not independent: whole patients were "
                "resampled for the intervals."
            )
            % {"n": figures["n_patients"]}
        )
    return said


def _figures(figures: Mapping[str, Any]) -> ReportTable:
    rows = [
        [_("Sensitivity: calls among those with the finding"), percent_interval(figures["sensitivity"])],
        [_("Specificity: none called among those without"), percent_interval(figures["specificity"])],
        [
            _("Right when it calls the finding, at this prevalence"),
            percent_interval(figures["right_when_called"]),
        ],
        [_("Right when it doesn't, at this prevalence"), percent_interval(figures["right_when_not_called"])],
        [_("ROC area (0.5 is chance, 1 is perfect)"), interval(figures["roc_auc"])],
        [_("Average precision (chance: the prevalence)"), number(figures["average_precision"])],
        [_("Brier score (0 is best)"), number(figures["brier"])],
        [_("Expected calibration error (0 is best)"), number(figures["ece"])],
    ]
    return ReportTable(
        _("Figures at the operating point, and over all thresholds"), [_("Figure"), _("Measured")], rows
    )


def _confusion(figures: Mapping[str, Any]) -> ReportTable:
    table = figures["confusion"]
    return ReportTable(
        _("Decisions at a probability of %(threshold)s and above")
        % {"threshold": number(figures["threshold"])},
        ["", _("Called"), _("Not called")],
        [
            [
                _("With the finding"),
                str(table["true_positive"]),
                _("%(n)s missed") % {"n": table["false_negative"]},
            ],
            [
                _("Without it"),
                _("%(n)s false alarms") % {"n": table["false_positive"]},
                str(table["true_negative"]),
            ],
        ],
    )


def _curves(key: str, figures: Mapping[str, Any]) -> Iterator[ReportSection]:
    if figures["roc"]:
        yield ReportSection(
            _("ROC curve"),
            [
                _(
                    "Each point is one threshold: how many with the finding it finds against how many without it "
                    "calls by mistake. A model that guesses lies on the diagonal; a good one bends to the top left."
                )
            ],
            chart=_chart(key, "roc", figures["roc"], _("False alarms"), _("Found")),
            tables=[
                _curve_table(_("Points of the ROC curve"), _("False alarms"), _("Found"), figures["roc"])
            ],
        )
    if figures["precision_recall"]:
        yield ReportSection(
            _("Precision and recall"),
            [
                _(
                    "How many of its calls are right (precision) against how many of all findings it finds (recall). "
                    "Unlike the ROC curve this one sinks where the finding is rare."
                )
            ],
            chart=_chart(key, "precision-recall", figures["precision_recall"], _("Recall"), _("Precision")),
            tables=[
                _curve_table(
                    _("Points of the precision–recall curve"),
                    _("Recall"),
                    _("Precision"),
                    figures["precision_recall"],
                )
            ],
        )


def _chart(key: str, kind: str, points: Sequence[Any], x: str, y: str) -> dict[str, Any]:
    return {"id": f"{kind}-{key}", "kind": kind, "points": points, "x": x, "y": y}


def _curve_table(caption: str, x: str, y: str, points: Sequence[Sequence[float]]) -> ReportTable:
    step = max(len(points) // 10, 1)
    chosen = [*points[:-1:step], points[-1]]
    return ReportTable(caption, [x, y], [[percent(a), percent(b)] for a, b in chosen], folded=True)


def _reliability(key: str, figures: Mapping[str, Any]) -> ReportSection:
    bins = [one for one in figures["reliability"] if one["observed"]]
    points = [
        [one["stated"], one["observed"]["value"], one["observed"]["low"], one["observed"]["high"]]
        for one in bins
    ]
    return ReportSection(
        _("Does a probability mean what it says?"),
        [
            _(
                "Cases with similar probabilities are put together. If the AI says 30 %, about 30 of 100 such cases "
                "should have the finding: then the point lies on the diagonal. Below it the AI claims too much."
            )
        ],
        chart=_chart(key, "reliability", points, _("Probability stated"), _("Share with the finding")),
        tables=[
            ReportTable(
                _("Stated and observed"),
                [_("Probability stated"), _("Share with the finding"), _("Cases")],
                [[percent(one["stated"]), percent_interval(one["observed"]), str(one["n"])] for one in bins],
            )
        ],
    )


def _scores(key: str, figures: Mapping[str, Any]) -> ReportSection:
    found = figures["scores"]
    rows = [
        [f"{percent(low)}–{percent(high)}", str(one), str(other)]
        for low, high, one, other in zip(
            found["edges"], found["edges"][1:], found["with"], found["without"], strict=False
        )
        if one or other
    ]
    chart = {
        "id": f"scores-{key}",
        "kind": "scores",
        "edges": found["edges"],
        "with": found["with"],
        "without": found["without"],
        "x": _("Probability"),
        "y": _("Cases"),
        "names": [_("With the finding"), _("Without it")],
    }
    return ReportSection(
        _("Probabilities it gives"),
        [_("The further the two groups lie apart, the easier any threshold is.")],
        chart=chart,
        tables=[
            ReportTable(
                _("Cases by probability"),
                [_("Probability"), _("With the finding"), _("Without it")],
                rows,
                folded=True,
            )
        ],
    )


def _groups(caption: str, groups: Sequence[Mapping[str, Any]], name: str = "group") -> ReportTable:
    return ReportTable(
        caption,
        [
            _("Changed by") if name == "copy" else _("Group"),
            _("Cases"),
            _("With the finding"),
            _("Sensitivity"),
            _("Specificity"),
            _("ROC area"),
        ],
        [
            [
                str(one[name]),
                str(one["n"]),
                str(one["n_positive"]),
                percent_interval(one["sensitivity"]),
                percent_interval(one["specificity"]),
                interval(one["roc_auc"]),
            ]
            for one in groups
        ],
    )


def _hard_copies(report: Mapping[str, Any]) -> list[ReportSection]:
    return [
        ReportSection(
            _("The same films as another place would deliver them"),
            [
                _(
                    "Every film was changed as another machine, archive or hand might change it, and read again. "
                    "A finding a reader would still see should still be found."
                )
            ],
            tables=[_groups(report["labels"].get(key, key), rows, name="copy")],
        )
        for key, rows in (report["hard_copies"] or {}).items()
    ]


def _picture(report: Mapping[str, Any], one: Mapping[str, Any]) -> ReportPicture:
    label = report["labels"].get(one["finding"], one["finding"])
    miss = one["kind"] == "miss"
    words = {"label": label, "share": percent(one["probability"])}
    width, height = one["size"]
    return ReportPicture(
        name=one["picture"],
        title=", ".join([*(name.replace("-", " ") for name in one["concepts"]), one["difficulty"]]).strip(
            ", "
        ),
        sentence=(
            _("Missed: the finding is there. The AI's probability (%(label)s): %(share)s.") % words
            if miss
            else _("False alarm: nothing of the kind is there. The AI's probability (%(label)s): %(share)s.")
            % words
        ),
        width=width,
        height=height,
        sha256s=frozenset(one["case_sha256"]) | {one["pixel_sha256"]},
        miss=miss,
    )
