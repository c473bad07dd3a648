"""What is wrong with words: marks of drafts, markup left over, links, spellings. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from cms.portable.context import UUID
from curriculum.glossing import Gloss

# ── Marks that only authors should see ────────────────────────────────────
_MARK = re.compile(
    r"[†‡]|\?\?+|\[(?:un)?(?:verified|checked)\b[^\]]*\]|\((?:unverified|to be checked)\)"
    r"|\[(?:citation needed|source|check|verify|ref)\b\s*[?:]?[^\]@]*\]|lorem ipsum"
    r"|\b(?:TODO|TBC|TBD|FIXME|XXX+|TK)\b",
)
_LEFT_OVER = re.compile(
    r"\[@[\w-]*|\]\(|\*\*|^:::|\{#[\w-]+\}|</?[a-z]+>|(?<!\w)#{2,3} ", re.MULTILINE
)
_BARE = re.compile(r"(?<![\w/@.])(?:https?://|www\.)\S+")


def marks(text: str) -> list[str]:
    """What was left in a plain text to remind its authors of something."""
    return [match[0] for match in _MARK.finditer(text)]


def left_over(text: str) -> list[str]:
    """Markup in a plain text that was not understood, and addresses that are no links."""
    return [match[0] for pattern in (_LEFT_OVER, _BARE) for match in pattern.finditer(text)]


# ── Words that turn a person into a problem ───────────────────────────────
_AVOIDED = re.compile(
    r"\b(?:bed[- ]?block(?:ers?|ing)|frequent[- ]flyers?|the elderly|demented"
    r"|suffer(?:s|ed|ing)? from|non-?complian(?:t|ce)|social admissions?|just a carer"
    r"|just the (?:wife|husband))\b",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"“[^”]*”")  # where such words are told of, or said by somebody


def avoided(text: str) -> list[str]:
    """Words of a plain text, outside quotation marks, that the editorial policy does without."""
    return _AVOIDED.findall(_SPOKEN.sub("", text))


# ── Links ─────────────────────────────────────────────────────────────────
_LINK = re.compile(r"\]\(\s*<?([^)>\s]*)")
_ADDRESS = re.compile(r"(?:^\s*(?:- +)?|[{,] *)(?:url|source_url|see_also): *[\"']?([^\"'\s},]*)")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
_PERSON = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(r"\+?\d{3,15}")
_KEY = re.compile(f"key:({UUID})")
OURS = frozenset(  # what every site has beside the pages of its files
    "about accessibility accounts dashboard editorial-policy glossary privacy reflections reports"
    " search verify who-is-who".split()
)


@dataclass(frozen=True)
class Known:
    """Where links may lead: keys of pages, and the first parts of our own addresses."""

    keys: frozenset[str]
    slugs: frozenset[str] = frozenset()
    is_whole: bool = True  # False: a module by itself, whose links may leave it


def link_faults(source: str, known: Known) -> Iterator[tuple[int, str]]:
    """Each link of a file that cannot work, with its line."""
    for number, line in enumerate(source.split("\n"), start=1):
        targets = [match[1] for match in _LINK.finditer(line)]
        targets += [match[1] for match in _ADDRESS.finditer(line)]
        for target in targets:
            if why := _fault(target, known):
                yield number, f"The link “{target}” {why}."


def _fault(target: str, known: Known) -> str:
    if own := _KEY.fullmatch(target):
        is_here = own[1].lower() in known.keys or not known.is_whole
        return "" if is_here else "leads to no page of these files"
    if target.startswith("#"):
        return "" if re.fullmatch(r"#[\w-]+", target) else "names no place on the page"
    if target.startswith("/") and not target.startswith("//"):
        first = target.strip("/").split("/")[0].split("#")[0]
        is_ours = first in known.slugs | OURS or not first
        return "" if is_ours else "leads to no page of this site"
    scheme, _, rest = target.partition(":")
    if scheme == "mailto":
        return "" if _PERSON.fullmatch(rest) else "is no e-mail address"
    if scheme == "tel":
        return "" if _PHONE.fullmatch(rest) else "is no telephone number"
    return _outside(target)


def _outside(target: str) -> str:
    try:
        parts = urlsplit(target)
        host = parts.hostname or ""
    except ValueError:
        return "is no address"
    if parts.scheme not in {"http", "https"}:
        return "begins with neither https:// nor key:"
    return "" if _HOST.fullmatch(host) else "names no site"


# ── Spellings ─────────────────────────────────────────────────────────────
_PREFIX = re.compile(r"^(re|co|pre|non|multi|inter|self|over|under)(?=\w{3})", re.IGNORECASE)
SHORTEST = 3  # letters of an abbreviation that is looked for; shorter ones are words too
_NEXT = re.compile(r"['’]?s?\s+(\w+)")
_QUOTED = re.compile(r"<blockquote>.*?</blockquote>", re.DOTALL)


class Spellings:
    """How the glossary spells its terms, and what else they look like when they are not."""

    def __init__(self, terms: Iterable[Gloss]) -> None:
        self.known: dict[str, str] = {}  # every spelling that is right → its term
        for term in terms:
            for spelling in term.spellings:
                for right in (spelling, spelling[:1].upper() + spelling[1:]):
                    self.known.setdefault(_straight(right), term.term)
        longest = sorted(self.known, key=len, reverse=True)
        found = "|".join(pattern for spelling in longest if (pattern := _loosely(spelling)))
        self.pattern = re.compile(rf"(?<![\w-])(?:{found})(?![\w-])") if found else None

    def faults(self, text: str) -> list[tuple[str, str]]:
        """Each term that a plain text spells in another way, with the glossary's."""
        if self.pattern is None:
            return []
        return [
            (match[0], self._meant(match[0]))
            for match in self.pattern.finditer(text)
            if not self._is_right(match[0]) and not _is_in_a_name(match)
        ]

    def _is_right(self, found: str) -> bool:
        """Whether it is spelled as the glossary does, or is no term: who goes home first needs no
        Home First."""
        straight, meant = _straight(found), self._meant(found)
        if straight in self.known:
            return True
        are_words = straight[1:].islower() and straight.casefold() == meant.casefold()
        return are_words and not meant[1:].islower() and len(meant.split()) == 2

    def _meant(self, found: str) -> str:
        bare = _bare(found)
        return next((right for right in self.known if _bare(right) == bare), found)


