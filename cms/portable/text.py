"""Markdown to the rich text that the editor stores, and back."""

import re
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag
from markdown_it import MarkdownIt

from curriculum.text import clean_html

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": False}).disable(
    ["image", "heading", "lheading", "code", "fence", "html_block", "html_inline", "hr"]
)
_CITATION = re.compile(r"\[@([\w-]+)(?:, *([^\]]+))?\]")
_OWN_PAGE = re.compile(r"\]\(key:([0-9a-fA-F-]{36})\)")
_LOOSE_ITEM = re.compile(r"<li>\s*<p>(.*?)</p>\s*</li>", re.DOTALL)
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_LINE_START = re.compile(r"^(\s*)([#+:-]|\d+[.)])", re.MULTILINE)
_OWN_HREF = re.compile(r"^/go/([0-9a-f-]{36})/$")


def rich_text(source: Any) -> str:
    """Rich text as HTML: citations lead to the page's references, `key:` links to our pages.

    `source` is Markdown, or `{"html": …}` for the little that Markdown cannot say.
    """
    if isinstance(source, dict):
        if set(source) != {"html"}:
            raise TypeError("“html”, which stands alone")
        return clean_html(str(source["html"]))
    markdown = plain_value(source)

    def cite(match: re.Match[str]) -> str:
        key, where = match[1], match[2]
        shown = f"{key}, {where}" if where else key
        return f"[\\[{shown}\\]](#ref-{key})"

    linked = _OWN_PAGE.sub(r"](/go/\1/)", _CITATION.sub(cite, markdown))
    html: str = _markdown.render(linked)
    return _LOOSE_ITEM.sub(r"<li>\1</li>", html).strip()


def plain_value(value: Any) -> str:
    """A value of a file as words; nothing for none. Raises TypeError where a list or fields stand
    in their place."""
    if isinstance(value, dict | list | set | tuple | bytes):
        raise TypeError("words: a list or fields stand in their place")
    return "" if value is None else str(value)


def cited(markdown: str) -> list[str]:
    """The keys that a piece of Markdown cites, in order."""
    return [match[1] for match in _CITATION.finditer(markdown)]


def markdown(html: str) -> str | dict[str, str]:
    """What `rich_text` reads as this (cleaned) HTML: Markdown where it can say it."""
    source = "\n\n".join(_blocks(BeautifulSoup(html, "html.parser")))
    return source if clean_html(rich_text(source)) == html else {"html": html}


def _blocks(parent: Tag) -> list[str]:
    found = []
    for child in parent.children:
        if not isinstance(child, Tag):
            found.append(_inline(child))
        elif child.name in {"ul", "ol"}:
            found.append("\n".join(_items(child)))
        elif child.name == "blockquote":
            inner = "\n\n".join(_blocks(child))
            found.append("\n".join(f"> {line}".rstrip() for line in inner.split("\n")))
        else:
            found.append(_LINE_START.sub(r"\1\\\2", "".join(map(_inline, child.children))))
    return [block for block in found if block]


def _items(items: Tag) -> list[str]:
    lines = []
    for n, item in enumerate(items.find_all("li", recursive=False), start=1):
        mark = "- " if items.name == "ul" else f"{n}. "
        own = [c for c in item.children if getattr(c, "name", "") not in {"ul", "ol"}]
        lines.append(mark + "".join(map(_inline, own)).strip())
        for inner in item.find_all(["ul", "ol"], recursive=False):
            lines.extend(" " * len(mark) + line for line in _items(inner))
    return lines


def _inline(node: Any) -> str:
    if isinstance(node, NavigableString):
        return _SPECIAL.sub(r"\\\1", str(node))
    inner = "".join(map(_inline, node.children))
    if node.name == "strong":
        return f"**{inner}**"
    if node.name == "em":
        return f"*{inner}*"
    if node.name == "a":
        return _link(node, inner)
    return inner  # what Markdown has no word for; the comparison will notice


def _link(node: Tag, inner: str) -> str:
    href, text = str(node.get("href", "")), node.get_text()
    if href.startswith("#ref-"):
        shown = re.fullmatch(rf"\[{re.escape(href[5:])}(, .+)?\]", text)
        if shown:
            return f"[@{href[5:]}{shown[1] or ''}]"
    own = _OWN_HREF.match(href)
    return f"[{inner}]({f'key:{own[1]}' if own else href})"
