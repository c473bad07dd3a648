"""Where the roads through a case part: what was decided in some cohorts, by profession."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models
from django.db.models.fields.json import KT

from curriculum.enums import ActivityKind, Confidence
from curriculum.models import Activity, Cohort, Enrolment, Response
from curriculum.queries.choices import FEWEST

TOGETHER = "Others together"  # professions of which too few have decided to be shown alone


@dataclass
class Group:
    """People of one profession at one decision: choice id → people, and who of them were sure."""

    profession: str
    chosen: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sure: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def many(self) -> int:
        return sum(self.chosen.values())

    def add(self, choice: str, people: int, sure: int) -> None:
        self.chosen[choice] += people
        self.sure[choice] += sure


def cases_taken(cohorts: models.QuerySet[Cohort]) -> models.QuerySet[Activity]:
    """The cases of these cohorts' programmes, with `begun` and `ended`: how many of their learners
    have begun one and how many have come to an ending."""
    runs = models.Q(attempts__enrolment__in=Enrolment.objects.reported().filter(cohort__in=cohorts))
    ended = models.Q(attempts__ended_at__isnull=False)
    offered = models.Q(
        requirements__until=None,
        requirements__module__inclusions__programme__cohorts__in=cohorts,
    )
    taken = Activity.objects.filter(offered, kind=ActivityKind.CASE).values("pk")
    return (
        Activity.objects.filter(pk__in=taken)
        .annotate(
            begun=models.Count("attempts__enrolment", filter=runs, distinct=True),
            ended=models.Count("attempts__enrolment", filter=runs & ended, distinct=True),
        )
        .order_by("title", "pk")
    )


def paths(activity: int, cohorts: models.QuerySet[Cohort]) -> dict[str, list[Group]]:
    """For each scene (by id) who decided what at the first visit; one query.

    Professions of which fewer than five have decided stand together, and where even together they
    are fewer they are left out, so that nobody can be told from the numbers.
    """
    rows = (
        Response.objects.filter(
            committed_at__isnull=False,
            attempt__activity=activity,
            attempt__enrolment__in=Enrolment.objects.reported().filter(cohort__in=cohorts),
        )
        .exclude(key__contains="~")
        .order_by()
        .values_list("key", "attempt__enrolment__learner__profession__name", KT("answer__choice"))
        .annotate(
            people=models.Count("pk"),
            sure=models.Count("pk", filter=models.Q(answer__confidence=Confidence.SURE)),
        )
    )
    scenes: dict[str, dict[str, Group]] = defaultdict(dict)
    for scene, profession, choice, people, sure in rows:
        name = profession or TOGETHER
        scenes[scene].setdefault(name, Group(name)).add(choice, people, sure)
    return {scene: _shown(list(groups.values())) for scene, groups in scenes.items()}


def _shown(groups: list[Group]) -> list[Group]:
    alone = [g for g in groups if g.many >= FEWEST and g.profession != TOGETHER]
    rest = Group(TOGETHER)
    for group in groups:
        if group not in alone:
            for choice, people in group.chosen.items():
                rest.add(choice, people, group.sure[choice])
    alone.sort(key=lambda group: group.profession)
    return [*alone, rest] if rest.many >= FEWEST else alone
