"""Learners who read at random, through the services: every flow and mode, with and without an AI opinion."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from quiz.domain.modes import Mode
from quiz.domain.opinions import BANDS, Answer, Mark, ReaderOpinion
from quiz.domain.read_flow import Flow
from quiz.models import AnswerKey, Case, CaseSet, Image, Read, Sitting, User
from quiz.services import reads
from quiz.services.answer_keys import KeyContent, correct_key
from radiology.packs import FindingDef, Question
from tests.conftest import NOW
from tests.quiz import builders

PLACES = (
    (Mode.PRACTICE, Flow.READ_FIRST),
    (Mode.RATED, Flow.READ_FIRST),
    (Mode.RATED, Flow.UNAIDED),
    (Mode.REVIEW, Flow.READ_FIRST),
    (Mode.MISSES, Flow.UNAIDED),
    (Mode.DUEL, Flow.UNAIDED),
    (Mode.AI_FIRST, Flow.AI_FIRST),
)


@dataclass
class World:
    """Two published sets, one detection with places and one simulated with two findings, and who reads them."""

    instructor: User
    sets: list[CaseSet]
    rng: random.Random
    learners: list[User] = field(default_factory=list)
    now: datetime = NOW
    played: int = 0

    def play(self, count: int) -> None:
        """Finish at least `count` reads, a sitting at a time."""
        goal = self.played + count
        while self.played < goal:
            self.now += timedelta(minutes=self.rng.choice([7, 40, 60 * 11, 60 * 30]))
            self.sit(self.rng.choice(self.learners))

    def sit(self, learner: User) -> None:
        """Play one sitting of up to five cases."""
        case_set = self.rng.choice(self.sets)
        mode, flow = self.rng.choice(PLACES)
        sitting = sitting_of(learner, case_set, mode=mode, flow=flow, now=self.now)
        cases = self.rng.sample(list(case_set.cases.all()), 5)
        rows = [row.pk for row in reserved(sitting, cases)]
        for pk in rows:
            read = Read.objects.select_related("sitting__case_set", "case__pack", "learner").get(pk=pk)
            self.read(read)
            self.played += 1
        Sitting.objects.filter(pk=sitting.pk).update(state=Sitting.State.FINISHED)

    def read(self, read: Read) -> None:
        """Play one read to its truth; the last step is sometimes asked for twice."""
        self.now += timedelta(seconds=self.rng.randrange(20, 200))
        flow = read.sitting.flow
        reads.open_read(read=read, now=self.now)
        steps = [] if flow == Flow.AI_FIRST else ["first"]
        steps += ["final"] if flow in (Flow.READ_FIRST, Flow.AI_FIRST) else []
        for kind in steps:
            self.now += timedelta(seconds=self.rng.randrange(3, 60))
            if kind == "final":
                reads.reveal_ai(read=read, now=self.now)
            store = reads.commit_opinion if kind == "first" else reads.finalise_read
            store(read=read, opinion=self.opinion(read), seconds=None, idempotency_key=kind, now=self.now)
        for _ in range(self.rng.choice([1, 1, 2])):
            reads.reveal_truth(read=read, now=self.now)

    def opinion(self, read: Read) -> ReaderOpinion:
        """Any valid opinion: one in twelve can't tell."""
        if self.rng.random() < 1 / 12:
            return ReaderOpinion((), cannot_tell=True)
        answers = tuple(
            Answer(finding.key, self.rng.random() < 0.5, self.rng.choice(BANDS).value)
            for finding in read.case.pack.findings.all()
        )
        images = list(read.case.images.all())
        marks = tuple(
            Mark(
                str(image.public_id),
                answer.finding,
                self.rng.uniform(0, image.width),
                self.rng.uniform(0, image.height),
            )
            for answer in answers
            if answer.present and read.case.pack.localise
            for image in self.rng.choices(images, k=self.rng.randrange(3))
        )
        return ReaderOpinion(answers, marks)

    def correct(self) -> Case:
        """Turn the truth of some case round, and return it."""
        case = self.rng.choice(list(self.rng.choice(self.sets).cases.select_related("pack")))
        key = AnswerKey.objects.get(case=case, is_current=True)
        findings = () if key.findings else (case.pack.findings.first().key,)  # type: ignore[union-attr]
        content = KeyContent(findings=findings, truth_basis="again", concepts=("vessel", *findings))
        correct_key(case=case, content=content, author=self.instructor, note="x", now=self.now)
        return case


def world(folder: Path, *, seed: int, cases: int = 14, learners: int = 3) -> World:
    """Import two packs with AI opinions (some declined, some missing) and make the learners."""
    rng = random.Random(seed)
    instructor = builders.user("instructor", is_staff=True)
    findings = (FindingDef("pneumonia", "Pneumonia"), FindingDef("mass", "Mass"))
    packs = [
        {"key": "lungs", "findings": findings[:1]},
        {
            "key": "chests",
            "findings": findings,
            "simulated": True,
            "question": Question("What is there?", "multi-label", False),
        },
    ]
    sets = []
    for number, changes in enumerate(packs):
        rows = [
            builders.case(
                n + 100 * number,
                present=n % 2 == 0,
                concepts=[rng.choice(["pneumonia", "vessel", "rib"]), "film"],
            )
            for n in range(cases)
        ]
        report = builders.imported(folder / str(number), owner=instructor, cases=rows, **changes)
        sets.append(CaseSet.objects.get(slug=report.case_set))
    for image in Image.objects.order_by("pk"):
        if rng.random() < 0.85:
            builders.ai_opinion(image, round(rng.random(), 4), declined=rng.random() < 0.1)
    zones = ["UTC", "Asia/Tokyo", "America/Los_Angeles"]
    people = [builders.user(f"learner-{n}", time_zone=zones[n % 3]) for n in range(learners)]
    return World(instructor, sets, rng, people)


def sitting_of(
    learner: User, case_set: CaseSet, *, mode: str = Mode.RATED, flow: str = Flow.UNAIDED, now: datetime = NOW
) -> Sitting:
    """A sitting without a choice of cases: `reserved` gives it its reads."""
    return Sitting.objects.create(
        learner=learner,
        case_set=case_set,
        mode=mode,
        flow=flow,
        model_key=case_set.model_key,
        max_marks=case_set.max_marks,
        mark_radius_px=case_set.mark_radius_px,
        started_at=now,
    )


def reserved(sitting: Sitting, cases: list[Case]) -> list[Read]:
    """Reads of these cases, in their order."""
    return [
        Read.objects.create(sitting=sitting, learner=sitting.learner, case=case, position=place)
        for place, case in enumerate(cases, start=1)
    ]
