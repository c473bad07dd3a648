"""What the directory holds, small enough to be kept in memory: what filters and ranking look at.

Kept as all is that everybody sees alike (docs/decisions/0007-catalogue.md): read again when the
catalogue's mark changes, and once a minute. Nothing for professionals only is in it.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from cms.directory.hours import Span
from cms.directory.vocabulary import Vocabulary
from cms.models.directory import Area, Need, Network, Opening, Practice, Service, ServiceKind
from cms.models.settings import SiteSettings
from curriculum.queries.catalogue import shelf, shelf_of

KEY = "cms.directory"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of service, with the needs that ask for it."""

    pk: int
    slug: str
    name: str
    description: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A council's area or a ward."""

    pk: int
    uuid: uuid.UUID
    name: str
    within: int | None
    is_fictional: bool

    @property
    def council(self) -> int:
        """The key of the council whose area it is or lies in."""
        return self.within or self.pk


@dataclass(frozen=True, slots=True)
class Surgery:
    """A practice that is shown, and its network."""

    pk: int
    uuid: uuid.UUID
    name: str
    network: int | None
    council: int
    postcode: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What finding a service needs to know of it."""

    pk: int
    uuid: uuid.UUID
    name: str
    kinds: tuple[int, ...]
    basis: str
    areas: frozenset[int]
    networks: frozenset[int]
    practices: frozenset[int]
    referral_from: frozenset[str]
    cost: str
    has_interpreters: bool
    is_step_free: bool
    all_hours: bool
    out_of_hours: int | None
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Register:
    """All entries that are shown, and what they refer to. Not to be changed."""

    entries: dict[int, Entry]
    kinds: dict[int, Kind]
    regions: dict[int, Region]
    networks: dict[int, str]
    surgeries: dict[int, Surgery]
    vocabulary: Vocabulary
    home: int | None = None  # the council whose site this is
    # Cards as everybody sees them, once they have been asked for (cms.directory.cards).
    cards: dict[int, Any] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[int, int]:
        """For each service, the place in the list of kinds of its first kind."""
        order = {pk: place for place, pk in enumerate(self.kinds)}
        return {
            pk: min((order[kind] for kind in entry.kinds), default=len(order))
            for pk, entry in self.entries.items()
        }

    @cached_property
    def of_kind(self) -> dict[int, list[int]]:
        """The services of each kind that has any."""
        found: dict[int, list[int]] = defaultdict(list)
        for entry in self.entries.values():
            for kind in entry.kinds:
                found[kind].append(entry.pk)
        return dict(found)

    @cached_property
    def by_name(self) -> list[Surgery]:
        """The practices by name."""
        return sorted(self.surgeries.values(), key=lambda surgery: surgery.name)

    def kind(self, slug: str) -> Kind | None:
        return next((kind for kind in self.kinds.values() if kind.slug == slug), None)

    def region(self, key: str) -> Region | None:
        """The council or ward with this uuid."""
        return next((region for region in self.regions.values() if str(region.uuid) == key), None)

    def surgery(self, key: str) -> Surgery | None:
        """The practice with this uuid."""
        found = (surgery for surgery in self.surgeries.values() if str(surgery.uuid) == key)
        return next(found, None)

    @property
    def councils(self) -> list[Region]:
        return [region for region in self.regions.values() if region.within is None]

    @property
    def fictional(self) -> list[str]:
        """The names of the invented councils, whose entries must not be used for care."""
        return [region.name for region in self.councils if region.is_fictional]


def current(request: HttpRequest | None = None) -> Register:
    """The directory as it is now; one query unless it changed."""
    kept = shelf_of(request) if request is not None else shelf()
    return kept.get(KEY, read)


def read() -> Register:
    """The directory from the database."""
    entries, kinds = _entries(), _kinds()
    return Register(
        entries=entries,
        kinds=kinds,
        regions={
            area.pk: Region(area.pk, area.uuid, area.name, area.within_id, area.is_fictional)
            for area in Area.objects.all()
        },
        networks=dict(Network.objects.values_list("pk", "name")),
        surgeries={
            row[0]: Surgery(*row)
            for row in Practice.objects.shown().values_list(
                "pk", "uuid", "name", "network", "council", "postcode"
            )
        },
        vocabulary=Vocabulary(
            {pk: (kind.name, *kind.needs) for pk, kind in kinds.items()},
            {pk: entry.name for pk, entry in entries.items()},
        ),
        home=SiteSettings.load().council_id,
    )


def _kinds() -> dict[int, Kind]:
    needs: dict[int, list[str]] = defaultdict(list)
    for kind, words in Need.objects.values_list("kind_id", "words"):
        needs[kind].append(words)
    return {
        row.pk: Kind(row.pk, row.slug, row.name, row.description, tuple(needs[row.pk]))
        for row in ServiceKind.objects.all()
    }


def _entries() -> dict[int, Entry]:
    kinds = _related(Service.kinds.through, "servicekind_id")
    areas = _related(Service.areas.through, "area_id")
    networks = _related(Service.networks.through, "network_id")
    practices = _related(Service.practices.through, "practice_id")
    spans: dict[int, list[Span]] = defaultdict(list)
    for service, days, opens_at, closes_at in Opening.objects.values_list(
        "service_id", "days", "opens_at", "closes_at"
    ):
        spans[service].append(Span(tuple(days), opens_at, closes_at))
    fields = [
        *("pk", "uuid", "name", "basis", "referral_from", "cost"),
        *("has_interpreters", "is_step_free", "all_hours", "out_of_hours"),
    ]
    return {
        row["pk"]: Entry(
            **{**row, "referral_from": frozenset(row["referral_from"])},
            kinds=tuple(kinds[row["pk"]]),
            areas=frozenset(areas[row["pk"]]),
            networks=frozenset(networks[row["pk"]]),
            practices=frozenset(practices[row["pk"]]),
            spans=tuple(spans[row["pk"]]),
        )
        for row in Service.objects.shown().order_by("name").values(*fields)
    }


def _related(through: type[Model], column: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for service, other in through._default_manager.values_list("service_id", column):
        found[service].append(other)
    return found
