"""The directory as content and cases see it: which service stands for a kind where the site is."""

import hashlib
import uuid
from collections.abc import Iterable

from django.urls import reverse
from django.utils.http import urlencode

from cms.directory.hours import Span
from cms.directory.place import Place, fits, is_own
from cms.directory.register import Entry, Register, current
from cms.models.directory import Basis, Referrer, Service, ServiceKind
from cms.models.settings import SiteSettings
from curriculum.content import ServiceFacts
from curriculum.directory import Found, LocalKind, LocalServices


class LocalDirectory:
    """What `curriculum.directory` asks for. Only what the public may see leaves it."""

    def here(self) -> LocalServices:
        """Every kind, with the service that stands for it where the site is (see `_chosen`). A
        handful of queries, however many services there are."""
        register = current()
        chosen = _chosen(register)
        services = Service.objects.filter(pk__in=chosen.values())
        invented = _invented(register)
        facts = {
            service.pk: facts_of(service, is_invented=service.pk in invented)
            for service in services.prefetch_related("contacts", "openings")
        }
        kinds = {}
        for slug, name in ServiceKind.objects.values_list("slug", "name"):
            service = facts.get(chosen.get(slug, 0))
            address = reverse("directory_entry", args=[service.uuid]) if service else ""
            kinds[slug] = LocalKind(name, _search(kind=slug), service, address)
        return LocalServices(hashlib.sha256(repr(kinds).encode()).hexdigest()[:16], kinds)

    def found(self, key: uuid.UUID) -> Found | None:
        """The entry with this key, if the public can find it."""
        service = Service.objects.shown().filter(uuid=key).prefetch_related("kinds").first()
        if service is None:
            return None
        kinds = frozenset(kind.slug for kind in service.kinds.all())
        return Found(uuid=str(service.uuid), name=service.name, kinds=kinds)

    def search_for(self, attempt: uuid.UUID) -> str:
        """The address at which the learner of this attempt looks for a service."""
        return reverse("directory_for_case", args=[attempt])


def _search(**wanted: str) -> str:
    return f"{reverse('directory')}?{urlencode(wanted)}"


def _chosen(register: Register) -> dict[str, int]:
    """For each kind that has one, by short name, the key of the service that stands for it.

    One for the site's own borough by name comes first, since that is whom a student there rings;
    then one that is for anybody, then one of elsewhere. Among equals, one that does little else,
    then the first by name.
    """
    area = SiteSettings.load().council_id
    place = Place(area if area in register.regions else None)
    ranked = sorted(
        register.entries.values(),
        key=lambda entry: (
            not _is_local(entry, place, register),
            not fits(entry, place, register),
            len(entry.kinds),
            entry.name,
        ),
    )
    found: dict[str, int] = {}
    for entry in ranked:
        for kind in entry.kinds:
            found.setdefault(register.kinds[kind].slug, entry.pk)
    return found


def _is_local(entry: Entry, place: Place, register: Register) -> bool:
    """Whether it names the council's area, or practices in it where registration decides."""
    if entry.basis == Basis.REGISTRATION:
        named = bool(entry.networks or entry.practices)
        return named and place.area is not None and fits(entry, place, register)
    return is_own(entry, place, register)


def _invented(register: Register) -> set[int]:
    """The keys of the services that are for an invented council's area or practices; of all, where
    every council is invented, since one may have no area of its own, such as a hospital's."""
    councils = {key for key, region in register.regions.items() if region.is_fictional}
    if register.fictional and len(register.fictional) == len(register.councils):
        return set(register.entries)
    areas = {key for key, region in register.regions.items() if region.council in councils}
    surgeries = [s for s in register.surgeries.values() if s.council in councils]
    practices, networks = {s.pk for s in surgeries}, {s.network for s in surgeries}
    return {
        key
        for key, entry in register.entries.items()
        if entry.areas & areas or entry.practices & practices or entry.networks & networks
    }


def facts_of(service: Service, *, is_invented: bool = False) -> ServiceFacts:
    """What a card in a reading says of a service."""
    labels = dict(Referrer.choices)
    phones = [c.phone for c in service.contacts.all() if c.phone and not c.for_professionals]
    return ServiceFacts(
        uuid=str(service.uuid),
        name=service.name,
        does=service.summary,
        referral=_anybody(service) or _listed(labels[r] for r in service.referral_from),
        phone=phones[0] if phones else "",
        hours=_hours(service),
        checked_on=service.checked_on.isoformat(),
        is_invented=is_invented,
    )


def _anybody(service: Service) -> str:
    everybody = {Referrer.SELF, Referrer.FAMILY, Referrer.PROFESSIONAL}
    return "Anybody, the person too" if everybody <= set(service.referral_from) else ""


def _hours(service: Service) -> str:
    spans = [Span(tuple(o.days), o.opens_at, o.closes_at) for o in service.openings.all()]
    said = ["Day and night"] if service.all_hours else [str(span) for span in spans]
    return "; ".join(filter(None, [*said, service.hours_note]))


def _listed(labels: Iterable[str]) -> str:
    """Such as: The person, family or friends, any professional."""
    first, *rest = [*labels] or [""]
    return ", ".join([first, *(label if label[1:2].isupper() else label.lower() for label in rest)])
