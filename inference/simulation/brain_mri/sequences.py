"""What each tissue's signal is: relaxation times at 1.5 and 3 tesla, the scanners' sequences, their equations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Relaxation:
    """A tissue: T1 and T2 in milliseconds, density of protons 0–1, gadolinium it holds after injection."""

    t1: float
    t2: float
    density: float
    gadolinium: float = 0.0
    """Millimoles a litre, some minutes after a usual dose."""


# Per litre, millimole and second: shortening of T1 and of T2 by gadolinium chelates in water.
_R1, _R2 = 4.3, 5.0

# Within the ranges that textbooks give for 1.5 T; lesions between grey matter and fluid, as their water goes.
_AT_1_5 = {
    "air": Relaxation(1000.0, 1.0, 0.0),
    "grey": Relaxation(1000.0, 95.0, 0.81, 0.01),
    "white": Relaxation(590.0, 80.0, 0.71, 0.01),
    "fluid": Relaxation(4200.0, 1800.0, 1.0),
    "bone": Relaxation(300.0, 4.0, 0.08),
    "marrow": Relaxation(330.0, 55.0, 0.55, 0.03),
    "fat": Relaxation(260.0, 82.0, 0.92),
    "muscle": Relaxation(900.0, 45.0, 0.78, 0.06),
    "skin": Relaxation(700.0, 45.0, 0.75, 0.15),
    "dura": Relaxation(900.0, 45.0, 0.70, 0.18),
    "vein": Relaxation(1400.0, 60.0, 0.85, 0.60),
    "artery": Relaxation(1400.0, 12.0, 0.25, 0.3),
    "choroid": Relaxation(1100.0, 110.0, 0.90, 0.50),
    "gliosis": Relaxation(1150.0, 140.0, 0.84),
    "oedema": Relaxation(1250.0, 150.0, 0.86, 0.01),
    "necrosis": Relaxation(2300.0, 210.0, 0.92, 0.03),
    "rim": Relaxation(1250.0, 120.0, 0.86, 0.55),
    "solid": Relaxation(1200.0, 105.0, 0.84, 0.50),
    "infiltrate": Relaxation(1300.0, 146.0, 0.87, 0.02),
    "calcium": Relaxation(500.0, 6.0, 0.15),
}
TISSUES = tuple(_AT_1_5)
# At 3 T, T1 is longer by these factors and T2 slightly shorter (fluid and fat hardly change).
_LONGER = {"grey": 1.27, "white": 1.37, "fluid": 1.03, "fat": 1.35, "marrow": 1.2}


def relaxation(tissue: str, field: float) -> Relaxation:
    """The tissue of `TISSUES` at a field of 1.5 or 3 tesla. Raises KeyError for another tissue."""
    found = _AT_1_5[tissue]
    if field < 2.0:
        return found
    shorter = 1.0 if tissue in ("fluid", "fat") else 0.94
    return Relaxation(
        t1=found.t1 * _LONGER.get(tissue, 1.3),
        t2=found.t2 * shorter,
        density=found.density,
        gadolinium=found.gadolinium,
    )


@dataclass(frozen=True)
class SpinEcho:
    """T1-weighted spin echo: times in milliseconds."""

    tr: float
    te: float

    def signal(self, t1: float, t2: float, density: float) -> float:
        """Density times what has recovered in TR and what is left at TE, 0–1."""
        return density * (1.0 - math.exp(-self.tr / t1)) * math.exp(-self.te / t2)


@dataclass(frozen=True)
class InversionRecovery:
    """Inversion recovery with an echo at TE: FLAIR with a long TI, T1 weighting with a short one. Milliseconds."""

    tr: float
    te: float
    ti: float

    def signal(self, t1: float, t2: float, density: float) -> float:
        """Signed: negative for what hasn't come through zero at TI."""
        recovered = 1.0 - 2.0 * math.exp(-self.ti / t1) + math.exp(-(self.tr - self.te) / t1)
        return density * recovered * math.exp(-self.te / t2)


Sequence = SpinEcho | InversionRecovery


@dataclass(frozen=True)
class Scanner:
    """A made-up scanner: what its images have in common."""

    name: str
    field: float
    t1: Sequence
    flair: InversionRecovery
    matrix: tuple[int, int]
    """Measured points across (phase encoding, left to right) and down (readout)."""
    noise: tuple[float, float]
    """Standard deviation of T1's and FLAIR's noise in one channel, as a share of white matter's signal."""
    bias: float
    """How much the sensitivity varies over the head (standard deviation of its logarithm)."""
    thickness_mm: float
    motion_mm: float
    fat_shift_mm: float


SCANNERS = {
    one.name: one
    for one in (
        Scanner(
            name="scanner-a",
            field=1.5,
            t1=SpinEcho(tr=430.0, te=11.0),
            flair=InversionRecovery(tr=9000.0, te=110.0, ti=2350.0),
            matrix=(224, 256),
            noise=(0.035, 0.050),
            bias=0.05,
            thickness_mm=5.0,
            motion_mm=0.17,
            fat_shift_mm=1.0,
        ),
        Scanner(
            name="scanner-b",
            field=3.0,
            t1=InversionRecovery(tr=2000.0, te=9.0, ti=950.0),
            flair=InversionRecovery(tr=9500.0, te=105.0, ti=2500.0),
            matrix=(256, 256),
            noise=(0.025, 0.035),
            bias=0.11,
            thickness_mm=4.0,
            motion_mm=0.12,
            fat_shift_mm=1.4,
        ),
        Scanner(
            name="scanner-c",
            field=1.5,
            t1=SpinEcho(tr=500.0, te=17.0),
            flair=InversionRecovery(tr=8000.0, te=125.0, ti=2250.0),
            matrix=(176, 224),
            noise=(0.055, 0.075),
            bias=0.08,
            thickness_mm=6.0,
            motion_mm=0.26,
            fat_shift_mm=1.8,
        ),
    )
}


def signals(scanner: Scanner, sequence: Sequence) -> Mapping[str, float]:
    """Signal of each of `TISSUES` after gadolinium on a scanner, as a share of white matter's."""
    made = {}
    for tissue in TISSUES:
        found = relaxation(tissue, scanner.field)
        rate1 = 1.0 / found.t1 + _R1 * found.gadolinium / 1000.0
        rate2 = 1.0 / found.t2 + _R2 * found.gadolinium / 1000.0
        made[tissue] = sequence.signal(1.0 / rate1, 1.0 / rate2, found.density)
    return {tissue: value / made["white"] for tissue, value in made.items()}
