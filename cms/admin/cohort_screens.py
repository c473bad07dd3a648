"""Screens about one cohort, each for those who lead it: a new join code, and putting it away."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from curriculum.domain import cohorts
from curriculum.models import Cohort
from curriculum.permissions import led_cohort

# What stands in a cohort's history: the action, what it is called, and what was done.
ACTIONS = [
    ("cohort.code", "Make a new join code", "Made a new join code"),
    ("cohort.archive", "Archive", "Archived"),
    ("cohort.unarchive", "Take out of the archive", "Took out of the archive"),
    ("cohort.due", "Set due dates", "Set due dates"),
    ("cohort.groups", "Change groups", "Changed groups"),
]


def register_cohort_actions(actions: Any) -> None:
    """Names for a cohort's history."""
    for action, label, message in ACTIONS:
        actions.register_action(action, label, message)


@method_decorator(never_cache, name="dispatch")
class CohortScreen(WagtailAdminTemplateMixin, TemplateView):
    """A page about one cohort. Raises Http404 for who does not lead it."""

    header_icon = "group"
    cohort: Cohort
    status = 200

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.cohort = led_cohort(request.user, kwargs["key"])  # type: ignore[arg-type]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("cohorts:index"), "label": "Cohorts"},
            {"url": self.edit_url, "label": self.cohort.name},
            {"url": "", "label": self.get_page_title()},
        ]

    @property
    def edit_url(self) -> str:
        return reverse("cohorts:edit", args=[self.cohort.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cohort=self.cohort, edit_url=self.edit_url, **kwargs)

    def note(self, action: str) -> None:
        """Put what this person did into the cohort's history."""
        log(instance=self.cohort, action=action, user=self.request.user)


class NewCodeView(CohortScreen):
    """Asks first: the old link stops for everybody who has it."""

    page_title = "Make a new join code"
    template_name = "cms/admin/cohorts/new_code.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        cohorts.renew_join_code(self.cohort)
        self.note("cohort.code")
        messages.success(request, "There is a new join link. The old one has stopped working.")
        return redirect(self.edit_url)


class ArchiveView(CohortScreen):
    """Puts a cohort away, or takes it out again."""

    template_name = "cms/admin/cohorts/archive.html"

    def get_page_title(self) -> str:
        return "Take out of the archive" if self.cohort.archived_at else "Archive this cohort"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") == "unarchive":
            cohorts.unarchive(self.cohort)
            self.note("cohort.unarchive")
            messages.success(request, f"{self.cohort.name} is out of the archive.")
        else:
            cohorts.archive(self.cohort)
            self.note("cohort.archive")
            messages.success(request, f"{self.cohort.name} is archived. It stays in the reports.")
        return redirect(self.edit_url)
