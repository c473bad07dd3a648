"""By which day each learner should have finished a module: the same for every page and report."""

import datetime as dt
from typing import Any

import pytest

from curriculum import clock
from curriculum.domain.enrolment import enrol
from curriculum.models import Cohort, DueDate, Enrolment, Inclusion, Module, OwnDueDate
from curriculum.queries import due
from tests import factories, people
from tests.factories import reading

pytestmark = pytest.mark.django_db

OCTOBER = dt.date(2026, 10, 1)
NOVEMBER = dt.date(2026, 11, 5)
JANUARY = dt.date(2027, 1, 20)


@pytest.fixture
def cohort(cora: Any) -> Cohort:
    """Of a programme with three modules; the first is due in October, the second in November."""
    made = people.cohort(factories.programme([reading("A")], [reading("B")], [reading("C")]), cora)
    for module, day in zip(modules(made), (OCTOBER, NOVEMBER), strict=False):
        DueDate.objects.create(cohort=made, module=module, due_on=day)
    return made


@pytest.fixture
def mine(cohort: Cohort, lena: Any) -> Enrolment:
    return enrol(cohort, lena)


def modules(cohort: Cohort) -> list[Module]:
    places = Inclusion.objects.filter(programme=cohort.programme, until=None)
    return [place.module for place in places.order_by("position").select_related("module")]


def every_way(enrolment: Enrolment) -> list[dt.date | None]:
    """Her due days, module by module, asserted to be the same by every way of asking."""
    fresh = Enrolment.objects.select_related("cohort").get(pk=enrolment.pk)
    rows = Enrolment.objects.filter(pk=enrolment.pk)
    alone, among = due.due_days(fresh), due.due_days_of(rows)[enrolment.pk]
    annotated = {
        module.pk: due.with_due_day(rows, module.pk).get().due_on  # type: ignore[attr-defined]
        for module in Module.objects.all()
    }
    assert alone == among == {pk: day for pk, day in annotated.items() if day}
    return [alone.get(module.pk) for module in modules(fresh.cohort)]


def test_a_module_is_due_when_the_cohort_says_or_not_at_all(mine: Enrolment) -> None:
    assert every_way(mine) == [OCTOBER, NOVEMBER, None]


@pytest.mark.parametrize("own", [dt.date(2026, 9, 1), dt.date(2026, 12, 1)])
def test_her_own_day_stands_in_place_of_the_cohorts(mine: Enrolment, own: dt.date) -> None:
    first, _, third = modules(mine.cohort)
    OwnDueDate.objects.create(enrolment=mine, module=first, due_on=own)
    OwnDueDate.objects.create(enrolment=mine, module=third, due_on=own)
    assert every_way(mine) == [own, NOVEMBER, own]


def test_who_has_longer_for_everything_has_longer_for_what_is_due(mine: Enrolment) -> None:
    first, *_ = modules(mine.cohort)
    OwnDueDate.objects.create(enrolment=mine, module=first, due_on=dt.date(2027, 2, 2))
    mine.ends_on = JANUARY
    mine.save()
    assert every_way(mine) == [dt.date(2027, 2, 2), JANUARY, None]
    mine.ends_on = dt.date(2026, 9, 9)
    mine.save()
    assert every_way(mine) == [dt.date(2027, 2, 2), NOVEMBER, None], "never sooner than it was"


def test_another_learners_days_and_cohorts_are_not_hers(
    mine: Enrolment, cohort: Cohort, cora: Any
) -> None:
    other = enrol(cohort, people.person("nia", "Nia Rees"))
    elsewhere = people.cohort(cohort.programme, cora, name="Year 4")
    for module in modules(cohort):
        OwnDueDate.objects.create(enrolment=other, module=module, due_on=JANUARY)
        DueDate.objects.create(cohort=elsewhere, module=module, due_on=JANUARY)
    assert every_way(mine) == [OCTOBER, NOVEMBER, None]
    assert every_way(other) == [JANUARY] * 3


def test_a_module_that_has_left_the_programme_is_not_due(mine: Enrolment) -> None:
    first, *_ = modules(mine.cohort)
    OwnDueDate.objects.create(enrolment=mine, module=first, due_on=JANUARY)
    Inclusion.objects.filter(module=first).update(until=clock.now())
    assert every_way(mine) == [NOVEMBER, None]
    other = factories.programme([reading("Z")])
    Inclusion.objects.create(programme=other, module=first, position=2)
    assert every_way(mine) == [NOVEMBER, None], "nor where it belongs to another one now"


def test_behind_is_who_has_not_finished_when_the_day_is_over(mine: Enrolment) -> None:
    first, *_ = modules(mine.cohort)
    rows = Enrolment.objects.all()
    assert not due.behind_on(rows, first.pk, OCTOBER).exists(), "the day itself still counts"
    found = due.behind_on(rows, first.pk, OCTOBER + dt.timedelta(days=1))
    assert [(row.pk, row.due_on) for row in found] == [  # type: ignore[attr-defined]
        (mine.pk, OCTOBER)
    ]
    with clock.at(dt.datetime(2026, 10, 1, 22, 59, tzinfo=dt.UTC)):  # 23:59 in London
        assert not due.behind_on(rows, first.pk).exists()
    with clock.at(dt.datetime(2026, 10, 1, 23, 0, tzinfo=dt.UTC)):
        assert due.behind_on(rows, first.pk).exists()
    factories.complete(mine, factories.activities(mine.cohort.programme)[0])
    assert not due.behind_on(rows, first.pk, JANUARY).exists()


@pytest.mark.parametrize(
    ("day", "last_minute"),
    [
        (dt.date(2026, 10, 24), "2026-10-24T22:59:59+00:00"),  # summer time
        (dt.date(2026, 10, 25), "2026-10-25T23:59:59+00:00"),  # the clock goes back on this day
        (dt.date(2027, 3, 27), "2027-03-27T23:59:59+00:00"),
        (dt.date(2027, 3, 28), "2027-03-28T22:59:59+00:00"),  # and forward on this one
    ],
)
def test_a_day_ends_at_midnight_here_on_both_sides_of_the_clock_change(
    day: dt.date, last_minute: str
) -> None:
    """Known failure 27."""
    last = dt.datetime.fromisoformat(last_minute)
    assert due.in_time(last, day)
    assert not due.in_time(last + dt.timedelta(seconds=1), day)


@pytest.mark.parametrize("many", [1, 3])
def test_due_days_take_as_many_queries_for_one_learner_as_for_three(
    many: int, cohort: Cohort, django_assert_num_queries: Any
) -> None:
    for number in range(many):
        own = enrol(cohort, people.person(f"l{number}", f"L {number}"))
        OwnDueDate.objects.create(enrolment=own, module=modules(cohort)[2], due_on=JANUARY)
    rows = Enrolment.objects.filter(cohort=cohort)
    with django_assert_num_queries(3):
        assert len(due.due_days_of(rows)) == many
    one = rows.select_related("cohort").first()
    assert one
    with django_assert_num_queries(1):
        assert len(due.due_days(one)) == 3
