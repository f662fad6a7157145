"""What changes the AI's mind: an occlusion map of a read, computed when somebody asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from quiz.api.errors import ErrorSerializer
from quiz.api.v1.read_parts import OcclusionPartSerializer
from quiz.api.v1.reads import REFUSALS, ReadView
from quiz.services.occlusion import ask_occlusion, occlusion_state


class OcclusionInputSerializer(serializers.Serializer[Any]):
    """Which finding is meant."""

    finding = serializers.CharField(max_length=80)


class OcclusionSerializer(serializers.Serializer[Any]):
    """How far each finding's map is."""

    maps = OcclusionPartSerializer(many=True)


class ReadOcclusion(ReadView):
    """Occlusion maps of the AI's opinion, on the images that decided."""

    @extend_schema(operation_id="get_occlusion", responses={200: OcclusionSerializer, **REFUSALS})
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return how far the maps are; 409 `wrong_step` before the AI's opinion was shown."""
        return Response({"maps": occlusion_state(read=self.read_of(request, public_id), now=timezone.now())})

    @extend_schema(
        operation_id="ask_occlusion",
        request=OcclusionInputSerializer,
        responses={200: OcclusionSerializer, 400: ErrorSerializer, **REFUSALS},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Ask for the map of a finding. Again: nothing changes, or another try where it failed."""
        read = self.read_of(request, public_id)
        body = OcclusionInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        ask_occlusion(read=read, finding=body.validated_data["finding"], now=timezone.now())
        return self.get(request, public_id)
