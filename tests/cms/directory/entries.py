"""Entries for the directory's tests, small and real."""

from typing import Any

from cms.models import Area, Organisation, Practice, Service, ServiceKind
from curriculum.clock import today


def council(name: str = "Wexmoor", code: str = "E09000991") -> Area:
    found, _ = Area.objects.get_or_create(code=code, defaults={"name": name})
    return found


def kind(slug: str = "carers", name: str = "Carers") -> ServiceKind:
    found, _ = ServiceKind.objects.get_or_create(slug=slug, defaults={"name": name})
    return found


def organisation(name: str = "London Borough of Wexmoor") -> Organisation:
    found, _ = Organisation.objects.get_or_create(name=name)
    return found


def service(name: str = "Carers' Hearth", **fields: Any) -> Service:
    """A service that is shown, for carers who live in Wexmoor."""
    kinds = fields.pop("kinds", None) or [kind()]
    values = {
        "organisation": organisation(),
        "summary": "Advice and breaks.",
        "referral_from": ["self"],
        "checked_on": today(),
        **fields,
    }
    made = Service(name=name, **values)
    made.kinds = kinds
    made.save()
    made.areas = [council()]
    made.save()
    return made


def practice(name: str = "Larkrise Health Centre", **fields: Any) -> Practice:
    return Practice.objects.create(
        name=name, council=council(), **{"checked_on": today(), **fields}
    )
