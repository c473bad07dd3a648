"""Where a page stands now, and finding pages by their words."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from wagtail.models import Page, Site
from wagtail.views import serve as wagtail_serve

from cms.models import (
    CasePage,
    ModulePage,
    ProgrammePage,
    QuizPage,
    ReadingPage,
    RolePage,
    SessionPage,
    StandardPage,
    WhoIsWhoPage,
)
from curriculum.queries.catalogue import shelf_of
from curriculum.queries.outline import offered_requirements
from curriculum.text import clean_line

MOST_RESULTS = 40
LONGEST_QUERY = 100  # characters
BESIDE = (ProgrammePage, ModulePage, StandardPage, WhoIsWhoPage, RolePage)
FOUND_ACTIVITIES = (ReadingPage, CasePage, QuizPage, SessionPage)


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """The page at this address, as Wagtail serves it, without its looking up the site each time."""
    # Where Wagtail's Site.find_for_request keeps what it found.
    request._wagtail_site = shelf_of(request).get("site", _site)  # type: ignore[attr-defined]
    return wagtail_serve(request, path)


def _site() -> Site | None:
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site:
        site.root_page = site.root_page.specific
    return site


def go(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Redirect to the page with this key; addresses change, keys do not."""
    page = Page.objects.filter(translation_key=key, alias_of=None).first()
    url = page.get_url(request) if page and page.live else None
    if not url:
        raise Http404("There is no such page at the moment.")
    return redirect(url)


@never_cache
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Live pages by their words; activities only where they are offered.

    Quizzes, cases and sessions are found by title and introduction: what they ask and tell, and the
    facilitator's plan, is not indexed.
    """
    query = clean_line(request.GET.get("q", ""))[:LONGEST_QUERY]
    found: list[Page] = []
    if query:
        kinds = (*BESIDE, *FOUND_ACTIVITIES)
        pages = Page.objects.live().type(kinds).search(query)[:MOST_RESULTS]
        offered = set(offered_requirements().values_list("activity__key", flat=True))
        found = [
            page
            for page in pages
            if not issubclass(page.specific_class, FOUND_ACTIVITIES)
            or page.translation_key in offered
        ]
    return render(
        request, "cms/search.html", {"query": query, "pages": found, "homes": _homes(found)}
    )


def _homes(pages: list[Page]) -> dict[str, str]:
    """For each page's tree path, its module's title, in one query."""
    parents = {page.path: page.path[: -Page.steplen] for page in pages}
    modules = ModulePage.objects.filter(path__in=set(parents.values()))
    titles = dict(modules.values_list("path", "title"))
    return {path: titles.get(parent, "") for path, parent in parents.items()}
