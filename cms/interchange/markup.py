"""Text as Moodle stores it, reduced to what our questions hold: plain lines, or a little rich text.

What goes lost on the way is said, once for each question.
"""

import re
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

from cms.interchange.found import DoesNotMap
from cms.portable.text import rich_text
from curriculum.text import clean_html, clean_line, clean_text

MOST_CHARACTERS = 20_000  # of one text
DEEPEST = 50  # elements inside one another; cleaning takes the square of it

LINES = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"}
PICTURES = {"img", "svg", "picture", "canvas"}
MEDIA = {"video", "audio", "iframe", "object", "embed"}
SILENT = {"script", "style", "template", "head"}
RICH = {"p", "br", "b", "strong", "i", "em", "a", "ul", "li"}  # what an explanation may hold
SHAPED = {"b", "strong", "i", "em", "u", "sub", "sup", "ul", "ol", "code", "pre"}
_MLANG = re.compile(r"\{mlang(?:\s+([\w,-]+))?\s*\}", re.IGNORECASE)
_FORMULAS = (("$$", "$$"), ("\\(", "\\)"), ("\\[", "\\]"))

PICTURE_NOTE = "A picture is not taken over. Check whether the question can do without it."
MEDIA_NOTE = "A recording or something embedded is not taken over."
LINK_NOTE = "A link keeps its words and loses its address."
SHAPE_NOTE = "Bold, lists and other formatting are not kept here."
TABLE_NOTE = "A table was turned into lines."
FORMULA_NOTE = "A formula is kept as it was typed; it is not set as one here."


@dataclass(frozen=True)
class Words:
    """A text and how it is written: html, moodle, plain or markdown."""

    source: str
    format: str = "html"


def lines(words: Words, notes: list[str]) -> str:
    """Plain text of several lines; what is lost is added to `notes`. Raises DoesNotMap where it
    is too long."""
    soup = _soup(words, notes)
    if soup is None:
        return clean_text(words.source)
    if soup.find(SHAPED):
        notes.append(SHAPE_NOTE)
    if any(link.get("href") for link in soup.find_all("a")):
        notes.append(LINK_NOTE)
    if soup.find("table"):
        notes.append(TABLE_NOTE)
    return "\n".join(filter(None, map(clean_line, "".join(_told(soup)).split("\n"))))


def line(words: Words, notes: list[str]) -> str:
    """Plain text on one line."""
    return clean_line(lines(words, notes))


def rich(words: Words, notes: list[str]) -> str:
    """Rich text of paragraphs, bold, italic, lists and links."""
    soup = _soup(words, notes)
    if soup is None:
        told = clean_text(words.source).split("\n")
        soup = BeautifulSoup("", "html.parser")
        for part in filter(None, told):
            paragraph = soup.new_tag("p")
            paragraph.string = part
            soup.append(paragraph)
    if soup.find("table"):
        notes.append(TABLE_NOTE)
    if soup.find(SHAPED - RICH):
        notes.append(SHAPE_NOTE)
    for tag in soup.find_all(LINES - RICH):
        tag.name = "p"
    for tag in soup.find_all("ol"):
        tag.name = "ul"
    for tag in soup.find_all(lambda tag: tag.name not in RICH):
        tag.unwrap()
    html = clean_html(str(soup))
    return html if not html or html.startswith(("<p>", "<ul>")) else clean_html(f"<p>{html}</p>")


def _soup(words: Words, notes: list[str]) -> BeautifulSoup | None:
    """The text's elements without what cannot be kept; None for plain text."""
    if len(words.source) > MOST_CHARACTERS:
        raise DoesNotMap(f"One of its texts is longer than {MOST_CHARACTERS} characters.")
    if _has_formula(words.source):
        notes.append(FORMULA_NOTE)
    source = _one_language(words.source, notes)
    if words.format == "plain":
        return None if source == words.source else BeautifulSoup(source, "html.parser")
    if words.format == "markdown":
        source = rich_text(source)
    elif words.format == "moodle":
        source = source.strip().replace("\n", "<br>")
    soup = BeautifulSoup(source, "html.parser")
    _refuse_deep(soup)
    for tag in soup.find_all(SILENT):
        tag.decompose()
    for names, note in ((PICTURES, PICTURE_NOTE), (MEDIA, MEDIA_NOTE)):
        found = soup.find_all(names)
        for tag in found:
            tag.decompose()
        if found:
            notes.append(note)
    _one_span(soup, notes)
    return soup


