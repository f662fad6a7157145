"""What is worth telling a learner they have earned: judgement and calibration, and never hours, speed or luck.

Nothing is awarded while a learner's figures don't stand clear of chance, or show a habit of `quiz.domain.portrait`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum

from quiz.domain import calibration, tallies
from quiz.domain.learner_record import FinishedRead
from quiz.domain.outcomes import Place
from quiz.domain.portrait import TallyKey, portrait
from quiz.domain.read_flow import Flow
from quiz.domain.tallies import CaseTally, Counts, FindingTally, merged

CLEAR_OF_CHANCE = 0.2
"""The lower end of skill's interval before anything is awarded."""
DISAGREEMENTS = 20
WEIGHED = 0.7
CALIBRATED_READS = 50
LARGEST_GAP = 0.05
"""Mean certainty and share right lie this close where a learner is well calibrated."""
FILLED_BAND = 8
SUBTLE = frozenset({"subtle", "hidden"})
"""The grades of difficulty that a subtle lesion has; a key's difficulty begins with its grade."""
SURE = 0.75


class Award(StrEnum):
    """An achievement's slug."""

    WEIGHS_THE_AI = "weighs-the-ai"
    WELL_CALIBRATED = "well-calibrated"
    SUBTLE_LESION = "subtle-lesion"


def awards(
    tables: Mapping[TallyKey, Counts],
    read: FinishedRead,
    difficulty: str,
    held: Collection[str] = (),
) -> frozenset[Award]:
    """Return what a learner earns when `read` ends, beyond what they hold.

    `tables` are their tallies with the read counted, `difficulty` is that of the read's key.
    """
    whole = CaseTally(merged(counts for (_, finding), counts in tables.items() if not finding))
    checks: Mapping[Award, Callable[[], bool]] = {
        Award.WEIGHS_THE_AI: lambda: _weighs_the_ai(whole),
        Award.WELL_CALIBRATED: lambda: whole.reads >= CALIBRATED_READS and _well_calibrated(whole, tables),
        Award.SUBTLE_LESION: lambda: _subtle(read, difficulty),
    }
    earned = frozenset(award for award, check in checks.items() if award not in held and check())
    # Asked last: most reads earn nothing, and this is the longer sum.
    return earned if earned and _reads_with_care(tables) else frozenset()


def replay(reads: Iterable[tuple[FinishedRead, str]]) -> dict[Award, FinishedRead]:
    """Return each award with the read that earned it, from all reads with their difficulty.

    Reads come in the order in which their truth was shown.
    """
    tables: dict[TallyKey, Counts] = {}
    given: dict[Award, FinishedRead] = {}
    for read, difficulty in reads:
        for key, counts in read.tally_counts().items():
            tables[key] = tallies.add(tables.get(key, {}), counts)
        if len(given) < len(Award):
            given |= dict.fromkeys(awards(tables, read, difficulty, given), read)
    return given


def _reads_with_care(tables: Mapping[TallyKey, Counts]) -> bool:
    told = portrait(tables)
    return told.skill is not None and told.skill.low >= CLEAR_OF_CHANCE and not told.traits


def _weighs_the_ai(whole: CaseTally) -> bool:
    pair = whole.reliance()
    enough = pair.rair.n + pair.rsr.n >= DISAGREEMENTS
    return enough and all(one.n > 0 and one.k >= WEIGHED * one.n for one in (pair.rair, pair.rsr))


def _well_calibrated(whole: CaseTally, tables: Mapping[TallyKey, Counts]) -> bool:
    stated = whole.certainties("first")
    for (_, finding), counts in tables.items():
        if finding:
            stated += FindingTally(counts).certainties("first")
    diagram = calibration.reliability(stated)
    if diagram is None or abs(diagram.overconfidence) > LARGEST_GAP:
        return False
    filled = [one for one in diagram.bins if one.n >= FILLED_BAND]
    return all(one.observed.low <= one.stated <= one.observed.high for one in filled)


def _subtle(read: FinishedRead, difficulty: str) -> bool:
    """A first opinion that found and placed it, and was at least fairly sure."""
    if not read.first_exposure or read.flow == Flow.AI_FIRST or difficulty.partition(":")[0] not in SUBTLE:
        return False
    says = [one.first for one in read.figures.findings.values() if one.present]
    sure = any(say is not None and say.called and say.certainty >= SURE for say in says)
    return bool(sure and read.figures.first) and read.place == Place.HIT
