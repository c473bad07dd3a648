"""Getting the newest draft of a page, for those alone who may edit it."""

from typing import Any

from django.http import Http404, HttpRequest
from wagtail.models import Page


def own_draft(request: HttpRequest, pk: int, *models: type[Page]) -> Any:
    """The newest draft of a page of one of these types that this person may edit. Raises Http404
    for everybody else."""
    found = Page.objects.filter(pk=pk).first()
    if found is None or found.specific_class not in models:
        raise Http404("There is no such page for you.")
    page = found.specific
    if not page.permissions_for_user(request.user).can_edit():
        raise Http404("There is no such page for you.")
    return page.get_latest_revision_as_object()
