"""Wagtail's history of the whole site, for those who may see all of it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.reports.audit_logging import LogEntriesView

SEES_ALL = "curriculum.see_every_cohort"


class SiteHistoryView(LogEntriesView):
    """Wagtail shows a course lead the history of every cohort, since it asks for the permission on
    cohorts and not on this one. So only administrators see it; one's own cohorts have a history
    of their own."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(SEES_ALL):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


site_history = require_admin_access(SiteHistoryView.as_view())
site_history_results = require_admin_access(SiteHistoryView.as_view(results_only=True))


def hide_history(request: HttpRequest, menu_items: list[Any]) -> None:
    """No way in the menu to what this person would be refused."""
    if not request.user.has_perm(SEES_ALL):
        menu_items[:] = [item for item in menu_items if item.name != "site-history"]