def _is_in_a_name(match: re.Match[str]) -> bool:
    """Whether what was found is part of a longer name: the Mental Capacity Act."""
    before, after = match.string[: match.start()].split(), match.string[match.end() :]
    next_word = _NEXT.match(after)
    beside = [*before[-1:], next_word[1] if next_word else ""]
    return match[0].istitle() and any(word[:1].isupper() for word in beside)


def _straight(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


def _bare(text: str) -> str:
    return re.sub(r"[\s'’‐–-]", "", text).casefold()


def _loosely(spelling: str) -> str:
    """What finds a spelling, however its words are joined and its letters are written."""
    words = re.split(r"[\s‐–-]+", spelling)
    parts = [_PREFIX.sub(r"\1-?", re.escape(word).replace("'", "['’]?")) for word in words]
    if len(words) == 1 and any(letter.isupper() for letter in spelling[1:]):
        if len(spelling) < SHORTEST:
            return ""
        # Letters that are all small make another word: a mash is no MASH.
        return rf"(?=[A-Z])(?i:{parts[0]})"
    return r"(?i:" + r"[\s‐–-]*".join(parts) + ")"


# ── Quotations ────────────────────────────────────────────────────────────
_CITED = r'<a href="#ref-'
_SAID = re.compile(r"“([^”]*)”(?=[\s,.;:]*" + _CITED + ")")
LEAST_QUOTED = 8  # words


def without_quotations(html: str) -> str:
    """The text without what it quotes word for word from a source: block quotes that cite one, and
    eight words or more in quotation marks before a citation."""
    html = _QUOTED.sub(lambda quote: "" if _CITED in quote[0] else quote[0], html)
    return _SAID.sub(lambda said: "" if len(said[1].split()) >= LEAST_QUOTED else said[0], html)
