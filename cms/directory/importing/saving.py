"""Many services at once, with their versions, histories and places in the search.

Saved one by one, each costs Wagtail some forty queries: for two thousand that is minutes, in which
nobody else can write to SQLite. Whoever calls this tells of the change (`catalogue_changed`).
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backend

from cms.models import Contact, Opening, Service
from curriculum import clock
from curriculum.models import User

AT_ONCE = 200
RELATIONS = ("kinds", "areas", "networks", "practices")
PARTS = {"contacts": Contact, "openings": Opening}
REFERRING = {"organisation", "out_of_hours", "checked_by"}


def add_services(services: list[Service], user: User | None) -> None:
    """Write services that hold their parts in memory, in a transaction of the caller's."""
    if not services:
        return
    Service.objects.bulk_create(services, batch_size=AT_ONCE)
    for name in RELATIONS:
        _link(services, name)
    for name in PARTS:
        _keep_parts(services, name)
    _record(services, "wagtail.create", user)


def change_services(changed: Mapping[Service, frozenset[str]], user: User | None) -> None:
    """Write these of their fields, relations and parts, as they stand in memory, likewise."""
    if not changed:
        return
    for service in changed:
        service.changed_at = clock.now()

    def those(name: str) -> list[Service]:
        return [service for service, names in changed.items() if name in names]

    fields = frozenset({"changed_at"}).union(*changed.values()) - {*RELATIONS, *PARTS}
    Service.objects.bulk_update(changed, sorted(fields), batch_size=AT_ONCE)
    for name in RELATIONS:
        _link(those(name), name)
    for name in PARTS:
        _keep_parts(those(name), name)
    for service, names in changed.items():
        if names & REFERRING:
            ReferenceIndex.create_or_update_for_object(service)
    _record(list(changed), "wagtail.edit", user)


def _link(services: list[Service], name: str) -> None:
    """Rows between services and what they name, instead of those that are there. The field knows
    what its ends are called."""
    field: Any = Service._meta.get_field(name)
    through, here, there = (
        field.remote_field.through,
        field.m2m_column_name(),
        field.m2m_reverse_name(),
    )
    through.objects.filter(service__in=services).delete()
    through.objects.bulk_create(
        [
            through(**{here: service.pk, there: row.pk})
            for service in services
            for row in getattr(service, name).all()
        ],
        batch_size=AT_ONCE,
    )


def _keep_parts(services: list[Service], name: str) -> None:
    """Parts in their order, instead of those that are there; one that was kept stays the same."""
    model: Any = PARTS[name]
    kept: list[Any] = []
    new: list[Any] = []
    for service in services:
        for place, part in enumerate(getattr(service, name).all()):
            part.service, part.sort_order = service, place
            (kept if part.pk else new).append(part)
    stay = [part.pk for part in kept]
    model.objects.filter(service__in=services).exclude(pk__in=stay).delete()
    model.objects.bulk_update(kept, ["sort_order"], batch_size=AT_ONCE)
    model.objects.bulk_create(new, batch_size=AT_ONCE)


def _record(services: list[Service], action: str, user: User | None) -> None:
    """A version of each, so that a later one can be compared with it, a line in its history, and
    its place in the search."""
    kind, now = ContentType.objects.get_for_model(Service), clock.now()
    versions = Revision.objects.bulk_create(
        [
            Revision(
                content_type=kind,
                base_content_type=kind,
                object_id=str(service.pk),
                created_at=now,
                user=user,
                object_str=str(service),
                content=service.serializable_data(),
            )
            for service in services
        ],
        batch_size=AT_ONCE,
    )
    for service, version in zip(services, versions, strict=True):
        service.latest_revision = version
    Service.objects.bulk_update(services, ["latest_revision"], batch_size=AT_ONCE)
    ModelLogEntry.objects.bulk_create(
        [
            ModelLogEntry(
                content_type=kind,
                object_id=str(service.pk),
                label=str(service),
                action=action,
                timestamp=now,
                user=user,
                # A number of its own: Wagtail shows one line for each number, whatever it is about.
                uuid=uuid.uuid4(),
                revision=service.latest_revision,
                content_changed=True,
            )
            for service in services
        ],
        batch_size=AT_ONCE,
    )
    get_search_backend().add_bulk(Service, services)
