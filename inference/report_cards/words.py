"""How the numbers of a report's page are written."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _


def number(value: float | None) -> str:
    """Three digits; a dash where the data don't define it."""
    return "–" if value is None else f"{value:.3f}"


def whole(value: float) -> str:
    """To the nearest whole number."""
    return f"{value:.0f}"


def percent(value: float | None) -> str:
    """A share 0 … 1 in per cent."""
    return "–" if value is None else f"{100 * value:.0f} %"


def interval(found: Mapping[str, float] | None) -> str:
    """A value with its 95 % interval in brackets."""
    if not found:
        return "–"
    return _("%(value)s (%(low)s to %(high)s)") % {
        name: number(found[name]) for name in ("value", "low", "high")
    }


def percent_interval(found: Mapping[str, float] | None) -> str:
    """A share with its 95 % interval in brackets, in per cent."""
    if not found:
        return "–"
    shown = {name: f"{100 * found[name]:.1f}" for name in ("value", "low", "high")}
    return _("%(value)s %% (%(low)s to %(high)s)") % shown
