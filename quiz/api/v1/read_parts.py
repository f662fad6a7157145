"""The parts of a read as the API describes them; a part that isn't due yet is absent."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from quiz.domain.opinions import BAND_VALUES
from quiz.models import CaseSet, KeyRegion, Pack, Read


class SetPartSerializer(serializers.Serializer[Any]):
    """The set that a read belongs to."""

    slug = serializers.CharField()
    title = serializers.CharField()
    simulated = serializers.BooleanField()


class FindingPartSerializer(serializers.Serializer[Any]):
    """One finding that the question asks about."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field named like a Field option


class QuestionPartSerializer(serializers.Serializer[Any]):
    """What is asked."""

    prompt = serializers.CharField()
    kind = serializers.ChoiceField(choices=Pack.Kind.choices)
    localise = serializers.BooleanField()
    max_marks = serializers.IntegerField()
    findings = FindingPartSerializer(many=True)


class ImagePartSerializer(serializers.Serializer[Any]):
    """One image, with the address of its rendition and its size in pixels."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    series = serializers.IntegerField()
    slice = serializers.IntegerField()
    view = serializers.CharField(allow_blank=True)
    laterality = serializers.CharField(allow_blank=True)
    pixel_spacing_mm = serializers.FloatField(allow_null=True)


class AnswerPartSerializer(serializers.Serializer[Any]):
    """One finding's answer; certainty is a band value: 0.5, 0.6, 0.75, 0.9 or 0.99."""

    finding = serializers.CharField(max_length=80)
    present = serializers.BooleanField()
    certainty = serializers.FloatField(
        min_value=0.5,
        max_value=0.99,
        help_text=f"One of {sorted(BAND_VALUES)}: certainty that the answer is right.",
    )


class MarkPartSerializer(serializers.Serializer[Any]):
    """A point, in image pixels from the top left."""

    image = serializers.UUIDField()
    finding = serializers.CharField(max_length=80)
    x = serializers.FloatField()
    y = serializers.FloatField()


class OpinionPartSerializer(serializers.Serializer[Any]):
    """A stored opinion."""

    findings = AnswerPartSerializer(many=True)
    marks = MarkPartSerializer(many=True)
    cannot_tell = serializers.BooleanField()
    seconds = serializers.FloatField()


class ModelPartSerializer(serializers.Serializer[Any]):
    """The AI model that gave the opinion."""

    key = serializers.CharField()
    title = serializers.CharField()
    card_url = serializers.CharField()


class AIFindingPartSerializer(serializers.Serializer[Any]):
    """The AI's probability of a finding against its operating threshold."""

    finding = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field named like a Field option
    probability = serializers.FloatField()
    threshold = serializers.FloatField()
    present = serializers.BooleanField()


class PeakPartSerializer(serializers.Serializer[Any]):
    """A point in image pixels."""

    x = serializers.FloatField()
    y = serializers.FloatField()


class HeatmapPartSerializer(serializers.Serializer[Any]):
    """Where the AI looked for one finding, by one method."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    finding = serializers.CharField()
    method = serializers.CharField()
    peak = PeakPartSerializer(
        allow_null=True,
        help_text="The AI's place, with its first method alone; null where it doesn't call the finding present.",
    )


class MethodPartSerializer(serializers.Serializer[Any]):
    """A method that a heatmap can be of, and what it shows."""

    key = serializers.CharField()
    name = serializers.CharField()
    sentence = serializers.CharField()


class OcclusionPartSerializer(serializers.Serializer[Any]):
    """How far the occlusion map of a finding is, on the image that decided."""

    finding = serializers.CharField()
    image = serializers.UUIDField()
    state = serializers.ChoiceField(choices=["absent", "waiting", "ready", "failed"])
    message = serializers.CharField(allow_blank=True, help_text="Why it failed.")
    heatmap = HeatmapPartSerializer(required=False, help_text="Once it is `ready`.")


class AIImagePartSerializer(serializers.Serializer[Any]):
    """The AI's opinion of one image."""

    image = serializers.UUIDField()
    findings = AIFindingPartSerializer(many=True)
    heatmaps = HeatmapPartSerializer(many=True)


class AICaseFindingPartSerializer(AIFindingPartSerializer):
    """The AI's probability of a finding in the whole case: the highest of its images."""

    image = serializers.UUIDField(help_text="The image, of a stack the slice, whose probability this is.")


