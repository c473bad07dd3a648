"""The matrix of outcomes and activities, on screen and as a spreadsheet."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.reports import XLSX
from cms.coverage import Coverage, Row, coverage
from cms.models import ProgrammePage
from curriculum import clock
from curriculum.dates import moment
from curriculum.exports.rows import Column
from curriculum.exports.spreadsheets import xlsx_file


class CoverageView(WagtailAdminTemplateMixin, TemplateView):
    """For everybody who works here: it says nothing about anybody."""

    page_title = "Outcomes and activities"
    header_icon = "table"
    template_name = "cms/admin/truth/coverage.html"

    @cached_property
    def programmes(self) -> list[ProgrammePage]:
        return list(ProgrammePage.objects.order_by("path"))

    @cached_property
    def programme(self) -> ProgrammePage | None:
        """The one that is asked for, else the first. Raises Http404 for none of them."""
        wanted = self.request.GET.get("programme", "")
        if not wanted:
            return self.programmes[0] if self.programmes else None
        found = next((page for page in self.programmes if str(page.pk) == wanted), None)
        if found is None:
            raise Http404("There is no such programme.")
        return found

    @cached_property
    def matrix(self) -> Coverage | None:
        return coverage(self.programme) if self.programme else None

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.GET.get("export") == "xlsx" and self.programme:
            return self.as_file(self.programme)
        return super().get(request, *args, **kwargs)

    def as_file(self, programme: ProgrammePage) -> FileResponse:
        """The same matrix as a workbook."""
        matrix: Coverage = self.matrix  # type: ignore[assignment]
        about = [
            ("Outcomes and activities", programme.title),
            ("Made", moment(clock.now())),
            ("Outcomes", len(matrix.rows)),
            ("Outcomes with a gap", matrix.gaps),
            ("Activities without an outcome", len(matrix.without_outcome)),
            ("“Taught” means that the activity is said to work towards the outcome.", ""),
            ("“Asked” counts the questions and prompts that name it.", ""),
        ]
        file = xlsx_file(matrix_columns(matrix), matrix.rows, about, sheet_name="Coverage")
        name = f"coverage-{programme.slug}-{clock.today():%Y-%m-%d}.xlsx"
        return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            programmes=self.programmes, programme=self.programme, matrix=self.matrix, **kwargs
        )


def matrix_columns(matrix: Coverage) -> list[Column]:
    """Key, text, codes and gap of an outcome, then a column for each activity."""

    def cell(number: int) -> Any:
        return lambda row: row.cells[number].words

    fixed: list[tuple[str, Any]] = [
        ("Outcome", lambda row: row.outcome.key),
        ("By the end learners can", lambda row: row.outcome.text),
        ("Framework codes", lambda row: row.codes),
        ("Promised by", lambda row: row.promised_by),
        ("Gap", _gap),
    ]
    titles = [page.title for page in matrix.activities]
    return [
        *(Column(heading, value) for heading, value in fixed),
        *(Column(title, cell(n)) for n, title in enumerate(titles)),
    ]


def _gap(row: Row) -> str:
    return row.gap
