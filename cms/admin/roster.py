"""Bringing a list of learners into a cohort: the file, its columns, the plan. Done by a job."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.roster_choices import read_choices, with_fields
from curriculum.domain import roster
from curriculum.domain.errors import Refused
from curriculum.domain.roster_columns import FIELDS, problems_with
from curriculum.domain.roster_plan import Plan
from curriculum.domain.roster_table import MOST_ROWS, Table
from curriculum.enums import RosterFate
from curriculum.imports.errors import NotReadable
from curriculum.imports.lists import MOST_BYTES, read_list
from curriculum.models import Cohort, RosterImport
from curriculum.permissions import SignedInRequest, led_cohort_by_pk, own_roster
from curriculum.text import clean_line

PER_PAGE = 100


class UploadForm(forms.Form):
    """The file with the list."""

    file = forms.FileField(
        label="File",
        help_text=(
            f"XLSX or CSV, up to {MOST_BYTES // 1024 // 1024} MB and {MOST_ROWS:,} rows, with "
            "headings in the first row."
        ),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.table = read_list(file)
        except NotReadable as problem:
            raise forms.ValidationError(str(problem)) from problem
        return file


@method_decorator(never_cache, name="dispatch")
class RosterStep(WagtailAdminTemplateMixin, TemplateView):
    """One step, for somebody who leads the cohort."""

    request: SignedInRequest
    header_icon = "upload"

    @cached_property
    def cohort(self) -> Cohort:
        """Raises Http404 for somebody else's."""
        return led_cohort_by_pk(self.request.user, self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.cohort.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("cohorts:index"), "label": "Cohorts"},
            {"url": reverse("cohorts:edit", args=[self.cohort.pk]), "label": self.cohort.name},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cohort=self.cohort, **kwargs)

    def again(self, message: str) -> HttpResponse:
        """Back to the first step, with the reason."""
        messages.error(self.request, message)
        return redirect("roster_import", self.cohort.pk)


class RosterUploadView(RosterStep):
    """Choose a file. It is read and kept apart; nothing is changed."""

    page_title = "Bring in a list of learners"
    template_name = "cms/admin/roster/upload.html"
    refusal = ""

    @cached_property
    def form(self) -> UploadForm:
        posted = (self.request.POST, self.request.FILES) if self.request.method == "POST" else ()
        return UploadForm(*posted)

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        cohort = self.cohort  # before anything is read
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        name = clean_line(self.form.cleaned_data["file"].name)
        try:
            made = roster.keep_list(cohort, request.user, self.form.table, name=name)
        except Refused as refusal:
            self.refusal = str(refusal)
            return self.render_to_response(self.get_context_data(), status=422)
        return redirect("roster_columns", cohort.pk, made.uuid)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=self.form, refusal=self.refusal, **kwargs)


class ListStep(RosterStep):
    """A step with a list in hand, for whoever brought it."""

    @cached_property
    def found(self) -> RosterImport:
        """Raises Http404 for everybody else."""
        return own_roster(self.request.user, self.cohort, self.kwargs["key"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        found = self.found
        if found.job and (found.done_at or found.job.is_live):
            return redirect("job", found.job.uuid)
        try:
            self.table: Table = roster.table_of(found)
        except Refused as refusal:
            return self.again(str(refusal))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(found=self.found, table=self.table, **kwargs)


class RosterColumnsView(ListStep):
    """Which column holds what: recognised by the headings, to be corrected."""

    page_title = "What the columns hold"
    template_name = "cms/admin/roster/columns.html"

    @cached_property
    def wanted(self) -> list[str]:
        """What each column is said to hold; an empty text where it is not used."""
        if self.request.method == "POST":
            said = [self.request.POST.get(f"column-{n}", "") for n in range(len(self.table.header))]
            return [field if field in FIELDS else "" for field in said]
        by_number = {number: field for field, number in self.found.columns.items()}
        return [by_number.get(n, "") for n in range(len(self.table.header))]

    @cached_property
    def problems(self) -> list[str]:
        if self.request.method != "POST":
            return []
        used = [field for field in self.wanted if field]
        twice = [label for field, label in FIELDS.items() if used.count(field) > 1]
        return [
            *(f"“{label}” is chosen for more than one column." for label in twice),
            *problems_with(dict.fromkeys(used, 0)),
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.problems:
            return self.render_to_response(self.get_context_data(), status=422)
        self.found.columns = {field: n for n, field in enumerate(self.wanted) if field}
        self.found.save(update_fields=["columns"])
        return redirect("roster_plan", self.cohort.pk, self.found.uuid)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        columns = [
            (n, heading or f"Column {n + 1}", self.wanted[n], self.table.samples(n))
            for n, heading in enumerate(self.table.header)
        ]
        return super().get_context_data(
            columns=columns, fields=FIELDS.items(), problems=self.problems, **kwargs
        )


class RosterPlanView(ListStep):
    """What would be done, what stands against it, and what the lead decides about it."""

    page_title = "What will be done"
    template_name = "cms/admin/roster/plan.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if problems_with(self.found.columns):
            return redirect("roster_columns", self.cohort.pk, self.found.uuid)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def plan(self) -> Plan:
        return roster.plan_for(self.found, self.table)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") == "forget":
            roster.forget_rows(self.found)
            messages.success(request, "The list was removed. Nothing was changed.")
            return redirect("cohorts:edit", self.cohort.pk)
        words = self.plan.unknown_professions
        self.found.choices = read_choices(request.POST, words, [row for row, _ in self.table.rows])
        self.found.save(update_fields=["choices"])
        if request.POST.get("do") != "bring-in":
            return redirect("roster_plan", self.cohort.pk, self.found.uuid)
        return self._bring_in()

    def _bring_in(self) -> HttpResponse:
        del self.__dict__["plan"]  # with what has just been chosen
        plan, invites = self.plan, self.request.POST.get("invites") == "now"
        if plan.digest != self.request.POST.get("plan"):
            messages.warning(self.request, "The plan is not what you saw before. Look at it again.")
        elif plan.stopped or not plan.changes:
            messages.error(self.request, "Settle the rows below first. Nothing was changed.")
        else:
            learners = reverse("cohort_learners", args=[self.cohort.pk])
            next = (learners, f"See who is in {self.cohort.name}")
            try:
                job = roster.confirm(self.found, plan.digest, invites=invites, next=next)
            except Refused as refusal:
                return self.again(str(refusal))
            return redirect("job", job.uuid)
        return redirect("roster_plan", self.cohort.pk, self.found.uuid)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, plan = self.request.GET, self.plan
        show = asked.get("show", "")
        if show and show not in RosterFate.values:
            raise Http404("There is no such list.")
        lines = [line for line in plan.lines if not show or line.fate == show]
        return super().get_context_data(
            plan=plan,
            show=show,
            counts=[(fate, many) for fate, many in plan.counts.items() if many],
            page=Paginator(lines, PER_PAGE).get_page(asked.get("p")),
            problems=Paginator(plan.problems, PER_PAGE).get_page(asked.get("pp")),
            **with_fields(plan, self.found.choices),
            **kwargs,
        )
