"""Cohorts in Wagtail's admin. A lead sees their own and nobody else's."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import HeaderButton

from curriculum.dates import short_day
from curriculum.models import Cohort, Programme, User


class CohortForm(forms.ModelForm):
    """Who leads, who teaches, which programme, when, and whether the join link works."""

    class Meta:
        model = Cohort
        fields = ["name", "programme", "starts_on", "ends_on", "leads", "tutors", "can_join"]
        widgets = {
            "starts_on": AdminDateInput,
            "ends_on": AdminDateInput,
            "leads": forms.CheckboxSelectMultiple,
            "tutors": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_staff=True, is_active=True)
        self.fields["leads"].queryset = people  # type: ignore[attr-defined]
        self.fields["tutors"].queryset = people  # type: ignore[attr-defined]
        offered = Q(is_live=True) | Q(pk=self.instance.programme_id)
        self.fields["programme"].queryset = Programme.objects.filter(offered)  # type: ignore[attr-defined]
        if self.instance.pk and self.instance.enrolments.exists():
            # What was recorded belongs to the programme that it was recorded in.
            self.fields["programme"].disabled = True
            self.fields["programme"].help_text = "Fixed once learners have enrolled."


def learners() -> Count:
    """How many are enrolled now."""
    return Count("enrolments", filter=Q(enrolments__withdrawn_at=None), distinct=True)


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

    @property
    def header_buttons(self) -> list[HeaderButton]:
        report = f"{reverse('completion_report')}?cohort={self.object.pk}"
        sessions = reverse("cohort_sessions", args=[self.object.pk])
        return [
            HeaderButton("Completion report", url=report, icon_name="list-ul"),
            HeaderButton("Sessions", url=sessions, icon_name="date"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        path = reverse("join", args=[self.object.join_code])
        return {
            **super().get_context_data(**kwargs),
            "join_link": self.request.build_absolute_uri(path),
            "learners": self.object.enrolments.active().count(),
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
    search_fields = ["name", "programme__title"]
    search_backend_name = None
    list_per_page = 30
    list_display = [
        TitleColumn("name", label="Cohort", sort_key="name", url_name="cohorts:edit"),
        Column("programme", label="Programme", sort_key="programme__title"),
        Column("learners", label="Learners", sort_key="learners"),
        _day("starts_on", "Starts"),
        _day("ends_on", "Ends"),
        BooleanColumn("can_join", label="Join link works", sort_key="can_join"),
    ]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return CohortForm
