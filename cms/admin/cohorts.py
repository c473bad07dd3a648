"""Cohorts in Wagtail's admin. A lead sees their own and nobody else's."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.viewsets.model import ModelViewSet

from cms.admin.cohort_form import CohortForm
from cms.admin.cohort_links import cohort_links
from curriculum import clock
from curriculum.dates import day, short_day
from curriculum.domain.enrolment import why_closed
from curriculum.models import Cohort


def learners() -> Count:
    """How many are enrolled now."""
    return Count("enrolments", filter=Q(enrolments__withdrawn_at=None), distinct=True)


class CohortFilterSet(WagtailFilterSet):
    """Archived cohorts stand in the list only for who asks for them."""

    archived = django_filters.ChoiceFilter(
        label="Archived cohorts",
        method="filter_archived",
        choices=[("only", "Only archived ones"), ("all", "Archived ones too")],
        empty_label="Hidden",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Cohort
        fields = ["archived"]

    def filter_queryset(self, queryset: QuerySet[Cohort]) -> QuerySet[Cohort]:
        if not self.form.cleaned_data.get("archived"):
            queryset = queryset.filter(archived_at=None)
        return super().filter_queryset(queryset)

    def filter_archived(
        self, queryset: QuerySet[Cohort], name: str, value: str
    ) -> QuerySet[Cohort]:
        return queryset.exclude(archived_at=None) if value == "only" else queryset


class OwnCohorts:
    """Fetches and authorises in one breath: somebody else's cohort is not found."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def get_object(self) -> Cohort:
        return get_object_or_404(Cohort.objects.led_by(self.request.user), pk=self.kwargs["pk"])


class CohortIndexView(generic.IndexView):
    """The cohorts that this person leads."""

    def get_base_queryset(self) -> QuerySet[Cohort]:
        return (
            Cohort.objects.led_by(self.request.user)
            .select_related("programme")
            .annotate(learners=learners())
        )


class CohortCreateView(generic.CreateView):
    """Whoever makes a cohort leads it."""

    def save_instance(self) -> Cohort:
        cohort: Cohort = super().save_instance()
        if not cohort.leads.exists():
            cohort.leads.add(self.request.user)
        return cohort

    def get_success_url(self) -> str:
        return reverse("cohorts:edit", args=[self.object.pk])


class CohortEditView(OwnCohorts, generic.EditView):
    """Change a cohort; its join link and its report stand beside."""

    template_name = "cms/admin/cohort_edit.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        path = reverse("join", args=[self.object.join_code])
        return {
            **super().get_context_data(**kwargs),
            "join_link": self.request.build_absolute_uri(path),
            "learners": self.object.enrolments.active().count(),
            "link_words": link_words(self.object),
            "cohort_links": cohort_links(self.object),
        }


class CohortDeleteView(OwnCohorts, generic.DeleteView):
    """Only an empty cohort can go; one with records is kept."""

    def get_object(self) -> Cohort:
        cohort = super().get_object()
        if cohort.enrolments.exists():
            raise PermissionDenied("A cohort with learners is not deleted.")
        return cohort


class CohortHistoryView(OwnCohorts, history.HistoryView):
    """Who changed what in this cohort."""


class CohortUsageView(OwnCohorts, usage.UsageView):
    """Where this cohort is referred to."""


def link_words(cohort: Cohort) -> str:
    """Whether the join link works, for whom and until when, or why it does not."""
    if not why_closed(cohort):
        whose = (
            f"an address at {' or '.join(cohort.domains)}"
            if cohort.domains
            else "a verified e-mail address"
        )
        last = min(filter(None, (cohort.join_until, cohort.ends_on)), default=None)
        until = f", until the end of {day(last)}" if last else ""
        return f"Whoever has this link and {whose} can join{until}."
    if cohort.archived_at:
        return "The link does not work: the cohort is archived."
    if not cohort.can_join:
        return "The link does not work: it is switched off below."
    if cohort.ends_on and cohort.ends_on < clock.today():
        return f"The link does not work: the cohort ended on {day(cohort.ends_on)}."
    return f"The link does not work: its last day was {day(cohort.join_until)}."


def _day(name: str, label: str) -> Column:
    """A day as such. Wagtail's own column tells how long ago it was: "Just now"."""
    return Column(name, label=label, sort_key=name, accessor=lambda cohort: _shown(cohort, name))


def _shown(cohort: Cohort, name: str) -> str:
    return short_day(getattr(cohort, name))


class CohortViewSet(ModelViewSet):
    """Cohorts, for those who lead them."""

    model = Cohort
    icon = "group"
    menu_label = "Cohorts"
    menu_name = "cohorts"
    menu_order = 210
    add_to_admin_menu = True
    url_namespace = "cohorts"
    url_prefix = "cohorts"
    index_view_class = CohortIndexView
    add_view_class = CohortCreateView
    edit_view_class = CohortEditView
    delete_view_class = CohortDeleteView
    history_view_class = CohortHistoryView
    usage_view_class = CohortUsageView
    copy_view_enabled = False
    filterset_class = CohortFilterSet
    search_fields = ["name", "programme__title"]
    search_backend_name = None
    list_per_page = 30
    list_display = [
        TitleColumn("name", label="Cohort", sort_key="name", url_name="cohort_overview"),
        Column("programme", label="Programme", sort_key="programme__title"),
        Column("learners", label="Learners", sort_key="learners"),
        _day("starts_on", "Starts"),
        _day("ends_on", "Ends"),
        BooleanColumn("can_join", label="Join link works", accessor=lambda c: not why_closed(c)),
        Column("archived_at", label="Archived", accessor=lambda c: day(c.archived_at)),
    ]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return CohortForm
