"""Bookmarks with a private note, and reports of a fault, over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quiz.api.errors import ErrorSerializer
from quiz.api.v1.read_parts import BookmarkPartSerializer, FaultReportPartSerializer
from quiz.api.v1.reads import REFUSALS, ReadView
from quiz.domain.read_flow import State, shows_truth
from quiz.models import FaultReport
from quiz.selectors.bookmarks import bookmark_rows
from quiz.selectors.fault_reports import report_part
from quiz.services import notes


class BookmarkInputSerializer(serializers.Serializer[Any]):
    """A private note; empty is fine."""

    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=notes.LONGEST_NOTE)


class FaultInputSerializer(serializers.Serializer[Any]):
    """What is wrong."""

    kind = serializers.ChoiceField(choices=FaultReport.Kind.choices)
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=notes.LONGEST_NOTE)


class BookmarkRowSerializer(serializers.Serializer[Any]):
    """One bookmark: the read through which its case is reached, and the note."""

    read = serializers.UUIDField(source="read.public_id")
    set_slug = serializers.CharField(source="read.sitting.case_set.slug")
    set_title = serializers.CharField(source="read.sitting.case_set.title")
    position = serializers.IntegerField(source="read.position")
    state = serializers.CharField(source="read.state")
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class BookmarkListSerializer(serializers.Serializer[Any]):
    """A learner's bookmarks, the newest first."""

    bookmarks = BookmarkRowSerializer(many=True)


class BookmarkRemovedSerializer(serializers.Serializer[Any]):
    """Whether there was a bookmark to remove."""

    removed = serializers.BooleanField()


class BookmarkList(APIView):
    """The caller's bookmarks."""

    @extend_schema(operation_id="list_bookmarks", responses={200: BookmarkListSerializer})
    def get(self, request: Request) -> Response:
        """Return the caller's bookmarks with their private notes, the newest first."""
        return Response(BookmarkListSerializer({"bookmarks": bookmark_rows(request.user)}).data)


class ReadBookmark(ReadView):
    """The caller's bookmark of a read's case."""

    @extend_schema(
        operation_id="set_bookmark",
        request=BookmarkInputSerializer,
        responses={200: BookmarkPartSerializer, 400: ErrorSerializer, **REFUSALS},
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """Bookmark the case, or change the note. Again: nothing changes."""
        read = self.read_of(request, public_id)
        body = BookmarkInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        bookmark = notes.set_bookmark(read=read, note=body.validated_data["note"], now=timezone.now())
        return Response({"note": bookmark.note})

    @extend_schema(operation_id="remove_bookmark", responses={200: BookmarkRemovedSerializer, **REFUSALS})
    def delete(self, request: Request, public_id: UUID) -> Response:
        """Take the bookmark and its note away. Again: nothing changes."""
        return Response({"removed": notes.remove_bookmark(read=self.read_of(request, public_id))})


class ReadFault(ReadView):
    """Saying that something is wrong with a case."""

    @extend_schema(
        operation_id="report_fault",
        request=FaultInputSerializer,
        responses={200: FaultReportPartSerializer, 400: ErrorSerializer, **REFUSALS},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Report a fault to whoever teaches with this case; it is never scored. Again: the same report."""
        read = self.read_of(request, public_id)
        body = FaultInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        report = notes.report_fault(
            read=read,
            kind=body.validated_data["kind"],
            text=body.validated_data["text"],
            now=timezone.now(),
        )
        return Response(report_part(report, answered=shows_truth(State(read.state))))
