"""A small directory for tests: two councils, three practices, and whatever services one wants."""

import datetime as dt
from typing import Any

from cms.models.directory import (
    Area,
    Contact,
    Need,
    Network,
    Opening,
    Organisation,
    Postcode,
    Practice,
    Service,
    ServiceKind,
)
from curriculum.clock import today

OFFICE_DAYS = ["MO", "TU", "WE", "TH", "FR"]


def kind(slug: str = "carers", name: str = "", *needs: str) -> ServiceKind:
    made, new = ServiceKind.objects.get_or_create(
        slug=slug, defaults={"name": name or slug.replace("-", " ").capitalize()}
    )
    if new or needs:
        made.needs.all().delete()
        Need.objects.bulk_create(
            Need(kind=made, words=words, sort_order=place) for place, words in enumerate(needs)
        )
        made.save()
    return made


def council(name: str = "Wexmoor", **fields: Any) -> Area:
    code = f"E0{sum(map(ord, name)):07}"
    made, _ = Area.objects.get_or_create(name=name, defaults={"code": code, **fields})
    return made


def ward(name: str, within: Area) -> Area:
    return Area.objects.get_or_create(
        name=name, defaults={"code": f"W-{name[:9]}", "extent": Area.Extent.WARD, "within": within}
    )[0]


def network(name: str = "Alder") -> Network:
    return Network.objects.get_or_create(name=name)[0]


def practice(name: str = "The Quay Surgery", **fields: Any) -> Practice:
    given = {
        "network": network(),
        "council": council(),
        "checked_on": today(),
        "postcode": "WX1 4AB",
        "phone": "020 7946 0201",
        "professional_line": "020 7946 0901",
        "safeguarding_lead": "Safeguarding desk, 020 7946 0902",
        "meeting_day": "Tuesdays at 1 pm",
        "professional_note": "Ask for the duty doctor.",
        **fields,
    }
    return Practice.objects.create(name=name, **given)


def postcode(code: str, where: Area, ward: Area | None = None) -> Postcode:
    return Postcode.objects.create(code=code, council=where, ward=ward)


def service(
    name: str = "Carers’ Hearth",
    *kinds: ServiceKind,
    areas: Any = (),
    networks: Any = (),
    practices: Any = (),
    contacts: Any = (),
    hours: Any = (),
    **fields: Any,
) -> Service:
    """A service that is shown, with a public number and one for professionals."""
    organisation = Organisation.objects.get_or_create(name="Wexmoor Council")[0]
    given = {
        "summary": f"What {name} does.",
        "checked_on": today(),
        "referral_from": ["self"],
        "professional_note": f"Note for colleagues on {name}.",
        **fields,
    }
    made = Service(name=name, organisation=organisation, **given)
    made.contacts = contacts or [
        Contact(label="Duty desk", phone="020 7946 0109", email="desk@wexmoor.example.org"),
        Contact(label="Backdoor", phone="020 7946 0999", for_professionals=True),
    ]
    made.openings = list(hours)
    made.save()
    made.kinds.set(kinds or [kind()])
    made.areas.set(areas)
    made.networks.set(networks)
    made.practices.set(practices)
    made.save()
    return made


def contact(**fields: Any) -> Contact:
    return Contact(**fields)


def hours(opens: int = 9, closes: int = 17, days: Any = None) -> Opening:
    return Opening(days=days or OFFICE_DAYS, opens_at=dt.time(opens), closes_at=dt.time(closes))
