"""Guests, demo accounts, erasure."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from quiz.models import CaseSet, Exposure, Opinion, Read, User
from quiz.services.accounts import create_demo_accounts, create_guest, erase_learner
from quiz.services.errors import Refused
from tests.conftest import NOW
from tests.quiz.builders import advance, opened_read, user


@pytest.mark.django_db
def test_guest_has_no_password(settings: Any) -> None:
    guest = create_guest(now=NOW)
    assert guest.is_guest and not guest.has_usable_password()


@pytest.mark.django_db
def test_no_guests_and_no_demo_accounts_beyond_loopback(settings: Any) -> None:
    settings.SECONDREAD_DEMO = False
    with pytest.raises(Refused):
        create_guest(now=NOW)
    with pytest.raises(Refused):
        create_demo_accounts()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_demo_accounts_are_made_once_with_random_passwords() -> None:
    made = create_demo_accounts()
    assert {one.username for one in made} == {"learner", "instructor", "admin"}
    assert len({one.password for one in made}) == 3
    assert all(User.objects.get(username=one.username).check_password(one.password) for one in made)
    assert create_demo_accounts() == []


@pytest.mark.parametrize("keep", [True, False])
def test_erasing_unlinks_or_removes(learner: User, other: User, case_set: CaseSet, keep: bool) -> None:
    advance(opened_read(learner, case_set), "truth_shown")
    advance(opened_read(other, case_set), "committed")
    assert erase_learner(learner=learner, keep_reads=keep) == 4
    assert not User.objects.filter(username="learner").exists()
    assert not Exposure.objects.filter(learner__username="learner").exists()
    kept = Read.objects.filter(learner=None)
    assert (kept.count(), Opinion.objects.filter(read__in=kept).count()) == ((4, 2) if keep else (0, 0))
    assert Opinion.objects.filter(read__learner=other).count() == 1


@pytest.mark.django_db
def test_last_administrator_stays() -> None:
    admin = user("admin", is_superuser=True)
    with pytest.raises(Refused):
        erase_learner(learner=admin, keep_reads=False)
    user("second", is_superuser=True)
    erase_learner(learner=admin, keep_reads=False)


def test_erasing_an_instructor_keeps_their_cases(instructor: User, case_set: CaseSet) -> None:
    erase_learner(learner=instructor, keep_reads=False)
    case_set.refresh_from_db()
    assert case_set.owner is None and case_set.cases.count() == 4


@pytest.mark.django_db
def test_demo_people_have_no_way_in_where_the_demo_is_off(settings: Any, client: Client) -> None:
    account = create_demo_accounts()[0]
    assert client.login(username=account.username, password=account.password)
    assert client.get("/progress/").status_code == 200
    settings.SECONDREAD_DEMO = False
    assert client.get("/progress/").status_code == 302
    assert not client.login(username=account.username, password=account.password)
    user("real")
    assert client.login(username="real", password="a long password")
