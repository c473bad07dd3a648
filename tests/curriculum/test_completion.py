"""Completion: exactly once, never undone by an edit, honest about what is owed."""

import dataclasses
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curriculum.domain.enrolment import enrol
from curriculum.domain.outline import ProgrammePlan, synchronise
from curriculum.enums import ProgressState
from curriculum.models import (
    Certificate,
    Completion,
    Enrolment,
    ModuleCompletion,
    ProgrammeCompletion,
    Requirement,
)
from curriculum.queries.catalogue import shelf
from curriculum.queries.progress import programme_progress
from tests import factories, people
from tests.factories import activities, complete, plan_of, programme, quiz, reading


@pytest.fixture
def learner(lena: Any) -> Any:
    """A function that enrols Lena in a new cohort of a programme."""

    def enrolled(made: Any) -> Enrolment:
        return enrol(people.cohort(made, name=f"Cohort {made.pk}"), lena)

    return enrolled


def progress(enrolment: Enrolment) -> Any:
    fresh = Enrolment.objects.get(pk=enrolment.pk)
    return programme_progress(fresh.cohort.programme, fresh, shelf())


def without(plan: ProgrammePlan, module: int, activity: int) -> ProgrammePlan:
    kept = list(plan.modules[module].activities)
    del kept[activity]
    return with_activities(plan, module, kept)


def with_activities(plan: ProgrammePlan, module: int, rows: Any) -> ProgrammePlan:
    changed = dataclasses.replace(plan.modules[module], activities=tuple(rows))
    modules = list(plan.modules)
    modules[module] = changed
    return dataclasses.replace(plan, modules=tuple(modules))


def test_the_last_activity_completes_module_programme_and_earns_the_certificate(
    learner: Any,
) -> None:
    enrolment = learner(programme())
    first, last = activities(enrolment.cohort.programme)
    complete(enrolment, first)
    assert not ModuleCompletion.objects.exists()
    complete(enrolment, last)
    done = ModuleCompletion.objects.get()
    award = ProgrammeCompletion.objects.get()
    certificate = Certificate.objects.get()
    final = Completion.objects.get(activity=last)
    # Known failure 15: the completion date is blank or the certificate late.
    assert done.completed_at == award.completed_at == final.completed_at
    assert certificate.facts["completed_at"] == final.completed_at.isoformat()


def test_doing_it_again_completes_nothing_twice(learner: Any) -> None:
    enrolment = learner(programme([reading()]))
    for _ in range(3):
        complete(enrolment, activities(enrolment.cohort.programme)[0])
    assert Completion.objects.count() == ProgrammeCompletion.objects.count() == 1
    assert Certificate.objects.count() == 1


def test_what_is_optional_is_not_owed(learner: Any) -> None:
    enrolment = learner(programme([reading("Must"), reading("May")], optional=["May"]))
    complete(enrolment, activities(enrolment.cohort.programme)[0])
    assert ProgrammeCompletion.objects.exists()
    assert progress(enrolment).per_cent == 100


def test_an_optional_module_and_an_empty_one_do_not_hold_up_the_programme(learner: Any) -> None:
    made = programme([reading("A")], [reading("B")], [], optional=["Module 2"])
    enrolment = learner(made)
    complete(enrolment, activities(made)[0])
    assert ProgrammeCompletion.objects.filter(enrolment=enrolment).exists()


def test_the_same_material_in_two_programmes_completes_only_one(learner: Any) -> None:
    """Known failure 14."""
    one, other = learner(programme([reading()])), learner(programme([reading()]))
    complete(one, activities(one.cohort.programme)[0])
    assert Completion.objects.filter(enrolment=one).count() == 1
    assert not Completion.objects.filter(enrolment=other).exists()


def test_an_activity_required_later_is_owed_only_by_those_who_had_not_completed(
    learner: Any, cora: Any
) -> None:
    """Known failure 13: a module is added or deleted and completion becomes undefined."""
    made = programme([reading("A"), reading("B")])
    done, halfway = learner(made), enrol(people.cohort(made), people.person("maya", "Maya"))
    first, second = activities(made)
    for activity in (first, second):
        complete(done, activity)
    complete(halfway, first)

    spare = activities(programme([reading("Later")]))[0]
    plan = plan_of(made)
    rows = plan.modules[0].activities
    added = [*rows, dataclasses.replace(rows[0], key=spare.key)]
    synchronise(with_activities(plan, 0, added))

    assert progress(done).per_cent == 100
    assert progress(done).modules[0].state == ProgressState.DONE
    assert (progress(halfway).modules[0].done, progress(halfway).modules[0].total) == (1, 3)
    complete(halfway, second)
    assert not ProgrammeCompletion.objects.filter(enrolment=halfway).exists()
    complete(halfway, spare)
    assert ProgrammeCompletion.objects.filter(enrolment=halfway).exists()


