"""The caller's progress figures."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quiz.permissions import signed_in
from quiz.selectors.portrait_words import remarks
from quiz.selectors.progress import progress_of
from quiz.selectors.progress_figures import figures_of
from quiz.selectors.progress_record import calendar_of, earned_by, ratings_of
from quiz.selectors.progress_words import reliance_sentences
from quiz.selectors.reviews import days_ahead


class IntervalSerializer(serializers.Serializer[Any]):
    """A share with its 95 % Wilson interval, each 0 to 1."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class ShareSerializer(serializers.Serializer[Any]):
    """k right of n; `interval` is null below the minimum number of reads."""

    k = serializers.IntegerField()
    n = serializers.IntegerField()
    interval = IntervalSerializer(allow_null=True)


class ProgressRowSerializer(serializers.Serializer[Any]):
    """Right at first opinion, at final opinion, and the AI, over a group of reads."""

    name = serializers.CharField()
    reads = serializers.IntegerField()
    first = ShareSerializer()
    final = ShareSerializer()
    ai = ShareSerializer()


class AgreementSerializer(serializers.Serializer[Any]):
    """First opinion against the AI, over reads where both are scored."""

    both_right = serializers.IntegerField()
    you_only = serializers.IntegerField()
    ai_only = serializers.IntegerField()
    both_wrong = serializers.IntegerField()
    n = serializers.IntegerField()


class ScaleSerializer(serializers.Serializer[Any]):
    """A modality, simulated or real; simulated and real cases never share figures or a rating."""

    key = serializers.CharField()
    modality = serializers.CharField()
    simulated = serializers.BooleanField()


class VoiceSerializer(serializers.Serializer[Any]):
    """Sensitivity and specificity of the first opinion, the final one, or the AI; `area` is a ROC area or null."""

    who = serializers.ChoiceField(["first", "final", "ai"])
    sensitivity = ShareSerializer()
    specificity = ShareSerializer()
    area = IntervalSerializer(allow_null=True)


class PlacesSerializer(serializers.Serializer[Any]):
    """Lesions that took a mark, marks beside any per image, and the wAFROC figure of merit (null: not defined yet)."""

    lesions = ShareSerializer()
    misplaced_per_image = serializers.FloatField()
    wafroc = serializers.FloatField(allow_null=True)


class FindingFiguresSerializer(serializers.Serializer[Any]):
    """One finding of one scale; `kappa_ai` is Cohen's kappa of first opinion and AI."""

    scale = ScaleSerializer()
    key = serializers.CharField()
    name = serializers.CharField(source="label")
    reads = serializers.IntegerField()
    voices = VoiceSerializer(many=True)
    kappa_ai = serializers.FloatField(allow_null=True)
    places = PlacesSerializer(allow_null=True)


class BinSerializer(serializers.Serializer[Any]):
    """Answers of one stated certainty, and the share of them that was right."""

    n = serializers.IntegerField()
    stated = serializers.FloatField()
    observed = IntervalSerializer()


class CalibrationSerializer(serializers.Serializer[Any]):
    """A reliability diagram of first opinions; `overconfidence` is mean certainty minus share right, −1 to 1."""

    n = serializers.IntegerField()
    overconfidence = serializers.FloatField()
    brier = serializers.FloatField(source="parts.score")
    bins = BinSerializer(many=True)


class RelianceSerializer(serializers.Serializer[Any]):
    """RAIR and RSR, always a pair; `elsewhere` counts reads that ended at neither answer."""

    rair = ShareSerializer()
    rsr = ShareSerializer()
    elsewhere = serializers.IntegerField()
    sentences = serializers.ListField(child=serializers.CharField())


class RemarkSerializer(serializers.Serializer[Any]):
    """A habit that the figures show, in words."""

    habit = serializers.CharField()
    title = serializers.CharField()
    counted = serializers.CharField()
    advice = serializers.CharField()


class RatingSerializer(serializers.Serializer[Any]):
    """A Glicko-2 rating on one scale."""

    scale = serializers.CharField()
    rating = serializers.FloatField()
    deviation = serializers.FloatField()
    games = serializers.IntegerField()


class DueSerializer(serializers.Serializer[Any]):
    """Reviews that fall on one of the caller's own days."""

    day = serializers.DateField()
    reviews = serializers.IntegerField()
    off = serializers.BooleanField()


class DaySerializer(serializers.Serializer[Any]):
    """One of the caller's own days with reads on it."""

    day = serializers.DateField()
    reads = serializers.IntegerField()
    minutes = serializers.IntegerField()
    points = serializers.IntegerField()


class StreakSerializer(serializers.Serializer[Any]):
    """Days of reading in a row; rest days don't count, and don't break it."""

    current = serializers.IntegerField()
    longest = serializers.IntegerField()
    rest_days = serializers.IntegerField()


class EarnedSerializer(serializers.Serializer[Any]):
    """An achievement; `read` is empty where that read is gone."""

    award = serializers.CharField()
    read = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class ProgressSerializer(serializers.Serializer[Any]):
    """All figures, of first exposures only; days are the caller's own.

    `calibration` is null before 20 answers. `ratings` is empty where the caller hides theirs (`show_rating`).
    `activity` holds the last half year.
    """

    overall = ProgressRowSerializer()
    by_day = ProgressRowSerializer(many=True)
    by_set = ProgressRowSerializer(many=True)
    agreement = AgreementSerializer()
    repeats = serializers.IntegerField()
    findings = FindingFiguresSerializer(many=True)
    calibration = CalibrationSerializer(allow_null=True)
    reliance = RelianceSerializer()
    remarks = RemarkSerializer(many=True)
    show_rating = serializers.BooleanField()
    ratings = RatingSerializer(many=True)
    reviews = DueSerializer(many=True)
    activity = DaySerializer(many=True)
    streak = StreakSerializer()
    earned = EarnedSerializer(many=True)


class ProgressView(APIView):
    """The caller's progress."""

    @extend_schema(operation_id="get_progress", responses=ProgressSerializer)
    def get(self, request: Request) -> Response:
        """Return the caller's figures."""
        learner, now = signed_in(request.user), timezone.now()
        counted, figures, calendar = progress_of(learner), figures_of(learner), calendar_of(learner, now)
        pair = figures.reliance
        body = {
            "overall": counted.overall,
            "by_day": counted.by_day,
            "by_set": counted.by_set,
            "agreement": counted.agreement,
            "repeats": counted.repeats,
            "findings": figures.findings,
            "calibration": figures.calibration,
            "reliance": {
                "rair": pair.rair,
                "rsr": pair.rsr,
                "elsewhere": pair.elsewhere,
                "sentences": reliance_sentences(pair),
            },
            "remarks": remarks(figures.portrait),
            "show_rating": learner.show_rating,
            "ratings": ratings_of(learner) if learner.show_rating else [],
            "reviews": days_ahead(learner, now),
            "activity": [day for week in calendar.weeks for day in week if day.reads],
            "streak": calendar.streak,
            "earned": earned_by(learner),
        }
        return Response(ProgressSerializer(body).data)
