"""Where a page stands now."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.models import Page


def go(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Redirect to the page with this key; addresses change, keys do not."""
    page = Page.objects.filter(translation_key=key, alias_of=None).first()
    url = page.get_url(request) if page and page.live else None
    if not url:
        raise Http404("There is no such page at the moment.")
    return redirect(url)
