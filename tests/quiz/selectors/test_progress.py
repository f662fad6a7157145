"""Progress figures: first exposures only, learner's own days, intervals only with enough reads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from quiz.domain.shares import MINIMUM_READS
from quiz.models import CaseSet, User
from quiz.selectors.progress import Agreement, progress_of
from quiz.selectors.progress_words import agreement_sentence
from quiz.selectors.sittings import scores, summary_rows
from tests.quiz.builders import advance, ai_for_all, case, imported, opened_read


def test_nothing_read_gives_empty_figures(learner: User) -> None:
    progress = progress_of(learner)
    assert progress.overall.reads == 0
    assert progress.overall.first.percent is None
    assert progress.agreement.n == 0


def test_counts_match_the_reads(learner: User, case_set: CaseSet) -> None:
    for _ in range(4):
        advance(opened_read(learner, case_set), "truth_shown", first=True, final=False)
    progress = progress_of(learner)
    assert (progress.overall.first.k, progress.overall.final.k, progress.overall.ai.k) == (2, 2, 2)
    assert (progress.agreement.both_right, progress.agreement.both_wrong) == (2, 2)
    assert progress.overall.first.interval is None
    assert [row.name for row in progress.by_set] == ["Lungs"]


def test_repeats_are_left_out(learner: User, case_set: CaseSet) -> None:
    for _ in range(5):
        advance(opened_read(learner, case_set), "truth_shown")
    progress = progress_of(learner)
    assert (progress.overall.reads, progress.repeats) == (4, 1)


def test_intervals_from_the_minimum_on(learner: User, tmp_path: Path) -> None:
    cases = [case(n, present=n % 2 == 0) for n in range(MINIMUM_READS)]
    case_set = CaseSet.objects.get(slug=imported(tmp_path, cases=cases).case_set)
    ai_for_all(case_set)
    for _ in range(MINIMUM_READS):
        advance(opened_read(learner, case_set), "truth_shown")
    interval = progress_of(learner).overall.first.interval
    assert interval is not None
    assert 0 < interval.low < interval.value == 0.5 < interval.high < 1


def test_days_are_the_learners_own(learner: User, case_set: CaseSet) -> None:
    learner.time_zone = "Pacific/Auckland"
    learner.save()
    evening = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
    advance(opened_read(learner, case_set, now=evening), "truth_shown", now=evening)
    assert [row.name for row in progress_of(learner).by_day] == ["2026-03-02"]


def test_others_reads_do_not_count(learner: User, other: User, case_set: CaseSet) -> None:
    advance(opened_read(other, case_set), "truth_shown")
    assert progress_of(learner).overall.reads == 0


def test_summary_scores_add_up(learner: User, case_set: CaseSet) -> None:
    for _ in range(3):
        read = advance(opened_read(learner, case_set), "truth_shown", first=True, final=False)
    rows = summary_rows(read.sitting)
    total = scores(rows)
    assert total.n == total.n_first == total.n_final == total.n_ai == 3
    assert total.learner_first + total.learner_final == 3
    assert total.points_first == sum(row.points_first or 0 for row in rows)


def test_few_reads_say_nothing_of_who_is_better() -> None:
    few, enough = Agreement(0, 1, 0, MINIMUM_READS - 2), Agreement(2, 4, 1, MINIMUM_READS)
    assert agreement_sentence(few, 1.0).startswith("Not enough reads yet: 1 more case")
    assert "in 4 cases against 1" in agreement_sentence(enough, 0.38)
    assert "about 38 times in 100" in agreement_sentence(enough, 0.38)
    assert "equally often" in agreement_sentence(Agreement(8, 2, 2, 0), 1.0)
