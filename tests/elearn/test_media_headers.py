"""Uploaded files, where the process serves them: as what they are called, and running nothing."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import Http404
from django.test import RequestFactory

from elearn.media import media

HTML = b"<script>alert(1)</script>"


def asked(settings: Any, name: str, content: bytes = HTML) -> Any:
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return media(RequestFactory().get(f"/media/{name}"), name)


@pytest.mark.parametrize(
    ("name", "kind", "is_shown"),
    [
        ("original_images/a.png", "image/png", True),
        ("original_images/a.svg", "image/svg+xml", True),
        ("media/a.mp4", "video/mp4", True),
        ("documents/a.vtt", "text/vtt", True),
        ("documents/a.pdf", "application/pdf", True),
        ("documents/a.html", "application/octet-stream", False),
        ("documents/a.xhtml", "application/octet-stream", False),
        ("documents/a.xml", "application/octet-stream", False),
        ("documents/a.js", "application/octet-stream", False),
        ("documents/a.docx", "application/octet-stream", False),
        ("documents/a", "application/octet-stream", False),
    ],
)
def test_a_file_is_what_its_name_says_and_runs_nothing(
    settings: Any, name: str, kind: str, is_shown: bool
) -> None:
    response = asked(settings, name)
    assert response["Content-Type"] == kind
    assert (response.get("Content-Disposition") == "attachment") is not is_shown
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert ("sandbox" in response["Content-Security-Policy"]) is not name.endswith(".pdf")


@pytest.mark.parametrize("path", ["../secret_key", "/etc/passwd", "a/../../secret_key", "nothing"])
def test_nothing_is_served_from_outside(settings: Any, path: str) -> None:
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    (Path(settings.MEDIA_ROOT).parent / "secret_key").write_text("x")
    with pytest.raises((Http404, SuspiciousOperation)):  # both are answered without the file
        media(RequestFactory().get("/media/x"), path)


def test_nothing_is_taken_there() -> None:
    assert media(RequestFactory().post("/media/x"), "x").status_code == 405
