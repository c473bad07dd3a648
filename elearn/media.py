"""Uploaded files where no proxy serves them. One is asked for the same in docs/operators.md."""

import mimetypes

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

# What a browser shows without running anything; all else is downloaded.
SHOWN = ("image/", "audio/", "video/", "text/vtt", "application/pdf")
# Nothing in a file may run or load, whatever it turns out to be. A drawing has a style of its own.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; frame-ancestors 'none'"


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file from the media folder, as what its name says and as nothing else."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if not kind.startswith(SHOWN):
        response["Content-Type"] = "application/octet-stream"
        response["Content-Disposition"] = "attachment"
    response["Content-Security-Policy"] = POLICY + ("" if kind.endswith("/pdf") else "; sandbox")
    response["X-Content-Type-Options"] = "nosniff"
    return response
