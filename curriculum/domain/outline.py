"""Keeping the record of what belongs where in step with what authors publish."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from curriculum import clock
from curriculum import content as frozen
from curriculum.domain.catalogue import catalogue_changed
from curriculum.domain.completion import settle_module, settle_programme
from curriculum.domain.snapshots import with_snapshots
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


def publish_overview(key: uuid.UUID, overview: frozen.ModuleOverview) -> Module:
    """The module `key` with exactly this text on its own page."""
    module, _ = Module.objects.get_or_create(key=key)
    digest = frozen.digest(overview)
    if module.overview_digest != digest:
        module.title = overview.title
        module.overview, module.overview_digest = frozen.dump(with_snapshots(overview)), digest
        module.save()
    return module


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

    modules = [
        (Module.objects.get_or_create(key=module.key)[0], module.is_required)
        for module in plan.modules
    ]
    programmes = _replace(
        Inclusion.objects.all(), modules, subject="module", place="programme", here=programme
    )
    homes: set[int] = set()
    for (module, _), module_plan in zip(modules, plan.modules, strict=True):
        known = Activity.objects.in_bulk([a.key for a in module_plan.activities], field_name="key")
        activities = [(known[a.key], a.is_required) for a in module_plan.activities]
        homes |= _replace(
            Requirement.objects.all(), activities, subject="activity", place="module", here=module
        )
    _settle(programmes, homes)
    return programme


def _settle(programmes: set[int], modules: set[int]) -> None:
    """Complete these, and the programmes of these modules, for those who did all of the rest."""
    for module in Module.objects.filter(pk__in=modules).order_by("pk"):
        settle_module(module)
    above = Inclusion.objects.filter(until=None, module__in=modules).values_list("programme")
    for programme in Programme.objects.filter(
        models.Q(pk__in=programmes) | models.Q(pk__in=above)
    ).order_by("pk"):
        settle_programme(programme)


def _replace(
    rows: Any, wanted: Sequence[tuple[Any, bool]], *, subject: str, place: str, here: Any
) -> set[int]:
    """Bring the current rows of the place `here` to `wanted`, in its order.

    Gives the places in which what is required changed: this one, and those that something left.
    """
    now = clock.now()
    rows = rows.filter(until=None)
    current = {getattr(row, f"{subject}_id"): row for row in rows.filter(**{place: here})}
    kept = {thing.pk for thing, required in wanted if _holds(current.get(thing.pk), required)}
    ended = [row for pk, row in current.items() if pk not in kept]
    # What moves here from another home leaves that home first: it has one.
    begun = [(thing, required) for thing, required in wanted if thing.pk not in kept]
    ended += rows.filter(**{f"{subject}__in": [thing for thing, _ in begun]}).exclude(
        **{place: here}
    )
    rows.filter(pk__in=[row.pk for row in ended]).update(until=now)
    for position, (thing, required) in enumerate(wanted, start=1):
        if thing.pk not in kept:
            rows.model.objects.create(
                position=position, is_required=required, since=now, **{subject: thing, place: here}
            )
        elif current[thing.pk].position != position:
            rows.filter(pk=current[thing.pk].pk).update(position=position)
    changed = {getattr(row, f"{place}_id") for row in ended if row.is_required}
    return changed | {here.pk for _, required in begun if required}


def _holds(row: Any, required: bool) -> bool:
    return row is not None and row.is_required == required
