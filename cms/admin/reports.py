"""The reports on learners and content in Wagtail's admin: on screen, and to take away as files.

What each holds is declared in `curriculum.exports`; nothing here knows one from another.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum.domain.downloads import record_download
from curriculum.domain.errors import Refused
from curriculum.exports import report_files
from curriculum.exports.report_list import REPORTS
from curriculum.exports.reporting import Report
from curriculum.models import User

XLSX = report_files.TYPES["xlsx"]
PER_PAGE = 50
# What the address says besides what is chosen and searched for.
BESIDES = ("p", "export")


class _Rows:
    """Lets a paginator take pages from a report, whose totals say how many rows there are."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def count(self) -> int:
        return self.report.count

    __len__ = count

    def __getitem__(self, part: slice) -> list[Any]:
        return self.report.page(part.start, part.stop - part.start)


def sorting(column: str, order: str, kept: Callable[..., str]) -> dict[str, str]:
    """How a table stands sorted by a column, and the address that sorts by it, the other way round
    where it does so already."""
    return {
        "sort": {column: "ascending", f"-{column}": "descending"}.get(order, ""),
        "link": kept(ordering=f"-{column}" if column == order else column),
    }


@method_decorator(never_cache, name="dispatch")
class ReportView(WagtailAdminTemplateMixin, TemplateView):
    """One report. Whoever does not lead what the address asks for gets 404."""

    template_name = "cms/admin/reports/report.html"
    key = "completion"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("curriculum.view_cohort"):
            raise PermissionDenied("Reports are for course leads.")
        return super().dispatch(request, *args, **kwargs)

    @property
    def page_title(self) -> str:
        return self.report.title

    @property
    def header_icon(self) -> str:
        return self.report.icon

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.report.title}]

    @cached_property
    def report(self) -> Report:
        user: User = self.request.user  # type: ignore[assignment]
        given = self.request.GET.dict()
        asked = {name: str(value) for name, value in given.items() if name not in BESIDES}
        return REPORTS[self.key](user, asked)

    @cached_property
    def page(self) -> Page:
        wanted = self.request.GET.get("p")
        return Paginator(_Rows(self.report), PER_PAGE).get_page(wanted)  # type: ignore[arg-type]

    def get(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        format = request.GET.get("export", "")
        if not format or self.report.errors:
            status = 422 if self.report.errors else 200
            return self.render_to_response(self.get_context_data(**kwargs), status=status)
        if format not in self.report.formats:
            raise Http404("There is no such file.")
        return self.file(format)

    def file(self, format: str) -> HttpResponseBase:
        """The file, or for a large one the page of the job that makes it."""
        report = self.report
        if report_files.is_large(report, format):
            return redirect("job", report_files.ask_for(report, format).uuid)
        name = f"{report.file_name}.{format}"
        try:
            response = self.stream(format, name)
        except Refused as refusal:
            messages.error(self.request, str(refusal))
            return redirect(f"{self.request.path}?{self.kept(export=None)}")
        record_download(report.user, f"{report.key}.{format}", cohorts=report.cohort_keys)
        response["Cache-Control"] = "no-store"
        return response

    def stream(self, format: str, name: str) -> StreamingHttpResponse | FileResponse:
        if format != "csv":
            file = report_files.file_of(self.report, format)
            return FileResponse(
                file,
                as_attachment=True,
                filename=name,
                content_type=report_files.TYPES[format],
            )
        response = StreamingHttpResponse(
            report_files.csv_of(self.report), content_type=report_files.TYPES["csv"]
        )
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    # ── The screen ────────────────────────────────────────────────────────
    def kept(self, **changed: str | None) -> str:
        """What the address asks, changed so; a page number is not kept."""
        query = self.request.GET.copy()
        for name, value in {"p": None, "export": None, **changed}.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return query.urlencode()

    def heads(self) -> list[dict[str, str]]:
        """The headings, with where each leads that can be sorted by."""
        order, found = self.report.order, []
        for column in self.report.columns:
            if not column.on_screen:
                continue
            by = sorting(column.order, order, self.kept) if column.order else {}
            found.append({"heading": column.heading, "kind": column.kind, **by})
        return found

    def lines(self) -> list[list[tuple[str, str]]]:
        """The rows of this page as text, each cell with its column's kind."""
        shown = [column for column in self.report.columns if column.on_screen]
        return [[(column.text(row), column.kind) for column in shown] for row in self.page]

    def form(self) -> list[dict[str, Any]]:
        """The filters with what was chosen; a day stays as it was typed."""
        report = self.report
        return [
            {
                "filter": narrowing,
                "value": report.asked.get(narrowing.name, ""),
                "error": report.errors.get(narrowing.name, ""),
            }
            for narrowing in report.filters
        ]

    def downloads(self) -> list[dict[str, str | bool]]:
        report = self.report
        return [
            {
                "word": format.upper(),
                "link": self.kept(export=format),
                "is_large": report_files.is_large(report, format),
            }
            for format in report.formats
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            report=self.report,
            page=self.page,
            heads=self.heads(),
            lines=self.lines(),
            form=self.form(),
            downloads=self.downloads(),
            is_narrowed=any(pair[0] != "Cohort" for pair in self.report.chosen),
            **kwargs,
        )
