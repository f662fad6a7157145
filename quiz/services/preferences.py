"""What a learner chooses about their own pages."""

from __future__ import annotations

from quiz.models import User


def choose_rating_shown(*, learner: User, shown: bool) -> None:
    """Show the learner's rating to them, or hide it; it goes on being kept."""
    User.objects.filter(pk=learner.pk).update(show_rating=shown)
