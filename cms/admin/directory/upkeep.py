"""What wants an editor: entries to check, and notes that something is wrong."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.directory.freshness import mark_checked
from cms.models import EntryReport, Practice, Service
from curriculum import clock

MOST = 200  # of a list on the page; what is settled makes room for the next
MODELS = {"service": Service, "practice": Practice}


def edit_url(entry: Service | Practice) -> str:
    """Where an editor changes an entry."""
    return reverse(f"wagtailsnippets_cms_{entry._meta.model_name}:edit", args=[entry.pk])


@method_decorator(never_cache, name="dispatch")
class EditorScreen(WagtailAdminTemplateMixin, TemplateView):
    """A screen for directory editors; nobody else finds it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm("cms.change_service"):
            raise Http404("There is no such page.")
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]


class UpkeepView(EditorScreen):
    """Open notes first, since somebody is misled now; then what nobody has checked for long."""

    page_title = "To check"
    header_icon = "tasks"
    template_name = "cms/admin/directory/upkeep.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        what, _, key = request.POST.get("do", "").partition("-")
        if not key.isdecimal():
            raise Http404("There is no such thing to do.")
        if what == "settle":
            self._settle(int(key))
        elif what in MODELS and request.user.has_perm(f"cms.change_{what}"):
            entry = get_object_or_404(MODELS[what], pk=key)
            mark_checked([entry], request.user)  # type: ignore[arg-type]
            messages.success(request, f"“{entry}” is marked as checked today.")
        return redirect("directory_upkeep")

    def _settle(self, key: int) -> None:
        report = get_object_or_404(EntryReport, pk=key)
        if report.settled_at is None:
            report.settled_at = clock.now()
            report.settled_by = self.request.user  # type: ignore[assignment]
            report.save(update_fields=["settled_at", "settled_by"])
        messages.success(self.request, "The note is settled.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        open_reports = EntryReport.objects.filter(settled_at=None)
        reports = open_reports.select_related("service", "practice").order_by("made_at")[:MOST]
        due: list[Any] = [
            entry
            for model in MODELS.values()
            for entry in model.objects.due_for_check().order_by("checked_on", "name")[:MOST]
        ]
        due.sort(key=lambda entry: (entry.checked_on, entry.name))
        about: list[tuple[EntryReport, Any]] = [
            (report, report.service or report.practice) for report in reports
        ]
        return super().get_context_data(
            reports=[(report, entry, edit_url(entry)) for report, entry in about],
            due=[(entry, entry._meta.model_name, edit_url(entry)) for entry in due],
            today=clock.today(),
            **kwargs,
        )
