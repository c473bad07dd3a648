"""The one renderer of frozen content, and what learners' pages need to show it."""

import hashlib
import itertools
import re
from collections.abc import Iterable
from functools import cache as forever
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.core.cache import cache
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from curriculum import content as frozen
from curriculum.directory import LocalServices, ServiceCard, cards_of
from curriculum.domain.files import copy_widths, frozen_url
from curriculum.enums import Voice
from curriculum.glossing import Glossary, Marker
from curriculum.models import Edition, Module
from curriculum.queries.catalogue import shelf, shelf_of
from curriculum.queries.directory import services_here
from curriculum.queries.glossary import glossary

register = template.Library()

BLOCKS = Path(__file__).parent.parent / "templates" / "curriculum" / "blocks"
CACHE_SECONDS = 7 * 24 * 3600
NAMES_SERVICES = "names services"  # kept in place of a body that depends on the directory


@forever
def renderer_version() -> str:
    """Changes with the block templates, so that a new look never shows an old rendering."""
    seen = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(BLOCKS.glob("*.html")):
        seen.update(path.read_bytes())
    return seen.hexdigest()[:12]


@register.simple_tag
def body(
    nodes: tuple[frozen.BodyNode, ...],
    draft_media: dict[str, str] | None = None,
    words: Glossary | None = None,
    here: LocalServices | None = None,
) -> SafeString:
    """Body nodes as HTML. `draft_media` gives addresses for files that are not kept yet; the first
    time each of `words` stands in it, it is marked and explained. `here` fills in services.

    A block's own title stands below the section it is in, and never skips a level.
    """
    parts: list[Any] = []
    level = 2
    citations = Citations()
    marker = Marker(words, reverse("glossary")) if words else None
    for node in nodes:
        if isinstance(node, frozen.Heading):
            level = 3
        context = {
            "title": f"h{level}",
            "part": f"h{level + 1}",
            "draft_media": draft_media,
            "here": here,
        }
        if words and isinstance(node, frozen.RoleCard):
            context["more"] = words.page_of(node.role)
        # What is cited further down has no number yet: the lists of sources come last.
        is_list = isinstance(node, frozen.References)
        if is_list:
            parts.append((node, context))
            continue
        shown = citations.numbered(_block(node, context))
        parts.append(marker.marked(shown) if marker and _is_ours(node) else shown)
    html = (
        part if isinstance(part, str) else _block(part[0], part[1] | {"citations": citations})
        for part in parts
    )
    explained = _glosses(marker) if marker and marker.found else ""
    return mark_safe("".join(html) + explained)  # noqa: S308 - our own templates, which escape


def _is_ours(node: frozen.BodyNode) -> bool:
    """Whether it says something in our own words; what the law says is left as it is."""
    return not isinstance(node, frozen.Callout) or node.tone != "law"


def _glosses(marker: Marker) -> str:
    context = {"glosses": marker.glosses(), "address": marker.address}
    return get_template("curriculum/blocks/_glosses.html").render(context)


def _words(context: dict[str, Any]) -> Glossary | None:
    """The glossary for the page that is being shown; none outside a request."""
    request = context.get("request")
    found = glossary(shelf_of(request)) if request else None
    return found if found and (found.terms or found.roles) else None


def _block(node: frozen.BodyNode, context: dict[str, Any]) -> str:
    name = frozen.kind_of(node).replace("-", "_")
    return get_template(f"curriculum/blocks/{name}.html").render({"node": node, **context})


class Citations:
    """Numbers the sources of one page in the order in which they are cited. The frozen content
    keeps the authors' own keys; readers see numbers."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def numbered(self, html: str) -> str:
        """A block with numbers for keys; the first citation of each source can be come back to."""
        return _CITATION.sub(self._number, html)

    def _number(self, match: re.Match[str]) -> str:
        key, shown = match["key"], match["shown"]
        is_first = key not in self.numbers
        number = self.numbers.setdefault(key, len(self.numbers) + 1)
        place = f' id="cite-{key}"' if is_first else ""
        return f'<a href="#ref-{key}"{place}>{shown.replace(key, str(number), 1)}</a>'

    def in_order(self, references: Iterable[frozen.Reference]) -> list[Any]:
        """(number, reference, whether it is cited), by number; what is not cited comes last."""
        known = sorted(references, key=lambda r: self.numbers.get(r.key, len(self.numbers) + 1))
        uncited = itertools.count(len(self.numbers) + 1)
        return [(self.numbers.get(r.key) or next(uncited), r, r.key in self.numbers) for r in known]


_CITATION = re.compile(r'<a href="#ref-(?P<key>[\w-]+)"[^>]*>(?P<shown>[^<]*)</a>')


@register.simple_tag
def sources(node: frozen.References, citations: Citations | None = None) -> list[Any]:
    """The sources of a list with their numbers on this page."""
    return (citations or Citations()).in_order(node.references)


def _cached(digest: str, source: Any, context: dict[str, Any]) -> SafeString:
    words = _words(context)
    key = f"body:{renderer_version()}:{words.mark if words else ''}:{digest}"
    html: str | None = cache.get(key)
    if html == NAMES_SERVICES:
        html = cache.get(f"{key}:{_here(context).mark}")
    if html is None:
        nodes = frozen.load(source() if callable(source) else source).body
        html = _kept(key, nodes, words, context)
    return mark_safe(html)  # noqa: S308 - rendered below


def _kept(
    key: str, nodes: tuple[frozen.BodyNode, ...], words: Glossary | None, context: dict[str, Any]
) -> str:
    """The body, rendered and kept. What names services is kept under the directory's mark too."""
    here = None
    if _names_services(nodes):
        here = _here(context)
        cache.set(key, NAMES_SERVICES, CACHE_SECONDS)
        key = f"{key}:{here.mark}"
    html = str(body(nodes, words=words, here=here))
    cache.set(key, html, CACHE_SECONDS)
    return html


