"""What a cohort's page shows beside its four lists: over time, where people stop, by profession."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from curriculum import clock
from curriculum.enums import CohortStanding
from curriculum.models import (
    Cohort,
    Completion,
    DueDate,
    Enrolment,
    ModuleCompletion,
    Profession,
    Requirement,
)
from curriculum.queries.due import due_days_of
from curriculum.queries.standing_in_cohort import with_standing

FEWEST = 5  # of a profession, before its numbers are shown by themselves
WEEK = dt.timedelta(days=7)


# ── Standings ─────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Standings:
    """How many stand where, in the order of CohortStanding; of everybody or of one profession."""

    name: str
    counts: tuple[int, ...]

    @property
    def learners(self) -> int:
        return sum(self.counts)

    @property
    def is_shown(self) -> bool:
        return self.learners >= FEWEST


def standings(
    enrolments: models.QuerySet[Enrolment], due: Sequence[int]
) -> tuple[Standings, list[Standings]]:
    """Of everybody, and profession by profession. One query for both.

    Professions of fewer than five learners are put together; even so they may be too few.
    """
    standing: Any = with_standing(enrolments, due)  # its annotation is unknown to mypy
    rows = (
        standing.order_by()
        .values_list("learner__profession", "learner__profession__name", "standing")
        .annotate(n=models.Count("pk"))
    )
    found: dict[str, Counter[str]] = {}
    for pk, name, standing, n in rows:
        found.setdefault(name if pk else "No profession given", Counter())[standing] += n
    small = [name for name, counts in found.items() if counts.total() < FEWEST]
    everybody = sum(found.values(), Counter())
    if len(small) > 1:
        found["Others together"] = sum((found.pop(name) for name in small), Counter())
    order = {name: place for place, name in enumerate(_professions())}
    by_profession = [
        _standings(name, found[name]) for name in sorted(found, key=lambda n: order.get(n, 999))
    ]
    return _standings("Everybody", everybody), by_profession


def _professions() -> models.QuerySet[Profession, str]:
    return Profession.objects.order_by("position", "name").values_list("name", flat=True)


def _standings(name: str, counts: Counter[str]) -> Standings:
    return Standings(name, tuple(counts[standing] for standing in CohortStanding.values))


# ── Over time ─────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class OverTime:
    """Modules finished and modules due, both counted learner by learner and added up day by day.

    Where anything is due at all, only modules with a due day are counted in both.
    """

    finished: tuple[tuple[dt.date, int], ...]
    due: tuple[tuple[dt.date, int], ...]
    marks: tuple[tuple[dt.date, str], ...]  # the cohort's own due days, and of what
    pairs: int  # every learner with every module counted


def over_time(
    cohort: Cohort, enrolments: models.QuerySet[Enrolment], modules: Sequence[int]
) -> OverTime:
    """Week by week from the first day until today, or until the last due day. Five queries.

    `modules` are those that can be overdue, as `modules_due` says.
    """
    days = {
        pk: {module: day for module, day in theirs.items() if module in modules}
        for pk, theirs in due_days_of(enrolments).items()
    }
    done = _module_completions(cohort, enrolments)
    due = sorted(day for theirs in days.values() for day in theirs.values())
    if due:
        done = [row for row in done if row[1] in days.get(row[0], ())]
    finished = sorted(day for _, _, day in done)
    today = clock.today()
    first = min([cohort.starts_on or today, *finished[:1], *due[:1], today])
    last = max([today, *due[-1:]])
    weeks = [first + WEEK * n for n in range((last - first).days // 7 + 1)]
    marks = _marks(cohort, modules)
    counted = sorted({*weeks, today, last, *(day for day, _ in marks)})
    return OverTime(
        finished=tuple((d, _up_to(finished, d)) for d in counted if d <= today),
        due=tuple((d, _up_to(due, d)) for d in counted) if due else (),
        marks=marks,
        pairs=len(due),
    )


def _module_completions(
    cohort: Cohort, enrolments: models.QuerySet[Enrolment]
) -> list[tuple[int, int, dt.date]]:
    rows = ModuleCompletion.objects.filter(
        enrolment__in=enrolments.order_by().values("pk"),
        module__inclusions__until=None,
        module__inclusions__programme=cohort.programme_id,
    ).order_by()
    day = TruncDate("completed_at", tzinfo=timezone.get_default_timezone())
    return list(rows.annotate(day=day).values_list("enrolment", "module", "day"))


def _marks(cohort: Cohort, modules: Sequence[int]) -> tuple[tuple[dt.date, str], ...]:
    rows = DueDate.objects.filter(
        cohort=cohort,
        module__in=modules,
        module__inclusions__until=None,
        module__inclusions__programme=cohort.programme_id,
    ).order_by("due_on", "module__inclusions__position")
    return tuple(rows.values_list("due_on", "module__title"))


def _up_to(days: Sequence[dt.date], day: dt.date) -> int:
    return sum(at <= day for at in days)


# ── Where people stop ─────────────────────────────────────────────────────
@dataclass(frozen=True)
class Step:
    """One activity in the order of the programme: how many have completed it, and how many had the
    required one before it (for the first: how many there are)."""

    number: str  # such as 2.3, the third of the second module
    title: str
    module: str
    is_required: bool
    completed: int
    before: int = 0
    is_steepest: bool = False

    @property
    def drop(self) -> int:
        return max(0, self.before - self.completed)


def steps(cohort: Cohort, enrolments: models.QuerySet[Enrolment]) -> list[Step]:
    """The activities in order, the steepest drop marked. One query.

    Optional activities are shown and left out of what is compared.
    """
    completed = (
        Completion.objects.filter(
            activity=models.OuterRef("activity"), enrolment__in=enrolments.order_by().values("pk")
        )
        .order_by()
        .values("activity")
        .annotate(n=models.Count("pk"))
        .values("n")
    )
    rows = (
        Requirement.objects.filter(
            until=None,
            module__inclusions__until=None,
            module__inclusions__programme=cohort.programme_id,
        )
        .annotate(n=Coalesce(models.Subquery(completed), 0))
        .order_by("module__inclusions__position", "module", "position", "pk")
        .values_list("module", "module__title", "activity__title", "is_required", "n")
    )
    return _marked(_numbered(list(rows), enrolments.count()))


def _numbered(rows: list[tuple[Any, ...]], learners: int) -> list[Step]:
    found: list[Step] = []
    modules: dict[int, int] = {}
    places: Counter[int] = Counter()
    before = learners
    for module, module_title, title, is_required, n in rows:
        number = modules.setdefault(module, len(modules) + 1)
        places[module] += 1
        found.append(
            Step(
                number=f"{number}.{places[module]}",
                title=title,
                module=module_title,
                is_required=is_required,
                completed=n,
                before=before if is_required else 0,
            )
        )
        before = n if is_required else before
    return found


def _marked(found: list[Step]) -> list[Step]:
    steepest = max((step.drop for step in found), default=0)
    if not steepest:
        return found
    first = next(place for place, step in enumerate(found) if step.drop == steepest)
    marked = Step(**{**vars(found[first]), "is_steepest": True})
    return [*found[:first], marked, *found[first + 1 :]]


# ── Last seen ─────────────────────────────────────────────────────────────
SEEN = (
    ("Today", 0),
    ("In the last 7 days", 7),
    ("8 to 14 days ago", 14),
    ("15 to 28 days ago", 28),
)


def last_seen(enrolments: models.QuerySet[Enrolment]) -> list[tuple[str, int]]:
    """How many were last active when. One query; days in the site's time zone."""
    today, counts = clock.today(), Counter[str]()
    day = TruncDate("last_active_at", tzinfo=timezone.get_default_timezone())
    rows = enrolments.order_by().annotate(day=day).values_list("day").annotate(n=models.Count("pk"))
    for seen, n in rows:
        counts[_bucket((today - seen).days if seen else None)] += n
    return [(name, counts[name]) for name in (*(name for name, _ in SEEN), LONGER, NEVER)]


LONGER, NEVER = "Longer ago", "Never"


def _bucket(days: int | None) -> str:
    if days is None:
        return NEVER
    return next((name for name, most in SEEN if days <= most), LONGER)
