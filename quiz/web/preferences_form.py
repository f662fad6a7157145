"""The form for what an account's owner prefers: appearance, time zone, rating, the board of the daily case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quiz.domain.time_zones import UTC_NAME, place_of, time_zones
from quiz.models import User

THEMES = (("", _("As on this device")), ("light", _("Light")), ("dark", _("Dark")))


def zone_choices(current: str) -> list[tuple[str, Any]]:
    """Return the time zones grouped by area, with the account's own among them whatever it is called."""
    areas = time_zones()
    first = [(UTC_NAME, UTC_NAME)]
    if current != UTC_NAME and not any(current in names for names in areas.values()):
        first.append((current, current))
    return [*first, *((area, [(name, place_of(name)) for name in names]) for area, names in areas.items())]


class PreferencesForm(forms.Form):
    """What `set_preferences` takes, checked field by field."""

    theme = forms.ChoiceField(choices=THEMES, required=False)
    time_zone = forms.ChoiceField(widget=forms.Select(attrs={"aria-describedby": "time-zone-help"}))
    show_rating = forms.BooleanField(required=False)
    board_name = forms.CharField(
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "aria-describedby": "board-name-help"}),
    )

    def __init__(self, learner: User, data: Any = None) -> None:
        """Bind the posted `data`, or show what the account has now."""
        names = ("theme", "time_zone", "show_rating", "board_name")
        super().__init__(data, initial={name: getattr(learner, name) for name in names})
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = zone_choices(learner.time_zone)
