"""One service as plain facts, the middle between the database and every format.

Two services say the same exactly when their facts are equal, so a file that was written here and
is read again changes nothing.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Prefetch, QuerySet

from cms.models import Contact, Practice, Service
from cms.models.directory import Referrer


@dataclass(frozen=True, kw_only=True)
class ContactFacts:
    """One way to reach a service."""

    label: str = ""
    phone: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class HoursFacts:
    """Hours on some days."""

    days: tuple[str, ...]
    opens_at: dt.time
    closes_at: dt.time


@dataclass(frozen=True, kw_only=True)
class ServiceFacts:
    """What files say of a service. A file need not say everything: whoever reads one keeps beside
    the facts the names of those of which it speaks."""

    id: uuid.UUID | None = None
    organisation: str | None = None
    name: str | None = None
    summary: str | None = None
    kinds: tuple[str, ...] | None = None  # short names
    basis: str | None = None
    areas: tuple[str, ...] | None = None  # codes
    networks: tuple[str, ...] | None = None  # names
    practices: tuple[str, ...] | None = None  # names
    place_note: str | None = None
    referral_from: tuple[str, ...] | None = None
    how_to_refer: str | None = None
    what_to_include: str | None = None
    reply_time: str | None = None
    urgent_route: str | None = None
    urgent_phone: str | None = None
    same_day_until: dt.time | None = None
    all_hours: bool | None = None
    openings: tuple[HoursFacts, ...] | None = None
    hours_note: str | None = None
    out_of_hours: uuid.UUID | None = None
    eligibility: str | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    cost: str | None = None
    cost_note: str | None = None
    languages: str | None = None
    has_interpreters: bool | None = None
    is_step_free: bool | None = None
    access_note: str | None = None
    contacts: tuple[ContactFacts, ...] | None = None
    is_shown: bool | None = None
    checked_on: dt.date | None = None


LINKED = {"id", "organisation", "kinds", "areas", "networks", "practices", "openings", "contacts"}
PLAIN = [f.name for f in fields(ServiceFacts) if f.name not in {*LINKED, "out_of_hours"}]


def for_facts(found: QuerySet[Service], *, is_public: bool = False) -> QuerySet[Service]:
    """Everything that `facts_of` asks for, in a number of queries that does not grow.
    `is_public`: practices that the public may not find, and notes for colleagues, are left out."""
    if is_public:
        found = found.defer("professional_note")
    public = Contact.objects.filter(for_professionals=False)
    practices = Practice.objects.shown() if is_public else Practice.objects.all()
    return found.select_related("organisation", "out_of_hours").prefetch_related(
        "kinds",
        "areas__within",
        "networks",
        Prefetch("practices", queryset=practices),
        "openings",
        Prefetch("contacts", queryset=public, to_attr="public_contacts"),
    )


def facts_of(service: Service) -> ServiceFacts:
    """The facts of a service that came through `for_facts`."""
    plain: dict[str, Any] = {name: _plain(getattr(service, name)) for name in PLAIN}
    plain["referral_from"] = tuple(r for r in Referrer.values if r in service.referral_from)
    return ServiceFacts(
        id=service.uuid,
        organisation=service.organisation.name,
        kinds=tuple(sorted(kind.slug for kind in service.kinds.all())),
        areas=tuple(sorted(area.code for area in service.areas.all())),
        networks=tuple(sorted(network.name for network in service.networks.all())),
        practices=tuple(sorted(practice.name for practice in service.practices.all())),
        openings=tuple(
            HoursFacts(days=tuple(o.days), opens_at=o.opens_at, closes_at=o.closes_at)
            for o in service.openings.all()
        ),
        contacts=tuple(
            ContactFacts(label=c.label, phone=c.phone, email=c.email, url=c.url)
            for c in service.public_contacts
        ),
        out_of_hours=service.out_of_hours.uuid if service.out_of_hours else None,
        **plain,
    )


def _plain(value: Any) -> Any:
    """A text without the space around it, which no file keeps."""
    return value.strip() if isinstance(value, str) else value
