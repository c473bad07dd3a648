"""Leads decide about one learner, with a reason; it is told apart from what was earned."""

import datetime as dt
from typing import Any

import pytest

from curriculum import clock
from curriculum.domain import adjustments
from curriculum.domain.attempts import (
    Origin,
    mark_as_read,
    save_answer,
    start_attempt,
    submit_attempt,
)
from curriculum.domain.enrolment import enrol, join
from curriculum.domain.errors import NoAttemptsLeft, NotRecording, Refused
from curriculum.enums import AdjustmentKind, CompletionBasis
from curriculum.models import (
    Activity,
    Adjustment,
    Completion,
    DueDate,
    ModuleCompletion,
    OwnDueDate,
    Programme,
)
from tests import factories, people

WHY = "Did this on placement in June."


@pytest.fixture
def activities(enrolment: Any) -> list[Activity]:
    """A reading and a quiz, in this order."""
    return factories.activities(enrolment.cohort.programme)


def test_a_credit_counts_and_names_who_gave_it(
    enrolment: Any, cora: Any, activities: list[Activity]
) -> None:
    adjustments.credit(enrolment, activities[0], actor=cora, reason=f" {WHY} ")
    row = Completion.objects.get()
    assert (row.basis, row.actor, row.reason) == (CompletionBasis.CREDITED, cora, WHY)
    assert not ModuleCompletion.objects.exists()
    adjustments.credit(
        enrolment, activities[1], actor=cora, reason=WHY, kind=AdjustmentKind.EXEMPTION
    )
    assert Completion.objects.filter(basis=CompletionBasis.EXEMPT).count() == 1
    assert ModuleCompletion.objects.count() == 1, "the module is complete by what was given"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_decided_without_a_reason(
    enrolment: Any, cora: Any, activities: list[Activity], reason: str
) -> None:
    with pytest.raises(Refused, match="reason"):
        adjustments.credit(enrolment, activities[0], actor=cora, reason=reason)
    assert not Completion.objects.exists()
    assert not Adjustment.objects.exists()


def test_what_was_earned_is_not_given_again(
    enrolment: Any, cora: Any, activities: list[Activity]
) -> None:
    mark_as_read(enrolment, activities[0])
    with pytest.raises(Refused, match="complete already"):
        adjustments.credit(enrolment, activities[0], actor=cora, reason=WHY)
    assert Completion.objects.get().basis == CompletionBasis.EARNED


def test_a_credit_can_be_taken_back_until_something_rests_on_it(
    enrolment: Any, cora: Any, activities: list[Activity]
) -> None:
    made = adjustments.credit(enrolment, activities[0], actor=cora, reason=WHY)
    adjustments.undo(made, actor=cora)
    assert not Completion.objects.exists()
    assert Adjustment.objects.get().undone_by == cora
    first, second = (
        adjustments.credit(enrolment, activity, actor=cora, reason=WHY) for activity in activities
    )
    for made in (first, second):
        with pytest.raises(Refused, match="rests on"):
            adjustments.undo(made, actor=cora)


def test_a_further_attempt_can_be_granted(lena: Any, cora: Any) -> None:
    programme = factories.programme([factories.quiz(attempts_allowed=1)])
    enrolment = enrol(people.cohort(programme, cora), lena)
    quiz = Activity.objects.get()
    attempt = start_attempt(enrolment, quiz)
    save_answer(attempt, "q1", {"choice": "a"}, origin=Origin())
    submit_attempt(attempt)
    with pytest.raises(NoAttemptsLeft):
        start_attempt(enrolment, quiz)
    made = adjustments.grant_attempt(enrolment, quiz, actor=cora, reason=WHY)
    assert start_attempt(enrolment, quiz).number == 2
    with pytest.raises(Refused, match="used"):
        adjustments.undo(made, actor=cora)


def test_more_time_for_everything(
    programme: Any, lena: Any, cora: Any, activities: list[Activity]
) -> None:
    yesterday = clock.today() - dt.timedelta(days=1)
    enrolment = enrol(people.cohort(programme, cora, name="Ended", ends_on=yesterday), lena)
    with pytest.raises(NotRecording):
        mark_as_read(enrolment, activities[0])
    made = adjustments.extend(enrolment, clock.today(), actor=cora, reason=WHY)
    enrolment.refresh_from_db()
    mark_as_read(enrolment, activities[0])
    adjustments.undo(made, actor=cora)
    enrolment.refresh_from_db()
    assert enrolment.last_day == yesterday


