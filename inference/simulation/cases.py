"""What every simulated patient is made of: the plan it is drawn from, its images, its key, and how hard it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from numpy.random import Generator

from radiology.imaging import Frame
from radiology.packs import PackHeader, WriteRegion

# From seen at a glance to nearly invisible. For a look-alike: from hardly alike to very alike.
GRADES = ("obvious", "clear", "moderate", "subtle", "hidden")
CLEAR = "normal"
"""The concept of a case with neither finding nor look-alike."""


@dataclass(frozen=True)
class Plan:
    """What one case is to be, before any random number is drawn for it."""

    concept: str
    """One of its modality's `abnormal`, `look_alikes`, or `CLEAR`."""
    grade: str
    """One of `GRADES`."""
    scanner: str


@dataclass(frozen=True)
class Measures:
    """How hard a finding is to see, from the same image with and without it.

    `cnr`: mean contrast inside the region over the noise's standard deviation. `size_mm`: diameter of the
    circle of the region's area. `conspicuity`: mean contrast over the standard deviation of what surrounds the
    region, anatomy and noise together, without the finding.
    """

    cnr: float
    size_mm: float
    conspicuity: float

    def __str__(self) -> str:
        return f"CNR {self.cnr:.1f}, {self.size_mm:.0f} mm, conspicuity {self.conspicuity:.1f}"


@dataclass(frozen=True, eq=False)
class SimulatedView:
    """One view: a single frame, or the slices of a stack in order."""

    frames: tuple[Frame, ...]
    view: str = ""
    laterality: str = ""
    stack: bool = False


@dataclass(frozen=True, eq=False)
class SimulatedCase:
    """One simulated patient with the whole truth, as a pack tells it."""

    views: tuple[SimulatedView, ...]
    findings: tuple[str, ...]
    regions: tuple[WriteRegion, ...]
    concepts: tuple[str, ...]
    teaching_point: str
    history: str
    pixel_spacing_mm: float | None = None
    measures: Measures | None = None
    acquisition: str = ""
    """What is to be known of how it was made beside the scanner."""


class Draw(Protocol):
    """Draws one case of a modality."""

    def __call__(
        self, rng: Generator, plan: Plan, *, finding: bool = True, look_alike: bool = True
    ) -> SimulatedCase:
        """Draw the case of `plan`. Raises ValueError for a plan that the modality doesn't know.

        With `finding=False` the same patient, from the same random numbers, without the finding (and so without
        key or measures); with `look_alike=False` without the look-alike. Body, finding, look-alike, scanner and
        noise each take their numbers from a stream of their own, so nothing else in the image changes but what
        a finding does to its surroundings.
        """
        ...


@dataclass(frozen=True)
class Modality:
    """One kind of simulated patient, as `simulate_pack` offers it."""

    kind: str
    header: PackHeader
    abnormal: Mapping[str, str]
    """Concept -> finding, for each concept of an abnormal case."""
    look_alikes: tuple[str, ...]
    scanners: tuple[str, ...]
    draw: Draw
    unlike: str
    """What is unlike a real examination, in sentences for the pack's page; part of the header's description."""
    score: Callable[[SimulatedCase, str], float] | None = field(default=None, compare=False)
    """A template-matching observer: how strongly a case suggests a finding; for grading, never shown."""
    standard_count: int = 40
