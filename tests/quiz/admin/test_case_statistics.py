"""Authors see how learners do at their cases; those that the best readers get wrong come first."""

from __future__ import annotations

from quiz.models import Case, CaseSet, CaseStatistic, User
from tests.conftest import NOW
from tests.quiz.browsers import signed_in


def test_flagged_cases_come_first_with_their_figures(instructor: User, case_set: CaseSet) -> None:
    last = Case.objects.order_by("source_id").last()
    assert last is not None
    CaseStatistic.objects.create(
        case=last,
        reads=12,
        right=3,
        discrimination=-0.2,
        difficulty=1.4,
        answers={"": 9, "pneumonia": 3},
        flagged=True,
        computed_at=NOW,
    )
    browser = signed_in(instructor)
    listed = browser.get("/admin/quiz/case/").content.decode()
    assert listed.index(last.source_id) < listed.index("case-0")
    assert "3/12" in listed
    page = browser.get(f"/admin/quiz/case/{last.pk}/change/").content.decode()
    assert "3 of 12 first opinions were right" in page
    assert "normal 9, pneumonia 3" in page
    assert "The best readers get this case wrong" in page
    assert "3/12, to look at" in browser.get(f"/admin/quiz/caseset/{case_set.pk}/change/").content.decode()


def test_a_case_nobody_read_says_so(instructor: User, case_set: CaseSet) -> None:
    page = signed_in(instructor).get(f"/admin/quiz/case/{Case.objects.all()[0].pk}/change/").content.decode()
    assert "Nobody&#x27;s first opinion has been counted yet" in page