def _refuse_deep(soup: BeautifulSoup) -> None:
    depth = {id(soup): 0}
    for tag in soup.find_all(True):  # parents before their children
        depth[id(tag)] = depth[id(tag.parent)] + 1
        if depth[id(tag)] > DEEPEST:
            raise DoesNotMap("One of its texts is nested too deeply.")


def _has_formula(source: str) -> bool:
    starts = ((source.find(start), end) for start, end in _FORMULAS)
    return any(at >= 0 and source.find(end, at + 2) >= 0 for at, end in starts)


def _told(parent: Any) -> list[str]:
    """The words in document order, with a line end around whatever stands on lines of its own."""
    told = []
    for node in parent.descendants:
        if isinstance(node, Tag):
            if node.name in LINES:
                told.append("\n")
            elif node.name in {"td", "th"}:
                told.append(" ")
        elif isinstance(node, NavigableString) and not isinstance(node, Comment):
            told.append(re.sub(r"\s+", " ", str(node)))
            if _ends_a_line(node):
                told.append("\n")
    return told


def _ends_a_line(node: Any) -> bool:
    while node is not None and node.next_sibling is None:
        node = node.parent
        if node is not None and node.name in LINES:
            return True
    return False


# ── One text in several languages ─────────────────────────────────────────
def _kept(languages: list[str]) -> int:
    """Which of these languages is kept: English where it is there, else the first."""
    for n, names in enumerate(languages):
        if any(name.strip().startswith("en") for name in names.split(",")):
            return n
    return next((n for n, names in enumerate(languages) if names == "other"), 0)


def _say_what_is_left(languages: list[str], kept: int, notes: list[str]) -> None:
    others = sorted({name for n, name in enumerate(languages) if n != kept} - {languages[kept]})
    if others:
        notes.append(f"Its text in other languages is not taken over: {', '.join(others)}.")


def _one_language(source: str, notes: list[str]) -> str:
    """The text with one of its `{mlang en}…{mlang}` passages in each place."""
    first, *rest = _MLANG.split(source)
    if not any(rest[::2]):
        return source
    told, passages = [first], list[tuple[str, str]]()
    for language, text in zip(rest[::2], rest[1::2], strict=True):
        if language:
            passages.append((language.lower(), text))
        elif text.strip():  # only words end a run of passages that say the same
            told += [_chosen(passages, notes), text]
            passages = []
    return "".join([*told, _chosen(passages, notes)])


def _chosen(passages: list[tuple[str, str]], notes: list[str]) -> str:
    if not passages:
        return ""
    names = [name for name, _ in passages]
    kept = _kept(names)
    _say_what_is_left(names, kept, notes)
    return passages[kept][1]


def _one_span(soup: BeautifulSoup, notes: list[str]) -> None:
    """Keep one of each run of `<span class="multilang" lang="…">`."""
    spans = [tag for tag in soup.find_all(["span", "lang"]) if _language(tag)]
    seen: set[int] = set()
    for span in spans:
        if id(span) in seen:
            continue
        run = [span]
        while (following := _next_element(run[-1])) is not None and _language(following):
            run.append(following)
        seen.update(id(tag) for tag in run)
        names = [_language(tag) for tag in run]
        kept = _kept(names)
        _say_what_is_left(names, kept, notes)
        for n, tag in enumerate(run):
            if n != kept:
                tag.extract()


def _language(tag: Any) -> str:
    if tag.name == "lang" or "multilang" in (tag.get("class") or ()):
        return str(tag.get("lang") or "").lower()
    return ""


def _next_element(tag: Tag) -> Tag | None:
    """The element that follows with nothing but space between."""
    following = tag.next_sibling
    while isinstance(following, NavigableString) and not str(following).strip():
        following = following.next_sibling
    return following if isinstance(following, Tag) else None
