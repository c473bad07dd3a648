"""The form of a cohort: programme, dates, people, and to whom its join link is open until when."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from wagtail.admin.widgets import AdminDateInput

from curriculum.dates import day as in_words
from curriculum.domain.cohorts import email_domains, outside, programme_modules
from curriculum.domain.errors import Refused
from curriculum.models import Cohort, Programme, User


class CohortForm(forms.ModelForm):
    """Who leads, who teaches, which programme, when, and to whom the join link is open."""

    join_domains = forms.CharField(
        label="Only these e-mail domains",
        required=False,
        help_text="What stands after the @ in your learners' addresses, such as medical.example, "
        "nursing.example. Each exactly: medical.example does not let in student.medical.example. "
        "Left empty: any address.",
    )

    class Meta:
        model = Cohort
        fields = [
            "name",
            "programme",
            "starts_on",
            "ends_on",
            "leads",
            "tutors",
            "can_join",
            "join_until",
            "join_domains",
        ]
        widgets = {
            "starts_on": AdminDateInput,
            "ends_on": AdminDateInput,
            "join_until": AdminDateInput,
            "leads": forms.CheckboxSelectMultiple,
            "tutors": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "join_until": "The link stops at the end of this day. Left empty: it works until the "
            "cohort's last day."
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

    def clean_join_domains(self) -> str:
        try:
            return email_domains(self.cleaned_data["join_domains"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on, ends_on, until = (data.get(n) for n in ("starts_on", "ends_on", "join_until"))
        if until and ends_on and until > ends_on:
            self.add_error(
                "join_until",
                f"Nobody can join after the cohort's last day, {in_words(ends_on)}. Choose that "
                "day or an earlier one, or leave this empty.",
            )
        is_turned = starts_on and ends_on and ends_on < starts_on  # which the model itself refuses
        if self.instance.pk and not self.errors and not is_turned:
            self._keep_due_dates_inside(starts_on, ends_on)
        return data

    def _keep_due_dates_inside(self, starts_on: dt.date | None, ends_on: dt.date | None) -> None:
        """Refuse days that would leave a module due when nothing is recorded."""
        dates = Cohort(starts_on=starts_on, ends_on=ends_on)
        modules = [place.module_id for place in programme_modules(self.instance)]
        rows = self.instance.due_dates.filter(module__in=modules).select_related("module")
        for due in rows:
            if not outside(dates, due.due_on):
                continue
            name = "starts_on" if starts_on and due.due_on < starts_on else "ends_on"
            self.add_error(
                name,
                f"“{due.module}” is due on {in_words(due.due_on)}, outside these days. Change or "
                "clear that due date first.",
            )
