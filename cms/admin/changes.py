"""What publishing a draft changes, for the panel in the editor to put in its place."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.models import Page

from cms.models.base import ActivityPage
from cms.models.panels import changes_context


@never_cache
@require_GET
def page_changes(request: HttpRequest, page: int) -> HttpResponse:
    """The newest draft of an activity's page against what learners have. Raises Http404 for
    everybody who may not edit it."""
    found = Page.objects.filter(pk=page).specific().first()
    if (
        not isinstance(found, ActivityPage)
        or not found.permissions_for_user(request.user).can_edit()
    ):
        raise Http404("There is no such page for you.")
    draft = found.get_latest_revision_as_object()
    return render(request, "cms/admin/page_changes.html", changes_context(draft))
