"""Markdown to the rich text that the editor stores."""

import re

from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": False}).disable(
    ["image", "heading", "lheading", "code", "fence", "html_block", "html_inline", "hr"]
)
_CITATION = re.compile(r"\[@([\w-]+)(?:, *([^\]]+))?\]")
_OWN_PAGE = re.compile(r"\]\(key:([0-9a-fA-F-]{36})\)")
_LOOSE_ITEM = re.compile(r"<li>\s*<p>(.*?)</p>\s*</li>", re.DOTALL)


def rich_text(markdown: str) -> str:
    """Rich text as HTML: citations lead to the page's references, `key:` links to our pages."""

    def cite(match: re.Match[str]) -> str:
        key, where = match[1], match[2]
        shown = f"{key}, {where}" if where else key
        return f"[\\[{shown}\\]](#ref-{key})"

    source = _OWN_PAGE.sub(r"](/go/\1/)", _CITATION.sub(cite, markdown))
    html: str = _markdown.render(source)
    return _LOOSE_ITEM.sub(r"<li>\1</li>", html).strip()


def cited(markdown: str) -> list[str]:
    """The keys that a piece of Markdown cites, in order."""
    return [match[1] for match in _CITATION.finditer(markdown)]
