"""When each module of a cohort is due, on one screen: all the dates are saved, or none."""

from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput

from cms.admin.cohort_screens import CohortScreen
from curriculum.domain import cohorts
from curriculum.domain.errors import Refused
from curriculum.models import Cohort, Inclusion, OwnDueDate


class DueDatesForm(forms.Form):
    """A day for each module of the cohort's programme; empty is none."""

    def __init__(self, cohort: Cohort, places: list[Inclusion], *args: Any, **kwargs: Any) -> None:
        days = dict(cohort.due_dates.values_list("module", "due_on"))
        kwargs["initial"] = {_name(p): days.get(p.module_id) for p in places}
        super().__init__(*args, **kwargs)
        self.cohort, self.places = cohort, places
        own = own_dates(cohort)
        for number, place in enumerate(places, start=1):
            field = forms.DateField(
                label=f"{number}. {place.module}",
                required=False,
                widget=AdminDateInput,
                error_messages={"invalid": "Enter a day such as 2026-12-04."},
            )
            field.help_text = _notes(place, own.get(place.module_id, 0))
            self.fields[_name(place)] = field

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for place in self.places:
            day = data.get(_name(place))
            if day and (why := cohorts.outside(self.cohort, day)):
                self.add_error(_name(place), why)
        return data

    def days(self) -> dict[Any, Any]:
        return {place.module: self.cleaned_data[_name(place)] for place in self.places}


class DueDatesView(CohortScreen):
    """The dates, module by module, in the programme's order."""

    page_title = "Due dates"
    header_icon = "date"
    template_name = "cms/admin/cohorts/due_dates.html"
    refusal = ""

    @cached_property
    def form(self) -> DueDatesForm:
        places = cohorts.programme_modules(self.cohort)
        return DueDatesForm(self.cohort, places, self.request.POST or None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=self.form, refusal=self.refusal, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.form.is_valid():
            messages.error(request, "Nothing was saved. Look at the days that are marked.")
            return self.get(request, *args, **kwargs)
        try:
            changed = cohorts.set_due_dates(self.cohort, self.form.days())
        except Refused as refusal:
            self.refusal = str(refusal)
            return self.get(request, *args, **kwargs)
        if changed:
            self.note("cohort.due")
        messages.success(request, "The due dates are saved.")
        return redirect("cohort_due_dates", self.cohort.uuid)


def own_dates(cohort: Cohort) -> dict[int, int]:
    """How many learners have a date of their own, by module."""
    rows = OwnDueDate.objects.filter(enrolment__cohort=cohort, enrolment__withdrawn_at=None)
    return dict(rows.order_by().values_list("module").annotate(n=Count("pk")))


def _name(place: Inclusion) -> str:
    return f"module-{place.module_id}"


def _notes(place: Inclusion, own: int) -> str:
    notes = [] if place.is_required else ["Optional."]
    if own:
        notes.append(f"{own} learner{'s have' if own > 1 else ' has'} a date of their own.")
    return " ".join(notes)
