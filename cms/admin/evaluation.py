"""Did it change anything? Surveys before and after, and what was answered to each, for the leads of
the cohorts: figures about groups, never an answer of somebody."""

from collections.abc import Callable
from typing import Any

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.reports import XLSX, sorting
from curriculum import clock
from curriculum.dates import moment
from curriculum.domain.accesses import record_access
from curriculum.domain.downloads import record_download
from curriculum.enums import Seen
from curriculum.exports import evaluation, survey_counts
from curriculum.exports.evaluation_charts import charts
from curriculum.exports.evaluation_pdf import evaluation_pdf
from curriculum.exports.evaluation_rows import about, evaluation_columns, listing_of, said_of
from curriculum.exports.listing import Listing
from curriculum.exports.spreadsheets import csv_lines, xlsx_file
from curriculum.models import Cohort, Programme
from curriculum.queries.surveys import Asked, surveys_of


class LedCohortsView(WagtailAdminTemplateMixin, TemplateView):
    """A page about chosen cohorts of one programme, of those that somebody leads."""

    header_icon = "history"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("curriculum.view_cohort"):
            raise Http404("This is for course leads.")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def led(self) -> list[Cohort]:
        """Every cohort that this person leads, newest first."""
        found = Cohort.objects.led_by(self.request.user).select_related("programme")
        return list(found.order_by("-created_at", "-pk"))

    @cached_property
    def chosen(self) -> list[Cohort]:
        """The cohorts that the address asks for, else the newest. Raises Http404 for anybody
        else's."""
        wanted = self.request.GET.getlist("cohort")
        if not wanted:
            return self.led[:1]
        by_key = {str(cohort.uuid): cohort for cohort in self.led}
        if set(wanted) - set(by_key):
            raise Http404("There is no such cohort for you.")
        return [by_key[key] for key in dict.fromkeys(wanted)]

    @property
    def is_mixed(self) -> bool:
        """Whether cohorts of several programmes were chosen, which cannot be put together."""
        return len({cohort.programme_id for cohort in self.chosen}) > 1

    @property
    def programme(self) -> Programme:
        return self.chosen[0].programme

    @property
    def beside(self) -> list[Cohort]:
        """All the cohorts of the same programme that could be chosen."""
        return [c for c in self.led if c.programme_id == self.programme.pk]

    @cached_property
    def report(self) -> Any:
        """What the page and its files show; None where there is nothing to show."""
        raise NotImplementedError

    @cached_property
    def listing(self) -> Listing:
        """The rows of the report that the address asks for; only where there is a report."""
        raise NotImplementedError

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
        listing = self.listing
        names = [each.filter.name for each in listing.narrowings]
        return {
            "listing": listing,
            "filters": [
                {"filter": each.filter, "value": listing.values.get(each.filter.name, "")}
                for each in listing.narrowings
            ],
            "start_again": self.kept(**dict.fromkeys([*names, "q", "ordering"], "")),
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.chosen and self.report and self.report.texts:
            record_access(self.request.user, Seen.FREE_TEXT)  # type: ignore[arg-type]
        programmes: dict[str, list[Cohort]] = {}
        for cohort in self.led:
            programmes.setdefault(cohort.programme.title, []).append(cohort)
        report = self.report if self.chosen else None
        if report is not None:
            kwargs |= self.narrowing()
        return super().get_context_data(
            programmes=programmes,
            chosen=self.chosen,
            is_mixed=self.is_mixed,
            report=report,
            kept=self.kept(),
            caveats=evaluation.CAVEATS,
            definitions=evaluation.DEFINITIONS,
            **kwargs,
        )

    # ── Files ─────────────────────────────────────────────────────────────
    FILES: dict[str, Callable[[Any], HttpResponseBase]] = {}
    file_name = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        wanted = request.GET.get("export", "")
        if not wanted:
            return super().get(request, *args, **kwargs)
        if wanted not in self.FILES or not self.chosen or self.report is None:
            raise Http404("There is no such file.")
        response = self.FILES[wanted](self)
        name = f"{self.file_name}-{clock.today():%Y-%m-%d}.{wanted}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        record_download(request.user, name, cohorts=self.report.cohort_keys)  # type: ignore[arg-type]
        return response


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


def _in_a_line(said: list[tuple[str, Any]]) -> str:
    return "; ".join(f"{label}: {value}" for label, value in said)


class EvaluationView(LedCohortsView):
    """What changed between the survey before and the one after."""

    page_title = "Evaluation"
    template_name = "cms/admin/evaluation/report.html"
    file_name = "evaluation"

    @cached_property
    def pairs(self) -> list[evaluation.Pair]:
        return evaluation.pairs_of(self.programme) if self.chosen else []

    @cached_property
    def pair(self) -> evaluation.Pair | None:
        """The measure that is asked for, else the programme's first."""
        wanted = self.request.GET.get("measure", "")
        first = self.pairs[0] if self.pairs else None
        return next((pair for pair in self.pairs if pair.measure == wanted), first)

    @cached_property
    def report(self) -> evaluation.Evaluation | None:
        if self.pair is None or self.is_mixed:
            return None
        keys = [cohort.pk for cohort in self.chosen]
        return evaluation.evaluate(self.programme, self.pair, self.beside, keys)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = self.report if self.chosen else None
        return super().get_context_data(
            pairs=self.pairs,
            pair=self.pair,
            charts=charts(report) if report else (),
            heads=self.heads() if report else (),
            **kwargs,
        )

    @cached_property
    def listing(self) -> Listing:
        assert self.report is not None
        return listing_of(self.report, self.request.GET.dict())

    def heads(self) -> list[dict[str, str]]:
        """The headings of the figures, with where each leads."""
        return [
            {"heading": heading, **sorting(column, self.listing.order, self.kept)}
            for heading, column in HEADINGS
        ]

    def _csv(self) -> HttpResponseBase:
        assert self.report is not None
        said = _in_a_line(said_of(self.report, self.listing))
        lines = csv_lines(evaluation_columns(), self.listing.rows, said)
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")

    def _xlsx(self) -> HttpResponseBase:
        assert self.report is not None
        rows, said = self.listing.rows, about(self.report, self.listing)
        file = xlsx_file(evaluation_columns(), rows, said, sheet_name="Evaluation")
        return FileResponse(file, content_type=XLSX)

    def _pdf(self) -> HttpResponseBase:
        assert self.report is not None
        pdf = evaluation_pdf(self.report, self.listing)
        return HttpResponse(pdf, content_type="application/pdf")

    FILES = {"csv": _csv, "xlsx": _xlsx, "pdf": _pdf}


class SurveysView(LedCohortsView):
    """What was answered to one survey, item by item."""

    page_title = "Surveys"
    header_icon = "form"
    template_name = "cms/admin/evaluation/surveys.html"
    file_name = "survey"

    @cached_property
    def surveys(self) -> list[Asked]:
        return surveys_of(self.programme.pk) if self.chosen else []

    @cached_property
    def survey(self) -> Asked | None:
        """The survey that is asked for, else the programme's first."""
        wanted = self.request.GET.get("survey", "")
        first = self.surveys[0] if self.surveys else None
        return next((asked for asked in self.surveys if str(asked.key) == wanted), first)

    @cached_property
    def report(self) -> survey_counts.SurveyCounts | None:
        if self.survey is None or self.is_mixed:
            return None
        keys = [cohort.pk for cohort in self.chosen]
        return survey_counts.count_answers(self.survey, self.beside, keys)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            surveys=self.surveys, survey=self.survey, orders=survey_counts.ORDERS, **kwargs
        )

    @cached_property
    def listing(self) -> Listing:
        assert self.report is not None
        return survey_counts.listing_of(self.report, self.request.GET.dict())

    def _said(self) -> list[tuple[str, Any]]:
        assert self.report is not None
        return [
            ("Survey", self.report.asked.title),
            ("Where it comes from", self.report.asked.content.about),
            ("Cohorts", ", ".join(self.report.cohorts)),
            ("Left out, too small", ", ".join(self.report.left_out)),
            ("Made", moment(clock.now())),
            ("Invited", self.report.invited),
            ("Handed in and may be used", self.report.people or "not shown"),
            *self.listing.chosen,
            ("Counts are shown", "from ten people on"),
        ]

    def _csv(self) -> HttpResponseBase:
        rows = survey_counts.count_rows(self.listing.rows)
        lines = csv_lines(survey_counts.count_columns(), rows, _in_a_line(self._said()))
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")

    def _xlsx(self) -> HttpResponseBase:
        rows = survey_counts.count_rows(self.listing.rows)
        file = xlsx_file(survey_counts.count_columns(), rows, self._said(), sheet_name="Survey")
        return FileResponse(file, content_type=XLSX)

    FILES = {"csv": _csv, "xlsx": _xlsx}
