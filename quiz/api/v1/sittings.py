"""A sitting's summary: each case, learner against AI against truth."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quiz.api.errors import ErrorSerializer
from quiz.models import Read, Sitting
from quiz.selectors.exams import is_over
from quiz.selectors.next_case import waits
from quiz.selectors.sittings import scores, summary_rows, visible_sitting
from quiz.services.exams import show_results
from quiz.services.sittings import end_round


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
    mode = serializers.ChoiceField(choices=Sitting.Mode.choices)
    finished = serializers.BooleanField()
    unread = serializers.IntegerField(
        help_text="Cases without an opinion; once the sitting is finished, those that were left."
    )
    waiting = serializers.IntegerField(
        help_text="Answered cases whose truth waits for the end of the sitting, or for an exam's release."
    )
    scores = ScoresSerializer()
    rows = SummaryRowSerializer(many=True)


class SittingSummary(APIView):
    """The summary of one of the caller's sittings."""

    @extend_schema(operation_id="get_summary", responses={200: SummarySerializer, 404: ErrorSerializer})
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return the finished reads of a sitting and both scores."""
        return _summary_of(_own_sitting(request, public_id))


class SittingResults(APIView):
    """The answers of a sitting that waited for its end."""

    @extend_schema(
        operation_id="show_results",
        request=None,
        responses={200: SummarySerializer, 404: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Show the truth of every answered case, where it is due (else 409 `not_released`); then the summary."""
        sitting = _own_sitting(request, public_id)
        show_results(sitting=sitting, now=timezone.now())
        return _summary_of(sitting)


class SittingEnd(APIView):
    """The early end of a screening round or a test without the AI."""

    @extend_schema(
        operation_id="end_sitting",
        request=None,
        responses={200: SummarySerializer, 404: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """End the round and show the truth of every answered case (409 `not_endable` in other modes); the summary."""
        now = timezone.now()
        sitting = end_round(sitting=_own_sitting(request, public_id), now=now)
        show_results(sitting=sitting, now=now)
        return _summary_of(sitting)


def _own_sitting(request: Request, public_id: UUID) -> Sitting:
    try:
        return visible_sitting(request.user, public_id)
    except Sitting.DoesNotExist:
        raise Http404 from None


def _summary_of(sitting: Sitting) -> Response:
    rows = summary_rows(sitting)
    summary = {
        "sitting": sitting.public_id,
        "set": sitting.case_set.slug,
        "mode": sitting.mode,
        "finished": is_over(sitting, timezone.now()),
        "unread": sitting.reads.filter(state__in=[Read.State.RESERVED, Read.State.OPENED]).count(),
        "waiting": sitting.reads.filter(state=Read.State.COMMITTED).count() if waits(sitting) else 0,
        "scores": scores(rows),
        "rows": rows,
    }
    return Response(SummarySerializer(summary).data)
