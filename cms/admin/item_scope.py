"""Whose figures somebody may see of an activity, narrowed as the address asks."""

from collections import Counter
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.editing import editable_keys
from curriculum.domain.items import standing
from curriculum.enums import ActivityKind
from curriculum.exports.item_filters import Period, Selection, periods
from curriculum.exports.item_parts import Item, items_of
from curriculum.exports.items import Figures, blank
from curriculum.models import Activity, Attempt, Cohort, Edition, ProblemReport
from curriculum.queries import items as counting
from curriculum.queries.problems import problems_on


def attempts_for(user: Any) -> QuerySet[Attempt]:
    """First attempts that this person may see figures of: at what they may edit from everywhere,
    at everything else from the cohorts that they lead or tutor."""
    own = Q(activity__key__in=editable_keys(user))
    taught = Q(enrolment__cohort__in=Cohort.objects.taught_by(user).values("pk"))
    return counting.first_attempts(Cohort.objects.all()).filter(own | taught)


class FiguresView(WagtailAdminTemplateMixin, TemplateView):
    """Figures of one activity, narrowed as the address asks."""

    header_icon = "help"

    @cached_property
    def may_edit(self) -> bool:
        keys = editable_keys(self.request.user)
        return bool(keys.filter(translation_key=self.kwargs["key"]).exists())

    @cached_property
    def attempts(self) -> QuerySet[Attempt]:
        return attempts_for(self.request.user).filter(activity=self.activity)

    @cached_property
    def activity(self) -> Activity:
        """Raises Http404 where there is none that this person may see figures of."""
        found: Activity = get_object_or_404(
            Activity.objects.select_related("current_edition"),
            key=self.kwargs["key"],
            kind__in=counting.ANALYSED,
            current_edition__isnull=False,
        )
        if not self.may_edit:
            mine = attempts_for(self.request.user).filter(activity=found)
            if not mine.exists():
                raise Http404("Nobody in your cohorts has taken this.")
        return found

    @property
    def of_case(self) -> bool:
        return self.activity.kind == ActivityKind.CASE

    @cached_property
    def cells(self) -> dict[counting.Cell, int]:
        return counting.census(self.attempts)

    @cached_property
    def editions(self) -> dict[int, Edition]:
        """The editions that people met, and the current one."""
        met = {cell.edition for cell in self.cells} | {self.activity.current_edition_id}
        return Edition.objects.in_bulk(met)

    def _people(self, name: str) -> Counter[Any]:
        return counting.people_in(self.cells, name)

    # ── Filters ───────────────────────────────────────────────────────────
    @cached_property
    def all_periods(self) -> tuple[Period, ...]:
        return periods(self._people("month"))

    @cached_property
    def selection(self) -> Selection:
        """Raises Http404 for what this person's figures do not hold."""
        asked = self.request.GET
        cohorts = {str(pk): pk for pk in self._people("cohort")}
        editions = {str(e.number): pk for pk, e in self.editions.items()}
        stretches = {f"{p.first:%Y-%m}": p for p in self.all_periods}
        try:
            return Selection(
                cohort=cohorts[asked["cohort"]] if asked.get("cohort") else None,
                edition=editions[asked["edition"]] if asked.get("edition") else None,
                period=stretches[asked["period"]] if asked.get("period") else None,
            )
        except KeyError as error:
            raise Http404("There are no such figures for you.") from error

    def filters(self) -> dict[str, Any]:
        """What can be chosen, and what is."""
        cohorts = Cohort.objects.filter(pk__in=self._offered("cohort", self.selection.cohort))
        editions = self._offered("edition", self.selection.edition)
        return {
            "cohorts": cohorts.order_by("name", "pk"),
            "editions": sorted(e.number for pk, e in self.editions.items() if pk in editions),
            "periods": self.all_periods if len(self.all_periods) > 1 else (),
            "wanted": self.wanted,
            "query": self.query,
        }

    def _offered(self, name: str, chosen: int | None) -> set[int]:
        return standing(self._people(name)) | ({chosen} if chosen else set())

    @cached_property
    def wanted(self) -> dict[str, str]:
        return {name: self.request.GET.get(name, "") for name in ("cohort", "edition", "period")}

    @cached_property
    def query(self) -> str:
        """The end of an address that asks for the same."""
        kept = self.request.GET.copy()
        kept.clear()
        kept.update({name: value for name, value in self.wanted.items() if value})
        return f"?{kept.urlencode()}" if kept else ""

    # ── Content ───────────────────────────────────────────────────────────
    @cached_property
    def content(self) -> Any:
        """The edition that is asked for, else the current one."""
        return self.editions[self.selection.edition or self.activity.current_edition_id].content  # type: ignore[index]

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return items_of(self.content)

    def blank(self, items: tuple[Item, ...]) -> dict[str, Figures]:
        contents = {pk: edition.content for pk, edition in self.editions.items()}
        return blank(items, contents, self.content, self.selection)

    def problems(self) -> QuerySet[ProblemReport]:
        """Reports on this activity, for those who may edit it."""
        return problems_on([self.activity.key] if self.may_edit else [])

    def get_page_title(self) -> str:
        return self.activity.title
