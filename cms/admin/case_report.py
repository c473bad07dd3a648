"""Tutors and leads: where the roads through a case part, by profession. Shares, never names."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.reports import XLSX
from curriculum import clock
from curriculum.dates import moment
from curriculum.domain.downloads import record_download
from curriculum.exports.case_paths import Parting, lines, partings, path_columns
from curriculum.exports.spreadsheets import csv_lines, xlsx_file
from curriculum.models import Activity, Cohort
from curriculum.queries.paths import cases_taken, paths


class _TaughtCohorts(WagtailAdminTemplateMixin, TemplateView):
    """A page about the cohorts that somebody leads or tutors, or the one that is asked for."""

    header_icon = "tasks"

    @cached_property
    def taught(self) -> list[Cohort]:
        return list(Cohort.objects.taught_by(self.request.user).order_by("name", "pk"))

    @cached_property
    def chosen(self) -> Cohort | None:
        """The cohort that the address asks for. Raises Http404 for anybody else's."""
        wanted = self.request.GET.get("cohort", "")
        if not wanted:
            return None
        found = next((cohort for cohort in self.taught if str(cohort.pk) == wanted), None)
        if found is None:
            raise Http404("There is no such cohort for you.")
        return found

    @cached_property
    def cohorts(self) -> QuerySet[Cohort]:
        own = [self.chosen] if self.chosen else self.taught
        return Cohort.objects.filter(pk__in=[cohort.pk for cohort in own])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(taught=self.taught, chosen=self.chosen, **kwargs)


class CasesReportView(_TaughtCohorts):
    """The cases that these cohorts take."""

    page_title = "Cases"
    template_name = "cms/admin/case/report_index.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": "Cases"}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cases=cases_taken(self.cohorts), **kwargs)


class CasePathsView(_TaughtCohorts):
    """One case, decision after decision."""

    template_name = "cms/admin/case/report.html"

    @cached_property
    def activity(self) -> Activity:
        """The case. Raises Http404 where none of these cohorts takes it."""
        key: uuid.UUID = self.kwargs["key"]
        found = cases_taken(self.cohorts).select_related("current_edition").filter(key=key).first()
        if found is None or found.current_edition is None:
            raise Http404("None of your cohorts takes this case.")
        return found

    def get_page_title(self) -> str:
        return self.activity.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("cases_report"), "label": "Cases"},
            {"url": "", "label": self.activity.title},
        ]

    @cached_property
    def decisions(self) -> tuple[Parting, ...]:
        case: Any = self.activity.current_edition.content  # type: ignore[union-attr]
        return partings(case, paths(self.activity.pk, self.cohorts))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            activity=self.activity,
            decisions=self.decisions,
            parting=sorted((d for d in self.decisions if d.parts), key=lambda d: -d.apart),
            sure_and_poor=[d for d in self.decisions if d.sure_and_poor],
            **kwargs,
        )

    # ── Files: the same figures ───────────────────────────────────────────
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        wanted = request.GET.get("export", "")
        if not wanted:
            return super().get(request, *args, **kwargs)
        if wanted not in ("csv", "xlsx"):
            raise Http404("There is no such file.")
        return self._file(wanted)

    def _file(self, kind: str) -> HttpResponseBase:
        response: Any
        rows, columns = lines(self.decisions), path_columns()
        name = f"case-{clock.today():%Y-%m-%d}.{kind}"
        if kind == "csv":
            lines_of_file = csv_lines(columns, rows)
            response = StreamingHttpResponse(lines_of_file, content_type="text/csv; charset=utf-8")
            response["Content-Disposition"] = f'attachment; filename="{name}"'
        else:
            file = xlsx_file(columns, rows, self._about(), sheet_name="Case")
            response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
        response["Cache-Control"] = "no-store"
        record_download(
            self.request.user,  # type: ignore[arg-type]
            name,
            cohorts=self.cohorts.values_list("pk", flat=True),
        )
        return response

    def _about(self) -> list[tuple[str, Any]]:
        return [
            ("Case", self.activity.title),
            ("Cohorts", ", ".join(self.cohorts.order_by("name").values_list("name", flat=True))),
            ("Made", moment(clock.now())),
            ("First runs only. Professions of fewer than five stand together or not at all.", ""),
        ]
