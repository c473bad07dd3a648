"""What is in the directory now, looked up once for a whole file."""

import uuid
from typing import Any

from cms.directory.standard.facts import ServiceFacts, facts_of, for_facts
from cms.models import Area, Network, Organisation, Practice, Service, ServiceKind


class Here:
    """The directory by the names that files use. A fixed number of queries."""

    def __init__(self) -> None:
        self.services: dict[uuid.UUID, Service] = {
            service.uuid: service for service in for_facts(Service.objects.order_by("pk"))
        }
        self.facts: dict[uuid.UUID, ServiceFacts] = {
            key: facts_of(service) for key, service in self.services.items()
        }
        self.organisations = {o.name.casefold(): o for o in Organisation.objects.all()}
        self.organisation_ids = {o.uuid: o for o in self.organisations.values()}
        self.areas = {area.code: area for area in Area.objects.all()}
        self.networks = {n.name.casefold(): n for n in Network.objects.all()}
        self.practices: dict[str, list[Practice]] = {}
        for practice in Practice.objects.all():
            self.practices.setdefault(practice.name.casefold(), []).append(practice)
        self.kinds: dict[str, ServiceKind] = {}
        for kind in ServiceKind.objects.prefetch_related("needs"):
            words = [need.words for need in kind.needs.all()]
            for word in (*words, kind.name, kind.slug):
                self.kinds[word.casefold()] = kind
        self.by_name = {
            (service.organisation_id, service.name.casefold()): service
            for service in self.services.values()
        }

    def organisation(self, name: str, details: dict[str, Any] | None) -> Organisation | None:
        """By the id that the file gives, else by its name."""
        by_id = self.organisation_ids.get(details["uuid"]) if details else None
        return by_id or self.organisations.get(name.casefold())

    def expect(self, organisation: Organisation) -> None:
        """Find an organisation that is not saved yet, too: later rows of a file may name it."""
        self.organisations[organisation.name.casefold()] = organisation
        self.organisation_ids[organisation.uuid] = organisation

    def named(self, organisation: Organisation | None, name: str) -> Service | None:
        """The organisation's service of this name."""
        return self.by_name.get((organisation.pk, name.casefold())) if organisation else None

    def many(self, name: str, values: tuple[str, ...]) -> tuple[list[Any], list[str]]:
        """The rows that a list of names means, each once, and the names that mean nothing here."""
        found: dict[Any, None] = {}  # two names may mean one row
        unknown: list[str] = []
        for value in values:
            row = self._one(name, value)
            if row:
                found[row] = None
            else:
                unknown.append(value)
        return list(found), unknown

    def _one(self, name: str, value: str) -> Any:
        if name == "kinds":
            return self.kinds.get(value.casefold())
        if name == "areas":
            return self.areas.get(value)
        if name == "networks":
            return self.networks.get(value.casefold())
        named = self.practices.get(value.casefold(), [])
        return named[0] if len(named) == 1 else None
