"""A cohort's own page: who is done, on track, behind or has not started, and where people stop."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.cohort_links import cohort_links
from curriculum.enums import CohortStanding
from curriculum.exports import cohort_charts
from curriculum.models import Cohort, Enrolment
from curriculum.queries import cohort_figures as figures
from curriculum.queries.reports import reported
from curriculum.queries.standing_in_cohort import Owed, modules_due, overdue, with_standing
from curriculum.text import clean_line

PER_PAGE = 50
MEANINGS = {
    CohortStanding.DONE: "The programme is complete.",
    CohortStanding.ON_TRACK: "Begun, and nothing is overdue.",
    CohortStanding.BEHIND: "Something due before today is not complete.",
    CohortStanding.NOT_STARTED: "Never active, and nothing is overdue.",
}


@dataclass(frozen=True)
class Tile:
    """One of the four lists: its name, what it means, how many are in it, and where it is."""

    standing: CohortStanding
    learners: int
    url: str

    @property
    def meaning(self) -> str:
        return MEANINGS[self.standing]


@method_decorator(never_cache, name="dispatch")
class OfCohort(WagtailAdminTemplateMixin, TemplateView):
    """A page about one cohort, for its leads. For anybody else there is none."""

    header_icon = "group"

    @cached_property
    def cohort(self) -> Cohort:
        """Raises Http404 for whoever does not lead it, or leads nothing any more."""
        if not self.request.user.has_perm("curriculum.view_cohort"):
            raise Http404("There is no such cohort for you.")
        led = Cohort.objects.led_by(self.request.user).select_related("programme")
        return get_object_or_404(led, pk=self.kwargs["pk"])

    @cached_property
    def cohorts(self) -> QuerySet[Cohort]:
        return Cohort.objects.filter(pk=self.cohort.pk)

    @cached_property
    def learners(self) -> QuerySet[Enrolment]:
        return reported(self.cohorts)

    @cached_property
    def due(self) -> list[int]:
        return modules_due(self.cohorts)

    def get_page_title(self) -> str:
        return self.cohort.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = reverse("cohort_overview", args=[self.cohort.pk])
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("cohorts:index"), "label": "Cohorts"},
            {"url": here, "label": self.cohort.name},
        ]

    def tiles(self, everybody: figures.Standings) -> list[Tile]:
        """The four lists, in order."""
        address = reverse("cohort_standing", args=[self.cohort.pk])
        return [
            Tile(standing, n, f"{address}?state={standing.value}")
            for standing, n in zip(CohortStanding, everybody.counts, strict=True)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cohort=self.cohort, **kwargs)


class OverviewView(OfCohort):
    """The first thing that a lead sees of a cohort."""

    template_name = "cms/admin/overview/index.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *above, here = super().get_breadcrumbs_items()
        return [*above, {**here, "url": ""}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        everybody, by_profession = figures.standings(self.learners, self.due)
        kwargs["cohort_links"] = cohort_links(self.cohort)
        kwargs |= {"everybody": everybody, "tiles": self.tiles(everybody)}
        if everybody.learners:
            kwargs |= self.charts(everybody, by_profession)
        link = reverse("join", args=[self.cohort.join_code])
        kwargs["join_link"] = self.request.build_absolute_uri(link)
        return super().get_context_data(has_due=bool(self.due), **kwargs)

    def charts(
        self, everybody: figures.Standings, by_profession: list[figures.Standings]
    ) -> dict[str, Any]:
        over_time = figures.over_time(self.cohort, self.learners, self.due)
        steps = figures.steps(self.cohort, self.learners)
        return {
            "over_time": cohort_charts.over_time(over_time),
            "steps": cohort_charts.steps(steps, everybody.learners) if steps else "",
            "professions": cohort_charts.by_profession(by_profession),
            "last_seen": cohort_charts.last_seen(figures.last_seen(self.learners)),
        }


@dataclass(frozen=True)
class Row:
    """A learner in one of the lists."""

    enrolment: Enrolment
    standing: CohortStanding
    overdue: tuple[Owed, ...]


class StandingView(OfCohort):
    """The learners who stand in one of the four, or all of them, by name."""

    template_name = "cms/admin/overview/learners.html"

    @cached_property
    def wanted(self) -> str:
        """Which of the four; empty for all. Raises Http404 for what no page of ours leads to."""
        state = self.request.GET.get("state", "")
        if state and state not in CohortStanding.values:
            raise Http404("There is no such list.")
        return state

    @cached_property
    def sought(self) -> str:
        return clean_line(self.request.GET.get("q", ""))[:100]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        label = CohortStanding(self.wanted).label if self.wanted else "Learners"
        return [*super().get_breadcrumbs_items(), {"url": "", "label": label}]

    def found(self) -> Any:
        rows: Any = with_standing(self.learners.select_related("learner__profession"), self.due)
        if self.wanted:
            rows = rows.filter(standing=self.wanted)
        if sought := self.sought:
            rows = rows.filter(
                Q(learner__full_name__icontains=sought)
                | Q(learner__email__icontains=sought)
                | Q(learner__student_number__icontains=sought)
            )
        return rows.order_by("learner__full_name", "learner__email", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        everybody, _ = figures.standings(self.learners, self.due)
        page = Paginator(self.found(), PER_PAGE).get_page(self.request.GET.get("p"))
        shown: list[Any] = list(page.object_list)
        behind = overdue(Enrolment.objects.filter(pk__in=[row.pk for row in shown]))
        return super().get_context_data(
            everybody=everybody,
            tiles=self.tiles(everybody),
            wanted=self.wanted,
            sought=self.sought,
            meaning=MEANINGS[CohortStanding(self.wanted)] if self.wanted else "",
            page=page,
            rows=[Row(row, CohortStanding(row.standing), behind.get(row.pk, ())) for row in shown],
            **kwargs,
        )
