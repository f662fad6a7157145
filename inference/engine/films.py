"""The films and labels of a pack's split, as networks are trained and measured on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inference.engine.preprocessing import Film
from radiology.imaging import pixel_sha256
from radiology.imaging.render import to_display
from radiology.packs import Pack, PackCase, PackLimits, read_pack


@dataclass(frozen=True)
class LabelledFilm:
    """One displayed frame uint8 [H, W] of a case, with the findings that the case's key says are present."""

    case_id: str
    image: str
    frame: int
    pixels: Film
    findings: frozenset[str]
    sha256: str
    """`radiology.imaging.pixel_sha256` of the frame."""


def open_pack(path: Path, split: str) -> Pack:
    """The pack at `path`, with the images of `split` checked. Raises PackRefused or ValueError as read_pack."""
    return read_pack(path, limits=PackLimits(), decode_splits={split})


def films_of_case(pack: Pack, case: PackCase) -> Iterator[LabelledFilm]:
    """Every frame of a case's current examination in order, decoded one at a time; the key says nothing of priors."""
    for position, (_, _, image, frame) in enumerate(pack.frames(case.current)):
        yield LabelledFilm(
            case.case_id, image, position, to_display(frame), frozenset(case.findings), pixel_sha256(frame)
        )


def films_of_split(pack: Pack, split: str) -> Iterator[LabelledFilm]:
    """Every frame of `films_of_case` of every case of a split, in the pack's order."""
    for case in pack.cases:
        if case.split == split:
            yield from films_of_case(pack, case)
