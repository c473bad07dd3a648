"""Which of somebody's enrolments a visit counts for."""

import datetime as dt
from typing import Any

import pytest

from curriculum import clock
from curriculum.domain.enrolment import enrol, withdraw
from curriculum.models import Enrolment
from curriculum.queries.outline import current_enrolment
from tests import people

DAY = dt.timedelta(days=1)


@pytest.fixture
def older(enrolment: Any) -> Enrolment:
    """Lena in a cohort that runs; she joined it long ago."""
    Enrolment.objects.filter(pk=enrolment.pk).update(enrolled_at=clock.now() - 30 * DAY)
    return Enrolment.objects.get(pk=enrolment.pk)


def join(older: Enrolment, **fields: Any) -> Enrolment:
    return enrol(people.cohort(older.cohort.programme, name="Newer", **fields), older.learner)


def current(older: Enrolment) -> Enrolment | None:
    return current_enrolment(older.learner_id, older.cohort.programme_id)


def test_of_two_that_run_it_is_the_newer(older: Enrolment) -> None:
    newer = join(older, starts_on=clock.today(), ends_on=clock.today())
    assert current(older) == newer
    withdraw(newer)
    assert current(older) == older


@pytest.mark.parametrize("fields", [{"ends_on": -DAY}, {"starts_on": DAY}])
def test_one_that_does_not_run_hides_none_that_does(
    fields: dict[str, dt.timedelta], older: Enrolment, django_assert_num_queries: Any
) -> None:
    newer = join(older, **{name: clock.today() + days for name, days in fields.items()})
    with django_assert_num_queries(1):
        assert current(older) == older
    withdraw(older)
    assert current(older) == newer
