"""Who is in which group of a cohort."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

from django.db import models
from django.db.models.functions import Coalesce

from curriculum.models import Cohort, Enrolment, Group

NO_PROFESSION = "Not said"


def groupable(cohort: Cohort) -> models.QuerySet[Enrolment]:
    """The learners who can be in a group: those that reports count, by group, then by name.

    Those in none come last. Each is annotated with `profession`.
    """
    return (
        Enrolment.objects.filter(cohort=cohort)
        .reported()
        .annotate(
            profession=Coalesce("learner__profession__name", models.Value(NO_PROFESSION)),
        )
        .select_related("learner", "group")
        .order_by(
            models.F("group__position").asc(nulls_last=True),
            models.F("group").asc(nulls_last=True),
            "learner__full_name",
            "learner__email",
        )
    )


@dataclass(frozen=True)
class GroupCount:
    """How many of each profession a group has; `group` is None for those who are in none."""

    group: Group | None
    professions: Counter[Hashable]

    @property
    def total(self) -> int:
        return self.professions.total()

    def of(self, profession: str) -> int:
        return self.professions[profession]


def group_counts(cohort: Cohort) -> list[GroupCount]:
    """Every group of the cohort in order, empty ones too, and last those in none. Two queries."""
    counted: dict[int | None, Counter[Hashable]] = {}
    rows = groupable(cohort).order_by().values_list("group", "learner__profession__name")
    for group, profession, number in rows.annotate(n=models.Count("pk")):
        counted.setdefault(group, Counter())[profession or NO_PROFESSION] = number
    groups = [*cohort.groups.all(), None]
    return [GroupCount(g, counted.get(g.pk if g else None, Counter())) for g in groups]
