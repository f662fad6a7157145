"""Texts of a pack: what may be shown and stored, and lists with `;` between their parts."""

from __future__ import annotations

import unicodedata


def check_text(text: str, *, longest: int) -> str | None:
    """Why the text can't be taken ("is longer than …"), or None. Line breaks and tabs are fine."""
    if len(text) > longest:
        return f"is longer than {longest} characters"
    # NUL can't be stored by PostgreSQL, and other control characters can't be seen by anyone.
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in set(text) - set("\n\r\t")):
        return "holds control characters"
    return None


def split_list(text: str) -> tuple[str, ...]:
    """The parts between `;`, without the space around them; none for an empty text."""
    return tuple(part.strip() for part in text.split(";")) if text.strip() else ()
