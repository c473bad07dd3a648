"""Keeping the record of what belongs where in step with what authors publish."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from curriculum import clock
from curriculum import content as frozen
from curriculum.domain.catalogue import catalogue_changed
from curriculum.domain.completion import settle_module, settle_programme
from curriculum.models import Activity, Inclusion, Module, Programme, Requirement


@dataclass(frozen=True)
class ActivityPlan:
    """An activity that learners can reach: published, in order."""

    key: uuid.UUID
    is_required: bool


@dataclass(frozen=True)
class ModulePlan:
    """A module that learners can reach, with what is in it."""

    key: uuid.UUID
    overview: frozen.ModuleOverview
    is_required: bool
    activities: tuple[ActivityPlan, ...]


@dataclass(frozen=True)
class ProgrammePlan:
    """A programme as it stands published now."""

    key: uuid.UUID
    title: str
    covers: tuple[str, ...]
    certificate_scope: str
    is_live: bool
    modules: tuple[ModulePlan, ...]


@transaction.atomic
def synchronise(plan: ProgrammePlan) -> Programme:
    """Make the record say what `plan` says, ending and beginning rows; idempotent.

    Where what is required changed, learners who have done all of it now become complete.
    """
    catalogue_changed()
    Programme.objects.get_or_create(key=plan.key)
    programme = Programme.objects.select_for_update().get(key=plan.key)
    programme.title, programme.covers = plan.title, list(plan.covers)
    programme.certificate_scope, programme.is_live = plan.certificate_scope, plan.is_live
    programme.save()

    modules = [(_module(module), module.is_required) for module in plan.modules]
    changed = _replace(
        Inclusion.objects.filter(programme=programme),
        modules,
        subject="module",
        place={"programme": programme},
    )
    touched = []
    for (module, _), module_plan in zip(modules, plan.modules, strict=True):
        known = Activity.objects.in_bulk([a.key for a in module_plan.activities], field_name="key")
        activities = [(known[a.key], a.is_required) for a in module_plan.activities]
        if _replace(
            Requirement.objects.filter(module=module),
            activities,
            subject="activity",
            place={"module": module},
        ):
            touched.append(module)
    for module in touched:
        settle_module(module)
    if changed or touched:
        settle_programme(programme)
    return programme


def _module(plan: ModulePlan) -> Module:
    module, _ = Module.objects.get_or_create(key=plan.key)
    digest = frozen.digest(plan.overview)
    if module.overview_digest != digest:
        module.title = plan.overview.title
        module.overview, module.overview_digest = frozen.dump(plan.overview), digest
        module.save()
    return module


def _replace(
    rows: Any, wanted: Sequence[tuple[Any, bool]], *, subject: str, place: dict[str, Any]
) -> bool:
    """Bring the current rows to `wanted`, in its order. Whether what is required changed."""
    now = clock.now()
    row_of: Callable[[Any], int] = lambda row: getattr(row, f"{subject}_id")  # noqa: E731
    current = {row_of(row): row for row in rows.filter(until=None)}
    kept = {thing.pk for thing, required in wanted if _holds(current.get(thing.pk), required)}
    ended = [row for pk, row in current.items() if pk not in kept]
    rows.filter(pk__in=[row.pk for row in ended]).update(until=now)
    # What moves here from another home leaves that home first: it has one.
    begun = [thing for thing, _ in wanted if thing.pk not in kept]
    elsewhere = rows.model.objects.filter(until=None, **{f"{subject}__in": begun})
    elsewhere.update(until=now)
    for position, (thing, required) in enumerate(wanted, start=1):
        if thing.pk not in kept:
            rows.model.objects.create(
                position=position, is_required=required, since=now, **{subject: thing}, **place
            )
        elif current[thing.pk].position != position:
            rows.filter(pk=current[thing.pk].pk).update(position=position)
    return any(row.is_required for row in ended) or any(r for t, r in wanted if t.pk not in kept)


def _holds(row: Any, required: bool) -> bool:
    return row is not None and row.is_required == required
