"""The tables of the quiz, one file per noun."""

from quiz.models.activity import Achievement, CaseStatistic, DailyActivity, Streak, Tally
from quiz.models.answer_keys import AnswerKey, KeyRegion
from quiz.models.case_sets import CaseSet, CaseSetEntry
from quiz.models.cases import Case, Finding, Pack
from quiz.models.heatmap_grades import HeatmapGrade
from quiz.models.images import Image
from quiz.models.learners import Exposure, User
from quiz.models.modes import DailyCase, ExamAllowance, WithdrawalDraw
from quiz.models.notes import Bookmark, FaultReport
from quiz.models.opinions import Opinion, OpinionAnswer, OpinionMark
from quiz.models.ratings import LearnerRating, ModelGame, PeriodChange, RatedPlayer, RatingEvent, RatingPeriod
from quiz.models.reads import Read, ReadAI, ReadOutcome, Sitting
from quiz.models.reviews import DayOff, ReviewCard, ReviewEvent

__all__ = [
    "Achievement",
    "AnswerKey",
    "Bookmark",
    "Case",
    "CaseSet",
    "CaseSetEntry",
    "CaseStatistic",
    "DailyActivity",
    "DailyCase",
    "DayOff",
    "ExamAllowance",
    "Exposure",
    "FaultReport",
    "Finding",
    "HeatmapGrade",
    "Image",
    "KeyRegion",
    "LearnerRating",
    "ModelGame",
    "Opinion",
    "OpinionAnswer",
    "OpinionMark",
    "Pack",
    "PeriodChange",
    "RatedPlayer",
    "RatingEvent",
    "RatingPeriod",
    "Read",
    "ReadAI",
    "ReadOutcome",
    "ReviewCard",
    "ReviewEvent",
    "Sitting",
    "Streak",
    "Tally",
    "User",
    "WithdrawalDraw",
]