def _names_services(nodes: Iterable[frozen.BodyNode]) -> bool:
    return any(isinstance(node, frozen.ServicesHere) for node in nodes)


def _here(context: dict[str, Any]) -> LocalServices:
    """The local services for the page that is being shown."""
    request = context.get("request")
    return services_here(shelf_of(request) if request else shelf())


@register.simple_tag(takes_context=True)
def edition_body(context: dict[str, Any], edition_pk: int, digest: str) -> SafeString:
    """The body of an edition, by its digest; read from the database only when not cached."""
    return _cached(
        digest,
        lambda: Edition.objects.values_list("source", flat=True).get(pk=edition_pk),
        context,
    )


@register.simple_tag(takes_context=True)
def overview_body(context: dict[str, Any], module: Module) -> SafeString:
    """The body of a module's own page."""
    return _cached(f"overview:{module.overview_digest}", module.overview, context)


# ── Cases ─────────────────────────────────────────────────────────────────
@register.simple_tag(takes_context=True)
def told(
    context: dict[str, Any],
    nodes: tuple[frozen.BodyNode, ...],
    draft_media: dict[str, str] | None = None,
) -> SafeString:
    """What a scene tells: body nodes as HTML, kept in this process for as long as it runs."""
    if draft_media:
        return body(nodes, draft_media)
    return _told(nodes, _words(context), _here(context) if _names_services(nodes) else None)


@lru_cache(maxsize=1000)
def _told(
    nodes: tuple[frozen.BodyNode, ...], words: Glossary | None, here: LocalServices | None
) -> SafeString:
    return body(nodes, words=words, here=here)


@register.simple_tag(takes_context=True)
def whom_to_ring(context: dict[str, Any], choice: frozen.CaseChoice) -> tuple[ServiceCard, ...]:
    """A card for each kind of service that a choice names."""
    return cards_of(choice.contacts, _here(context)) if choice.contacts else ()


@register.simple_tag
def portrait(member: frozen.Member) -> SafeString:
    """The drawing of a member of the cast, in the colour of their voice. Their name is beside it
    or in the text, so that it says nothing to a screen reader."""
    return format_html(
        '<svg class="portrait {}" viewBox="0 0 96 96" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        member.voice.value,
        static("elearn/portraits.svg"),
        member.portrait.value,
    )


@register.filter
def voice(value: Voice) -> str:
    """Whose seat it is, in words."""
    return Voice(value).label


# ── Inside blocks ─────────────────────────────────────────────────────────
@register.simple_tag
def services(
    node: frozen.ServicesHere, here: LocalServices | None = None
) -> tuple[ServiceCard, ...]:
    """A card for each kind; in a draft the directory is asked afresh."""
    return cards_of(node.kinds, here or services_here(shelf()))


@register.filter
def any_invented(cards: Iterable[ServiceCard]) -> bool:
    """Whether any of these services is invented for practice."""
    return any(card.service and card.service.is_invented for card in cards)


@register.simple_tag
def drawing(node: frozen.Figure) -> SafeString:
    """The drawing itself, with its alternative where it says something."""
    if not node.alternative:
        return mark_safe(node.svg.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S308
    opening = format_html('<svg role="img" aria-label="{}" ', node.alternative)
    return mark_safe(node.svg.replace("<svg ", opening, 1))  # noqa: S308 - cleaned by cms.svg


@register.simple_tag
def picture(node: frozen.Figure, draft_media: dict[str, str] | None = None) -> SafeString:
    """A picture in the width that the screen needs, its place kept while it loads."""
    file = node.file
    if file is None:
        return SafeString("")
    address = media_url(file, draft_media)
    copies = () if draft_media else copy_widths(file)
    srcset = ", ".join(
        [f"{frozen_url(file, width)} {width}w" for width in copies]
        + ([f"{address} {file.width}w"] if copies else [])
    )
    extra = (
        format_html(' srcset="{}" sizes="(min-width: 60rem) 42rem, 92vw"', srcset) if srcset else ""
    )
    return format_html(
        '<img src="{}"{} alt="{}" width="{}" height="{}" loading="lazy" decoding="async">',
        address,
        extra,
        node.alternative,
        file.width,
        file.height,
    )


@register.simple_tag
def media_url(file: frozen.MediaFile, draft_media: dict[str, str] | None = None) -> str:
    """Where a file is: kept for good, or in the authors' library while only a draft names it."""
    if draft_media is not None:
        return draft_media.get(file.sha256, "")
    return frozen_url(file)


@register.filter
def labelled(table: frozen.Table, row: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each cell with its column's heading, for screens too narrow for columns."""
    return list(zip(table.headers, row, strict=False))
