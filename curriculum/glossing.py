"""Finding the glossary's terms in a page: the first time each stands in running text."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

LONGEST_MARK = 12  # hexadecimal digits: enough to tell one state of the glossary from another

# Where a link would be in the way: in links, headings, quotations, drawings and names of sources.
_LEFT = frozenset("a h1 h2 h3 h4 h5 h6 blockquote q cite svg figure th caption summary".split())
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"<(/?)([a-z0-9]+)", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\([^)]*\)")
_OR = re.compile(r",? or |, | / ")
_APOSTROPHE = re.compile("['’]")
_ANY_APOSTROPHE = "(?:['’]|&#x27;|&#39;|&rsquo;)"


@dataclass(frozen=True)
class Gloss:
    """A term as pages explain it."""

    slug: str
    term: str
    definition: str
    spellings: tuple[str, ...]  # the term among them
    source: str = ""
    source_url: str = ""
    see_also: str = ""

    @property
    def as_source(self) -> dict[str, str]:
        """Its source, as the renderer shows sources."""
        return {"text": self.source, "url": self.source_url}


@dataclass(frozen=True)
class Glossary:
    """The terms, and a mark that is another one whenever any of them has changed."""

    mark: str
    terms: tuple[Gloss, ...] = field(compare=False)
    pattern: re.Pattern[str] | None = field(compare=False)
    slugs: tuple[str, ...] = field(compare=False)  # of the pattern's groups, in their order
    # Pages about roles: a way to call the role, as `role_names` writes it → the page's address.
    roles: Mapping[str, str] = field(default_factory=dict, compare=False)

    def by_slug(self) -> dict[str, Gloss]:
        return {term.slug: term for term in self.terms}

    def page_of(self, role: str) -> str:
        """The address of the page about a role; empty where there is none."""
        found = (self.roles[name] for name in role_names(role) if name in self.roles)
        return next(found, "")


def glossary_of(terms: Iterable[Gloss], roles: Mapping[str, str] | None = None) -> Glossary:
    """The glossary of these terms. Where several fit, the longest spelling is the one meant."""
    terms, roles = tuple(terms), dict(roles or {})
    ways = [(spelling, term.slug) for term in terms for spelling in term.spellings if spelling]
    ways.sort(key=lambda way: (-len(way[0]), way[0]))
    groups = "|".join(f"({_fits(spelling)})" for spelling, _ in ways)
    return Glossary(
        mark=hashlib.sha256(repr((terms, roles)).encode()).hexdigest()[:LONGEST_MARK],
        terms=terms,
        pattern=re.compile(rf"(?<![\w&#-])(?:{groups})(?![\w-])") if ways else None,
        slugs=tuple(slug for _, slug in ways),
        roles=roles,
    )


def role_names(name: str) -> list[str]:
    """The ways to call a role that is written like “Care coordinator, or care navigator (PCN)”:
    as a whole, then each by itself."""
    bare = _ASIDE.sub("", name)
    found = (" ".join(part.split()).casefold() for part in (bare, *_OR.split(bare)))
    return [part for part in dict.fromkeys(found) if part]


def _fits(spelling: str) -> str:
    """What finds a spelling in HTML. With a capital after its first letter it is an abbreviation
    and found only as it is written: IRO is no iro."""
    words = [
        _APOSTROPHE.sub(lambda _: _ANY_APOSTROPHE, re.escape(escape(word, quote=False)))
        for word in spelling.split()
    ]
    pattern = r"(?:\s|&nbsp;)+".join(words)
    return pattern if any(c.isupper() for c in spelling[1:]) else f"(?i:{pattern})"


class Marker:
    """Marks one page, block after block; each term once."""

    def __init__(self, glossary: Glossary, address: str) -> None:
        self.glossary, self.address = glossary, address
        self.found: list[str] = []

    def marked(self, html: str) -> str:
        """The block with links at terms that this page has not had."""
        pattern = self.glossary.pattern
        if pattern is None or not pattern.search(html):
            return html
        left: list[str] = []
        parts = _TAG.split(html)
        for n, part in enumerate(parts):
            if n % 2:
                _step(left, part)
            elif not left and part:
                parts[n] = pattern.sub(self._link, part)
        return "".join(parts)

    def glosses(self) -> list[Gloss]:
        """What was marked, in the order in which it stands."""
        known = self.glossary.by_slug()
        return [known[slug] for slug in self.found]

    def _link(self, match: re.Match[str]) -> str:
        slug = self.glossary.slugs[(match.lastindex or 1) - 1]
        if slug in self.found:
            return match[0]
        self.found.append(slug)
        return (
            f'<a class="term" href="{self.address}#{slug}" data-term="gloss-{slug}" '
            f'aria-describedby="gloss-{slug}">{match[0]}</a>'
        )


def _step(left: list[str], tag: str) -> None:
    """Go into a tag, or out of it; `left` are the open ones within which nothing is marked."""
    name = _NAME.match(tag)
    if name is None or tag.endswith("/>"):
        return
    opens, element = not name[1], name[2].lower()
    if opens and ((left and element == left[-1]) or element in _LEFT or 'class="source"' in tag):
        left.append(element)
    elif not opens and left and element == left[-1]:
        left.pop()
