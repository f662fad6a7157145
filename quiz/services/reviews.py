"""Review cards: a read's grade for each of its concepts, and where that leaves the cards.

Callers hold the learner's row.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from quiz.domain import scheduling
from quiz.domain.learner_record import FinishedRead, Review, card_of, reviews_of
from quiz.domain.scheduling import Card, Grade
from quiz.models import ReviewCard, ReviewEvent, User


def review_concepts(*, learner: User, read: FinishedRead) -> None:
    """Append a finished read's grades and move the cards of its concepts."""
    new = reviews_of(read)
    if not new:
        return
    ReviewEvent.objects.bulk_create(_event(learner, review) for review in new)
    cards = {
        row.concept: row
        for row in ReviewCard.objects.filter(learner=learner, concept__in=[one.concept for one in new])
    }
    late = []
    for review in new:
        row = cards.get(review.concept)
        if row is None:
            _store(learner, review.concept, scheduling.reviewed(None, review.grade, review.at), None)
        elif row.last_review_at is not None and review.at > row.last_review_at:
            _store(
                learner, review.concept, scheduling.reviewed(stored_card(row), review.grade, review.at), row
            )
        else:
            late.append(review.concept)
    replay_cards(learner=learner, concepts=late)


def grade_again(*, learner: User, before: FinishedRead, after: FinishedRead) -> None:
    """Replace a read's grades after its key was corrected, and replay the cards that they moved."""
    old, new = reviews_of(before), reviews_of(after)
    if old == new:
        return
    ReviewEvent.objects.filter(read=after.read).delete()
    ReviewEvent.objects.bulk_create(_event(learner, review) for review in new)
    replay_cards(learner=learner, concepts={one.concept for one in [*old, *new]})


def replay_cards(*, learner: User, concepts: Collection[str]) -> None:
    """Work out the cards of concepts from all their events; a card without any goes."""
    if not concepts:
        return
    rows = {row.concept: row for row in ReviewCard.objects.filter(learner=learner, concept__in=concepts)}
    events = ReviewEvent.objects.filter(learner=learner, concept__in=concepts)
    by_concept: dict[str, list[Review]] = {concept: [] for concept in concepts}
    for event in events:
        by_concept[event.concept].append(Review(event.read_id, event.concept, Grade(event.grade), event.at))
    for concept, reviews in by_concept.items():
        card, row = card_of(reviews), rows.get(concept)
        if card is not None:
            _store(learner, concept, card, row)
        elif row is not None:
            row.delete()


def stored_card(row: ReviewCard) -> Card:
    """Return a stored card as the domain's."""
    assert row.last_review_at is not None, "a card is made by its first review"
    return Card(
        state=row.state,
        step=row.step,
        stability=row.stability,
        difficulty=row.difficulty,
        due_at=row.due_at,
        last_review_at=row.last_review_at,
        reviews=row.reviews,
        lapses=row.lapses,
    )


def _event(learner: User, review: Review) -> ReviewEvent:
    return ReviewEvent(
        learner=learner,
        read_id=review.read,
        concept=review.concept,
        grade=int(review.grade),
        at=review.at,
    )


def _store(learner: User, concept: str, card: Card, row: ReviewCard | None) -> None:
    values = asdict(card)
    if row is None:
        ReviewCard.objects.create(learner=learner, concept=concept, **values)
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
