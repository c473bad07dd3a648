"""A service in the words of HSDS 3.0 with the Open Referral UK profile.

What the standard has no place for stands in one object of our own, “common_ground”, as the
profile asks of local properties. docs/directory.md has the table.
"""

from typing import Any

from django.utils import timezone

from cms.directory.standard.facts import ServiceFacts, facts_of
from cms.directory.standard.ids import KINDS, kind_id, part_id
from cms.models import Area, Organisation, Service, ServiceKind
from cms.models.directory import Cost

OURS = "common_ground"
TAXONOMY = "Common Ground kinds of service"
# The statistics office's own address for an area.
AREA_URI = "http://statistics.data.gov.uk/id/statistical-geography/"
EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"
# What stands in our object under the name that it has here.
LOCAL = [
    "basis",
    "place_note",
    "what_to_include",
    "reply_time",
    "urgent_route",
    "urgent_phone",
    "all_hours",
    "hours_note",
    "cost",
    "cost_note",
    "has_interpreters",
    "is_step_free",
    "access_note",
]


def service_out(service: Service, page_url: str) -> dict[str, Any]:
    """One service with all that hangs on it. `page_url` is its page here, for want of its own."""
    facts, key = facts_of(service), str(service.uuid)
    found: dict[str, Any] = {
        **summary_out(service, page_url),
        "organization": organisation_out(service.organisation),
        "contacts": [_contact(service, c) for c in facts.contacts or ()],
        "schedules": _schedules(service, facts),
        "service_areas": [_area(service, area) for area in service.areas.all()],
        "languages": [
            {"id": part_id(service.uuid, "language", name), "service_id": key, "name": name}
            for name in _split(facts.languages)
        ],
        "attributes": [_attribute(service, kind) for kind in service.kinds.all()],
        OURS: _ours(service, facts),
    }
    if facts.cost == Cost.FREE:
        free = {"option": "Free", "amount": 0, "currency": "gbp"}
        found["cost_options"] = [
            {"id": part_id(service.uuid, "cost", "free"), "service_id": key, **free}
        ]
    return found


def summary_out(service: Service, page_url: str) -> dict[str, Any]:
    """What stands once in a service. Fields without a value are left out, as the standard asks."""
    facts = facts_of(service)
    contacts = facts.contacts or ()
    cost = Cost(service.cost).label
    found = {
        "id": str(service.uuid),
        "organization_id": str(service.organisation.uuid),
        "name": service.name,
        "description": service.summary,
        "url": next((c.url for c in contacts if c.url), "") or page_url,
        "email": next((c.email for c in contacts if c.email), ""),
        "status": "active" if service.is_shown else "inactive",
        "interpretation_services": "Interpreters can be booked" if facts.has_interpreters else "",
        "application_process": service.how_to_refer,
        "fees_description": f"{cost}. {service.cost_note}".strip(),
        "eligibility_description": service.eligibility,
        "minimum_age": service.minimum_age,
        "maximum_age": service.maximum_age,
        "assured_date": service.checked_on.isoformat(),
        "alert": service.urgent_route,
        "last_modified": timezone.localtime(service.changed_at).isoformat(),
    }
    return {name: value for name, value in found.items() if value not in ("", None)}


def organisation_out(organisation: Organisation) -> dict[str, Any]:
    found = {
        "id": str(organisation.uuid),
        "name": organisation.name,
        "description": organisation.description or organisation.name,
        "email": organisation.email,
        "website": organisation.url,
    }
    return {name: value for name, value in found.items() if value}


def taxonomy_out() -> dict[str, Any]:
    """The one taxonomy: kinds of service."""
    return {
        "id": str(KINDS),
        "name": TAXONOMY,
        "description": "What services are there for, in health and social care in England.",
        "version": "1",
    }


def term_out(kind: ServiceKind) -> dict[str, Any]:
    # HSDS names a term “name”, the UK profile “term”: both are served.
    return {
        "id": str(kind_id(kind.slug)),
        "code": kind.slug,
        "name": kind.name,
        "term": kind.name,
        "description": kind.description or kind.name,
        "taxonomy": TAXONOMY,
        "taxonomy_id": str(KINDS),
        "language": "en",
    }


def _contact(service: Service, contact: Any) -> dict[str, Any]:
    key = part_id(service.uuid, "contact", contact.label, contact.phone, contact.email, contact.url)
    found: dict[str, Any] = {"id": key, "service_id": str(service.uuid)}
    if contact.label:
        found["name"] = contact.label
    if contact.email:
        found["email"] = contact.email
    if contact.phone:
        phone = part_id(service.uuid, "phone", contact.phone)
        found["phones"] = [{"id": phone, "contact_id": key, "number": contact.phone}]
    if contact.url:
        found[OURS] = {"url": contact.url}
    return found


def _schedules(service: Service, facts: ServiceFacts) -> list[dict[str, Any]]:
    found = [
        (",".join(hours.days), f"{hours.opens_at:%H:%M}", f"{hours.closes_at:%H:%M}")
        for hours in facts.openings or ()
    ]
    if facts.all_hours and not found:
        found = [(EVERY_DAY, "00:00", "23:59")]
    return [
        {
            "id": part_id(service.uuid, "schedule", days, opens, closes),
            "service_id": str(service.uuid),
            "freq": "WEEKLY",
            "byday": days,
            "opens_at": opens,
            "closes_at": closes,
            **({"description": facts.hours_note} if facts.hours_note else {}),
        }
        for days, opens, closes in found
    ]


def _area(service: Service, area: Area) -> dict[str, Any]:
    name = f"{area.name}, {area.within.name}" if area.within else area.name
    return {
        "id": part_id(service.uuid, "area", area.code),
        "service_id": str(service.uuid),
        "name": name,
        "uri": f"{AREA_URI}{area.code}",
    }


def _attribute(service: Service, kind: ServiceKind) -> dict[str, Any]:
    return {
        "id": part_id(service.uuid, "kind", kind.slug),
        "link_id": str(service.uuid),
        "link_entity": "service",
        "link_type": "service_type",
        "taxonomy_term_id": str(kind_id(kind.slug)),
        "value": kind.slug,
        "taxonomy_term": term_out(kind),
    }


def _ours(service: Service, facts: ServiceFacts) -> dict[str, Any]:
    fallback = service.out_of_hours
    return {
        **{name: getattr(facts, name) for name in LOCAL},
        "referral_from": list(facts.referral_from or ()),
        "networks": list(facts.networks or ()),
        "practices": list(facts.practices or ()),
        "same_day_until": f"{facts.same_day_until:%H:%M}" if facts.same_day_until else None,
        "out_of_hours": str(fallback.uuid) if fallback else None,
        "openings": bool(facts.openings),
    }


def _split(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]