class AIPartSerializer(serializers.Serializer[Any]):
    """The AI's opinion of the case. For education, not for diagnosis."""

    status = serializers.ChoiceField(choices=["ready", "declined", "unavailable"])
    message = serializers.CharField(allow_blank=True)
    model = ModelPartSerializer(allow_null=True)
    out_of_distribution = serializers.BooleanField(
        help_text="Unlike the images the model knows: trust it less."
    )
    findings = AICaseFindingPartSerializer(many=True)
    images = AIImagePartSerializer(many=True)
    methods = MethodPartSerializer(many=True)
    occlusion = OcclusionPartSerializer(many=True)


class RegionPartSerializer(serializers.Serializer[Any]):
    """Where a finding lies, in image pixels."""

    image = serializers.UUIDField()
    finding = serializers.CharField()
    shape = serializers.ChoiceField(choices=KeyRegion.Shape.choices)
    geometry = serializers.ListField(child=serializers.FloatField())
    mask_url = serializers.CharField(allow_null=True)


class HeatmapGradePartSerializer(serializers.Serializer[Any]):
    """How a heatmap of a finding that the AI called met the key, on the image that decided."""

    finding = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field named like a Field option
    image = serializers.UUIDField()
    method = serializers.CharField()
    name = serializers.CharField()
    inside = serializers.BooleanField(help_text="The map's highest point lies in a region.")
    energy = serializers.FloatField(help_text="Share of the map's positive sum in the regions.")
    overlap = serializers.FloatField(
        help_text="Intersection over union of the regions and the map from the model's level on."
    )
    sentence = serializers.CharField()


class LicencePartSerializer(serializers.Serializer[Any]):
    """Whose images these are."""

    name = serializers.CharField()
    attribution = serializers.CharField()
    source_url = serializers.CharField(allow_blank=True)


class OutcomePartSerializer(serializers.Serializer[Any]):
    """Learner against AI against truth."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field named like a Field option
    sentence = serializers.CharField()
    learner_first = serializers.CharField(allow_null=True)
    learner_final = serializers.CharField(allow_null=True)
    ai = serializers.CharField()
    learner_place = serializers.CharField()
    ai_place = serializers.CharField()
    badges = serializers.ListField(child=serializers.CharField())
    points_first = serializers.IntegerField(allow_null=True)
    points_final = serializers.IntegerField(allow_null=True)


class TruthPartSerializer(serializers.Serializer[Any]):
    """The answer key and what it makes of the opinions."""

    findings = serializers.ListField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField())
    regions = RegionPartSerializer(many=True)
    heatmaps = HeatmapGradePartSerializer(many=True)
    truth_basis = serializers.CharField()
    teaching_point = serializers.CharField(allow_blank=True)
    difficulty = serializers.CharField(
        allow_blank=True, help_text="A grade; of simulated findings with what was measured after a colon."
    )
    references = serializers.CharField(allow_blank=True)
    caveat = serializers.CharField(allow_blank=True)
    licence = LicencePartSerializer()
    corrected = serializers.BooleanField()
    outcome = OutcomePartSerializer()


class WindowPartSerializer(serializers.Serializer[Any]):
    """A window that a reader can switch to: the image's address, its last part replaced by `rendition`."""

    rendition = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field named like a Field option


class ReadSerializer(serializers.Serializer[Any]):
    """A read at its step. Parts that aren't due yet are absent, never null."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Read.State.choices)
    flow = serializers.ChoiceField(choices=CaseSet.Flow.choices)
    set = SetPartSerializer()
    sitting = serializers.UUIDField()
    position = serializers.IntegerField()
    total = serializers.IntegerField()
    images = ImagePartSerializer(many=True)
    question = QuestionPartSerializer(required=False, help_text="From `opened` on.")
    history = serializers.CharField(required=False, allow_blank=True, help_text="From `opened` on.")
    windows = WindowPartSerializer(
        many=True, required=False, help_text="From `opened` on; empty where images have one window only."
    )
    first = OpinionPartSerializer(required=False, help_text="From `committed` on.")
    ai = AIPartSerializer(required=False, help_text="From `ai_shown` on.")
    final = OpinionPartSerializer(required=False, help_text="From `finalised` on.")
    truth = TruthPartSerializer(required=False, help_text="In `truth_shown` only.")
