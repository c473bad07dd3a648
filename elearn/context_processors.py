"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cms.models.settings import site_identity


def frame(request: HttpRequest) -> dict[str, Any]:
    """Name and look; from the cache, so that a page costs no query for it."""
    return {"identity": site_identity(), "is_demo": settings.DEMO}
