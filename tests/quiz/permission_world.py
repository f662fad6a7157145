"""Two of everything, side by side: sets, owners, learners and their reads, for the permission matrix."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from rest_framework.throttling import UserRateThrottle

from inference.models import Heatmap
from quiz.models import AnswerKey, Case, CaseSet, FaultReport, Image, KeyRegion, Pack, Read, Sitting, User
from quiz.services.notes import report_fault
from tests.conftest import NOW
from tests.quiz import builders

PEOPLE = ("anonymous", "learner", "other", "guest", "owner", "stranger", "admin")


def no_throttle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test ask more than a person would in a minute."""
    monkeypatch.setattr(UserRateThrottle, "allow_request", lambda *args: True)


@dataclass(frozen=True)
class Side:
    """One of the two parallel worlds: a set, its owner, and a learner with a finished and an opened read."""

    case_set: CaseSet
    pack: Pack
    finished: Read
    opened: Read
    sitting: Sitting

    @property
    def case(self) -> Case:
        """The case of the finished read."""
        return self.finished.case

    @property
    def key(self) -> AnswerKey:
        """Its answer key."""
        return AnswerKey.objects.get(case=self.case)

    @property
    def image(self) -> Image:
        """Its image."""
        return self.case.images.get()

    @property
    def unseen_image(self) -> Image:
        """The image of a draft case, which nobody has a read of."""
        return Image.objects.filter(case__pack=self.pack).exclude(case__reads__isnull=False)[0]

    def heatmap(self, read: Read) -> Heatmap:
        """The heatmap of a read's case."""
        return Heatmap.objects.get(opinion__image_sha256=read.case.images.get().sha256)

    @property
    def fault(self) -> FaultReport:
        """What the learner reported of the finished case."""
        return FaultReport.objects.get(case=self.case)

    @property
    def region(self) -> KeyRegion:
        """A mask of the finished read's key."""
        return self.key.regions.get(shape="mask")


@dataclass(frozen=True)
class World:
    """Everybody, and both sides."""

    people: dict[str, User | None]
    mine: Side
    theirs: Side


def build_world(folder: Path) -> World:
    """`learner` reads `owner`'s set (mine); `other` reads `stranger`'s set (theirs)."""
    people: dict[str, User | None] = {
        "anonymous": None,
        "learner": builders.user("learner"),
        "other": builders.user("other"),
        "guest": builders.user("guest-1", is_guest=True),
        "owner": builders.user("owner", is_staff=True),
        "stranger": builders.user("stranger", is_staff=True),
        "admin": builders.user("admin", is_staff=True, is_superuser=True),
    }
    return World(
        people,
        _side(folder, "mine", people["owner"], people["learner"]),
        _side(folder, "theirs", people["stranger"], people["other"]),
    )


def _side(folder: Path, name: str, owner: User | None, learner: User | None) -> Side:
    assert owner and learner
    mask = np.zeros((builders.SIZE, builders.SIZE), dtype=bool)
    mask[10:20, 10:20] = True
    seed = 100 * (1 + (name == "mine"))
    cases = [
        builders.case(
            n,
            present=True,
            series=[builders.WriteSeries([builders.frame(seed + n)], view="AP")],
            regions=[builders.WriteRegion(0, 0, "pneumonia", "mask", mask=mask)],
        )
        for n in range(3)
    ]
    (folder / name).mkdir()
    report = builders.imported(folder / name, owner=owner, cases=cases, key=name, title=f"Set {name}")
    case_set = CaseSet.objects.get(slug=report.case_set)
    builders.ai_for_all(case_set)
    last = case_set.entries.order_by("-position").first()
    assert last is not None
    Case.objects.filter(pk=last.case_id).update(status=Case.Status.HELD)
    finished = builders.advance(builders.opened_read(learner, case_set), "truth_shown")
    report_fault(read=finished, kind="image", text=f"A fold, {name}.", now=NOW)
    opened = builders.opened_read(learner, case_set)
    return Side(case_set, Pack.objects.get(key=name), finished, opened, finished.sitting)
