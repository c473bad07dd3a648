"""Everybody is done, on track, behind or not started: exactly one, and the same as by hand."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curriculum import clock
from curriculum.domain.enrolment import enrol
from curriculum.enums import CohortStanding
from curriculum.models import (
    Cohort,
    DueDate,
    Enrolment,
    Inclusion,
    Module,
    ModuleCompletion,
    OwnDueDate,
    Profession,
    ProgrammeCompletion,
    Requirement,
    User,
)
from curriculum.queries import cohort_figures as figures
from curriculum.queries.reports import reported
from curriculum.queries.standing_in_cohort import modules_due, overdue, owed_by, with_standing
from tests import people
from tests.factories import activities, complete, programme, quiz, reading

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def cohort(cora: Any) -> Cohort:
    made = programme([reading("A"), quiz(title="Q")], [reading("B")], title="Social care")
    return people.cohort(made, cora)


def learners_of(cohort: Cohort) -> Any:
    return reported(Cohort.objects.filter(pk=cohort.pk))


def join(cohort: Cohort, name: str, profession: str = "Medical student") -> Enrolment:
    return enrol(cohort, people.person(name.lower(), name, profession))


def modules(cohort: Cohort) -> list[Module]:
    return [i.module for i in cohort.programme.inclusions.filter(until=None).order_by("position")]


def due(cohort: Cohort, module: Module, day: dt.date) -> None:
    DueDate.objects.create(cohort=cohort, module=module, due_on=day)


def standing_of(enrolment: Enrolment, **more: Any) -> str:
    cohorts = Cohort.objects.filter(pk=enrolment.cohort_id)
    found = with_standing(Enrolment.objects.all(), modules_due(cohorts), **more)
    return found.get(pk=enrolment.pk).standing


def test_who_never_came_has_not_started_until_something_is_overdue(cohort: Cohort) -> None:
    ida = join(cohort, "Ida")
    assert standing_of(ida) == CohortStanding.NOT_STARTED
    due(cohort, modules(cohort)[0], clock.today())
    assert standing_of(ida) == CohortStanding.NOT_STARTED, "the day itself is in time"
    assert standing_of(ida, day=clock.today() + DAY) == CohortStanding.BEHIND


def test_who_has_finished_what_was_due_is_on_track(cohort: Cohort) -> None:
    hal = join(cohort, "Hal")
    first, second = modules(cohort)
    due(cohort, first, clock.today() - DAY)
    due(cohort, second, clock.today() + DAY)
    for activity in activities(cohort.programme)[:2]:
        assert standing_of(hal) == CohortStanding.BEHIND
        complete(hal, activity)
    assert standing_of(hal) == CohortStanding.ON_TRACK


def test_who_has_completed_the_programme_is_done_whatever_becomes_due_later(cohort: Cohort) -> None:
    dora = join(cohort, "Dora")
    for activity in activities(cohort.programme):
        complete(dora, activity)
    extra = programme([reading("Extra")]).inclusions.get()
    Inclusion.objects.filter(pk=extra.pk).update(programme=cohort.programme, position=9)
    due(cohort, extra.module, clock.today() - 9 * DAY)
    assert standing_of(dora) == CohortStanding.DONE
    assert overdue(learners_of(cohort)) == {}


def test_a_day_of_ones_own_counts_in_place_of_the_cohorts(cohort: Cohort) -> None:
    hal, ida = join(cohort, "Hal"), join(cohort, "Ida")
    first, second = modules(cohort)
    due(cohort, first, clock.today() - DAY)
    OwnDueDate.objects.create(enrolment=hal, module=first, due_on=clock.today())
    OwnDueDate.objects.create(enrolment=ida, module=second, due_on=clock.today() - 3 * DAY)
    assert standing_of(hal) == CohortStanding.NOT_STARTED
    assert standing_of(ida) == CohortStanding.BEHIND
    owed = overdue(learners_of(cohort))
    assert [row.title for row in owed[ida.pk]] == ["Module 2", "Module 1"]  # longest overdue first
    assert hal.pk not in owed


def test_nobody_is_behind_on_a_module_that_cannot_be_finished(cohort: Cohort) -> None:
    ida = join(cohort, "Ida")
    second = modules(cohort)[1]
    due(cohort, second, clock.today() - DAY)
    assert standing_of(ida) == CohortStanding.BEHIND
    Requirement.objects.filter(module=second).update(is_required=False)
    assert standing_of(ida) == CohortStanding.NOT_STARTED
    assert overdue(learners_of(cohort)) == {}


def test_a_day_ends_at_midnight_in_london_also_after_the_clocks_go_forward(cohort: Cohort) -> None:
    ida = join(cohort, "Ida")
    due(cohort, modules(cohort)[0], dt.date(2027, 3, 28))
    with clock.at(dt.datetime(2027, 3, 28, 22, 59, tzinfo=dt.UTC)):  # 23:59 in London
        assert standing_of(ida) == CohortStanding.NOT_STARTED
    with clock.at(dt.datetime(2027, 3, 28, 23, 0, tzinfo=dt.UTC)):
        assert standing_of(ida) == CohortStanding.BEHIND


# ── Against a plain recount ───────────────────────────────────────────────
days = st.integers(-2, 2)
histories = st.lists(
    st.fixed_dictionaries(
        {
            "finished": st.sets(st.integers(0, 2)),
            "own": st.dictionaries(st.integers(0, 2), days, max_size=2),
            "extended": st.none() | days,
            "is_done": st.booleans(),
            "is_active": st.booleans(),
        }
    ),
    min_size=1,
    max_size=5,
)


def by_hand(history: dict[str, Any], cohort_days: dict[int, int], workless: set[int]) -> str:
    """The rule once more, without a database."""
    if history["is_done"]:
        return CohortStanding.DONE
    for module, theirs in {**cohort_days, **history["own"]}.items():
        day = max(theirs, history["extended"]) if history["extended"] is not None else theirs
        if day < 0 and module not in history["finished"] and module not in workless:
            return CohortStanding.BEHIND
    return CohortStanding.ON_TRACK if history["is_active"] else CohortStanding.NOT_STARTED


@pytest.fixture
def three(db: Any) -> Cohort:
    """A cohort of nobody, with three modules and people who could join it."""
    User.objects.bulk_create(User(email=f"r{n}@example.org") for n in range(5))
    made = programme([reading("A")], [reading("B")], [reading("C")])
    return Cohort.objects.create(name="Random", programme=made)


def live_through(cohort: Cohort, found: list[dict[str, Any]]) -> list[Enrolment]:
    """The enrolments that these histories make."""
    there, today, now = modules(cohort), clock.today(), clock.now()
    learners = User.objects.filter(email__startswith="r").order_by("email")
    rows = Enrolment.objects.bulk_create(
        Enrolment(
            cohort=cohort,
            learner=learner,
            ends_on=None if story["extended"] is None else today + story["extended"] * DAY,
            last_active_at=now if story["is_active"] else None,
        )
        for learner, story in zip(learners, found, strict=False)
    )
    stories = list(zip(rows, found, strict=True))
    ModuleCompletion.objects.bulk_create(
        ModuleCompletion(enrolment=row, module=there[n], completed_at=now)
        for row, story in stories
        for n in story["finished"]
    )
    OwnDueDate.objects.bulk_create(
        OwnDueDate(enrolment=row, module=there[n], due_on=today + offset * DAY)
        for row, story in stories
        for n, offset in story["own"].items()
    )
    ProgrammeCompletion.objects.bulk_create(
        ProgrammeCompletion(enrolment=row, completed_at=now)
        for row, story in stories
        if story["is_done"]
    )
    return rows


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    found=histories,
    cohort_days=st.dictionaries(st.integers(0, 2), days),
    workless=st.sets(st.integers(0, 2), max_size=1),
)
def test_standings_over_random_histories_are_those_of_a_plain_recount(
    three: Cohort, found: list[dict[str, Any]], cohort_days: dict[int, int], workless: set[int]
) -> None:
    with transaction.atomic():
        there = modules(three)
        for n, offset in cohort_days.items():
            due(three, there[n], clock.today() + offset * DAY)
        for n in workless:
            Requirement.objects.filter(module=there[n]).update(is_required=False)
        rows = live_through(three, found)
        expected = {
            row.pk: by_hand(story, cohort_days, workless)
            for row, story in zip(rows, found, strict=True)
        }
        learners = learners_of(three)
        can_be_due = modules_due(Cohort.objects.filter(pk=three.pk))
        standing: Any = with_standing(learners, can_be_due)
        assert dict(standing.values_list("pk", "standing")) == expected
        behind = {pk for pk, standing in expected.items() if standing == CohortStanding.BEHIND}
        assert set(overdue(learners)) == behind
        everybody, _ = figures.standings(learners, can_be_due)
        counted = Counter(expected.values())
        assert everybody.counts == tuple(counted[name] for name in CohortStanding)
        transaction.set_rollback(True)


# ── The figures beside them ───────────────────────────────────────────────
def test_small_professions_are_put_together_and_left_out_where_even_so_too_few(
    cohort: Cohort,
) -> None:
    medical, nursing, social = list(Profession.objects.all()[:3])
    for number, profession in enumerate([medical] * 5 + [nursing] * 2 + [social]):
        join(cohort, f"P{number}", profession.name)
    everybody, rows = figures.standings(learners_of(cohort), [])
    assert (everybody.learners, everybody.counts) == (8, (0, 0, 0, 8))
    assert [(row.name, row.learners, row.is_shown) for row in rows] == [
        (medical.name, 5, True),
        ("Others together", 3, False),
    ]
    for number in range(2):
        join(cohort, f"S{number}", social.name)
    _, rows = figures.standings(learners_of(cohort), [])
    assert [(row.name, row.learners, row.is_shown) for row in rows][1] == (
        "Others together",
        5,
        True,
    )


def test_progress_over_time_is_counted_day_by_day_against_what_was_due(cohort: Cohort) -> None:
    first, second = modules(cohort)
    today = clock.today()
    cohort.starts_on = today - 14 * DAY
    hal, _ = join(cohort, "Hal"), join(cohort, "Ida")
    due(cohort, first, today - 7 * DAY)
    ModuleCompletion.objects.create(enrolment=hal, module=first, completed_at=clock.now() - 8 * DAY)
    ModuleCompletion.objects.create(enrolment=hal, module=second, completed_at=clock.now())
    found = figures.over_time(cohort, learners_of(cohort), [first.pk])
    assert found.finished == ((today - 14 * DAY, 0), (today - 7 * DAY, 1), (today, 1))
    assert found.due == ((today - 14 * DAY, 0), (today - 7 * DAY, 2), (today, 2))
    assert found.marks == ((today - 7 * DAY, "Module 1"),)
    DueDate.objects.all().delete()
    found = figures.over_time(cohort, learners_of(cohort), [])
    assert found.finished[-1] == (today, 2)  # nothing is due, so everything counts
    assert found.due == ()


def test_where_people_stop_is_told_activity_by_activity(cohort: Cohort) -> None:
    work = activities(cohort.programme)
    for name, done in (("Dora", 3), ("Hal", 1), ("Ida", 1), ("Jo", 0)):
        enrolment = join(cohort, name)
        for activity in work[:done]:
            complete(enrolment, activity)
    found = figures.steps(cohort, learners_of(cohort))
    assert [(s.number, s.title, s.completed, s.drop, s.is_steepest) for s in found] == [
        ("1.1", "A", 3, 1, False),
        ("1.2", "Q", 1, 2, True),
        ("2.1", "B", 1, 0, False),
    ]
    Requirement.objects.filter(activity=work[1]).update(is_required=False)
    found = figures.steps(cohort, learners_of(cohort))
    assert [s.drop for s in found] == [1, 0, 2], "what is optional is not compared"


def test_last_seen_falls_into_days_of_the_site(cohort: Cohort) -> None:
    for name, back in (("Now", 0), ("Week", 7), ("Eight", 8), ("Month", 28), ("Old", 29)):
        join(cohort, name)
        Enrolment.objects.filter(learner__full_name=name).update(
            last_active_at=clock.now() - back * DAY
        )
    join(cohort, "Never")
    assert [n for _, n in figures.last_seen(learners_of(cohort))] == [1, 1, 1, 1, 1, 1]


def queries(work: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return len(captured)


def test_the_figures_cost_the_same_for_one_and_for_three(cohort: Cohort) -> None:
    today = clock.today()
    for module in modules(cohort):
        due(cohort, module, today - DAY)
    can_be_due = modules_due(Cohort.objects.filter(pk=cohort.pk))
    learners = learners_of(cohort)

    def everything() -> None:
        list(with_standing(learners, can_be_due))
        figures.standings(learners, can_be_due)
        figures.over_time(cohort, learners, can_be_due)
        figures.steps(cohort, learners)
        figures.last_seen(learners)
        owed_by(learners, today)

    join(cohort, "One")
    before = queries(everything)
    join(cohort, "Two"), join(cohort, "Three")
    assert queries(everything) == before <= 18
