"""What stands around a role: services here, where one meets it, and the words that name it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from wagtail.models import Page

from cms.models.directory import Contact, Service, ServiceKind
from curriculum.content import Callout, load
from curriculum.enums import Portrait, Voice
from curriculum.glossing import Gloss
from curriculum.queries.catalogue import Shelf
from curriculum.queries.glossary import glossary
from curriculum.queries.outline import offered_requirements

MOST_SERVICES = 8  # on a role's page; the directory has them all
VOICES = {
    "community": Voice.CARER,
    "social-care": Voice.SOCIAL_WORKER,
    "health": Voice.GP,
    "between": Voice.OTHER,
}


@dataclass(frozen=True)
class Listed:
    """A role as the list shows it."""

    title: str
    slug: str
    key: uuid.UUID
    side: str
    names: tuple[str, ...]
    summary: str
    employer: str
    registration: str
    call_when: str  # html
    portrait: Portrait

    @property
    def voice(self) -> Voice:
        """Which of the site's colours it wears."""
        return VOICES[self.side]


@dataclass(frozen=True)
class MetIn:
    """A page of the teaching in which one meets a role."""

    title: str
    key: uuid.UUID
    kind: str


def listed(pages: Iterable[Any]) -> tuple[Listed, ...]:
    """Role pages as the list shows them: what is live of each, or the draft in a preview."""
    return tuple(
        Listed(
            title=page.title,
            slug=page.slug,
            key=page.translation_key,
            side=page.side,
            names=page.names,
            summary=page.summary,
            employer=page.employer,
            registration=page.registration,
            call_when=_call_when(page),
            portrait=Portrait(page.portrait),
        )
        for page in pages
    )


def _call_when(page: Any) -> str:
    nodes = load(page.shown).body if page.shown else ()
    return next((node.html for node in nodes if isinstance(node, Callout)), "")


def services_here(kinds: list[ServiceKind]) -> list[Service]:
    """Services of these kinds that the public may find, each with `phones`: numbers for anybody."""
    if not kinds:
        return []
    numbers = Contact.objects.filter(for_professionals=False).exclude(phone="")
    found = Service.objects.shown().filter(kinds__in=kinds).distinct().order_by("name")
    prefetch = Prefetch("contacts", numbers.order_by("sort_order"), to_attr="phones")
    return list(found.prefetch_related(prefetch)[:MOST_SERVICES])


def further_reading(page: Any) -> list[MetIn]:
    """The pages chosen for a role that learners can open, in their order."""
    rows = [row.page_id for row in page.readings.all()]
    live = Page.objects.live().filter(pk__in=rows).select_related("content_type").in_bulk()
    offered = offered_requirements().values_list("activity__key", "module__key")
    keys = {key for pair in offered for key in pair}
    return [
        MetIn(found.title, found.translation_key, str(found.page_type_display_name).lower())
        for pk in rows
        if (found := live.get(pk)) and found.translation_key in keys
    ]


def words_for(page: Any, shelf: Shelf) -> list[Gloss]:
    """The glossary's terms that lead to this role, by its page or by its place in the list."""
    above = page.url_path.rstrip("/").rpartition("/")[0].rpartition("/")[2]
    places = {f"/{above}/#{page.slug}", f"/{above}/{page.slug}/"}
    return [term for term in glossary(shelf).terms if term.see_also in places]
