"""A sitting's summary: each case, learner against AI against truth."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quiz.api.errors import ErrorSerializer
from quiz.models import Sitting
from quiz.selectors.sittings import scores, summary_rows, visible_sitting


class SummaryRowSerializer(serializers.Serializer[Any]):
    """One finished read in words; `*_right` is null where it isn't scored."""

    read = serializers.UUIDField(source="read.public_id")
    position = serializers.IntegerField(source="read.position")
    first = serializers.CharField()
    final = serializers.CharField()
    ai = serializers.CharField()
    truth = serializers.CharField()
    first_right = serializers.BooleanField(allow_null=True)
    final_right = serializers.BooleanField(allow_null=True)
    ai_right = serializers.BooleanField(allow_null=True)
    headline = serializers.CharField()
    points_first = serializers.IntegerField(allow_null=True)
    points_final = serializers.IntegerField(allow_null=True)


class ScoresSerializer(serializers.Serializer[Any]):
    """Right answers of learner and AI, each with its own denominator, and points."""

    n = serializers.IntegerField()
    learner_first = serializers.IntegerField()
    n_first = serializers.IntegerField()
    learner_final = serializers.IntegerField()
    n_final = serializers.IntegerField()
    ai = serializers.IntegerField()
    n_ai = serializers.IntegerField()
    points_first = serializers.IntegerField()
    points_final = serializers.IntegerField()
    to_right = serializers.IntegerField(help_text="Wrong at first, right after meeting the AI.")
    to_wrong = serializers.IntegerField(help_text="Right at first, wrong after meeting the AI.")


class SummarySerializer(serializers.Serializer[Any]):
    """A sitting's summary; unfinished reads are left out."""

    sitting = serializers.UUIDField()
    set = serializers.CharField()
    finished = serializers.BooleanField()
    scores = ScoresSerializer()
    rows = SummaryRowSerializer(many=True)


class SittingSummary(APIView):
    """The summary of one of the caller's sittings."""

    @extend_schema(operation_id="get_summary", responses={200: SummarySerializer, 404: ErrorSerializer})
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return the finished reads of a sitting and both scores."""
        try:
            sitting = visible_sitting(request.user, public_id)
        except Sitting.DoesNotExist:
            raise Http404 from None
        rows = summary_rows(sitting)
        data = {
            "sitting": sitting.public_id,
            "set": sitting.case_set.slug,
            "finished": sitting.state == Sitting.State.FINISHED,
            "scores": scores(rows),
            "rows": rows,
        }
        return Response(SummarySerializer(data).data)
