"""The local directory of services, asked of whoever the settings name.

Content speaks of kinds of service, and cases let learners look one up; where services are kept is
not `curriculum`'s business.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from curriculum.content import ServiceFacts, ServiceRef


@dataclass(frozen=True)
class LocalKind:
    """A kind of service and whom one contacts for it here."""

    name: str
    url: str  # lists every service of this kind
    service: ServiceFacts | None = None
    service_url: str = ""


@dataclass(frozen=True)
class LocalServices:
    """Every kind that the directory knows, by its short name. Another `mark` says that they differ.

    They are equal where their marks are, so that what was made with them can be kept.
    """

    mark: str = ""
    kinds: Mapping[str, LocalKind] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Found:
    """A service that a learner found, as plain facts that outlast the entry."""

    uuid: str
    name: str
    kinds: frozenset[str] = frozenset()


class Directory(Protocol):
    """What the setting CURRICULUM_DIRECTORY names: a class with these, called without arguments."""

    def here(self) -> LocalServices:
        """What there is where the site is."""

    def found(self, key: uuid.UUID) -> Found | None:
        """The entry with this key, if the public can find it."""

    def search_for(self, attempt: uuid.UUID) -> str:
        """The address at which the learner of this attempt looks for a service."""


def directory() -> Directory:
    """The directory of this site."""
    return cast(Directory, import_string(settings.CURRICULUM_DIRECTORY)())


@dataclass(frozen=True)
class ServiceCard:
    """What is shown for a kind: the service here; else the one of the day of publishing, with
    that day's check in `as_of`; else the kind alone."""

    kind: str
    kind_url: str = ""
    service: ServiceFacts | None = None
    service_url: str = ""
    as_of: date | None = None


def cards_of(refs: Iterable[ServiceRef], here: LocalServices) -> tuple[ServiceCard, ...]:
    """A card for each kind that content names."""
    return tuple(_card(ref, here.kinds.get(ref.kind)) for ref in refs)


def _card(ref: ServiceRef, known: LocalKind | None) -> ServiceCard:
    kind = (known and known.name) or ref.name or ref.kind.replace("-", " ").capitalize()
    if known and known.service:
        return ServiceCard(kind, known.url, known.service, known.service_url)
    then = ref.snapshot
    as_of = date.fromisoformat(then.checked_on) if then and then.checked_on else None
    return ServiceCard(kind, known.url if known else "", then, as_of=as_of)
