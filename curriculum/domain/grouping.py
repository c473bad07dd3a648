"""Making the groups of a cohort and putting learners into them. Each action locks the cohort, so
that two leads who do so at once do it one after the other.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence

from django.db import models, transaction

from curriculum.domain.cohorts import lock_cohort
from curriculum.domain.errors import Refused
from curriculum.domain.groups import place
from curriculum.models import Cohort, Enrolment, Group
from curriculum.queries.groups import groupable
from curriculum.text import clean_line

LONGEST_NAME = 60


@transaction.atomic
def make_groups(cohort: Cohort, number: int, *, replace: bool = False) -> list[Group]:
    """So many new groups with everybody in them, of even size and evenly mixed by profession.

    With `replace`, groups that there are go. Raises Refused where there are groups and they are not
    to be replaced, and for fewer learners than groups.
    """
    cohort = lock_cohort(cohort)
    learners = _in_order(groupable(cohort))
    if not learners:
        raise Refused("Nobody is enrolled yet, so there is nobody to put into groups.")
    if not 1 <= number <= len(learners):
        raise Refused(f"{len(learners)} learners make from 1 to {len(learners)} groups.")
    if cohort.groups.exists():
        if not replace:
            raise Refused("There are groups already. Tick that they are to be replaced.")
        cohort.groups.all().delete()
    made = Group.objects.bulk_create(
        Group(cohort=cohort, name=f"Group {n}", position=n) for n in range(1, number + 1)
    )
    _deal(cohort, learners, made, [Counter() for _ in made])
    return made


@transaction.atomic
def distribute(cohort: Cohort) -> int:
    """Put those who are in no group into the groups that there are, and move nobody else. How many
    were placed. Raises Refused where there is no group."""
    cohort = lock_cohort(cohort)
    groups = list(cohort.groups.all())
    if not groups:
        raise Refused("There are no groups yet. Make some first.")
    everybody = _in_order(groupable(cohort))
    have: dict[int | None, Counter[Hashable]] = {group.pk: Counter() for group in groups}
    for row in everybody:
        if row.group_id in have:
            have[row.group_id][row.profession] += 1  # type: ignore[attr-defined]
    new = [row for row in everybody if row.group_id is None]
    _deal(cohort, new, groups, [have[group.pk] for group in groups])
    return len(new)


@transaction.atomic
def arrange(cohort: Cohort, places: Mapping[int, int | None]) -> int:
    """Put these enrolments into these groups, by primary keys; None is no group. How many moved.

    Raises Refused, with nothing moved, for a group or a learner that is not the cohort's now.
    """
    cohort = lock_cohort(cohort)
    if not set(filter(None, places.values())) <= set(cohort.groups.values_list("pk", flat=True)):
        raise Refused("A group that you chose has been deleted meanwhile. Nobody was moved.")
    rows = {row.pk: row for row in groupable(cohort).filter(pk__in=places)}
    if len(rows) < len(places):
        raise Refused("A learner whom you moved has left the cohort. Nobody was moved.")
    moved = [row for pk, row in rows.items() if row.group_id != places[pk]]
    for row in moved:
        row.group_id = places[row.pk]
    _save(cohort, moved)
    return len(moved)


@transaction.atomic
def add_group(cohort: Cohort, name: str) -> Group:
    """Another, empty group after the others. Raises Refused for a name that is empty or taken."""
    cohort = lock_cohort(cohort)
    name = _free_name(cohort.groups.all(), name)
    last = cohort.groups.aggregate(last=models.Max("position"))["last"] or 0
    return Group.objects.create(cohort=cohort, name=name, position=last + 1)


@transaction.atomic
def rename_group(group: Group, name: str) -> Group:
    """Give a group another name. Raises Refused for one that is empty or taken."""
    cohort = lock_cohort(group.cohort)
    group.name = _free_name(cohort.groups.exclude(pk=group.pk), name)
    group.save(update_fields=["name"])
    return group


@transaction.atomic
def remove_group(group: Group) -> None:
    """Delete a group. Its learners stay in the cohort, in no group."""
    lock_cohort(group.cohort)
    group.delete()


def next_name(taken: Iterable[str]) -> str:
    """The first "Group 1", "Group 2", … that is not taken."""
    names = {name.casefold() for name in taken}
    return next(f"Group {n}" for n in range(1, len(names) + 2) if f"group {n}" not in names)


def _free_name(others: models.QuerySet[Group], name: str) -> str:
    name = clean_line(name)
    if not name:
        raise Refused("Give the group a name.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"Keep the name to {LONGEST_NAME} characters.")
    if name.casefold() in {other.casefold() for other in others.values_list("name", flat=True)}:
        raise Refused(f"Another group is called {name}. Choose another name.")
    return name


def _in_order(rows: models.QuerySet[Enrolment]) -> list[Enrolment]:
    """By the order of joining, which nobody changes afterwards."""
    position = models.F("learner__profession__position").asc(nulls_last=True)
    return list(rows.select_related(None).order_by(position, "pk"))


def _deal(
    cohort: Cohort,
    learners: Sequence[Enrolment],
    groups: Sequence[Group],
    have: Sequence[Counter[Hashable]],
) -> None:
    numbers = place([row.profession for row in learners], have)  # type: ignore[attr-defined]
    for row, number in zip(learners, numbers, strict=True):
        row.group = groups[number]
    _save(cohort, learners)


def _save(cohort: Cohort, rows: Sequence[Enrolment]) -> None:
    # Whoever has just been moved to another cohort does not take a group of this one along.
    Enrolment.objects.filter(cohort=cohort).bulk_update(rows, ["group"], batch_size=500)
