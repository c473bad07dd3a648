"""Where somebody lives and where they are registered: two places, which can differ.

A postcode is used and forgotten. Only its first part and its sector are asked of the database;
which whole postcode it is, where a sector is divided, is compared here. Nothing keeps it.
"""

import re
from dataclasses import dataclass

from django.db.models import Q
from django.views.decorators.debug import sensitive_variables

from cms.directory.register import Entry, Register, Surgery
from cms.models.directory import Basis, Postcode

OUTWARD, INWARD = r"[A-Z]{1,2}\d[A-Z\d]?", r"\d[A-Z]{2}"
WHOLE = re.compile(rf"({OUTWARD})({INWARD})")
SECTOR = re.compile(rf"({OUTWARD})[ ]+(\d)")


class NotFound(Exception):
    """No council is known for what was typed; says why, without repeating it."""


@dataclass(frozen=True, slots=True)
class Place:
    """What decides which services are for somebody: keys of an area, and of a practice."""

    area: int | None = None
    practice: int | None = None

    def __bool__(self) -> bool:
        return self.area is not None or self.practice is not None


@dataclass(frozen=True, slots=True)
class Home:
    """What a postcode told: a council, and a ward where the table knows it."""

    council: int
    ward: int | None


def fits(entry: Entry, place: Place, register: Register) -> bool:
    """Whether a service is for somebody at this place, as far as the place says."""
    if entry.basis == Basis.REGISTRATION:
        return _serves_practice(entry, place, register)
    if entry.basis == Basis.ANYWHERE or not entry.areas or place.area is None:
        return True
    return _covers(entry, place.area, register)


def is_own(entry: Entry, place: Place, register: Register) -> bool:
    """Whether it names the very place: it comes before services for everybody."""
    if entry.basis == Basis.REGISTRATION:
        named = entry.networks or entry.practices
        return bool(named and place.practice) and _serves_practice(entry, place, register)
    if place.area is not None:
        return bool(entry.areas) and _covers(entry, place.area, register)
    if place.practice is not None:  # most people live in the borough of their practice
        return _covers(entry, register.surgeries[place.practice].council, register)
    return False


def _covers(entry: Entry, area: int, register: Register) -> bool:
    """Whether one of its areas is this one, holds it or lies in it."""
    asked = register.regions[area]
    if asked.within is None:
        return any(register.regions[one].council == area for one in entry.areas)
    return bool(entry.areas & {area, asked.within})


def _serves_practice(entry: Entry, place: Place, register: Register) -> bool:
    if not (entry.networks or entry.practices):
        return True
    if place.practice is not None:
        surgery = register.surgeries[place.practice]
        return surgery.pk in entry.practices or surgery.network in entry.networks
    if place.area is None:
        return True
    council = register.regions[place.area].council
    return any(
        surgery.council == council
        and (surgery.pk in entry.practices or surgery.network in entry.networks)
        for surgery in register.surgeries.values()
    )


@sensitive_variables()
def home_of(typed: str) -> Home:
    """The council and ward of a postcode or a sector, by the longest code that the table has."""
    outward, sector, whole = _parts(typed)
    rows = Postcode.objects.filter(Q(code=outward) | Q(code__startswith=sector)).values_list(
        "code", "council_id", "ward_id"
    )
    known = {code: Home(council, ward) for code, council, ward in rows}
    if whole:
        found = known.get(whole) or known.get(sector) or known.get(outward)
    else:
        found = _alike(known, sector)
    if found is None:
        raise NotFound(
            "We do not know this postcode. Check it, or choose the council from the list."
        )
    return found


@sensitive_variables()
def _parts(typed: str) -> tuple[str, str, str]:
    """First part, sector and whole postcode; the last is empty where only a sector was typed."""
    tidy = " ".join(typed.upper().split())
    if found := WHOLE.fullmatch(tidy.replace(" ", "")):
        outward, inward = found.groups()
        return outward, f"{outward} {inward[0]}", f"{outward} {inward}"
    if found := SECTOR.fullmatch(tidy):
        return found[1], f"{found[1]} {found[2]}", ""
    raise NotFound("Write a postcode such as WX1 4AA, or its beginning, such as WX1 4.")


@sensitive_variables()
def _alike(known: dict[str, Home], sector: str) -> Home | None:
    """Where all that is known of a sector lies in one council."""
    within = [home for code, home in known.items() if code.startswith(sector)]
    councils = {home.council for home in within}
    if len(councils) > 1:
        raise NotFound(
            "This part of a postcode lies in the areas of two councils. Write the whole postcode."
        )
    if not within:
        return next(iter(known.values()), None)
    wards = {home.ward for home in within}
    return Home(councils.pop(), wards.pop() if len(wards) == 1 else None)


@sensitive_variables()
def practices_near(typed: str, register: Register) -> list[Surgery]:
    """Practices in the same sector, else in the same first part; where people may be registered."""
    outward, sector, _ = _parts(typed)
    surgeries = sorted(register.surgeries.values(), key=lambda surgery: surgery.name)
    for begins in (sector, f"{outward} "):
        if near := [surgery for surgery in surgeries if surgery.postcode.startswith(begins)]:
            return near
    return []
