"""The library takes only what its endings say, and hands it out as that. Known failure 33."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document

from cms.models import Recording

pytestmark = pytest.mark.django_db
HTML = b"<html><script>alert(1)</script></html>"
NAMES = [
    "page.html",
    "page.svg",
    "page.xhtml",
    "run.js",
    "notes.pdf.html",
    "no-ending",
    "a.htm\x00.pdf",
]


@pytest.fixture
def toms(tom: Any, client: Client) -> Client:
    client.force_login(tom)
    return client


@pytest.mark.parametrize("name", NAMES)
def test_a_document_that_a_browser_would_run_is_not_taken(name: str, toms: Client) -> None:
    file = SimpleUploadedFile(name, HTML, "application/pdf")
    posted = {"title": "Notes", "file": file, "collection": 1, "tags": ""}
    answer = toms.post(reverse("wagtaildocs:add"), posted)
    kept = [row.filename for row in Document.objects.all()]
    assert answer.status_code in {200, 302}
    assert [each for each in kept if not each.endswith((".pdf", ".txt"))] == []


@pytest.mark.parametrize("name", NAMES)
def test_nor_is_a_recording(name: str, toms: Client) -> None:
    file = SimpleUploadedFile(name, HTML, "audio/mpeg")
    posted = {"title": "A call", "file": file, "collection": 1, "duration": 3, "tags": ""}
    toms.post(reverse("wagtailmedia:add", args=["audio"]), posted)
    assert not Recording.objects.exists()


def test_html_that_calls_itself_a_document_is_downloaded_as_one(toms: Client) -> None:
    file = SimpleUploadedFile("notes.txt", HTML, "text/html")
    posted = {"title": "Notes", "file": file, "collection": 1, "tags": ""}
    toms.post(reverse("wagtaildocs:add"), posted)
    kept = Document.objects.get()
    answer = Client().get(kept.url)
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'"
