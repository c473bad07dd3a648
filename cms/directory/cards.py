"""A service as its card shows it: what, who can refer, how, how fast, out of hours, for whom."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F
from django.template.loader import render_to_string

from cms.directory.register import Entry, Kind, Register
from cms.models.directory import Basis, Contact, Referrer, Service
from curriculum.enums import Side


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach somebody."""

    label: str
    phone: str
    email: str
    url: str


@dataclass(frozen=True)
class Card:
    """What anybody may see of a service; the last two are empty for whoever is not staff."""

    service: Service
    entry: Entry
    kinds: list[Kind]
    ways: list[Way]
    for_whom: str
    checked_by: str  # the profession of whoever checked it last, never a name
    fallback: "Card | None" = None
    colleagues_ways: list[Way] = field(default_factory=list)
    colleagues_note: str = ""

    @property
    def uuid(self) -> object:
        return self.service.uuid

    @property
    def name(self) -> str:
        return self.service.name

    @cached_property
    def html(self) -> str:
        """The card in a list, rendered once for as long as it is kept."""
        return render_to_string("cms/directory/card.html", {"service": self})

    @property
    def referrers(self) -> str:
        """Who may refer, in a line."""
        accepted = self.entry.referral_from
        if {Referrer.SELF, Referrer.FAMILY, Referrer.PROFESSIONAL} <= accepted:
            return "Anybody, the person too"
        first, *rest = [Referrer(one).label for one in Referrer.values if one in accepted] or [""]
        return joined([first, *(one if one.startswith("GP") else one.lower() for one in rest)])

    @property
    def hours(self) -> list[str]:
        """When it is open, a line each; the note is apart."""
        if self.service.all_hours:
            return ["Day and night, every day"]
        return [str(span) for span in self.entry.spans]

    @property
    def include(self) -> list[str]:
        """What a referral should say, a point each."""
        return [line for line in self.service.what_to_include.splitlines() if line.strip()]

    @property
    def ages(self) -> str:
        lowest, highest = self.service.minimum_age, self.service.maximum_age
        if lowest is not None and highest is not None:
            return f"From {lowest} to {highest} years"
        if lowest is not None:
            return f"From {lowest} years"
        return f"Up to {highest} years" if highest is not None else ""

    @property
    def access(self) -> str:
        """Languages, interpreters and how to get in, in sentences."""
        given = self.service
        said = [
            given.languages,
            "Interpreters can be booked" if given.has_interpreters else "",
            "Step-free" if given.is_step_free else "",
            given.access_note,
        ]
        return ". ".join(one.rstrip(".") for one in said if one)


def cards(
    entries: Sequence[Entry], register: Register, *, for_colleagues: bool = False
) -> list[Card]:
    """Cards in the order of the entries; two queries, and none for those that are kept. What is
    for professionals only is on them where `for_colleagues` says so; such cards are not kept."""
    kept = {} if for_colleagues else register.cards
    if missing := [entry.pk for entry in entries if entry.pk not in kept]:
        read = _read(missing, register, for_colleagues)
        kept.update((card.entry.pk, card) for card in read)
    return [kept[entry.pk] for entry in entries if entry.pk in kept]


def _read(wanted: list[int], register: Register, for_colleagues: bool) -> list[Card]:
    """Cards from the database. What they do not show is not fetched, since they are kept."""
    closed = (register.entries[pk].out_of_hours for pk in wanted)
    fallbacks = {pk for pk in closed if pk is not None and pk in register.entries}
    rows = (
        Service.objects.filter(pk__in={*wanted, *fallbacks})
        .select_related("organisation")
        .annotate(
            profession=F("checked_by__profession__name"), side=F("checked_by__profession__side")
        )
    )
    if not for_colleagues:
        rows = rows.defer("professional_note")
    services = {service.pk: service for service in rows}
    ways, colleagues_ways = _ways({*wanted, *fallbacks}, for_colleagues)

    def card(service: Any, fallback: Card | None = None) -> Card:
        entry = register.entries[service.pk]
        is_named = service.profession and service.side != Side.OTHER
        return Card(
            service=service,
            entry=entry,
            kinds=[register.kinds[kind] for kind in entry.kinds],
            ways=ways[service.pk],
            for_whom=for_whom(entry, register),
            checked_by=service.profession.lower() if is_named else "",
            fallback=fallback,
            colleagues_ways=colleagues_ways[service.pk],
            colleagues_note=service.professional_note if for_colleagues else "",
        )

    def fallback_of(pk: int) -> Card | None:
        other = services.get(register.entries[pk].out_of_hours)  # type: ignore[arg-type]
        return card(other) if other else None

    return [card(services[pk], fallback_of(pk)) for pk in wanted if pk in services]


def _ways(
    services: Iterable[int], for_colleagues: bool
) -> tuple[dict[int, list[Way]], dict[int, list[Way]]]:
    """Everybody's ways to reach these services, and those of colleagues if these are asked for."""
    public: dict[int, list[Way]] = defaultdict(list)
    internal: dict[int, list[Way]] = defaultdict(list)
    rows = Contact.objects.filter(service__in=services)
    if not for_colleagues:
        rows = rows.filter(for_professionals=False)
    for row in rows:
        kept = internal if row.for_professionals else public
        kept[row.service_id].append(Way(row.label, row.phone, row.email, row.url))
    return public, internal


def for_whom(entry: Entry, register: Register) -> str:
    """What decides whether it is for somebody, with the places by name."""
    areas = joined([register.regions[pk].name for pk in sorted(entry.areas)])
    if entry.basis == Basis.RESIDENCE:
        return f"By home address: people who live in {areas}" if areas else "By home address"
    if entry.basis == Basis.REGISTRATION:
        lists = joined(_lists(entry, register))
        return f"By GP registration: patients of {lists}" if lists else "By GP registration"
    if entry.basis == Basis.PRESENCE:
        where = f" in {areas}" if areas else ""
        return (
            f"By where the person is, or where it happened{where}; the home address does not matter"
        )
    if entry.basis == Basis.HOSPITAL:
        return "By hospital: people who are in it, wherever they live"
    return f"Anybody{f', above all in {areas}' if areas else ''}"


def _lists(entry: Entry, register: Register) -> list[str]:
    """The practices whose patients it is for; a network's name with its practices."""
    apart = [register.surgeries[pk] for pk in sorted(entry.practices) if pk in register.surgeries]
    said = [surgery.name for surgery in apart if surgery.network not in entry.networks]
    for network in sorted(entry.networks):
        members = [s.name for s in register.surgeries.values() if s.network == network]
        name = register.networks[network]
        said.append(f"{name} ({joined(members)})" if members else name)
    return said


def joined(said: Sequence[str]) -> str:
    """One, two and three."""
    *first, last = said or [""]
    return f"{', '.join(first)} and {last}" if first else last
