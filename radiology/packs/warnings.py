"""What is odd about a pack without being refused: the same film twice, sizes that give the answer away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from radiology.packs.contents import FrameFacts, PackCase
from radiology.statistics import separation

_FEWEST_PER_CLASS = 10
_HARMLESS = (0.4, 0.6)


def find_warnings(cases: Sequence[PackCase], facts: Mapping[str, tuple[FrameFacts, ...]]) -> tuple[str, ...]:
    """One sentence for each oddity of the cases that were decoded."""
    decoded = [case for case in cases if all(facts.get(name) for name in case.files)]
    return (*_identical(decoded, facts), *_telling_sizes(decoded, facts))


def _identical(cases: Sequence[PackCase], facts: Mapping[str, tuple[FrameFacts, ...]]) -> list[str]:
    # A whole series at a time: empty slices at the ends of two stacks are alike without meaning anything.
    seen: dict[tuple[str, ...], PackCase] = {}
    found: dict[str, None] = {}
    for case in cases:
        for series in case.series:
            pixels = tuple(frame.sha256 for name in series.files for frame in facts[name])
            first = seen.setdefault(pixels, case)
            if first.case_id != case.case_id:
                sentence = (
                    f"cases.csv, row {case.row}: “{series.path}” of case “{case.case_id}” has the same "
                    f"pixels as an image of case “{first.case_id}” in row {first.row}."
                )
                found[sentence] = None
    return list(found)


def _telling_sizes(cases: Sequence[PackCase], facts: Mapping[str, tuple[FrameFacts, ...]]) -> list[str]:
    """Whatever a browser knows of an image must not tell normal from abnormal; 0 months where there is no prior."""

    def first(case: PackCase) -> FrameFacts:
        return facts[case.current.files[0]][0]

    measures: dict[str, Callable[[PackCase], float]] = {
        "Image width": lambda case: first(case).width,
        "Image height": lambda case: first(case).height,
        "Image aspect ratio": lambda case: first(case).width / first(case).height,
        "The number of images": lambda case: sum(len(facts[name]) for name in case.files),
        "The age of the oldest prior": lambda case: max(one.months_before for one in case.series),
    }
    normal = [case for case in cases if not case.findings]
    abnormal = [case for case in cases if case.findings]
    if min(len(normal), len(abnormal)) < _FEWEST_PER_CLASS:
        return []
    found = []
    for name, measure in measures.items():
        area = separation([measure(case) for case in normal], [measure(case) for case in abnormal])
        if not _HARMLESS[0] <= area <= _HARMLESS[1]:
            found.append(
                f"{name} alone tells normal from abnormal cases apart (ROC area {area:.2f}): "
                "a learner could answer without looking."
            )
    return found
