"""How far a learner has come, honestly: what is owed now, what is done, and what stays done."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db import models

from curriculum.enums import AttemptState
from curriculum.models import (
    Activity,
    Attempt,
    Completion,
    Enrolment,
    Inclusion,
    ModuleCompletion,
    Programme,
    Requirement,
    Response,
    Writing,
)
from curriculum.queries.catalogue import Shelf
from curriculum.queries.due import due_days
from curriculum.queries.progress_rows import ActivityProgress, ModuleProgress, ProgrammeProgress

__all__ = ["ActivityProgress", "ModuleProgress", "ProgrammeProgress"]


@dataclass(frozen=True)
class Place:
    """Where an activity stands in its module now; the same for every learner."""

    module_id: int
    activity: Activity
    is_required: bool
    digest: str  # of its current edition


@dataclass(frozen=True)
class Standing:
    """What one enrolment has completed and begun, by primary keys."""

    activities: dict[int, tuple[dt.datetime, str]] = field(default_factory=dict)  # when, basis
    attempts: dict[int, uuid.UUID] = field(default_factory=dict)  # open ones
    written: frozenset[int] = frozenset()  # reflections of which there is at least a draft
    modules: dict[int, dt.datetime] = field(default_factory=dict)


def standing_of(enrolment: Enrolment | None) -> Standing:
    """Three queries, however much there is to learn; none where nobody is enrolled."""
    if enrolment is None:
        return Standing()
    done = Completion.objects.filter(enrolment=enrolment).order_by()
    running = Attempt.objects.filter(enrolment=enrolment, state=AttemptState.OPEN).order_by()
    written = Writing.objects.filter(enrolment=enrolment).order_by()
    begun = list(  # one query for both
        running.values_list("activity", "uuid", models.Value(1)).union(
            written.values_list("activity", "uuid", models.Value(0)), all=True
        )
    )
    modules = ModuleCompletion.objects.filter(enrolment=enrolment).order_by()
    return Standing(
        activities={
            pk: (at, basis)
            for pk, at, basis in done.values_list("activity", "completed_at", "basis")
        },
        attempts={pk: attempt for pk, attempt, is_attempt in begun if is_attempt},
        written=frozenset(pk for pk, _, is_attempt in begun if not is_attempt),
        modules=dict(modules.values_list("module", "completed_at")),
    )


def programme_progress(
    programme: Programme, enrolment: Enrolment | None, shelf: Shelf
) -> ProgrammeProgress:
    """The whole programme, with due days. Two queries where the shelf is empty, five for somebody
    enrolled."""
    inclusions, places = shelf.get(("programme", programme.pk), lambda: _outline_of(programme))
    standing = standing_of(enrolment)
    due = due_days(enrolment) if enrolment else {}
    completed = getattr(enrolment, "programme_completion", None) if enrolment else None
    return ProgrammeProgress(
        programme=programme,
        modules=tuple(
            with_due_day(
                _module(
                    inclusion,
                    number,
                    [p for p in places if p.module_id == inclusion.module_id],
                    standing,
                ),
                due,
            )
            for number, inclusion in enumerate(inclusions, start=1)
        ),
        completed_at=completed.completed_at if completed else None,
        answered_last=_answered_last(enrolment) if enrolment else None,
    )


def _answered_last(enrolment: Enrolment) -> int | None:
    answers = Response.objects.filter(
        attempt__enrolment=enrolment, attempt__state=AttemptState.OPEN
    ).order_by("-saved_at")
    return answers.values_list("attempt__activity", flat=True).first()


def module_progress(
    inclusion: Inclusion, enrolment: Enrolment | None, shelf: Shelf
) -> ModuleProgress:
    """One module. One query where the shelf is empty, three for somebody enrolled."""
    module = inclusion.module_id
    places = shelf.get(
        ("places", module), lambda: _places(Requirement.objects.filter(module=module))
    )
    return _module(inclusion, inclusion.position, places, standing_of(enrolment))


def with_due_day(module: ModuleProgress, days: Mapping[int, dt.date]) -> ModuleProgress:
    """The module with its due day, unless it is done or there is nothing to do in it."""
    is_owed = module.total and not module.completed_at
    return replace(module, due_on=days.get(module.module.pk) if is_owed else None)


def inclusion_of(module_key: uuid.UUID) -> Inclusion | None:
    """Where a live module stands now, its programme with it."""
    return _live_inclusions().filter(module__key=module_key).first()


def home_of(activity_key: uuid.UUID) -> Inclusion | None:
    """Where the module that is this activity's home stands now."""
    return (
        _live_inclusions()
        .filter(module__requirements__activity__key=activity_key, module__requirements__until=None)
        .first()
    )


def _live_inclusions() -> models.QuerySet[Inclusion]:
    rows = Inclusion.objects.filter(until=None, programme__is_live=True)
    return rows.select_related("module", "programme")


def _outline_of(programme: Programme) -> tuple[list[Inclusion], list[Place]]:
    inclusions = Inclusion.objects.filter(programme=programme, until=None).select_related("module")
    modules = [inclusion.module_id for inclusion in inclusions]
    return list(inclusions), _places(Requirement.objects.filter(module__in=modules))


def _places(requirements: models.QuerySet[Requirement]) -> list[Place]:
    rows = requirements.filter(until=None).select_related("activity").order_by("position", "pk")
    return [
        Place(row.module_id, row.activity, row.is_required, row.digest or "")
        for row in rows.annotate(digest=models.F("activity__current_edition__digest"))
    ]


def _module(
    inclusion: Inclusion, position: int, places: Sequence[Place], standing: Standing
) -> ModuleProgress:
    return ModuleProgress(
        module=inclusion.module,
        position=position,
        is_required=inclusion.is_required,
        activities=tuple(_activity(place, standing) for place in places),
        completed_at=standing.modules.get(inclusion.module_id),
    )


def _activity(place: Place, standing: Standing) -> ActivityProgress:
    completed_at, basis = standing.activities.get(place.activity.pk, (None, None))
    return ActivityProgress(
        activity=place.activity,
        is_required=place.is_required,
        digest=place.digest,
        completed_at=completed_at,
        basis=basis,
        open_attempt=standing.attempts.get(place.activity.pk),
        is_begun=place.activity.pk in standing.attempts or place.activity.pk in standing.written,
    )
