"""Learners are dealt out to groups of even size in which professions mix, then moved by hand."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.domain import grouping
from curriculum.domain.enrolment import enrol, withdraw
from curriculum.domain.errors import Refused
from curriculum.domain.groups import how_many, place
from curriculum.models import Cohort, Enrolment, Group
from curriculum.queries.groups import group_counts, groupable
from tests import people

PROFESSIONS = st.lists(st.sampled_from(["doctor", "nurse", "social worker", None]), max_size=60)


def filled(groups: int, professions: list[Any], numbers: list[int]) -> list[Counter[Any]]:
    found: list[Counter[Any]] = [Counter() for _ in range(groups)]
    for profession, number in zip(professions, numbers, strict=True):
        found[number][profession] += 1
    return found


def spread(numbers: list[int]) -> int:
    return max(numbers) - min(numbers)


# ── Dealing out ───────────────────────────────────────────────────────────
@given(PROFESSIONS, st.integers(1, 12))
def test_sizes_and_every_profession_differ_by_one_at_most(
    professions: list[Any], groups: int
) -> None:
    numbers = place(professions, [Counter() for _ in range(groups)])
    made = filled(groups, professions, numbers)
    assert spread([group.total() for group in made]) <= 1
    for profession in set(professions):
        assert spread([group[profession] for group in made]) <= 1
    assert numbers == place(professions, [Counter() for _ in range(groups)]), "the same every time"


@given(PROFESSIONS, PROFESSIONS, st.integers(1, 12))
def test_newcomers_even_the_sizes_out_and_move_nobody(
    first: list[Any], later: list[Any], groups: int
) -> None:
    before = filled(groups, first, place(first, [Counter() for _ in range(groups)]))
    kept = [Counter(group) for group in before]
    numbers = place(later, before)
    assert before == kept
    added = filled(groups, later, numbers)
    assert spread([(a + b).total() for a, b in zip(before, added, strict=True)]) <= 1


@given(st.integers(1, 400), st.integers(1, 30))
def test_groups_of_about_a_size_are_as_near_to_it_as_whole_groups_can_be(
    learners: int, about: int
) -> None:
    number = how_many(learners, about)
    assert number >= 1
    assert number == 1 or abs(learners / number - about) <= about


@pytest.mark.parametrize(
    ("learners", "about", "groups"), [(12, 4, 3), (13, 4, 3), (10, 4, 3), (5, 4, 1), (1, 8, 1)]
)
def test_about_rounds_to_the_nearest(learners: int, about: int, groups: int) -> None:
    assert how_many(learners, about) == groups


# ── In a cohort ───────────────────────────────────────────────────────────
@pytest.fixture
def cohort(programme: Any, cora: Any) -> Cohort:
    """Six medical and three social work students, and the tutor, who is in no group."""
    made = people.cohort(programme, cora)
    for number in range(9):
        profession = "Social work student" if number % 3 == 0 else "Medical student"
        enrol(made, people.person(f"l{number}", f"Learner {number}", profession))
    tutor = people.person("tess", "Tess Other")
    enrol(made, tutor)
    made.tutors.add(tutor)
    return made


def in_groups(cohort: Cohort) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in groupable(cohort):
        found.setdefault(row.group.name if row.group else "", []).append(row.learner.full_name)
    return found


def test_everybody_who_counts_is_in_one_mixed_group(cohort: Cohort) -> None:
    grouping.make_groups(cohort, 3)
    *groups, none = group_counts(cohort)
    for count in groups:
        assert count.professions == {"Medical student": 2, "Social work student": 1}
    assert none.total == 0
    assert Enrolment.objects.get(learner__full_name="Tess Other").group is None


def test_there_are_never_more_groups_than_learners(cohort: Cohort, programme: Any) -> None:
    for number in (0, 10):
        with pytest.raises(Refused, match="from 1 to 9 groups"):
            grouping.make_groups(cohort, number)
    with pytest.raises(Refused, match="Nobody is enrolled"):
        grouping.make_groups(people.cohort(programme, name="Empty"), 1)
    assert not Group.objects.exists()


def test_groups_are_replaced_only_when_that_is_said(cohort: Cohort) -> None:
    grouping.make_groups(cohort, 3)
    before = in_groups(cohort)
    with pytest.raises(Refused, match="groups already"):
        grouping.make_groups(cohort, 2)
    assert in_groups(cohort) == before
    grouping.make_groups(cohort, 2, replace=True)
    assert sorted(map(len, in_groups(cohort).values())) == [4, 5]


def test_who_joins_later_is_in_no_group_until_distributed_and_moves_nobody(
    cohort: Cohort,
) -> None:
    grouping.make_groups(cohort, 3)
    before = in_groups(cohort)
    for number in range(4):
        enrol(cohort, people.person(f"n{number}", f"New {number}"))
    assert in_groups(cohort)[""] == [f"New {number}" for number in range(4)]
    assert grouping.distribute(cohort) == 4
    after = in_groups(cohort)
    assert sorted(map(len, after.values())) == [4, 4, 5]
    for name, members in before.items():
        assert set(members) <= set(after[name])
    assert grouping.distribute(cohort) == 0


def test_there_is_nothing_to_distribute_to_without_groups(cohort: Cohort) -> None:
    with pytest.raises(Refused, match="no groups yet"):
        grouping.distribute(cohort)


def test_learners_are_moved_by_hand_all_of_them_or_none(cohort: Cohort, programme: Any) -> None:
    first, second, third = grouping.make_groups(cohort, 3)
    one, two = groupable(cohort)[:2]
    assert one.group == two.group == first
    assert grouping.arrange(cohort, {one.pk: second.pk, two.pk: first.pk}) == 1
    foreign = Group.objects.create(cohort=people.cohort(programme, name="Other"), name="Theirs")
    before = in_groups(cohort)
    with pytest.raises(Refused, match="deleted meanwhile"):
        grouping.arrange(cohort, {one.pk: third.pk, two.pk: foreign.pk})
    withdraw(Enrolment.objects.get(pk=two.pk))
    with pytest.raises(Refused, match="has left the cohort"):
        grouping.arrange(cohort, {one.pk: third.pk, two.pk: None})
    one.refresh_from_db()
    assert one.group == second
    assert before["Group 2"] == in_groups(cohort)["Group 2"]


def test_a_deleted_groups_learners_are_in_none(cohort: Cohort) -> None:
    first, _, _ = grouping.make_groups(cohort, 3)
    grouping.remove_group(first)
    assert len(in_groups(cohort)[""]) == 3
    assert Enrolment.objects.filter(cohort=cohort).count() == 10


def test_a_cohorts_groups_have_different_names(cohort: Cohort) -> None:
    first, _, _ = grouping.make_groups(cohort, 3)
    with pytest.raises(Refused, match="Another group is called group 1"):
        grouping.add_group(cohort, "  group   1 ")
    for name in ("", "   ", "x" * 61):
        with pytest.raises(Refused):
            grouping.add_group(cohort, name)
    assert grouping.next_name(["Group 1", "group 2", "Blue"]) == "Group 3"
    grouping.rename_group(first, "Blue")
    with pytest.raises(Refused):
        grouping.rename_group(first, "Group 2")
    assert list(cohort.groups.values_list("name", flat=True)) == ["Blue", "Group 2", "Group 3"]
    assert grouping.add_group(cohort, "Green").position == 4


@pytest.mark.parametrize("many", [1, 3])
def test_the_counts_take_two_queries_for_any_number_of_groups(
    many: int, cohort: Cohort, django_assert_num_queries: Any
) -> None:
    grouping.make_groups(cohort, many)
    with django_assert_num_queries(2):
        assert len(group_counts(cohort)) == many + 1