def test_when_the_last_outstanding_requirement_ends_those_who_did_the_rest_are_done(
    learner: Any,
) -> None:
    made = programme([reading("A"), reading("B")])
    enrolment, idle = learner(made), enrol(people.cohort(made), people.person("ned", "Ned"))
    complete(enrolment, activities(made)[0])
    synchronise(without(plan_of(made), 0, 1))
    assert ProgrammeCompletion.objects.get().enrolment == enrolment
    assert Certificate.objects.get().enrolment == enrolment
    assert progress(idle).per_cent == 0


def test_when_every_requirement_ends_nobody_becomes_done_for_nothing(learner: Any) -> None:
    made = programme([reading("A")])
    learner(made)
    synchronise(without(plan_of(made), 0, 0))
    assert not ModuleCompletion.objects.exists()
    assert not ProgrammeCompletion.objects.exists()


def test_when_the_last_outstanding_module_ends_those_who_did_the_rest_are_done(
    learner: Any,
) -> None:
    made = programme([reading("A")], [reading("B")])
    enrolment = learner(made)
    complete(enrolment, activities(made)[0])
    plan = plan_of(made)
    synchronise(dataclasses.replace(plan, modules=plan.modules[:1]))
    assert ProgrammeCompletion.objects.get().enrolment == enrolment


def test_an_activity_that_went_and_came_back_is_still_complete(learner: Any) -> None:
    made = programme([reading("A"), reading("B")])
    enrolment = learner(made)
    complete(enrolment, activities(made)[0])
    plan = plan_of(made)
    synchronise(without(plan, 0, 0))
    synchronise(plan)
    assert progress(enrolment).modules[0].done == 1
    assert Requirement.objects.filter(activity=activities(made)[0]).count() == 2


def test_moving_an_activity_to_another_module_gives_it_one_home(learner: Any) -> None:
    made = programme([reading("A"), reading("B")], [reading("C")])
    plan = plan_of(made)
    moved = plan.modules[0].activities[1]
    away = without(plan, 0, 1)
    synchronise(with_activities(away, 1, [*away.modules[1].activities, moved]))
    assert [a.title for a in activities(made)] == ["A", "C", "B"]


@pytest.mark.parametrize(("source", "target"), [(0, 1), (1, 0)])
def test_when_what_is_outstanding_moves_away_those_who_did_the_rest_are_done(
    source: int, target: int, learner: Any
) -> None:
    """Whether the module that it leaves stands before or after the one that it joins."""
    made = programme([reading("A"), reading("B")], [reading("C"), reading("D")])
    enrolment = learner(made)
    complete(enrolment, activities(made)[2 * source])
    plan = plan_of(made)
    away = without(plan, source, 1)
    moved = plan.modules[source].activities[1]
    synchronise(with_activities(away, target, [*away.modules[target].activities, moved]))
    assert ModuleCompletion.objects.get().module.key == plan.modules[source].key


def test_when_what_is_outstanding_moves_to_another_programme_the_old_one_is_done(
    learner: Any,
) -> None:
    made, other = programme([reading("A"), reading("B")]), programme([reading("C")])
    enrolment = learner(made)
    complete(enrolment, activities(made)[0])
    moved, there = plan_of(made).modules[0].activities[1], plan_of(other)
    # The new home hears of it first, as it does when a page is moved.
    synchronise(with_activities(there, 0, [*there.modules[0].activities, moved]))
    assert ProgrammeCompletion.objects.get().enrolment == enrolment
    assert Certificate.objects.get().enrolment == enrolment


def test_when_the_outstanding_module_moves_to_another_programme_the_old_one_is_done(
    learner: Any,
) -> None:
    made, other = programme([reading("A")], [reading("B")]), programme([reading("C")])
    enrolment = learner(made)
    complete(enrolment, activities(made)[0])
    moved, there = plan_of(made).modules[1], plan_of(other)
    synchronise(dataclasses.replace(there, modules=(*there.modules, moved)))
    assert ProgrammeCompletion.objects.get().enrolment == enrolment


