"""The parts of a read as the API describes them; a part that isn't due yet is absent."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from quiz.domain.opinions import BAND_VALUES, POINT, SHAPES
from quiz.models import CaseSet, FaultReport, KeyRegion, Pack, Read, Sitting


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


class ValuesPartSerializer(serializers.Serializer[Any]):
    """Where an image's stored values are, as rows of little-endian numbers; value = slope × stored + intercept."""

    url = serializers.CharField()
    bits = serializers.ChoiceField(choices=[8, 16], help_text="Bits of each stored number.")
    slope = serializers.FloatField()
    intercept = serializers.FloatField()
    unit = serializers.CharField(allow_blank=True, help_text="`HU` in CT, else empty.")


class ValueWindowPartSerializer(serializers.Serializer[Any]):
    """A window in the image's own values, as DICOM's LINEAR function takes it."""

    center = serializers.FloatField()
    width = serializers.FloatField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field named like a Field option


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
    months_before = serializers.IntegerField(
        help_text="0 of the current examination; of a prior, how long before it was made. Marks are for 0."
    )
    examination = serializers.CharField(
        allow_blank=True, help_text="The same in words; empty where the case has no prior."
    )
    orientation = serializers.CharField(
        allow_blank=True, help_text="Directions of a row and of a column as in DICOM, such as `L\\P`."
    )
    pixel_spacing_mm = serializers.FloatField(allow_null=True)
    values = ValuesPartSerializer()
    windows = ValueWindowPartSerializer(many=True, help_text="The first is the image's own.")


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
    """A place marked, in image pixels from the top left; x and y alone are a point."""

    image = serializers.UUIDField()
    finding = serializers.CharField(max_length=80)
    shape = serializers.ChoiceField(choices=SHAPES, default=POINT)
    x = serializers.FloatField(help_text="The centre, of every shape.")
    y = serializers.FloatField()
    width = serializers.FloatField(default=0.0, min_value=0, help_text="0 of a point, else above 0.")
    height = serializers.FloatField(default=0.0, min_value=0)
    certainty = serializers.FloatField(
        default=None,
        allow_null=True,
        help_text="A band value; null where the mark is as certain as its finding's answer.",
    )


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
    prevalence = serializers.FloatField(
        allow_null=True,
        help_text="Share of cases with it among those the probability was calibrated on; null where unknown.",
    )


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


class MarkGradePartSerializer(serializers.Serializer[Any]):
    """How a mark of the opinion that was judged met the key."""

    opinion = serializers.ChoiceField(choices=["first", "final"])
    number = serializers.IntegerField(help_text="Its place among the opinion's marks, from 1.")
    finding = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field named like a Field option
    image = serializers.UUIDField()
    hit = serializers.BooleanField(
        allow_null=True, help_text="Its centre lies in a region or near it; null where the key has none."
    )
    decides = serializers.BooleanField(
        help_text="Among the most certain marks of its finding, by which the place is judged."
    )
    overlap = serializers.FloatField(
        required=False, help_text="Intersection over union of a box or ellipse and the regions on its image."
    )
    sentence = serializers.CharField()


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
    marks = MarkGradePartSerializer(many=True)
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


class NextPartSerializer(serializers.Serializer[Any]):
    """The images of the next read, which may be fetched early; nothing else is told of it."""

    images = serializers.ListField(child=serializers.CharField())


class BookmarkPartSerializer(serializers.Serializer[Any]):
    """The learner's bookmark of the case, with a note for nobody else."""

    note = serializers.CharField(allow_blank=True)


class FaultReportPartSerializer(serializers.Serializer[Any]):
    """A report that something is wrong with the case, and what became of it."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=FaultReport.Kind.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # a field named like a Field option
    text = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    handled = serializers.BooleanField()
    answer = serializers.CharField(
        required=False, allow_blank=True, help_text="In `truth_shown` only: it may tell what the case is."
    )


class ReadSerializer(serializers.Serializer[Any]):
    """A read at its step. Parts that aren't due yet are absent, never null."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Read.State.choices)
    flow = serializers.ChoiceField(choices=CaseSet.Flow.choices)
    mode = serializers.ChoiceField(choices=Sitting.Mode.choices)
    mode_label = serializers.CharField()
    deadline = serializers.DateTimeField(
        required=False, help_text="In an exam, until the read is committed: when the time is up."
    )
    set = SetPartSerializer()
    sitting = serializers.UUIDField()
    position = serializers.IntegerField()
    total = serializers.IntegerField()
    hanging = serializers.ChoiceField(
        choices=CaseSet.Hanging.choices, allow_blank=True, help_text="How the set wants images laid out."
    )
    images = ImagePartSerializer(many=True)
    question = QuestionPartSerializer(required=False, help_text="From `opened` on.")
    history = serializers.CharField(required=False, allow_blank=True, help_text="From `opened` on.")
    windows = WindowPartSerializer(
        many=True, required=False, help_text="From `opened` on; empty where images have one window only."
    )
    next = NextPartSerializer(required=False, help_text="Where another case of the sitting waits.")
    first = OpinionPartSerializer(required=False, help_text="From `committed` on.")
    ai = AIPartSerializer(required=False, help_text="From `ai_shown` on.")
    final = OpinionPartSerializer(required=False, help_text="From `finalised` on.")
    truth = TruthPartSerializer(required=False, help_text="In `truth_shown` only.")
    bookmark = BookmarkPartSerializer(required=False, help_text="Where the caller bookmarked the case.")
    reports = FaultReportPartSerializer(
        many=True, required=False, help_text="From `opened` on: the caller's own reports of faults."
    )
