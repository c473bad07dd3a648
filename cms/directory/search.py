"""Finding whom to contact by everyday words, kind, place and what one wishes.

Needs come first, then names, then what texts say; among equals, the person's own place. Needs,
kinds and names are weighed in memory, texts are searched by Wagtail in the database.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from wagtail.search.backends import get_search_backend

from cms.directory.hours import is_open, is_open_outside
from cms.directory.place import Place, fits, is_own
from cms.directory.register import Entry, Kind, Register, current
from cms.directory.vocabulary import Asked
from cms.models.directory import Referrer, Service

# What a match is worth: a need in full, the whole name, the text, one's own place.
NEED, NAME, TEXT, OWN = 3.0, 1.5, 0.5, 0.3
# What is weaker than this share of the best is left out: of kinds, and of services.
KIND_WORTH, WORTH_SHOWING = 0.35, 0.1
MOST_TEXTS = 100

# Who may refer also where an entry speaks more widely.
WIDER = {
    Referrer.GP: {Referrer.GP, Referrer.PROFESSIONAL},
    Referrer.COUNCIL: {Referrer.COUNCIL, Referrer.PROFESSIONAL},
    Referrer.HOSPITAL: {Referrer.HOSPITAL, Referrer.PROFESSIONAL},
    Referrer.SCHOOL: {Referrer.SCHOOL, Referrer.PROFESSIONAL},
    Referrer.CARE_HOME: {Referrer.CARE_HOME, Referrer.PROFESSIONAL},
}
NOW, OUTSIDE = "now", "outside"  # values of Wishes.open


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What a service must have to be shown; empty: anything."""

    referrer: str = ""
    cost: str = ""
    open: str = ""
    interpreters: bool = False
    step_free: bool = False


@dataclass(frozen=True)
class Found:
    """Services, best first, and how the words were understood."""

    entries: list[Entry]
    asked: Asked
    kinds: list[Kind]  # which the words ask for, or come near to
    set_aside: int = 0  # fit the words, but not the place or the wishes


def find_services(
    words: str = "",
    *,
    kind: str = "",
    place: Place | None = None,
    wishes: Wishes | None = None,
    at: dt.datetime | None = None,
    register: Register | None = None,
) -> Found:
    """Services for a need in everyday words; all, by kind and name, where there are no words.

    `kind` is a kind's short name. Services that are not for `place` are left out; where it is not
    known, those of the site's own council only come first. Two queries: the register's and one
    for words.
    """
    register = register or current()
    place, wishes = place or Place(), wishes or Wishes()
    nearest = place or Place(area=register.home)
    now = timezone.localtime(at, timezone.get_default_timezone())
    asked = register.vocabulary.read(words)
    fitting_kinds = register.vocabulary.kinds_asked_for(asked)
    scores = _scores(asked, fitting_kinds, register) if asked.words else _by_kind(register)
    chosen = register.kind(kind)
    wanted = [
        register.entries[pk]
        for pk in scores
        if not kind or (chosen and chosen.pk in register.entries[pk].kinds)
    ]
    entries = [
        entry for entry in wanted if fits(entry, place, register) and meets(entry, wishes, now)
    ]

    def rank(entry: Entry) -> tuple[float, str]:
        own = is_own(entry, nearest, register)
        return -scores[entry.pk] - (OWN if own else 0), entry.name

    return Found(
        entries=sorted(entries, key=rank),
        asked=asked,
        kinds=_kinds(words, fitting_kinds, register) if asked.words else [],
        set_aside=len(wanted) - len(entries),
    )


def meets(entry: Entry, wishes: Wishes, now: dt.datetime) -> bool:
    """Whether a service has all that is wished for."""
    if wishes.referrer:
        accepted = WIDER.get(Referrer(wishes.referrer), {wishes.referrer})
        if not entry.referral_from & accepted:
            return False
    return (
        (not wishes.cost or entry.cost == wishes.cost)
        and (wishes.open != NOW or is_open(entry.all_hours, entry.spans, now))
        and (wishes.open != OUTSIDE or is_open_outside(entry.all_hours, entry.spans))
        and (not wishes.interpreters or entry.has_interpreters)
        and (not wishes.step_free or entry.is_step_free)
    )


def _scores(
    asked: Asked, fitting_kinds: Mapping[int, float], register: Register
) -> dict[int, float]:
    """What each service that fits at all is worth; the weakest are left out."""
    scores: dict[int, float] = {}
    least = KIND_WORTH * max(fitting_kinds.values(), default=0.0)
    fitting = {kind: fit for kind, fit in fitting_kinds.items() if fit >= least}
    for kind, fit in fitting.items():
        for pk in register.of_kind.get(kind, ()):
            scores[pk] = max(scores.get(pk, 0.0), NEED * fit)
    for pk, share in register.vocabulary.named(asked).items():
        scores[pk] = scores.get(pk, 0.0) + NAME * share
    # The database is asked only where needs and names leave something unsaid: on a large directory
    # that is most of the time of a search.
    if not scores or len(asked.known) < len(asked.words):
        for pk in _in_texts(asked):
            if pk in register.entries:
                scores[pk] = scores.get(pk, 0.0) + TEXT
    least = WORTH_SHOWING * max(scores.values(), default=0.0)
    return {pk: score for pk, score in scores.items() if score >= least}


def _in_texts(asked: Asked) -> list[int]:
    """Services in whose texts all the words stand, in no order: on SQLite the backend would look
    for the words again for each service to know how well it fits."""
    found = get_search_backend().search(
        asked.for_full_text, Service.objects.only("pk"), operator="and", order_by_relevance=False
    )
    return [service.pk for service in found[:MOST_TEXTS]]


def _by_kind(register: Register) -> dict[int, float]:
    """Without words: all, in the order of kinds."""
    return {pk: -float(place) for pk, place in register.places.items()}


def _kinds(words: str, fitting: Mapping[int, float], register: Register) -> list[Kind]:
    """The kinds that the words ask for, best first; where there are none, those nearest to them."""
    least = KIND_WORTH * max(fitting.values(), default=0.0)
    best = sorted((pk for pk in fitting if fitting[pk] >= least), key=lambda pk: -fitting[pk])[:3]
    return [register.kinds[pk] for pk in best or register.vocabulary.nearest_kinds(words)]
