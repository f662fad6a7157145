"""Progress over the API: the caller's own figures, of first exposures."""

from __future__ import annotations

from quiz.models import CaseSet, User
from tests.quiz.api.calls import Api
from tests.quiz.builders import advance, opened_read


def test_nothing_read_gives_zeros(api: Api) -> None:
    body = api.get("/progress").json()
    share = {"k": 0, "n": 0, "interval": None}
    assert body["overall"] == {"name": "all", "reads": 0, "first": share, "final": share, "ai": share}
    assert (body["by_day"], body["by_set"], body["repeats"]) == ([], [], 0)
    assert set(body["agreement"].values()) == {0}


def test_figures_are_the_callers_own(api: Api, learner: User, other: User, case_set: CaseSet) -> None:
    for _ in range(4):
        advance(opened_read(learner, case_set), "truth_shown", first=True, final=False)
    advance(opened_read(other, case_set), "truth_shown")
    body = api.get("/progress").json()
    assert body["overall"]["reads"] == 4
    assert [body["overall"][name]["k"] for name in ("first", "final", "ai")] == [2, 2, 2]
    assert [row["name"] for row in body["by_set"]] == ["Lungs"]
    assert body["agreement"] == {"both_right": 2, "you_only": 0, "ai_only": 0, "both_wrong": 2, "n": 4}
    assert Api(other).get("/progress").json()["overall"]["reads"] == 1


def test_repeats_are_counted_apart(api: Api, learner: User, case_set: CaseSet) -> None:
    for _ in range(6):
        advance(opened_read(learner, case_set), "truth_shown")
    body = api.get("/progress").json()
    assert (body["overall"]["reads"], body["repeats"]) == (4, 2)


def test_intervals_come_with_enough_reads(api: Api, learner: User, case_set: CaseSet) -> None:
    assert api.get("/progress").json()["overall"]["first"]["interval"] is None


def test_what_the_page_shows_is_here_too(api: Api, learner: User, case_set: CaseSet) -> None:
    for _ in range(4):
        advance(opened_read(learner, case_set), "truth_shown", first=True, final=False)
    body = api.get("/progress").json()
    (finding,) = body["findings"]
    assert (finding["name"], finding["scale"]["simulated"], finding["reads"]) == ("Pneumonia", False, 4)
    assert [voice["who"] for voice in finding["voices"]] == ["first", "final", "ai"]
    assert finding["voices"][0]["sensitivity"] == {"k": 2, "n": 2, "interval": None}
    assert body["calibration"] is None
    assert body["reliance"]["rair"] == {"k": 0, "n": 0, "interval": None}
    assert len(body["reviews"]) == 14
    assert body["streak"]["longest"] == 1
    assert (body["show_rating"], body["ratings"], body["earned"]) == (True, [], [])
