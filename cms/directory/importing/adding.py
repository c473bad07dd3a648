"""Many new services at once, with their first versions, histories and places in the search.

Saved one by one, each costs Wagtail some forty queries: for two thousand that is minutes, in which
nobody else can write to SQLite.
"""

import uuid
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.log_actions import log
from wagtail.models import Revision
from wagtail.search.backends import get_search_backend

from cms.models import Contact, Opening, Service
from curriculum import clock
from curriculum.models import User

AT_ONCE = 200
RELATIONS = ("kinds", "areas", "networks", "practices")


def add_services(services: list[Service], user: User | None) -> None:
    """Write services that hold their parts in memory, in a transaction of the caller's."""
    if not services:
        return
    Service.objects.bulk_create(services, batch_size=AT_ONCE)
    for name in RELATIONS:
        _link(services, name)
    _parts(services, Contact, "contacts")
    _parts(services, Opening, "openings")
    _versions(services, user)
    for service in services:
        # A number of its own: Wagtail shows one line for each number, whatever it is about.
        log(service, "wagtail.create", user=user, uuid=uuid.uuid4())
    get_search_backend().add_bulk(Service, services)
    services[-1].save(update_fields=["changed_at"])  # one that listeners hear of


def _link(services: list[Service], name: str) -> None:
    """Rows between services and what they name. The field knows what its ends are called."""
    field: Any = Service._meta.get_field(name)
    through, here, there = (
        field.remote_field.through,
        field.m2m_column_name(),
        field.m2m_reverse_name(),
    )
    through.objects.bulk_create(
        [
            through(**{here: service.pk, there: row.pk})
            for service in services
            for row in getattr(service, name).all()
        ],
        batch_size=AT_ONCE,
    )


def _parts(services: list[Service], model: Any, name: str) -> None:
    found = []
    for service in services:
        for place, part in enumerate(getattr(service, name).all()):
            part.service, part.sort_order = service, place
            found.append(part)
    model.objects.bulk_create(found, batch_size=AT_ONCE)


def _versions(services: list[Service], user: User | None) -> None:
    """The first version of each, so that a later one can be compared with it."""
    kind = ContentType.objects.get_for_model(Service)
    versions = Revision.objects.bulk_create(
        [
            Revision(
                content_type=kind,
                base_content_type=kind,
                object_id=str(service.pk),
                created_at=clock.now(),
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
