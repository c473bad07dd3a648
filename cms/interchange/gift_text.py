"""The letters of GIFT: what is escaped, and which format a text names."""

import re

from cms.interchange.mapping import NOTHING
from cms.interchange.markup import Words

# While a question is taken apart, what was escaped stands as letters for private use, which
# `hidden` first takes out of the text, so that none can be smuggled in.
ESCAPED = {c: chr(0xE000 + n) for n, c in enumerate("\\~=#{}:n")}
_ESCAPE = re.compile(r"\\([\\~=#{}:n])")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SHOWN = {ord(mark): "\n" if c == "n" else c for c, mark in ESCAPED.items()}
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)


def hidden(text: str) -> str:
    """The text with its escapes out of the way."""
    return _ESCAPE.sub(lambda match: ESCAPED[match[1]], _PRIVATE.sub("", text))


def shown(text: str) -> str:
    """The text as its author meant it."""
    return text.translate(_SHOWN)


def text_format(text: str, default: str) -> tuple[str, str]:
    """The format that a text names at its beginning, or the default; and the rest."""
    found = _FORMAT.match(text)
    return (found[1].lower(), text[found.end() :]) if found else (default, text)


def words(text: str, default: str) -> Words:
    """A text in the format that it names, or in the default one."""
    format_, rest = text_format(text, default)
    return Words(shown(rest).strip(), format_) if rest.strip() else NOTHING
