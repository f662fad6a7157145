"""Running sums of reads, from which every figure of a learner comes without counting the reads anew.

A tally is a flat table of whole numbers, so that adding a read and taking it out again (a corrected key) leave
exactly what was there. Certainties take few values: a histogram of them gives ROC areas, Brier scores and their
intervals exactly, not approximately.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from quiz.domain.calibration import Reliability, reliability
from quiz.domain.figures import SINGLE_CHOICE, FindingFigures, ReadFigures, Say
from quiz.domain.localisation import Located, lesion_localisation_fraction, wafroc
from quiz.domain.reliance import Reliance, Trio, reliance, weight_of_advice
from radiology.statistics import (
    Confusion,
    Interval,
    PairedAreas,
    UndefinedStatistic,
    brier,
    cohen_kappa,
    mcnemar_exact,
    roc_auc_delong,
    roc_auc_paired_delong,
    wilson,
)

Counts = dict[str, int]
Who = Literal["first", "final", "ai"]
Reader = Literal["first", "final"]

_PLACE = {"first": 0, "final": 1, "ai": 2}
_MILLION = 1_000_000


def finding_counts(one: FindingFigures, *, kind: str, images: int, advised: bool) -> Counts:
    """Return what a read adds to a finding's tally; `advised`: it counts for reliance.

    `say:FIRST|FINAL|AI|TRUTH` counts answers, + or − with the certainty in per cent (none in a single choice);
    `lesion:RATING/N` a lesion of a case with N, `normal:RATING` the highest rating on a case without; `-` is
    unmarked. `misplaced`, `images`: of reads where place is judged. `advice`, `advice_millionths`: how many
    weights of advice, and their sum.
    """
    exact = kind != SINGLE_CHOICE
    ai = "" if one.ai is None else "+" if one.ai.called else "-"
    counts: Counter[str] = Counter(
        {f"say:{_code(one.first, exact)}|{_code(one.final, exact)}|{ai}|{int(one.present)}": 1}
    )
    if one.located is not None:
        counts["images"] += images
        counts["misplaced"] += len(one.located.misplaced)
        if one.present:
            for rating in one.located.lesions:
                counts[f"lesion:{_percent(rating)}/{len(one.located.lesions)}"] += 1
        else:
            counts[f"normal:{_percent(max(one.located.misplaced, default=None))}"] += 1
    if advised and exact and one.first and one.final and one.ai:
        weight = weight_of_advice(one.first.probability, one.ai.probability, one.final.probability)
        if weight is not None:
            counts["advice"] += 1
            counts["advice_millionths"] += round(weight * _MILLION)
    return _without_zeros(counts)


def case_counts(read: ReadFigures, *, advised: bool) -> Counts:
    """Return what a read adds to the tally of whole cases; `advised`: it counts for reliance.

    `reads`; `right:FIRST|FINAL|AI` with 1, 0 or `-` for not scored; `trio:FIRST|AI|FINAL|FOLLOWED` of advised
    reads; `stated:first:CERTAINTY|RIGHT` and `stated:final:…` of single choices.
    """
    counts: Counter[str] = Counter(reads=1)
    counts[f"right:{_bit(read.first)}|{_bit(read.final)}|{_bit(read.ai)}"] += 1
    if advised and None not in (read.first, read.ai, read.final):
        trio = (read.first, read.ai, read.final, bool(read.followed))
        counts["trio:" + "|".join(map(_bit, trio))] += 1
    if read.kind == SINGLE_CHOICE and read.findings:
        # All findings of a single choice carry the one certainty.
        one = next(iter(read.findings.values()))
        for name, say, right in (("first", one.first, read.first), ("final", one.final, read.final)):
            if say is not None and right is not None:
                counts[f"stated:{name}:{_percent(say.certainty)}|{_bit(right)}"] += 1
    return _without_zeros(counts)


def add(counts: Mapping[str, int], more: Mapping[str, int], *, times: int = 1) -> Counts:
    """Return the sum of two tables; `times` −1 takes a read out. Zeros are dropped."""
    total = Counter(counts)
    for name, n in more.items():
        total[name] += times * n
    return _without_zeros(total)


def merged(tables: Iterable[Mapping[str, int]]) -> Counts:
    """Return the sum of many tables, e.g. of all findings of a scale."""
    total: Counter[str] = Counter()
    for one in tables:
        total.update(one)
    return _without_zeros(total)


_Said = tuple[bool, float | None]


@dataclass(frozen=True)
class _Row:
    """`n` answers alike: (called, certainty or None) of first and final opinion and AI, and the truth."""

    says: tuple[_Said | None, _Said | None, _Said | None]
    present: bool
    n: int


_Pick = Callable[[_Row], tuple[_Said | None, _Said | None]]


class FindingTally:
    """A learner's figures on one finding of one scale, or of several summed with `merged`."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Take the table as stored."""
        self._counts = counts
        self._rows = [_row(name, n) for name, n in counts.items() if name.startswith("say:")]

    @property
    def reads(self) -> int:
        """How many answers are in it."""
        return sum(row.n for row in self._rows)

    def confusion(self, who: Who) -> Confusion:
        """Calls against the truth, of those reads in which `who` gave an answer."""
        table: Counter[tuple[bool, bool]] = Counter()
        for row in self._rows:
            say = row.says[_PLACE[who]]
            if say is not None:
                table[say[0], row.present] += row.n
        return Confusion(table[True, True], table[True, False], table[False, False], table[False, True])

    def area(self, who: Reader) -> Interval:
        """ROC area of stated probabilities with DeLong's interval. UndefinedStatistic as `roc_auc_delong`."""
        pairs = list(self.stated(who).elements())
        return roc_auc_delong([p for p, _ in pairs], [y for _, y in pairs])

    def paired_areas(self) -> PairedAreas:
        """First opinion's area against the final one's on the same reads (paired DeLong), first − final."""
        first, final, truth = [], [], []
        for row in self._rows:
            before, after = (_probability(row.says[place]) for place in (0, 1))
            if before is not None and after is not None:
                first += [before] * row.n
                final += [after] * row.n
                truth += [row.present] * row.n
        return roc_auc_paired_delong(first, final, truth)

    def stated(self, who: Reader) -> Counter[tuple[float, bool]]:
        """How often each (probability of present, truth) occurred; none in a single choice."""
        counts: Counter[tuple[float, bool]] = Counter()
        for row in self._rows:
            p = _probability(row.says[_PLACE[who]])
            if p is not None:
                counts[p, row.present] += row.n
        return counts

    def certainties(self, who: Reader) -> Counter[tuple[float, bool]]:
        """How often each (certainty of the answer, was it right) occurred; none in a single choice."""
        counts: Counter[tuple[float, bool]] = Counter()
        for row in self._rows:
            say = row.says[_PLACE[who]]
            if say is not None and say[1] is not None:
                counts[say[1], say[0] == row.present] += row.n
        return counts

    def brier(self, who: Reader) -> float:
        """Mean (p − y)². UndefinedStatistic without answers."""
        pairs = list(self.stated(who).elements())
        return brier([p for p, _ in pairs], [y for _, y in pairs])

    def reliability(self, who: Reader) -> Reliability | None:
        """Diagram of stated probabilities; None before there are enough reads."""
        return reliability(self.stated(who))

    def kappa_with_ai(self) -> float:
        """Cohen's kappa of first opinion and AI. UndefinedStatistic as `cohen_kappa`."""
        return self._kappa(lambda row: (row.says[0], row.says[2]))

    def kappa_with_truth(self, who: Who) -> float:
        """Cohen's kappa of `who` and the truth. UndefinedStatistic as `cohen_kappa`."""
        return self._kappa(lambda row: (row.says[_PLACE[who]], (row.present, None)))

    def _kappa(self, pick: _Pick) -> float:
        a: list[bool] = []
        b: list[bool] = []
        for row in self._rows:
            one, other = pick(row)
            if one is not None and other is not None:
                a += [one[0]] * row.n
                b += [other[0]] * row.n
        return cohen_kappa(a, b)

    def located(self) -> list[Located]:
        """The lesions as if each were a case of its own (for the lesion localisation fraction)."""
        return [
            Located((rating,))
            for name, n in self._counts.items()
            if name.startswith("lesion:")
            for rating in [_rating(name.removeprefix("lesion:").partition("/")[0])]
            for _ in range(n)
        ]

    def lesion_fraction(self) -> Interval:
        """Lesion localisation fraction. UndefinedStatistic without lesions."""
        return lesion_localisation_fraction(self.located())

    def misplaced_per_image(self) -> float:
        """Marks that hit nothing, per image. UndefinedStatistic where place was never judged."""
        images = self._counts.get("images", 0)
        if not images:
            raise UndefinedStatistic("place was never judged")
        return self._counts.get("misplaced", 0) / images

    def wafroc(self) -> float:
        """wAFROC figure of merit. UndefinedStatistic unless there are marked normals and abnormals."""
        normals: list[float | None] = []
        abnormals: list[tuple[float, float | None]] = []
        for name, n in self._counts.items():
            kind, _, rest = name.partition(":")
            if kind == "normal":
                normals += [_rating(rest)] * n
            elif kind == "lesion":
                rating, _, of = rest.partition("/")
                abnormals.append((n / int(of), _rating(rating)))
        cases = sum(weight for weight, _ in abnormals)
        if not cases:
            raise UndefinedStatistic("wAFROC needs normal and abnormal cases")
        # Lesions of the same rating are worth the same, whatever case they lie in: only weights matter.
        return sum(weight * wafroc(normals, [(rating,)]) for weight, rating in abnormals) / cases

    def weight_of_advice(self) -> float | None:
        """Mean weight of advice; None where it was never defined."""
        n = self._counts.get("advice", 0)
        return self._counts.get("advice_millionths", 0) / _MILLION / n if n else None


