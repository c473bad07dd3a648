"""Cleaning and normalising what people type. The only module that knows bleach."""

import html
import math
import re
import unicodedata
from collections.abc import Iterable

import bleach

WORDS_PER_MINUTE = 200  # a careful reader of unfamiliar prose; the curriculum's own convention

# Rich text as authors may write it. Headings, figures and tables are blocks of their own.
ALLOWED_TAGS = frozenset(
    {"p", "br", "strong", "em", "ul", "ol", "li", "a", "sup", "sub", "blockquote"}
)
_SYNONYMS = (
    (re.compile(r"<(/?)b(?=[\s>])"), r"<\1strong"),
    (re.compile(r"<(/?)i(?=[\s>])"), r"<\1em"),
)
_SAFE_HREF = re.compile(r"(?:https?://|mailto:|tel:|/(?![/\\])|#[\w-]+$)", re.IGNORECASE)
_AROUND_BLOCKS = re.compile(r"\s*(</?(?:p|ul|ol|li|blockquote)>)\s*")
_EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|<br\s*/?>)*</p>")

# Directional overrides can make a name or a file name read as another one.
_BIDI_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def _without_controls(value: str, keep: str = "") -> str:
    return "".join(
        c for c in value if c in keep or unicodedata.category(c) not in {"Cc", "Cs", "Co"}
    )


def clean_line(value: str) -> str:
    """One line of plain text: NFC, no control characters, single spaces."""
    value = unicodedata.normalize("NFC", value).translate(_BIDI_OVERRIDES)
    return " ".join(_without_controls(value, keep="\t\n\r\x0b\x0c").split())


def clean_text(value: str) -> str:
    """Plain text of several lines: NFC, line ends as \\n, no other control characters."""
    value = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
    return _without_controls(value, keep="\n\t").strip()


def clean_html(value: str) -> str:
    """Rich text reduced to `ALLOWED_TAGS` with harmless links.

    Anything else is dropped, its text kept. The result is stable: cleaning twice changes nothing,
    so it can be part of a digest.
    """
    for pattern, replacement in _SYNONYMS:
        value = pattern.sub(replacement, value)
    cleaned = bleach.clean(
        unicodedata.normalize("NFC", value),
        tags=ALLOWED_TAGS,
        attributes={"a": _is_safe_attribute},
        protocols={"http", "https", "mailto", "tel"},
        strip=True,
        strip_comments=True,
    )
    # Line breaks in the source and spaces between paragraphs show nothing, so they mean nothing.
    cleaned = _AROUND_BLOCKS.sub(r"\1", re.sub(r"\s+", " ", cleaned))
    return _EMPTY_PARAGRAPH.sub("", cleaned).strip()


def _is_safe_attribute(tag: str, name: str, value: str) -> bool:
    return name == "href" and bool(_SAFE_HREF.match(value.strip()))


def plain(value: str) -> str:
    """The words of a piece of rich text, without its tags."""
    spaced = re.sub(r"<(?:/p|/li|br\s*/?|/blockquote)>", " ", value)
    return clean_line(html.unescape(bleach.clean(spaced, tags=set(), strip=True)))


def count_words(texts: Iterable[str]) -> int:
    """Words in pieces of plain or rich text."""
    return sum(len(plain(text).split()) for text in texts)


def reading_minutes(words: int) -> int:
    """Whole minutes to read so many words, at least one."""
    return max(1, math.ceil(words / WORDS_PER_MINUTE))
