"""The site's own addresses, and two to measure it against."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from cms.models import ReadingPage
from elearn.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """F: loads session and user, renders the frame, does nothing else."""
    return render(request, "base.html")


@login_required
def afresh(request: HttpRequest, slug: str) -> HttpResponse:
    """The same reading page, its StreamField rendered again for every request."""
    page: Any = get_object_or_404(ReadingPage, slug=slug, live=True)
    return render(request, "bench/afresh.html", page.get_context(request))


urlpatterns = [
    path("bench/floor/", floor),
    path("bench/afresh/<slug:slug>/", afresh),
    *urlpatterns,
]
