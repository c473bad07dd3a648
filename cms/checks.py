"""What an author should see before publishing: what is missing, dead, hard to read or undecided.

`checks` reads a page, draft or live, and changes nothing. What would keep the page from going live
is among them, since the same freezing finds it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page, Site

from cms.models import ServiceKind
from cms.parts import NOTE, Part, parts, stored
from cms.readability import prose, reading_age, sentences
from curriculum.content import dump, kinds_in
from curriculum.text import count_words

STOPS, MATTERS, TELLS = "stops", "matters", "tells"  # publishing; worth mending; good to know
OLDEST = 17  # years: what students and their patients can both read without labour

_PAGE_LINK = re.compile(r'<a\b(?=[^>]*linktype="page")[^>]*\bid="(\d{1,9})"')
_OWN_LINK = re.compile(r'href="/go/([0-9a-fA-F-]{36})/"')
_SITE_LINK = re.compile(
    r'href="(/(?!(?:go|directory|glossary|learn|accounts|search|static|media)/)[^"#?]*)'
)


@dataclass(frozen=True)
class Check:
    """One thing found. `id` is the block it is about; empty where it is the page."""

    name: str
    level: str
    message: str
    id: str = ""


def checks(page: Any) -> list[Check]:
    """What there is to say of a page as it stands in memory; what stops publishing comes first."""
    streams = stored(page)
    frozen = page.freeze()
    kept = list(parts(streams))
    found = [
        *_problems(frozen.problems),
        *_alternatives(streams),
        *_references(kept, frozen.content),
        *_links(list(_strings(streams))),
        *_kinds(frozen.content),
        *_upkeep(page, kept),
        *_notes(kept),
        *_reading(frozen.content),
    ]
    order = (STOPS, MATTERS, TELLS)
    return sorted(found, key=lambda check: order.index(check.level))


def _problems(problems: Iterable[Any]) -> Iterator[Check]:
    for problem in problems:
        id = problem.path[1] if len(problem.path) > 1 else ""  # after the stream's name
        if "Describe the picture" not in problem.message:  # told below, once
            yield Check("unsound", STOPS, problem.message, id)


def _alternatives(streams: Any) -> Iterator[Check]:
    figures = (row for row in _rows(streams) if row.get("type") == "figure")
    for row in figures:
        value = row.get("value")
        if not isinstance(value, dict) or value.get("decorative"):
            continue
        if not str(value.get("alternative") or "").strip():
            message = "A picture has no text alternative: say what it shows."
            yield Check("alternative", STOPS, message, row.get("id") or "")


def _references(kept: list[Part], content: Any) -> Iterator[Check]:
    questions = [part for part in kept if part.kind == "question"]
    for part in questions:
        if not part.value.get("source"):
            message = f"This question names no reference: “{_short(part.text)}”"
            yield Check("question-reference", MATTERS, message, part.id)
    if questions or any(part.kind == "prompt" for part in kept):
        return  # a quiz names them question by question; a reflection asks for one's own words
    nodes = str([dump(node) for node in content.nodes])
    if "'kind': 'references'" not in nodes and "'source':" not in nodes:
        yield Check("source", MATTERS, "The page names no source. Add a list of references.")


def _links(strings: list[str]) -> Iterator[Check]:
    """Links to pages of ours that are gone, or that learners cannot see."""
    text = "\n".join(strings)
    ids, keys = set(_PAGE_LINK.findall(text)), {key.lower() for key in _OWN_LINK.findall(text)}
    paths = {f"{path.rstrip('/')}/" for path in _SITE_LINK.findall(text)} - {"/"}
    live = Page.objects.live()
    dead = ids - {str(pk) for pk in live.filter(pk__in=ids).values_list("pk", flat=True)}
    known = live.filter(translation_key__in=keys).values_list("translation_key", flat=True)
    dead |= keys - {str(key) for key in known}
    if paths:
        site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
        root = site.root_page.url_path.rstrip("/") if site else ""
        urls = live.filter(url_path__in=[root + path for path in paths])
        dead |= paths - {url.removeprefix(root) for url in urls.values_list("url_path", flat=True)}
    for name in sorted(dead):
        where = f" ({name})" if name.startswith("/") else ""
        message = f"A link leads to a page of this site that is not there, or not live{where}."
        yield Check("dead-link", MATTERS, message)


def _kinds(content: Any) -> Iterator[Check]:
    """Kinds of service that the directory does not know, or not any more."""
    named = kinds_in(content)
    known = ServiceKind.objects.filter(slug__in=named).values_list("slug", flat=True)
    for kind in sorted(named - set(known)) if named else ():
        message = f"The directory knows no kind of service “{kind}”, so nobody can be found for it."
        yield Check("kind", MATTERS, message)


def _upkeep(page: Any, kept: list[Part]) -> Iterator[Check]:
    if not hasattr(page, "review_months"):
        return
    if not page.tags.all() and not any(part.tags for part in kept):
        message = "No statute, guidance or standard is named, so no change of law will find it."
        yield Check("untagged", MATTERS, message)
    if not page.review_months:
        yield Check("review-date", MATTERS, "No interval for its review is chosen.")
    if page.owner_id is None:
        yield Check("owner", MATTERS, "The page has no owner to ask for a review.")
    if hasattr(page, "outcomes") and not page.outcomes.all():
        yield Check("outcomes", MATTERS, "It works towards no learning outcome yet.")


def _notes(kept: list[Part]) -> Iterator[Check]:
    for part in kept:
        if part.check:
            where = "" if part.kind == NOTE else f" ({part.kind} “{_short(part.text)}”)"
            yield Check("note", MATTERS, f"To check before sign-off{where}: {part.check}", part.id)


def _reading(content: Any) -> Iterator[Check]:
    texts = prose(content)
    words, age = count_words(texts), reading_age(sentences(texts))
    minutes = getattr(content, "minutes", None)
    if minutes:
        many = f"{minutes} minute{'' if minutes == 1 else 's'}"
        yield Check("minutes", TELLS, f"Learners are told {many}; the page has {words} words.")
    if age is not None:
        level = MATTERS if age > OLDEST else TELLS
        advice = " Shorter sentences bring it down." if age > OLDEST else ""
        yield Check("reading-age", level, f"Reading age about {age} years.{advice}")


# ── Looking through what is stored ────────────────────────────────────────
def _rows(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for row in value:
            yield from _rows(row)
    elif isinstance(value, dict):
        yield value
        for child in value.values():
            yield from _rows(child)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from _strings(child)
    elif isinstance(value, list):
        for child in value:
            yield from _strings(child)


def _short(text: str) -> str:
    return text if len(text) <= 70 else f"{text[:69]}…"
