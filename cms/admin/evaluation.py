"""Did it change anything? Surveys before and after, and what was answered to each, for the leads of
the cohorts: figures about groups, never an answer of somebody."""

from typing import Any, ClassVar

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.reports import sorting
from curriculum.domain.accesses import record_access
from curriculum.domain.downloads import record_download
from curriculum.enums import Seen
from curriculum.exports import evaluation, survey_counts
from curriculum.exports.cohort_figures import (
    ON_SCREEN,
    CohortFigures,
    EvaluationFigures,
    SurveyFigures,
)
from curriculum.exports.evaluation_charts import charts
from curriculum.exports.report_files import TYPES
from curriculum.models import Cohort


class CohortFiguresView(WagtailAdminTemplateMixin, TemplateView):
    """A page about chosen cohorts of one programme, of those that somebody leads."""

    header_icon = "history"
    drawn_by: ClassVar[type[CohortFigures]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("curriculum.view_cohort"):
            raise Http404("This is for course leads.")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def drawn(self) -> Any:
        """The report that the address asks for. Raises Http404 for anybody else's cohort."""
        asked = {name: value for name, value in self.request.GET.items() if name not in BESIDES}
        return self.drawn_by(self.request.user, asked, self.request.GET.getlist("cohort"))  # type: ignore[arg-type]

    def kept(self, **changed: str) -> str:
        """What the address asks, changed so: the others stay, and what becomes empty goes."""
        query = self.request.GET.copy()
        query.pop("export", None)
        for name, value in changed.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return query.urlencode()

    def narrowing(self) -> dict[str, Any]:
        """The filters with what was chosen, and the address without any."""
        listing = self.drawn.listing
        names = [each.filter.name for each in listing.narrowings]
        return {
            "listing": listing,
            "filters": [
                {"filter": each.filter, "value": listing.values.get(each.filter.name, "")}
                for each in listing.narrowings
            ],
            "start_again": self.kept(**dict.fromkeys([*names, "q", "ordering"], "")),
        }

    def downloads(self) -> list[dict[str, Any]]:
        drawn = self.drawn
        return [
            {
                "word": format.upper(),
                "link": self.kept(export=format),
                "is_large": drawn.is_large,
            }
            for format in drawn.formats
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        drawn = self.drawn
        programmes: dict[str, list[Cohort]] = {}
        for cohort in drawn.led:
            programmes.setdefault(cohort.programme.title, []).append(cohort)
        is_there = bool(drawn.chosen) and drawn.is_there
        if is_there:
            kwargs["downloads"] = self.downloads()
        if is_there and drawn.is_for_screen:
            kwargs |= {"report": drawn.figures, **self.narrowing(), **self.shown()}
            if drawn.figures.texts:
                record_access(drawn.user, Seen.FREE_TEXT)
        return super().get_context_data(
            programmes=programmes,
            drawn=drawn,
            chosen=drawn.chosen,
            is_there=is_there,
            most_on_screen=ON_SCREEN,
            caveats=evaluation.CAVEATS,
            definitions=evaluation.DEFINITIONS,
            **kwargs,
        )

    def shown(self) -> dict[str, Any]:
        """What this page shows besides."""
        return {}

    # ── Files ─────────────────────────────────────────────────────────────
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        wanted, drawn = request.GET.get("export", ""), self.drawn
        if not wanted:
            return super().get(request, *args, **kwargs)
        if wanted not in drawn.formats or not drawn.chosen or not drawn.is_there:
            raise Http404("There is no such file.")
        if drawn.is_large:
            return redirect("job", drawn.ask_for(wanted).uuid)
        name = drawn.file_name(wanted)
        response = FileResponse(
            drawn.file(wanted), as_attachment=True, filename=name, content_type=TYPES[wanted]
        )
        response["Cache-Control"] = "no-store"
        record_download(drawn.user, name, cohorts=drawn.figures.cohort_keys)
        return response


BESIDES = ("cohort", "export")  # what is not a filter of the report's own
# Of the figures on screen, where some columns of the files stand together, and the one that each
# is sorted by.
HEADINGS = (
    ("Measured", "name"),
    ("Group", "group"),
    ("Pairs", "pairs"),
    ("Before", "before"),
    ("After", "after"),
    ("Mean difference (95% interval)", "difference"),
    ("Median", "median"),
    ("Rose, same, fell", "rose"),
    ("dz", "dz"),
)


class EvaluationView(CohortFiguresView):
    """What changed between the survey before and the one after."""

    page_title = "Evaluation"
    template_name = "cms/admin/evaluation/report.html"
    drawn_by = EvaluationFigures

    def shown(self) -> dict[str, Any]:
        return {"charts": charts(self.drawn.figures), "heads": self.heads()}

    def heads(self) -> list[dict[str, str]]:
        """The headings of the figures, with where each leads."""
        return [
            {"heading": heading, **sorting(column, self.drawn.listing.order, self.kept)}
            for heading, column in HEADINGS
        ]


class SurveysView(CohortFiguresView):
    """What was answered to one survey, item by item."""

    page_title = "Surveys"
    header_icon = "form"
    template_name = "cms/admin/evaluation/surveys.html"
    drawn_by = SurveyFigures

    def shown(self) -> dict[str, Any]:
        return {"orders": survey_counts.ORDERS}
