"""Forms of the admin's own pages: they parse; services decide."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from inference import selectors as inference_selectors
from quiz.models import AnswerKey, Case, KeyRegion
from quiz.services.answer_keys import KeyContent
from quiz.services.authoring import SetContent, UploadedCase
from radiology.regions import RegionError, parse_geometry


def model_choices() -> list[tuple[str, str]]:
    """Return the AI models of this site, after "none"."""
    return [
        ("", str(_("no AI"))),
        *((info.key, info.title) for info in inference_selectors.registered_models()),
    ]


class ImportPackForm(forms.Form):
    """A zip in the pack format."""

    file = forms.FileField(label=_("Pack (zip)"))
    publish = forms.BooleanField(label=_("Publish at once"), required=False)


class BuildSetForm(forms.Form):
    """What a small set says about itself."""

    title = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(
        label=_("Description"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    modality = forms.ChoiceField(
        label=_("Modality"),
        choices=[("DX", "DX"), ("CR", "CR"), ("MG", "MG"), ("CT", "CT"), ("MR", "MR"), ("US", "US")],
    )
    prompt = forms.CharField(
        label=_("Question"), max_length=300, initial=_("Is there a finding on this image?")
    )
    finding = forms.CharField(
        label=_("Finding"), max_length=80, help_text=_("What may be there, e.g. Pneumonia.")
    )
    localise = forms.BooleanField(label=_("The learner marks where"), required=False)
    truth_basis = forms.CharField(
        label=_("Truth basis"), max_length=300, help_text=_("How the truth is known.")
    )
    licence = forms.CharField(label=_("Licence"), max_length=100, help_text=_("e.g. CC-BY-4.0"))
    attribution = forms.CharField(label=_("Attribution"), max_length=500)
    ai_model = forms.ChoiceField(label=_("AI model"), choices=model_choices, required=False)
    simulated = forms.BooleanField(label=_("The images are simulated or drawn"), required=False)

    def content(self) -> SetContent:
        """Return the validated form for the service."""
        return SetContent(**self.cleaned_data)


class CaseRowForm(forms.Form):
    """One case of a small set."""

    image = forms.FileField(label=_("Image (PNG, JPEG, DICOM)"), required=False)
    present = forms.BooleanField(label=_("Finding present"), required=False)
    region = forms.CharField(
        label=_("Where"),
        required=False,
        max_length=200,
        help_text=_("circle x y r, or box x y width height (pixels)"),
    )
    history = forms.CharField(label=_("History"), required=False, max_length=1000)
    teaching_point = forms.CharField(label=_("Teaching point"), required=False, max_length=2000)

    def clean(self) -> dict[str, Any]:
        """A region needs a known shape with numbers, and a finding."""
        data = super().clean() or self.cleaned_data
        text = (data.get("region") or "").strip()
        data["shape"], data["geometry"] = "", ()
        if text:
            shape, _space, numbers = text.partition(" ")
            try:
                data["shape"], data["geometry"] = shape, parse_geometry(shape, numbers)
            except RegionError as error:
                self.add_error("region", str(error))
            if not data.get("present"):
                self.add_error("region", _("A region needs the finding to be present."))
        return data


class BaseCaseRowFormSet(forms.BaseFormSet[CaseRowForm]):
    """The rows; those without an image are left out."""

    def clean(self) -> None:
        """At least one row has an image."""
        if not any(self.errors) and not self.cases():
            raise forms.ValidationError(_("Choose at least one image."))

    def cases(self) -> list[UploadedCase]:
        """Return the rows that have an image."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("image")]
        return [
            UploadedCase(
                name=row["image"].name,
                data=row["image"].read() if not row["image"].seek(0) else b"",
                present=row["present"],
                shape=row["shape"],
                geometry=row["geometry"],
                history=row["history"],
                teaching_point=row["teaching_point"],
            )
            for row in rows
        ]


_factory = forms.formset_factory(CaseRowForm, formset=BaseCaseRowFormSet, extra=10, max_num=50)
CaseRowFormSet = cast(type[BaseCaseRowFormSet], _factory)


class CorrectKeyForm(forms.Form):
    """A new version of a case's key."""

    findings = forms.MultipleChoiceField(
        label=_("Findings present"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None = normal."),
    )
    regions = forms.CharField(
        label=_("Regions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One a line: image number, finding, shape, geometry in pixels, e.g. “1 mass circle 120 88 14”."
        ),
    )
    truth_basis = forms.CharField(label=_("Truth basis"), max_length=300)
    teaching_point = forms.CharField(
        label=_("Teaching point"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    references = forms.CharField(
        label=_("References"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    concepts = forms.CharField(label=_("Concepts"), required=False, help_text=_("Separated by commas."))
    note = forms.CharField(label=_("Why it changed"), max_length=300)

    def __init__(self, *args: Any, case: Case, key: AnswerKey | None, **kwargs: Any) -> None:
        """Start from the current key."""
        self.images = list(case.images.all())
        self.difficulty = key.difficulty if key else ""
        self.kept_masks = [region for region in key.regions.all() if region.mask_key] if key else []
        if key:
            kwargs["initial"] = _initial(key, self.images)
        super().__init__(*args, **kwargs)
        field = self.fields["findings"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(finding.key, finding.label) for finding in case.pack.findings.all()]

    def clean_regions(self) -> list[tuple[str, str, str, tuple[float, ...], str]]:
        """Return the regions, each line checked."""
        regions = []
        for line in self.cleaned_data["regions"].splitlines():
            if not line.strip():
                continue
            try:
                number, finding, shape, geometry = line.split(maxsplit=3)
                path = self.images[int(number) - 1].pack_path
                regions.append((path, finding, shape, parse_geometry(shape, geometry), ""))
            except (ValueError, IndexError) as error:
                raise forms.ValidationError(
                    _("“%(line)s” isn't a region: %(why)s") % {"line": line, "why": error}
                ) from error
        return regions

    def content(self) -> KeyContent:
        """Return the validated form for the service; masks of findings that stay present are kept."""
        data = self.cleaned_data
        masks = [
            (region.image.pack_path, region.finding, region.shape, (), region.mask_key)
            for region in self.kept_masks
            if region.finding in data["findings"]
        ]
        return KeyContent(
            findings=tuple(data["findings"]),
            truth_basis=data["truth_basis"],
            concepts=tuple(part.strip() for part in data["concepts"].split(",") if part.strip()),
            teaching_point=data["teaching_point"],
            references=data["references"],
            difficulty=self.difficulty,
            regions=tuple(data["regions"] + masks),
        )


def _initial(key: AnswerKey, images: list[Any]) -> dict[str, Any]:
    numbers = {image.pk: place for place, image in enumerate(images, start=1)}
    lines = [
        f"{numbers[region.image_id]} {region.finding} {region.shape} {' '.join(f'{n:g}' for n in region.geometry)}"
        for region in key.regions.all()
        if region.shape != KeyRegion.Shape.MASK
    ]
    return {
        "findings": key.findings,
        "regions": "\n".join(lines),
        "truth_basis": key.truth_basis,
        "teaching_point": key.teaching_point,
        "references": key.references,
        "concepts": ", ".join(key.concepts),
    }
