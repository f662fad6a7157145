"""A case's figures in words, for its author."""

from __future__ import annotations

from django.utils.translation import gettext as _

from quiz.models import Case, CaseStatistic


def figures_of_case(case: Case) -> CaseStatistic | None:
    """Return a case's stored figures, or None where nobody's first opinion has been counted."""
    try:
        return case.statistic
    except CaseStatistic.DoesNotExist:
        return None


def case_sentence(figures: CaseStatistic) -> str:
    """Return the figures in sentences: share right, difficulty, discrimination, and what was answered."""
    said = [
        _("%(right)d of %(reads)d first opinions were right.")
        % {"right": figures.right, "reads": figures.reads}
    ]
    if figures.difficulty is not None:
        said.append(
            _("Difficulty %(difficulty).1f logits; 0 is a middling case, above 0 is harder.")
            % {"difficulty": figures.difficulty}
        )
    if figures.discrimination is not None:
        said.append(
            _("Discrimination %(discrimination).2f: below 0, better readers do worse here.")
            % {"discrimination": figures.discrimination}
        )
    answers = sorted(figures.answers.items(), key=lambda pair: (-pair[1], pair[0]))
    said.append(
        _("Answers: %(answers)s.")
        % {"answers": ", ".join(f"{name or _('normal')} {count}" for name, count in answers)}
    )
    if figures.flagged:
        said.append(_("The best readers get this case wrong: look at its key and its images."))
    return " ".join(said)