def test_more_time_for_one_module(enrolment: Any, cora: Any) -> None:
    module = enrolment.cohort.programme.inclusions.get().module
    day = clock.today()
    with pytest.raises(Refused, match="no day"):
        adjustments.extend(enrolment, day, actor=cora, reason=WHY, module=module)
    DueDate.objects.create(cohort=enrolment.cohort, module=module, due_on=day)
    with pytest.raises(Refused, match="not later"):
        adjustments.extend(enrolment, day, actor=cora, reason=WHY, module=module)
    later = [day + dt.timedelta(days=n) for n in (3, 9)]
    made = [
        adjustments.extend(enrolment, until, actor=cora, reason=WHY, module=module)
        for until in later
    ]
    assert OwnDueDate.objects.get().due_on == later[1]
    adjustments.undo(made[1], actor=cora)
    assert OwnDueDate.objects.get().due_on == later[0]
    adjustments.undo(made[0], actor=cora)
    assert not OwnDueDate.objects.exists()


def test_moving_takes_everything_along(
    programme: Programme, enrolment: Any, cora: Any, activities: list[Activity]
) -> None:
    mark_as_read(enrolment, activities[0])
    attempt = start_attempt(enrolment, activities[1])
    other = people.cohort(programme, cora, name="Firm B")
    made = adjustments.move(enrolment, other, actor=cora, reason="Wrong firm.")
    enrolment.refresh_from_db()
    assert enrolment.cohort == other
    assert enrolment.completions.count() == 1
    assert start_attempt(enrolment, activities[1]) == attempt
    assert "Year 3" in made.reason


def test_nobody_is_moved_to_another_programme_or_where_they_were(
    programme: Programme, enrolment: Any, cora: Any
) -> None:
    elsewhere = people.cohort(factories.programme(), cora, name="Other")
    with pytest.raises(Refused, match="another programme"):
        adjustments.move(enrolment, elsewhere, actor=cora, reason=WHY)
    before = people.cohort(programme, cora, name="Last year")
    enrol(before, enrolment.learner)
    with pytest.raises(Refused, match="before"):
        adjustments.move(enrolment, before, actor=cora, reason=WHY)


def test_a_repeat_year_can_carry_over_what_was_complete(
    programme: Programme, enrolment: Any, cora: Any, activities: list[Activity]
) -> None:
    earned = mark_as_read(enrolment, activities[0])
    again = enrol(people.cohort(programme, cora, name="Next year"), enrolment.learner)
    adjustments.carry_over(again, enrolment, actor=cora, reason=WHY)
    carried = again.completions.get()
    assert (carried.basis, carried.edition) == (CompletionBasis.CARRIED, earned.edition)
    with pytest.raises(Refused, match="nothing"):
        adjustments.carry_over(again, enrolment, actor=cora, reason=WHY)


def test_nothing_is_carried_over_from_somebody_else(
    enrolment: Any, cora: Any, activities: list[Activity]
) -> None:
    other = enrol(enrolment.cohort, people.person("mo", "Mo Said"))
    mark_as_read(other, activities[0])
    with pytest.raises(Refused, match="same learner"):
        adjustments.carry_over(enrolment, other, actor=cora, reason=WHY)


def test_a_withdrawn_learner_can_be_taken_back(enrolment: Any, cora: Any) -> None:
    adjustments.end_enrolment(enrolment, actor=cora, reason="Left the course.")
    with pytest.raises(Refused):
        adjustments.end_enrolment(enrolment, actor=cora, reason="Left the course.")
    adjustments.take_back(enrolment, actor=cora, reason="Came back.")
    enrolment.refresh_from_db()
    assert enrolment.withdrawn_at is None
    kinds = list(Adjustment.objects.values_list("kind", flat=True))
    assert kinds == [AdjustmentKind.RETURN, AdjustmentKind.WITHDRAWAL]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"join_until": clock.today() - dt.timedelta(days=1)}, "open until"),
        ({"join_domains": "medical.example, nursing.example"}, "medical.example or nursing"),
    ],
)
def test_a_join_link_has_its_limits(
    programme: Programme, lena: Any, cora: Any, fields: dict[str, Any], says: str
) -> None:
    cohort = people.cohort(programme, cora, name="Limited", **fields)
    with pytest.raises(Refused, match=says):
        join(cohort.join_code, lena)
    cohort.join_until, cohort.join_domains = clock.today(), "other.example, example.org"
    cohort.save()
    assert join(cohort.join_code, lena).cohort == cohort


def test_a_domain_is_not_taken_for_the_end_of_another(programme: Programme, cora: Any) -> None:
    cohort = people.cohort(programme, cora, join_domains="example.org")
    assert cohort.admits("lena@EXAMPLE.org")
    assert not cohort.admits("lena@not-example.org")
    assert not cohort.admits("lena@example.org.evil.test")
