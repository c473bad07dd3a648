"""How others chose: shares by profession, never names, and nobody where few have chosen."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.cache import cache
from django.db import models
from django.db.models.fields.json import KT

from curriculum.models import Response

FEWEST = 5  # people of one profession, below which nothing is shown of them
SECONDS = 60  # for which a count is kept


@dataclass(frozen=True)
class Counted:
    """How people of one profession decided, in one cohort and in all of them."""

    profession: str
    cohort: dict[str, int]  # choice → people; empty where too few have chosen
    everywhere: dict[str, int]

    @property
    def many(self) -> int:
        return sum(self.everywhere.values())

    @property
    def many_in_cohort(self) -> int:
        return sum(self.cohort.values())

    def shares(self, choices: dict[str, str]) -> list["Share"]:
        """A line for each choice (id → text), in that order."""
        return [
            Share(
                text,
                _per_cent(self.cohort.get(id, 0), self.many_in_cohort),
                _per_cent(self.everywhere.get(id, 0), self.many),
            )
            for id, text in choices.items()
        ]


@dataclass(frozen=True)
class Share:
    """One choice, in per cent; None where nothing is shown."""

    text: str
    cohort: int | None
    everywhere: int | None


def _per_cent(some: int, of: int) -> int | None:
    return round(100 * some / of) if of else None


def how_others_chose(activity: int, scene: str, cohort: int) -> tuple[Counted, ...]:
    """Who decided what at the first visit to a scene, by profession; one query a minute.

    People who work here are not counted.
    """
    key = f"choices:{activity}:{scene}:{cohort}"
    found: tuple[Counted, ...] | None = cache.get(key)
    if found is None:
        found = _count(activity, scene, cohort)
        cache.set(key, found, SECONDS)
    return found


def _count(activity: int, scene: str, cohort: int) -> tuple[Counted, ...]:
    rows = (
        Response.objects.filter(
            key=scene,
            committed_at__isnull=False,
            attempt__activity=activity,
            attempt__enrolment__learner__is_staff=False,
            attempt__enrolment__learner__profession__isnull=False,
        )
        .order_by()
        .values_list("attempt__enrolment__learner__profession__name", KT("answer__choice"))
        .annotate(
            everywhere=models.Count("pk"),
            here=models.Count("pk", filter=models.Q(attempt__enrolment__cohort=cohort)),
        )
    )
    everywhere: dict[str, dict[str, int]] = defaultdict(dict)
    here: dict[str, dict[str, int]] = defaultdict(dict)
    for profession, choice, many, many_here in rows:
        everywhere[profession][choice] = many
        here[profession][choice] = many_here
    return tuple(
        Counted(profession, _enough(here[profession]), counts)
        for profession, counts in sorted(everywhere.items())
        if _enough(counts)
    )


def _enough(counts: dict[str, int]) -> dict[str, int]:
    return counts if sum(counts.values()) >= FEWEST else {}
