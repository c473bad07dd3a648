"""No page of the learners' side holds what the strict policy would stop, or points elsewhere."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.conf import settings

from tests.elearn.addresses import table
from tests.elearn.addresses.case import WorldCase

LEARNERS_SIDE = ("frame", "accounts", "learning", "pages")
DATA = {"application/json", "application/ld+json"}  # a browser does not run these
LOADED = [  # what a browser fetches by itself
    ("script", "src"),
    ("link", "href"),
    ("img", "src"),
    ("img", "srcset"),
    ("source", "src"),
    ("source", "srcset"),
    ("audio", "src"),
    ("video", "src"),
    ("video", "poster"),
    ("track", "src"),
    ("iframe", "src"),
    ("object", "data"),
    ("embed", "src"),
    ("use", "href"),
    ("image", "href"),
]


def faults(html: str) -> Iterator[str]:
    """What a strict policy stops in this markup, or what would reach another site."""
    page = BeautifulSoup(html, "html.parser")
    for element in page.find_all(True):
        where = str(element)[:100]
        for name, value in element.attrs.items():
            words = " ".join(value) if isinstance(value, list) else str(value)
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f"{name} in {where}"
            if re.match(r"\s*(?:javascript|vbscript|data:text)", words, re.IGNORECASE):
                yield f"{name}={words[:40]} in {where}"
        if element.name == "style":
            yield f"a style element: {where}"
        if element.name == "script" and not element.get("src") and element.get("type") not in DATA:
            yield f"an inline script: {where}"
        if element.name == "base":
            yield f"a base: {where}"
    for tag, attribute in LOADED:
        for element in page.find_all(tag):
            for address in str(element.get(attribute) or "").split(","):
                if urlsplit(address.strip()).netloc and element.get("rel") != ["canonical"]:
                    yield f"{tag} loads {address.strip()[:80]}"


def directives(response: Any) -> dict[str, set[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: set(values) for name, *values in filter(None, parts)}


class TestMarkup(WorldCase):
    def shown(self, *files: str) -> Iterator[tuple[str, Any]]:
        """Every page that is shown to somebody, once for each who sees it first."""
        for row in table.rows(*files):
            if row.method != "GET":
                continue
            for who in ("out", "lena"):
                response = self.answer_to(who, "GET", row.path(self.world))
                if response["Content-Type"].startswith("text/html") and not response.streaming:
                    yield f"{row} as {who}", response

    def test_nothing_is_inline_and_nothing_comes_from_elsewhere(self) -> None:
        found, pages = [], 0
        for name, response in self.shown(*LEARNERS_SIDE):
            pages += response.status_code == 200
            found += [f"{name}: {fault}" for fault in faults(response.content.decode())]
            policy = directives(response)
            if policy["script-src"] != {"'self'"} or policy["style-src"] != {"'self'"}:
                found.append(f"{name}: {policy}")
        assert found == []
        assert pages > 60

    def test_what_would_be_a_fault_is_found(self) -> None:
        bad = """<p style="color:red" onclick="x()"><a href=" JavaScript:x()">a</a><style></style>
        <script>x()</script><img src="//elsewhere.example/x.png"><base href="/"></p>"""
        assert len(list(faults(bad))) == 7
        good = (
            '<script src="/a.js"></script><script type="application/json">{}</script><img src="/a">'
        )
        assert list(faults(good)) == []

    def test_every_answer_closes_the_page_to_others(self) -> None:
        for who, path in (("out", "/"), ("lena", "/dashboard/"), ("ada", "/cms/"), ("out", "/no/")):
            response = self.answer_to(who, "GET", path)
            for name, value in settings.CLOSED_TO_OTHERS.items():
                assert response[name] == value
            assert response["Cross-Origin-Opener-Policy"] == "same-origin"
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Referrer-Policy"] == "same-origin"
            assert directives(response)["object-src"] == {"'none'"}
            assert directives(response)["base-uri"] == {"'none'"}
            assert directives(response)["form-action"] == {"'self'"}

    def test_what_is_personal_is_kept_by_no_cache(self) -> None:
        """Going back after signing out shows nothing, on a computer that others use."""
        open_to_all = {"glossary", "verify", "verify_code", "go", "join"}
        for row in table.rows("learning"):
            if row.method == "GET" and row.name not in open_to_all and row.expected[1] == "ok":
                response = self.answer_to("lena", "GET", row.path(self.world))
                assert re.search(r"no-store|private", response.get("Cache-Control", "")), row

    def test_a_document_is_downloaded_and_can_run_nothing(self) -> None:
        path = f"/cms/documents/{self.world.document.pk}/{self.world.document.filename}"
        response = self.answer_to("out", "GET", path)
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Security-Policy"] == "default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"
