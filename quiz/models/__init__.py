"""The tables of the quiz, one file per noun."""

from quiz.models.answer_keys import AnswerKey, KeyRegion
from quiz.models.case_sets import CaseSet, CaseSetEntry
from quiz.models.cases import Case, Finding, Pack
from quiz.models.heatmap_grades import HeatmapGrade
from quiz.models.images import Image
from quiz.models.learners import Exposure, User
from quiz.models.opinions import Opinion, OpinionAnswer, OpinionMark
from quiz.models.reads import Read, ReadAI, ReadOutcome, Sitting

__all__ = [
    "AnswerKey",
    "Case",
    "CaseSet",
    "CaseSetEntry",
    "Exposure",
    "Finding",
    "HeatmapGrade",
    "Image",
    "KeyRegion",
    "Opinion",
    "OpinionAnswer",
    "OpinionMark",
    "Pack",
    "Read",
    "ReadAI",
    "ReadOutcome",
    "Sitting",
    "User",
]