def test_a_change_of_order_ends_no_requirement(learner: Any) -> None:
    made = programme([reading("A"), reading("B")])
    plan = plan_of(made)
    synchronise(with_activities(plan, 0, plan.modules[0].activities[::-1]))
    assert [a.title for a in activities(made)] == ["B", "A"]
    assert Requirement.objects.count() == 2


def test_synchronising_the_same_plan_again_changes_nothing(learner: Any) -> None:
    made = programme([reading("A")], [reading("B"), quiz()])
    before = list(Requirement.objects.values())
    synchronise(plan_of(made))
    assert list(Requirement.objects.values()) == before


def test_the_database_refuses_a_second_completion_and_a_groundless_one(enrolment: Any) -> None:
    activity = activities(enrolment.cohort.programme)[0]
    complete(enrolment, activity)
    row = {"enrolment": enrolment, "activity": activity, "completed_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Completion.objects.create(**row, edition=activity.current_edition)
    other = activities(enrolment.cohort.programme)[1]
    with pytest.raises(IntegrityError), transaction.atomic():
        Completion.objects.create(**{**row, "activity": other}, basis="credited")


def test_an_open_attempt_at_what_is_no_longer_required_still_completes_it(learner: Any) -> None:
    from curriculum.domain import attempts

    made = programme([reading("A"), quiz()])
    enrolment = learner(made)
    attempt = attempts.start_attempt(enrolment, activities(made)[1])
    synchronise(without(plan_of(made), 0, 1))
    for key in ("q1", "q2"):
        attempts.save_answer(attempt, key, {"choice": "b"}, origin=attempts.Origin())
    assert attempts.submit_attempt(attempt).completion


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_progress_never_passes_a_hundred_and_a_hundred_means_complete(
    data: st.DataObject, db: Any
) -> None:
    """Known failure 13: progress over 100%. Random histories of learning and of editing."""
    with transaction.atomic():
        made = programme([reading("A"), reading("B")], [reading("C"), quiz()])
        everything = activities(made)
        full = plan_of(made)
        enrolment = enrol(people.cohort(made), people.person("rita", "Rita"))
        for _ in range(data.draw(st.integers(1, 9))):
            if data.draw(st.booleans()):
                here = [a for a in everything if a in activities(made)]
                if here:
                    complete(enrolment, data.draw(st.sampled_from(here)))
            else:
                plan = full
                for module in (0, 1):
                    rows = data.draw(st.permutations(full.modules[module].activities))
                    plan = with_activities(plan, module, rows[: data.draw(st.integers(0, 2))])
                synchronise(plan)
            found = progress(enrolment)
            assert 0 <= found.per_cent <= 100
            assert all(m.done <= m.total for m in found.modules)
            is_complete = ProgrammeCompletion.objects.filter(enrolment=enrolment).exists()
            assert (found.per_cent == 100) == is_complete
            assert Certificate.objects.filter(enrolment=enrolment).count() == int(is_complete)
        transaction.set_rollback(True)


def test_the_dashboard_goes_on_with_the_open_attempt_else_with_what_is_next(learner: Any) -> None:
    from curriculum.domain import attempts

    made = programme([reading("A"), quiz(title="Q")], [reading("B")])
    enrolment = learner(made)
    first, second, third = activities(made)
    assert progress(enrolment).continue_with[1].activity == first
    complete(enrolment, first)
    assert progress(enrolment).continue_with[1].activity == second
    complete(enrolment, third)
    attempts.start_attempt(enrolment, second)
    assert progress(enrolment).continue_with[1].activity == second
    complete(enrolment, second)
    assert progress(enrolment).continue_with is None


def test_whole_progress_takes_as_many_queries_for_one_module_as_for_three(
    learner: Any, django_assert_num_queries: Any
) -> None:
    for modules in (1, 3):
        made = factories.programme(*[[reading(f"{n}"), quiz()] for n in range(modules)])
        enrolment = Enrolment.objects.select_related("programme_completion", "cohort").get(
            pk=learner(made).pk
        )
        now = shelf()
        with django_assert_num_queries(7):
            programme_progress(made, enrolment, now)
        with django_assert_num_queries(5):
            programme_progress(made, enrolment, now)


def test_who_has_finished_is_not_sent_to_something_optional(learner: Any) -> None:
    made = programme([reading("A"), reading("B")], optional=["B"])
    enrolment = learner(made)
    complete(enrolment, activities(made)[0])
    assert progress(enrolment).completed_at
    assert progress(enrolment).continue_with is None
