"""Case sets: list, one, and the way to the next read."""

from __future__ import annotations

import random
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quiz.api.errors import ErrorSerializer
from quiz.domain.case_choice import NoCase
from quiz.domain.modes import Mode
from quiz.models import CaseSet, Sitting
from quiz.permissions import signed_in, visible_case_sets
from quiz.selectors.case_sets import SetRow, set_row, set_rows
from quiz.selectors.modes import offers
from quiz.selectors.next_case import next_read
from quiz.services.sittings import start_sitting


class CaseSetSerializer(serializers.Serializer[SetRow]):
    """A case set with the caller's progress."""

    slug = serializers.CharField(source="set.slug")
    title = serializers.CharField(source="set.title")
    description = serializers.CharField(source="set.description")
    flow = serializers.ChoiceField(choices=CaseSet.Flow.choices, source="set.flow")
    pool = serializers.ChoiceField(choices=CaseSet.Pool.choices, source="set.pool")
    modality = serializers.CharField()
    simulated = serializers.BooleanField()
    sitting_size = serializers.IntegerField(source="set.sitting_size")
    case_count = serializers.IntegerField(source="total")
    done = serializers.IntegerField()
    open_sitting = serializers.UUIDField(
        allow_null=True, help_text="In practice; `modes` of the set says it of the others."
    )


class ModeInputSerializer(serializers.Serializer[Any]):
    """What the sitting is for."""

    mode = serializers.ChoiceField(choices=Sitting.Mode.choices, required=False, default=Mode.PRACTICE)


class OfferSerializer(serializers.Serializer[Any]):
    """A mode of a set: what it is for, and the sitting to go on with or the reason why none can be started."""

    mode = serializers.ChoiceField(choices=Sitting.Mode.choices)
    name = serializers.CharField()
    short = serializers.CharField()
    rates = serializers.BooleanField(help_text="Whether it moves the rating.")
    available = serializers.BooleanField()
    cases = serializers.IntegerField(
        help_text="Cases that a new sitting would have; with `at_most`, it may have fewer."
    )
    at_most = serializers.BooleanField(help_text="Whether a new sitting may have fewer cases than that.")
    reason = serializers.ChoiceField(choices=list(NoCase), allow_null=True)
    sentence = serializers.CharField(allow_blank=True, help_text="The reason, in words.")
    open_sitting = serializers.UUIDField(allow_null=True)
    last_sitting = serializers.UUIDField(allow_null=True)


class NextReadSerializer(serializers.Serializer[Any]):
    """The sitting, and its next unfinished read; `read` is null where the sitting is finished."""

    sitting = serializers.UUIDField()
    read = serializers.UUIDField(allow_null=True)
    position = serializers.IntegerField(allow_null=True)
    total = serializers.IntegerField()


class SetList(APIView):
    """The sets open to the caller."""

    @extend_schema(operation_id="list_sets", responses=CaseSetSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the published sets."""
        return Response([CaseSetSerializer(row).data for row in set_rows(request.user)])


class SetDetail(APIView):
    """One set."""

    @extend_schema(operation_id="get_set", responses={200: CaseSetSerializer, 404: ErrorSerializer})
    def get(self, request: Request, slug: str) -> Response:
        """Return one published set."""
        try:
            return Response(CaseSetSerializer(set_row(request.user, slug)).data)
        except CaseSet.DoesNotExist:
            raise Http404 from None


class SetModes(APIView):
    """The modes of a set."""

    @extend_schema(
        operation_id="list_modes", responses={200: OfferSerializer(many=True), 404: ErrorSerializer}
    )
    def get(self, request: Request, slug: str) -> Response:
        """List what the set offers the caller, mode by mode, with the reason where one can't be started."""
        try:
            row = set_row(request.user, slug)
        except CaseSet.DoesNotExist:
            raise Http404 from None
        found = offers(request.user, row.set, timezone.now())
        return Response([OfferSerializer(one).data for one in found])


class SetNext(APIView):
    """The way to the next read of a set."""

    @extend_schema(
        operation_id="next_read",
        request=ModeInputSerializer,
        responses={200: NextReadSerializer, 404: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Start (or go on with) a sitting of the set in a mode and return its next read, reserved for the caller.

        Where there is no case, `error.code` is one of the reasons of `list_modes`.
        """
        body = ModeInputSerializer(data=request.data or {})
        body.is_valid(raise_exception=True)
        try:
            case_set = visible_case_sets(request.user).get(slug=slug)
        except CaseSet.DoesNotExist:
            raise Http404 from None
        sitting = start_sitting(
            learner=signed_in(request.user),
            case_set=case_set,
            now=timezone.now(),
            rng=random.SystemRandom(),
            mode=body.validated_data["mode"],
        )
        read = next_read(sitting)
        data = {
            "sitting": sitting.public_id,
            "read": read.public_id if read else None,
            "position": read.position if read else None,
            "total": sitting.reads.count(),
        }
        return Response(NextReadSerializer(data).data)
