"""The caller's progress figures."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quiz.permissions import signed_in
from quiz.selectors.progress import progress_of


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


class ProgressSerializer(serializers.Serializer[Any]):
    """All figures, of first exposures only; days are the caller's own."""

    overall = ProgressRowSerializer()
    by_day = ProgressRowSerializer(many=True)
    by_set = ProgressRowSerializer(many=True)
    agreement = AgreementSerializer()
    repeats = serializers.IntegerField()


class ProgressView(APIView):
    """The caller's progress."""

    @extend_schema(operation_id="get_progress", responses=ProgressSerializer)
    def get(self, request: Request) -> Response:
        """Return the caller's figures."""
        return Response(ProgressSerializer(progress_of(signed_in(request.user))).data)
