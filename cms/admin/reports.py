"""The completion report in Wagtail's admin: on screen, as CSV and as XLSX, from one query."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.functional import cached_property
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column as TableColumn
from wagtail.admin.ui.tables import Table
from wagtail.admin.views.reports import ReportView

from curriculum import clock
from curriculum.dates import moment, short_day
from curriculum.enums import ProgressState
from curriculum.exports.rows import Column, completion_columns
from curriculum.exports.spreadsheets import csv_lines, xlsx_file
from curriculum.models import Cohort, Enrolment, Profession
from curriculum.queries import reports
from curriculum.queries.reports import CompletionRow, ModuleColumn

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_AT_A_TIME = 2000


def _own_cohorts(request: HttpRequest) -> QuerySet[Cohort]:
    return Cohort.objects.led_by(request.user).order_by("name")


class CompletionFilterSet(WagtailFilterSet):
    """By cohort, profession and state."""

    cohort = django_filters.ModelChoiceFilter(queryset=_own_cohorts, empty_label="All of mine")
    profession = django_filters.ModelChoiceFilter(
        label="Profession", field_name="learner__profession", queryset=Profession.objects.all()
    )
    state = django_filters.ChoiceFilter(
        label="State", choices=ProgressState.choices, method="filter_state"
    )

    class Meta:
        model = Enrolment
        fields = ["cohort", "profession", "state"]

    def filter_state(self, queryset: Any, name: str, value: str) -> Any:
        return reports.in_state(queryset, value)


class ReportColumn(TableColumn):
    """A report's column on screen."""

    def __init__(self, number: int, column: Column) -> None:
        super().__init__(f"c{number}", label=column.heading, sort_key=column.order or None)
        self.column = column

    def get_value(self, instance: CompletionRow) -> str:
        if self.column.shown:
            return self.column.shown(instance)
        value = self.column.value(instance)
        if value is None:
            return ""
        if self.column.kind == "date":
            return short_day(value)
        return f"{value}%" if self.column.kind == "per cent" else str(value)


class CompletionReportView(ReportView):
    """A row a learner, for the leads of their cohort."""

    page_title = "Completion"
    header_icon = "list-ul"
    index_url_name = "completion_report"
    index_results_url_name = "completion_report_results"
    results_template_name = "cms/admin/completion_results.html"
    filterset_class = CompletionFilterSet
    permission_required = "curriculum.view_cohort"
    is_searchable = True
    search_backend_name = None
    search_fields = ["learner__full_name", "learner__email", "learner__student_number"]
    default_ordering = "learner__full_name"
    paginate_by = 50
    list_export = ["name"]  # the export itself is ours, below

    def user_has_permission(self, permission: str) -> bool:
        return self.request.user.has_perm(permission)

    @cached_property
    def cohorts(self) -> QuerySet[Cohort]:
        """The lead's cohorts, or the one of them that is asked for."""
        own = Cohort.objects.led_by(self.request.user)
        wanted = self.request.GET.get("cohort", "")
        return own.filter(pk=wanted) if wanted.isdecimal() else own

    @cached_property
    def modules(self) -> list[ModuleColumn]:
        return reports.report_columns(self.cohorts)

    @cached_property
    def report_columns(self) -> list[Column]:
        return completion_columns(self.modules)

    @cached_property
    def columns(self) -> list[ReportColumn]:
        return [
            ReportColumn(number, column)
            for number, column in enumerate(self.report_columns)
            if column.on_screen
        ]

    def get_base_queryset(self) -> QuerySet[Enrolment]:
        return reports.reported(self.cohorts)

    def get_queryset(self) -> QuerySet[Enrolment]:
        found = self.search_queryset(self.get_base_queryset())
        return self.order_queryset(reports.with_report_columns(found, self.modules))

    def order_queryset(self, queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        ordering = self.ordering or self.default_ordering
        if ordering.lstrip("-") == "progress":
            queryset = reports.with_progress(queryset, self.modules)
        return queryset.order_by(ordering, "pk")

    @cached_property
    def totals(self) -> reports.Totals:
        return reports.totals(self.filter_queryset(self.search_queryset(self.get_base_queryset())))

    def get_table(self, object_list: Any) -> Table:
        values = object_list.values_list(*reports.field_names(self.modules))
        return super().get_table(list(reports.rows(values, self.modules)))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(*args, **kwargs), "totals": self.totals}

    def get_export_url(self, format: str) -> str:
        kept = self.request.GET.copy()
        for name in (self.page_kwarg, "_w_filter_fragment", "export"):
            kept.pop(name, None)
        kept["export"] = format
        return f"{self.index_url}?{kept.urlencode()}"

    # ── Files ─────────────────────────────────────────────────────────────
    def get_filename(self) -> str:
        return f"completion-{clock.today():%Y-%m-%d}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_export:
            return super().get(request, *args, **kwargs)
        return self.as_spreadsheet(self.get_filtered_queryset(), request.GET["export"])

    def file_rows(self, queryset: QuerySet[Enrolment]) -> Iterator[CompletionRow]:
        values = queryset.values_list(*reports.field_names(self.modules))
        return reports.rows(values.iterator(chunk_size=ROWS_AT_A_TIME), self.modules)

    def write_csv_response(self, queryset: QuerySet[Enrolment]) -> StreamingHttpResponse:
        lines = csv_lines(self.report_columns, self.file_rows(queryset))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.get_filename()}.csv"'
        response["Cache-Control"] = "no-store"
        return response

    def write_xlsx_response(self, queryset: QuerySet[Enrolment]) -> FileResponse:
        file = xlsx_file(self.report_columns, self.file_rows(queryset), self.about())
        response = FileResponse(
            file, as_attachment=True, filename=f"{self.get_filename()}.xlsx", content_type=XLSX
        )
        response["Cache-Control"] = "no-store"
        return response

    def about(self) -> list[tuple[str, Any]]:
        """The second sheet: what this is, when it was made, what was chosen, and its totals."""
        names = ", ".join(self.cohorts.order_by("name").values_list("name", flat=True))
        return [
            ("Completion report", names),
            ("Made", moment(clock.now())),
            ("Search", self.search_query),
            *((str(chosen.field_label), chosen.value) for chosen in self.active_filters),
            ("Learners", self.totals.learners),
            ("Done", self.totals.done),
            ("Started", self.totals.started),
            ("Not started", self.totals.not_started),
            ("Certificates", self.totals.certificates),
            ("Completed means completed, not competent.", ""),
        ]
