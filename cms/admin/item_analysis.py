"""How the questions of quizzes and the decisions of cases do: a list of activities, one of them,
one question. Authors see all cohorts of what they may edit; leads and tutors their own.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.item_scope import FiguresView, attempts_for
from cms.admin.reports import XLSX
from curriculum import clock
from curriculum.dates import moment
from curriculum.domain.downloads import record_download
from curriculum.enums import ProblemState
from curriculum.exports.item_rows import Sheet, item_columns
from curriculum.exports.items import Figures, Groups, fill
from curriculum.exports.spreadsheets import csv_lines, xlsx_file
from curriculum.models import Activity, Cohort
from curriculum.queries import items as counting
from curriculum.queries.choices import FEWEST

PER_PAGE = 50
TITLE = "Questions and decisions"
UNKNOWN = "Profession not given"

SORTS: dict[str, Callable[[Figures], Any]] = {
    "number": lambda f: f.item.number,
    "people": lambda f: f.people,
    "facility": lambda f: f.tally.facility,
    "discrimination": lambda f: f.tally.discrimination,
    "sure": lambda f: f.sure_and_wrong if f.item.asks_confidence else None,
    "flags": lambda f: len(f.flags),
}


class ItemsIndexView(WagtailAdminTemplateMixin, TemplateView):
    """The quizzes and cases that somebody has taken."""

    page_title = TITLE
    header_icon = "help"
    template_name = "cms/admin/items/index.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": TITLE}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = counting.taken(Activity.objects.all(), attempts_for(self.request.user))
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(page=page, fewest=FEWEST, **kwargs)


class ItemsView(FiguresView):
    """Every question of a quiz or decision of a case, a row each; also as a file."""

    template_name = "cms/admin/items/activity.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("item_analysis"), "label": TITLE},
            {"url": "", "label": self.activity.title},
        ]

    @cached_property
    def sheets(self) -> list[Sheet]:
        found = self.blank(self.items)
        asked = () if self.of_case else counting.asked(self.attempts)
        fill(found, asked, counting.given(self.attempts))
        waiting = self.problems().filter(state=ProblemState.OPEN).order_by()
        problems = Counter(waiting.values_list("key", flat=True))
        rows = [Sheet(figures, problems[key]) for key, figures in found.items()]
        return self._sorted(rows)

    def _sorted(self, rows: list[Sheet]) -> list[Sheet]:
        """In the order asked for; what has no figure, or none that may be shown, comes last."""
        name, is_down = self.sort.lstrip("-"), self.sort.startswith("-")
        known: list[tuple[Any, Sheet]] = []
        unknown = []
        for row in rows:
            value = SORTS[name](row.figures) if row.figures.is_shown or name == "number" else None
            known.append((value, row)) if value is not None else unknown.append(row)
        known.sort(key=lambda pair: pair[0], reverse=is_down)
        return [*(row for _, row in known), *unknown]

    @cached_property
    def sort(self) -> str:
        asked = self.request.GET.get("sort") or "number"
        if asked.lstrip("-") not in SORTS:
            raise Http404("There is no such order.")
        return asked

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            activity=self.activity,
            of_case=self.of_case,
            people=sum(n for cell, n in self.cells.items() if self.selection.takes(cell)),
            may_show=self.selection.may_show(self.cells),
            sheets=self.sheets,
            sort=self.sort,
            may_edit=self.may_edit,
            **self.filters(),
            **kwargs,
        )

    # ── Files ─────────────────────────────────────────────────────────────
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        wanted = request.GET.get("export", "")
        if wanted not in ("", "csv", "xlsx"):
            raise Http404("There is no such file.")
        return self._file(wanted) if wanted else super().get(request, *args, **kwargs)

    def _file(self, kind: str) -> HttpResponse | StreamingHttpResponse | FileResponse:
        columns = item_columns(of_case=self.of_case)
        name = f"questions-{clock.today():%Y-%m-%d}.{kind}"
        response: Any
        if kind == "csv":
            lines = csv_lines(columns, self.sheets)
            response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
            response["Content-Disposition"] = f'attachment; filename="{name}"'
        else:
            file = xlsx_file(columns, self.sheets, self._about(), sheet_name=TITLE)
            response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
        response["Cache-Control"] = "no-store"
        met = {cell.cohort for cell in self.cells if self.selection.takes(cell)}
        record_download(self.request.user, name, cohorts=met)  # type: ignore[arg-type]
        return response

    def _about(self) -> list[tuple[str, Any]]:
        cohort = Cohort.objects.filter(pk=self.selection.cohort or 0).first()
        return [
            (TITLE, self.activity.title),
            ("Made", moment(clock.now())),
            ("Cohort", str(cohort or "All")),
            ("Edition", self.wanted["edition"] or "All in which the question is the same"),
            ("Begun in", str(self.selection.period or "Any month")),
            ("First attempts only. Nothing is shown of fewer than five people.", ""),
        ]


class ItemView(FiguresView):
    """One question with its text: what was chosen, by whom, and what was reported."""

    template_name = "cms/admin/items/item.html"

    @cached_property
    def place(self) -> int:
        """Where it stands among the others. Raises Http404 where the edition does not have it."""
        keys = [item.key for item in self.items]
        if self.kwargs["item"] not in keys:
            raise Http404("There is no such question in this edition.")
        return keys.index(self.kwargs["item"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = reverse("item_activity", args=[self.activity.key])
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("item_analysis"), "label": TITLE},
            {"url": f"{here}{self.query}", "label": self.activity.title},
            {"url": "", "label": f"{self.noun} {self.items[self.place].number}"},
        ]

    @property
    def noun(self) -> str:
        return "Scene" if self.of_case else "Question"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item = self.items[self.place]
        figures = self.blank((item,))[item.key]
        professions, cohorts = Groups(figures), Groups(figures)
        for row in counting.answers_to(self.attempts, item.key, of_case=self.of_case):
            figures.add(row)
            professions.add(row.profession or UNKNOWN, row)
            cohorts.add(str(row.cell.cohort), row)
        return super().get_context_data(
            activity=self.activity,
            of_case=self.of_case,
            noun=self.noun,
            here=item,
            figures=figures,
            comparisons=self._comparisons(figures, professions, cohorts),
            met_in=sorted(self.editions[pk].number for pk in figures.pool),
            before=self.items[self.place - 1] if self.place else None,
            after=self.items[self.place + 1] if self.place + 1 < len(self.items) else None,
            reports=list(self.problems().filter(key=item.key)[:PER_PAGE]),
            may_edit=self.may_edit,
            **self.filters(),
            **kwargs,
        )

    def _comparisons(
        self, figures: Figures, professions: Groups, cohorts: Groups
    ) -> list[tuple[str, list[tuple[str, Figures]]]]:
        """By profession, and by cohort where not one of them is asked for."""
        if not figures.is_shown:
            return []
        by_cohort = [] if self.selection.cohort else cohorts.side_by_side()
        keys = [name for name, _ in by_cohort if name.isdecimal()]
        names = {str(c.pk): c.name for c in Cohort.objects.filter(pk__in=keys)}
        named = [(names.get(key, key), figures) for key, figures in by_cohort]
        return [("profession", professions.side_by_side()), ("cohort", named)]
