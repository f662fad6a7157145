"""The parts of a report's page about heatmaps, and about images that don't belong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from inference.contracts import METHOD_NAMES, ReportSection, ReportTable
from inference.report_cards.words import interval, number, percent, percent_interval


def heatmap_sections(methods: Mapping[str, Any]) -> Iterator[ReportSection]:
    """One section a method: its place, what it says of the network, and the random-weights check."""
    for method, figures in methods.items():
        tables = []
        if figures["place"]:
            tables.append(_pointing(figures["place"]))
        if figures["place"] or figures["faithfulness"]:
            tables.append(_shares(figures))
        if figures["randomisation"]:
            tables.append(_random(figures["randomisation"]))
        if tables:
            yield ReportSection(
                _("Heatmaps by %(method)s") % {"method": METHOD_NAMES.get(method, method)},
                list(_explained(figures)),
                tables=tables,
            )


def _explained(figures: Mapping[str, Any]) -> Iterator[str]:
    yield _(
        "Each figure stands beside a baseline: what a blob in the middle of the picture would get, which never "
        "looked at it. Where findings often lie near the middle, a map that always points there would look good, so "
        "a map has to beat the blob. The gain is a real one where its whole interval lies above 0."
    )
    if figures["place"]:
        yield _(
            "Pointing game: does the map's highest point lie in the finding? It is asked on the image that the AI "
            "judged by, so a peak on the wrong view or slice is a miss."
        )
    else:
        yield _("These images have no outlined findings, so whether a map points at one can't be measured.")
    if figures["faithfulness"]:
        yield _(
            "Deletion takes the film away, the map's strongest places first: if they matter, the probability falls "
            "fast and the area is small. Insertion gives them back: the area is large. On %(n)s images."
        ) % {"n": figures["faithfulness"]["n"]}
    if found := figures["randomisation"]:
        passed = (
            _("It passes: the maps change.") if found["passes"] else _("It fails: the maps hardly change.")
        )
        yield (
            _(
                "Random weights: the network is made to forget, layer by layer from its answer downwards. A map that "
                "stays the same never showed what was learned. On %(n)s images the mean rank correlation of the maps "
                "before and after is %(mean)s; below %(limit)s passes."
            )
            % {
                "n": found["n"],
                "mean": number(found["mean"]),
                "limit": found["passes_below"],
            }
            + " "
            + passed
        )


def _pointing(place: Mapping[str, Any]) -> ReportTable:
    rows = []
    for name, title in (
        ("of_detected", _("Of the cases it called")),
        ("of_all", _("Of all cases with the finding")),
    ):
        one = place[name]
        rows.append(
            [
                title,
                str(one["n"]),
                percent_interval(one["map"]),
                percent_interval(one["blob"]),
                percent_interval(one["image_centre"]),
                percent_interval(one["gain"]),
            ]
        )
    return ReportTable(
        _("Pointing game"),
        [
            _("Which"),
            _("Cases"),
            _("Map"),
            _("Centred blob"),
            _("Middle of the image"),
            _("Gain over the centred blob"),
        ],
        rows,
    )


def _shares(figures: Mapping[str, Any]) -> ReportTable:
    rows = []
    if place := figures["place"]:
        level = percent(figures["level"])
        rows += [
            _paired(_("Peak inside, on every image with the finding"), place["pointing_on_images"]),
            _paired(_("Energy: share of the map inside the finding"), place["energy"]),
            _paired(
                _("Overlap (IoU) of the finding and the map above %(level)s of its peak") % {"level": level},
                place["iou"],
            ),
        ]
    if found := figures["faithfulness"]:
        rows += [
            _paired(_("Deletion area (low is good)"), found["deletion"]),
            _paired(_("Insertion area (high is good)"), found["insertion"]),
        ]
    head = [_("Figure"), _("Map"), _("Centred blob"), _("Gain over the centred blob")]
    return ReportTable(_("Beside the centred blob"), head, rows)


def _paired(title: str, one: Mapping[str, Any]) -> list[str]:
    return [title, interval(one["map"]), interval(one["blob"]), interval(one["gain"])]


def _random(found: Mapping[str, Any]) -> ReportTable:
    return ReportTable(
        _("Maps against those of a network with random weights"),
        [_("Random down to"), _("Mean rank correlation"), _("Constant maps, counted as failures")],
        [[one["layers"], number(one["spearman"]), percent(one["constant"])] for one in found["stages"]]
        + [[_("For comparison: the centred blob"), number(found["blob"]), "–"]],
        folded=True,
    )


def unfamiliar_sections(found: Mapping[str, Any] | None) -> list[ReportSection]:
    """How often images that don't belong are flagged; a sentence for a model that has no such guard."""
    title = _("Images that don't belong")
    if found is None:
        return [
            ReportSection(
                title, [_("This model has no guard: it answers to any picture, whatever it shows.")]
            )
        ]
    own = ReportTable(
        _("Its own kind of images"),
        [_("What"), _("Measured")],
        [
            [_("Flagged as unfamiliar"), percent_interval(found["flagged"])],
            [_("Declined"), percent_interval(found["declined"])],
            [_("Wrong, of those flagged"), percent_interval(found["wrong_among_flagged"])],
            [_("Wrong, of those not flagged"), percent_interval(found["wrong_among_unflagged"])],
        ],
    )
    far = [*found["far"], found["far_together"]]
    head = [_("What"), _("Number"), _("Flagged"), _("ROC area of the score")]
    return [
        ReportSection(
            title,
            [
                _(
                    "The model compares each image with those it learned from and flags what is unlike them. Far are "
                    "things that aren't such images at all; near are such images turned, inverted or cut, or from "
                    "another place, which are harder to notice. Not being flagged doesn't mean that its answer is "
                    "right: compare the shares wrong."
                )
            ],
            tables=[
                own,
                ReportTable(_("Far"), head, [_strange(one) for one in far]),
                ReportTable(
                    _("Near"),
                    [*head, _("Wrong")],
                    [[*_strange(one), percent_interval(one["wrong"])] for one in found["near"]],
                ),
            ],
        )
    ]


def _strange(one: Mapping[str, Any]) -> list[str]:
    return [one["what"], str(one["n"]), percent_interval(one["flagged"]), interval(one["score_roc_auc"])]
