"""Changes of content with the very words marked that went and came."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from curriculum.domain.changes import Change

register = template.Library()

_WORDS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")  # each with the space behind it
MOST_WORDS = 4000  # beyond it a comparison word by word would take seconds


@register.filter
def marked_before(change: Change) -> SafeString:
    """The text before, with what went in `<del>`."""
    return _marked("<del>{}</del>{}", _pieces(change.before, change.after))


@register.filter
def marked_after(change: Change) -> SafeString:
    """The text after, with what came in `<ins>`."""
    return _marked("<ins>{}</ins>{}", _pieces(change.after, change.before))


def _marked(mark: str, pieces: Iterator[tuple[str, bool]]) -> SafeString:
    shown = []
    for text, is_other in pieces:
        words = text.rstrip()
        shown.append((format_html(mark if is_other else "{}{}", words, text[len(words) :]),))
    return format_html_join("", "{}", shown)


def _pieces(text: str, other: str) -> Iterator[tuple[str, bool]]:
    """Pieces of `text`, each with whether it is missing in `other`."""
    words, others = _WORDS.findall(text), _WORDS.findall(other)
    if not others or len(words) + len(others) > MOST_WORDS:
        yield text, text != other
        return
    matcher = SequenceMatcher(None, [w.strip() for w in words], [w.strip() for w in others], False)
    start = 0
    for block in matcher.get_matching_blocks():
        if start < block.a:
            yield "".join(words[start : block.a]), True
        if block.size:
            yield "".join(words[block.a : block.a + block.size]), False
        start = block.a + block.size
