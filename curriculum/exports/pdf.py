"""PDF by WeasyPrint: tagged PDF/UA, closed to the network, everything costly made once a thread.

A document built from scratch spends most of its time on a TLS context that it will never use, on
reading its stylesheet and on fonts. Here each thread keeps one fetcher, one font configuration and
its parsed stylesheets (docs/performance.md has the figures).
"""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pydyf
import weasyprint.pdf
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.pdf.stream import Stream
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

OWN = "static:"
PDF_UA = "pdf/ua-1"

# Scripts whose glyphs stand in another order than their letters, or merge: there a glyph-by-glyph
# map cannot give the text back. Right-to-left scripts are left out: readers turn those themselves.
_REORDERED = re.compile("[\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1a20-\u1aaf]")
_NOTDEF = re.compile(r"\(U\+([0-9A-F]{4,6})\)")


class ClosedFetcher(URLFetcher):
    """Fetches our own static files and nothing else: no file, no address, no redirect.

    WeasyPrint has had advisories on server-side request forgery through pictures, stylesheets'
    @import and redirects; here there is nothing to reach.
    """

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The static file named by `static:NAME`. Raises FatalURLFetchingError for all else."""
        path = finders.find(url.removeprefix(OWN)) if url.startswith(OWN) else None
        if path is None:
            raise FatalURLFetchingError("A PDF may only use the project's own files.")
        return URLFetcherResponse(url, Path(path).read_bytes())


class _Tools(threading.local):
    """What one thread keeps between documents. None of it may be shared between threads."""

    def __init__(self) -> None:
        self.fetcher = ClosedFetcher()
        self.fonts = FontConfiguration()
        self.stylesheets: dict[tuple[str, str], CSS] = {}

    def stylesheet(self, template: str, accent: str) -> CSS:
        if (template, accent) not in self.stylesheets:
            # The accent is written into the sheet: CSS variables are looked up box by box.
            self.stylesheets[template, accent] = CSS(
                string=render_to_string(template, {"accent": accent}),
                font_config=self.fonts,
                url_fetcher=self.fetcher,
                base_url=OWN,
            )
        return self.stylesheets[template, accent]


_tools = _Tools()


class _ReadableStream(Stream):
    """A page's drawing that carries the text itself where glyphs alone would not give it back."""

    @contextmanager
    def marked(self, box: Any, tag: str) -> Iterator[None]:
        with super().marked(box, tag):
            if isinstance(box, TextBox) and _REORDERED.search(box.text) and self._tags is not None:
                properties = self.stream[-2]
                properties["ActualText"] = pydyf.String(box.text)
            yield


# WeasyPrint offers no way to hand it a stream class; tests/curriculum/test_pdf.py notices if this
# stops working.
weasyprint.pdf.Stream = _ReadableStream


class _MissingGlyphs(logging.Handler):
    """Collects, thread by thread, the characters that no installed font could draw."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.local = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if message.startswith(".notdef") and (match := _NOTDEF.search(message)):
            found: set[str] = getattr(self.local, "found", set())
            found.add(chr(int(match[1], 16)))

    @contextmanager
    def collected(self) -> Iterator[set[str]]:
        self.local.found = set()
        try:
            yield self.local.found
        finally:
            self.local.found = set()


@cache
def _missing_glyphs() -> _MissingGlyphs:
    handler = _MissingGlyphs()
    logging.getLogger("weasyprint").addHandler(handler)
    return handler


def render_pdf(markup: str, stylesheet: str, accent: str = "") -> tuple[bytes, set[str]]:
    """The PDF/UA document for complete HTML `markup` and the CSS template `stylesheet`, and the
    characters that no installed font has (drawn as boxes). `accent` is a colour of the site's."""
    css = _tools.stylesheet(stylesheet, accent)
    with _missing_glyphs().collected() as missing:
        document = HTML(string=markup, url_fetcher=_tools.fetcher, base_url=OWN)
        pdf: bytes = document.write_pdf(
            stylesheets=[css], font_config=_tools.fonts, pdf_variant=PDF_UA
        )
        return pdf, set(missing)
