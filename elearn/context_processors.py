"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cms.models.settings import site_settings


def frame(request: HttpRequest) -> dict[str, Any]:
    """Name, look and the banner's rule; from the cache, so that a page costs no query for it."""
    found = site_settings()
    return {
        "identity": found["identity"],
        "shows_unreviewed": found["allow_unreviewed"],
        "is_demo": settings.DEMO,
    }
