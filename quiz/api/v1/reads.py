"""A read over the API: open, commit, ai, final, truth; the same services as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quiz.api.errors import ErrorSerializer
from quiz.api.v1.read_parts import AnswerPartSerializer, MarkPartSerializer, ReadSerializer
from quiz.domain.opinions import Answer, Mark, ReaderOpinion
from quiz.models import Read
from quiz.selectors.read_page import read_page, visible_read
from quiz.services import reads

REFUSALS = {404: ErrorSerializer, 409: ErrorSerializer}
# GET takes the step, so HEAD, which nobody expects to change anything, isn't its alias here.
STEP_METHODS = ["get", "post", "options"]
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Your own id of this request: sent again with the same body, the stored result comes back.",
)


class OpinionInputSerializer(serializers.Serializer[Any]):
    """An opinion to store: one answer a finding, or `cannot_tell` and no answers."""

    findings = AnswerPartSerializer(many=True, required=False, default=list)
    marks = MarkPartSerializer(many=True, required=False, default=list)
    cannot_tell = serializers.BooleanField(required=False, default=False)
    seconds = serializers.FloatField(required=False, allow_null=True, default=None, min_value=0)

    def opinion(self) -> ReaderOpinion:
        """Return the validated body as the domain's opinion."""
        data = self.validated_data
        return ReaderOpinion(
            answers=tuple(Answer(a["finding"], a["present"], a["certainty"]) for a in data["findings"]),
            marks=tuple(Mark(**{**mark, "image": str(mark["image"])}) for mark in data["marks"]),
            cannot_tell=data["cannot_tell"],
        )


class ReadView(APIView):
    """Shared by the steps: fetch through the caller's own reads, answer with the read at its step."""

    def read_of(self, request: Request, public_id: UUID) -> Read:
        """Return the caller's read, or 404."""
        try:
            return visible_read(request.user, public_id)
        except Read.DoesNotExist:
            raise Http404 from None

    def answer(self, request: Request, public_id: UUID) -> Response:
        """Return the read as it stands now."""
        return Response(read_page(self.read_of(request, public_id)))

    def store(self, request: Request, public_id: UUID, service: Callable[..., Any]) -> Response:
        """Store the posted opinion by `service` and return the read."""
        body = OpinionInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        service(
            read=self.read_of(request, public_id),
            opinion=body.opinion(),
            seconds=body.validated_data["seconds"],
            idempotency_key=request.headers.get("Idempotency-Key", "").replace("\x00", "")[:200],
            now=timezone.now(),
        )
        return self.answer(request, public_id)


class ReadDetail(ReadView):
    """A read at its step."""

    @extend_schema(operation_id="get_read", responses={200: ReadSerializer, 404: ErrorSerializer})
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return the read; a reserved one gives its images only and its clock doesn't run."""
        return self.answer(request, public_id)


class ReadOpen(ReadView):
    """Begin reading."""

    @extend_schema(operation_id="open_read", request=None, responses={200: ReadSerializer, **REFUSALS})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Open a reserved read: history and question appear and the clock starts. Again: nothing changes."""
        reads.open_read(read=self.read_of(request, public_id), now=timezone.now())
        return self.answer(request, public_id)


class ReadCommit(ReadView):
    """The first opinion."""

    @extend_schema(
        operation_id="commit_opinion",
        parameters=[IDEMPOTENCY],
        request=OpinionInputSerializer,
        responses={200: ReadSerializer, 400: ErrorSerializer, **REFUSALS},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Commit the first opinion, for good."""
        return self.store(request, public_id, reads.commit_opinion)


class ReadFinal(ReadView):
    """The final opinion."""

    @extend_schema(
        operation_id="finalise_read",
        parameters=[IDEMPOTENCY],
        request=OpinionInputSerializer,
        responses={200: ReadSerializer, 400: ErrorSerializer, **REFUSALS},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Store the final opinion, for good."""
        return self.store(request, public_id, reads.finalise_read)


class ReadAI(ReadView):
    """The reveal of the AI opinion."""

    http_method_names = STEP_METHODS

    @extend_schema(operation_id="get_ai", responses={200: ReadSerializer, **REFUSALS})
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return the read with the AI opinion, revealing it where that step is due (else 409 `wrong_step`)."""
        reads.reveal_ai(read=self.read_of(request, public_id), now=timezone.now())
        return self.answer(request, public_id)

    @extend_schema(operation_id="reveal_ai", request=None, responses={200: ReadSerializer, **REFUSALS})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Reveal the AI opinion of a committed read. Again: nothing changes."""
        return self.get(request, public_id)


class ReadTruth(ReadView):
    """The reveal of the truth."""

    http_method_names = STEP_METHODS

    @extend_schema(operation_id="get_truth", responses={200: ReadSerializer, **REFUSALS})
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return the read with key and outcome, revealing them where that step is due (else 409 `wrong_step`)."""
        reads.reveal_truth(read=self.read_of(request, public_id), now=timezone.now())
        return self.answer(request, public_id)

    @extend_schema(operation_id="reveal_truth", request=None, responses={200: ReadSerializer, **REFUSALS})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Reveal the truth of a finalised read. Again: nothing changes."""
        return self.get(request, public_id)
