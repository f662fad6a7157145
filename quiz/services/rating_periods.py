"""Closing a rating period: cases and CNNs move by the games played since the last one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from quiz.domain import rating
from quiz.domain.outcomes import Verdict, ai_place, ai_verdict
from quiz.domain.rating import CASE_START, MODEL_START, Game, Player
from quiz.models import (
    AnswerKey,
    Case,
    CaseSet,
    ModelGame,
    PeriodChange,
    RatedPlayer,
    RatingEvent,
    RatingPeriod,
)
from quiz.selectors.ai_opinions import case_ai
from quiz.selectors.answer_keys import domain_key
from quiz.selectors.files import file_store
from quiz.services.errors import Refused

_BATCH = 500


@dataclass(frozen=True)
class Closed:
    """A period that was closed: how many games it counted, and how many cases and CNNs they moved."""

    scale: str
    number: int
    games: int
    cases: int
    models: int


def close_rating_period(*, now: datetime, scale: str | None = None) -> list[Closed]:
    """Close the running period of one scale, or of every scale on which something was played.

    First each CNN plays the cases it has an opinion of and hasn't played; then cases and CNNs move together, all by
    the ratings that their opponents had. A scale without a new game keeps its period. Raises Refused
    (`unknown_scale`; `period_closing` where somebody else closes it at this moment).
    """
    scales = rated_scales()
    if scale is not None and scale not in scales:
        known = ", ".join(sorted(scales)) or "none yet"
        raise Refused("unknown_scale", f"There is no scale “{scale}”. Scales: {known}.", status=404)
    closed = []
    for one in sorted(scales) if scale is None else [scale]:
        _play_models(one, now)
        try:
            with transaction.atomic():
                period = _close(one, now)
        except IntegrityError as error:
            raise Refused("period_closing", f"The period of {one} is being closed already.") from error
        if period is not None:
            closed.append(period)
    return closed


def rated_scales() -> set[str]:
    """Return the scales of all packs that may rate."""
    packs = Case.objects.filter(pack__rated=True).values_list("pack__modality", "pack__simulated").distinct()
    return {rating.scale(modality, simulated=simulated) for modality, simulated in packs}


def _play_models(scale: str, now: datetime) -> None:
    """Append the games of each model version against cases of published sets that it hasn't played yet."""
    sets = CaseSet.objects.filter(status=CaseSet.Status.PUBLISHED, pool=CaseSet.Pool.OPEN).exclude(
        model_key=""
    )
    for model_key in sorted(set(sets.values_list("model_key", flat=True))):
        cases = Case.objects.filter(
            status=Case.Status.PUBLISHED,
            pack__rated=True,
            entries__case_set__in=sets.filter(model_key=model_key),
        )
        for case in cases.distinct().select_related("pack").prefetch_related("images", "pack__findings"):
            if rating.scale(case.pack.modality, simulated=case.pack.simulated) == scale:
                _play(case, model_key, scale, now)


def _play(case: Case, model_key: str, scale: str, now: datetime) -> None:
    ai = case_ai(case, model_key)
    if not ai.opinions:
        return
    version = next(iter(ai.opinions.values())).model_sha256
    played = ModelGame.objects.filter(case=case, player__model_sha256=version, player__scale=scale)
    if played.exists():
        return
    asked = [finding.key for finding in case.pack.findings.all()]
    call = ai.call(asked, {image.pk: str(image.public_id) for image in case.images.all()})
    row = AnswerKey.objects.prefetch_related("regions__image").get(case=case, is_current=True)
    key = domain_key(row, file_store())
    verdict = ai_verdict(call, key)
    if verdict not in (Verdict.RIGHT, Verdict.WRONG):
        return
    place = ai_place(call, key) if case.pack.localise else "not_applicable"
    score = rating.score(verdict is Verdict.RIGHT, place)
    assert score is not None, "right or wrong scores"
    player, _ = RatedPlayer.objects.get_or_create(
        scale=scale,
        kind=RatedPlayer.Kind.MODEL,
        model_key=model_key,
        model_sha256=version,
        defaults=_columns(MODEL_START),
    )
    # Another run may play it at the same moment: the unique pair keeps one game.
    ModelGame.objects.bulk_create(
        [ModelGame(player=player, case=case, score=score, at=now)], ignore_conflicts=True
    )


def _close(scale: str, now: datetime) -> Closed | None:
    last = RatingPeriod.objects.filter(scale=scale).order_by("-number").first()
    events = list(
        RatingEvent.objects.select_for_update(of=("self",), no_key=True)
        .filter(scale=scale, period=None, voided_at=None)
        .select_related("read")
        .order_by("id")
    )
    models = list(
        ModelGame.objects.filter(player__scale=scale, period=None).select_related("player").order_by("id")
    )
    if not events and not models:
        return None
    period = RatingPeriod.objects.create(scale=scale, number=last.number + 1 if last else 1, closed_at=now)
    cases = {event.read.case_id for event in events} | {game.case_id for game in models}
    rows = _players(scale, cases)
    games: dict[int, list[Game]] = defaultdict(list)
    for event in events:
        games[rows[event.read.case_id].pk].append(
            Game(event.rating_before, event.deviation_before, 1 - event.score)
        )
    for game in models:
        case, model = rows[game.case_id], game.player
        games[case.pk].append(Game(model.rating, model.deviation, 1 - game.score))
        games[model.pk].append(Game(case.rating, case.deviation, game.score))
    players = {row.pk: row for row in [*rows.values(), *(game.player for game in models)]}
    changes = [_moved(players[pk], played, period) for pk, played in sorted(games.items())]
    RatedPlayer.objects.bulk_update(
        [players[pk] for pk in games],
        ["rating", "deviation", "volatility", "games", "period"],
        batch_size=_BATCH,
    )
    PeriodChange.objects.bulk_create(changes, batch_size=_BATCH)
    RatingEvent.objects.filter(pk__in=[event.pk for event in events]).update(period=period)
    ModelGame.objects.filter(pk__in=[game.pk for game in models]).update(period=period)
    moved = len({game.player_id for game in models})
    return Closed(scale, period.number, len(events) + len(models), len(changes) - moved, moved)


def _players(scale: str, cases: set[int]) -> dict[int, RatedPlayer]:
    """The cases as players, by primary key of the case; those that never played start now."""
    found = RatedPlayer.objects.filter(scale=scale, kind=RatedPlayer.Kind.CASE, case__in=cases)
    known = set(found.values_list("case", flat=True))
    RatedPlayer.objects.bulk_create(
        [
            RatedPlayer(scale=scale, kind=RatedPlayer.Kind.CASE, case_id=case, **_columns(CASE_START))
            for case in sorted(cases - known)
        ],
        batch_size=_BATCH,
    )
    return {row.case_id: row for row in found.all() if row.case_id is not None}


def _moved(row: RatedPlayer, games: list[Game], period: RatingPeriod) -> PeriodChange:
    """Move a player and return what that did."""
    before = Player(row.rating, row.deviation, row.volatility)
    after = rating.after_period(before, games)
    row.rating, row.deviation, row.volatility = after.rating, after.deviation, after.volatility
    row.games += len(games)
    row.period = period
    return PeriodChange(
        period=period,
        player=row,
        rating_before=before.rating,
        deviation_before=before.deviation,
        volatility_before=before.volatility,
        rating_after=after.rating,
        deviation_after=after.deviation,
        volatility_after=after.volatility,
        games=len(games),
    )


def _columns(player: Player) -> dict[str, float]:
    return {"rating": player.rating, "deviation": player.deviation, "volatility": player.volatility}
