"""Closing accounts at the same instant, with real threads on both databases."""

from typing import Any

import pytest

from curriculum import clock
from curriculum.domain.errors import Refused
from curriculum.models import Closure, User
from curriculum.privacy.closing import administrators, ask_to_close
from curriculum.privacy.erasure import erase
from curriculum.privacy.registry import FORMER
from tests import people
from tests.curriculum.test_races import at_once, no_errors

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]


def test_an_account_is_erased_once_by_two_that_come_at_once() -> None:
    lena = people.lena()
    closure = ask_to_close(lena, lena)
    Closure.objects.update(due_at=clock.now())
    results = at_once(*[lambda: erase(closure)] * 3)
    no_errors(results)
    assert sorted(results) == [False, False, True]
    assert User.objects.get(pk=lena.pk).full_name == FORMER


def test_asking_twice_at_once_makes_one_closure() -> None:
    lena = people.lena()
    results: list[Any] = at_once(*[lambda: ask_to_close(lena, lena)] * 4)
    no_errors(results)
    assert len(set(results)) == Closure.objects.count() == 1


def test_the_last_two_administrators_do_not_leave_at_once() -> None:
    ada, amir = people.ada(), people.staff("amir", "Amir Haddad", "Administrators")
    results = at_once(lambda: ask_to_close(ada, ada), lambda: ask_to_close(amir, amir))
    assert [type(r) for r in results].count(Refused) == 1
    assert administrators().count() == 1