class CaseTally:
    """A learner's figures on whole cases of one scale, or of several summed with `merged`."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Take the table as stored."""
        self._counts = counts

    @property
    def reads(self) -> int:
        """How many reads are in it."""
        return self._counts.get("reads", 0)

    def right(self, who: Who) -> tuple[int, int]:
        """How many of `who`'s answers were right, and of how many that were scored."""
        n: Counter[str] = Counter()
        for values, count in self._each("right"):
            n[values[_PLACE[who]]] += count
        return n["1"], n["1"] + n["0"]

    def share_right(self, who: Who) -> Interval:
        """`right` as a share with Wilson's interval. UndefinedStatistic where nothing was scored."""
        return wilson(*self.right(who))

    def pairs(self) -> Counter[tuple[bool, bool]]:
        """First opinion against AI, where both were scored: how often (you right, AI right)."""
        counts: Counter[tuple[bool, bool]] = Counter()
        for (first, _, ai), n in self._each("right"):
            if "-" not in (first, ai):
                counts[first == "1", ai == "1"] += n
        return counts

    def mcnemar(self) -> float:
        """Exact p of McNemar's test, first opinion against AI on the same cases."""
        pairs = self.pairs()
        return mcnemar_exact(pairs[True, False], pairs[False, True])

    def certainties(self, who: Reader) -> Counter[tuple[float, bool]]:
        """How often each (certainty of the choice, was it right) occurred in single choices."""
        counts: Counter[tuple[float, bool]] = Counter()
        for values, n in self._each(f"stated:{who}"):
            counts[int(values[0]) / 100, values[1] == "1"] += n
        return counts

    def reliance(self) -> Reliance:
        """RAIR and RSR over the advised reads."""
        trios: Counter[Trio] = Counter()
        for values, n in self._each("trio"):
            trios[Trio(*(value == "1" for value in values))] += n
        return reliance(trios)

    def _each(self, kind: str) -> Iterator[tuple[list[str], int]]:
        start = f"{kind}:"
        for name, n in self._counts.items():
            if name.startswith(start):
                yield name.removeprefix(start).split("|"), n


def _without_zeros(counts: Mapping[str, int]) -> Counts:
    return {name: n for name, n in counts.items() if n}


def _bit(value: bool | None) -> str:
    return "-" if value is None else str(int(value))


def _percent(rating: float | None) -> str:
    return "-" if rating is None else str(round(100 * rating))


def _rating(text: str) -> float | None:
    return None if text == "-" else int(text) / 100


def _code(say: Say | None, exact: bool) -> str:
    if say is None:
        return ""
    return ("+" if say.called else "-") + (_percent(say.certainty) if exact else "")


def _said(code: str) -> _Said | None:
    if not code:
        return None
    return code[0] == "+", int(code[1:]) / 100 if code[1:] else None


def _row(name: str, n: int) -> _Row:
    first, final, ai, present = name.removeprefix("say:").split("|")
    return _Row((_said(first), _said(final), _said(ai)), present == "1", n)


def _probability(said: _Said | None) -> float | None:
    called, certainty = said or (False, None)
    if certainty is None:
        return None
    # Rounded, so that 1 − 0.9 and 0.1 are one value.
    return certainty if called else round(1 - certainty, 2)
