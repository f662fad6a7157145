"""What is due for review: the next fourteen days, and the sets to read it in."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quiz.permissions import signed_in
from quiz.selectors.reviews import workload_of


class DueDaySerializer(serializers.Serializer[Any]):
    """One of the caller's own days ahead."""

    day = serializers.DateField()
    reviews = serializers.IntegerField()
    off = serializers.BooleanField(help_text="Kept free: its reviews are counted on the next day that isn't.")


class DueSetSerializer(serializers.Serializer[Any]):
    """A set in which something due can be read; what it is isn't named."""

    slug = serializers.CharField(source="case_set.slug")
    title = serializers.CharField(source="case_set.title")
    due = serializers.IntegerField()


class ReviewSerializer(serializers.Serializer[Any]):
    """The workload."""

    today = serializers.IntegerField(help_text="Things due today.")
    cards = serializers.IntegerField(help_text="Things under review at all.")
    days = DueDaySerializer(many=True)
    sets = DueSetSerializer(many=True)


class ReviewView(APIView):
    """What the caller has to review."""

    @extend_schema(operation_id="get_review", responses=ReviewSerializer)
    def get(self, request: Request) -> Response:
        """Return the next fourteen days, today first, and where today's share can be read."""
        return Response(ReviewSerializer(workload_of(signed_in(request.user), timezone.now())).data)
