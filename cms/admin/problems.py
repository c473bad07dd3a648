"""What learners have reported, for those who may edit the page: a list, and one to answer."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from cms.admin.editing import editable_keys
from curriculum.domain.errors import Refused
from curriculum.domain.problems import answer_problem, close_problem
from curriculum.enums import ProblemKind, ProblemState
from curriculum.models import Activity, ProblemReport, User
from curriculum.queries.problems import problems_on, with_about
from curriculum.text import clean_line

PER_PAGE = 25
ALL = "all"
STATES = [*ProblemState.choices, (ALL, "All")]


def seen_by(user: Any) -> QuerySet[ProblemReport]:
    """The reports on pages that this person may edit."""
    return problems_on(editable_keys(user))


class ProblemsView(WagtailAdminTemplateMixin, TemplateView):
    """Open ones first, and of these the oldest."""

    page_title = "Reported problems"
    header_icon = "warning"
    template_name = "cms/admin/problems/index.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    @cached_property
    def wanted(self) -> dict[str, str]:
        """What the address asks for. Raises Http404 for what no page of ours leads to."""
        asked = self.request.GET
        wanted = {
            "state": asked.get("state") or ProblemState.OPEN.value,
            "kind": asked.get("kind", ""),
            "activity": asked.get("activity", ""),
            "q": clean_line(asked.get("q", ""))[:100],
        }
        if wanted["state"] not in dict(STATES) or wanted["kind"] not in ["", *ProblemKind.values]:
            raise Http404("There is no such list.")
        try:
            uuid.UUID(wanted["activity"] or "0" * 32)
        except ValueError as error:
            raise Http404("There is no such list.") from error
        return wanted

    def narrowed(self, found: QuerySet[ProblemReport]) -> QuerySet[ProblemReport]:
        wanted = self.wanted
        if wanted["state"] != ALL:
            found = found.filter(state=wanted["state"])
        if wanted["kind"]:
            found = found.filter(kind=wanted["kind"])
        if wanted["activity"]:
            found = found.filter(activity__key=wanted["activity"])
        if sought := wanted["q"]:
            words = Q(text__icontains=sought) | Q(answer__icontains=sought)
            found = found.filter(words | Q(activity__title__icontains=sought))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        keys = editable_keys(self.request.user)
        activities = Activity.objects.filter(key__in=keys, problems__isnull=False)
        found = self.narrowed(problems_on(keys))
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            page=page,
            rows=with_about(page),
            wanted=self.wanted,
            states=STATES,
            kinds=ProblemKind.choices,
            activities=activities.distinct().order_by("title", "pk").values_list("key", "title"),
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class ProblemView(WagtailAdminTemplateMixin, TemplateView):
    """One report beside what it is about, to answer or to close."""

    page_title = "A reported problem"
    header_icon = "warning"
    template_name = "cms/admin/problems/one.html"
    refusal = ""

    @cached_property
    def report(self) -> ProblemReport:
        """Raises Http404 for somebody who may not edit the page."""
        return get_object_or_404(seen_by(self.request.user), uuid=self.kwargs["key"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("problem_reports"), "label": ProblemsView.page_title},
            {"url": "", "label": self.report.activity.title},
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        author: User = request.user  # type: ignore[assignment]
        closes = request.POST.get("do") == "close"
        try:
            if closes:
                close_problem(self.report, author)
            else:
                answer_problem(self.report, author, request.POST.get("answer", ""))
        except Refused as refusal:
            self.refusal = str(refusal)
            self.__dict__.pop("report", None)  # as it stands now
            return self.render_to_response(self.get_context_data(), status=422)
        messages.success(request, "Closed." if closes else "Your answer was sent.")
        return redirect("problem_reports")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        [(report, about)] = with_about([self.report])
        page = Page.objects.filter(translation_key=report.activity.key, alias_of=None).first()
        return super().get_context_data(
            report=report,
            about=about,
            editor=reverse("wagtailadmin_pages:edit", args=[page.pk]) if page else "",
            answer=self.request.POST.get("answer", ""),
            refusal=self.refusal,
            **kwargs,
        )
