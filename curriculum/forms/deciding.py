"""What a course lead fills in to decide about learners: always a reason, and what it is about."""

import datetime as dt
from typing import Any

from django import forms

from curriculum import clock
from curriculum.dates import day
from curriculum.enums import AdjustmentKind
from curriculum.models import Activity, Cohort, DueDate, Enrolment, Module, Requirement
from curriculum.models.adjustments import LONGEST_REASON
from curriculum.queries.record import attempts_allowed, owed_activities, to_carry_from
from curriculum.text import clean_line

EVERYTHING = "everything"


class ReasonForm(forms.Form):
    """Only a reason."""

    reason = forms.CharField(
        label="Reason",
        help_text=f"The learner reads it. Up to {LONGEST_REASON} characters; write nothing here "
        "that they should not read.",
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_REASON}),
        error_messages={"required": "Give a reason. The learner sees it too."},
    )

    def clean_reason(self) -> str:
        reason = clean_line(self.cleaned_data["reason"])
        if len(reason) > LONGEST_REASON:
            raise forms.ValidationError(
                f"Shorten it to {LONGEST_REASON} characters; it has {len(reason)}."
            )
        if not reason:
            raise forms.ValidationError("Give a reason. The learner sees it too.")
        return reason


class AboutOneForm(ReasonForm):
    """A decision about one enrolment. `nothing` says why there is nothing to decide."""

    nothing = ""

    def __init__(self, *args: Any, enrolment: Enrolment, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrolment, self.user = enrolment, user
        self.offer()
        self.order_fields([name for name in self.fields if name != "reason"])

    def offer(self) -> None:
        """Fill in what there is to choose from."""


# ── Activities ────────────────────────────────────────────────────────────
class CreditForm(AboutOneForm):
    """Activities that are not complete, and whether they are credited or exempt."""

    kind = forms.ChoiceField(
        label="How should they count?",
        widget=forms.RadioSelect,
        choices=[
            (AdjustmentKind.CREDIT, "Credited: the learner has done this, or its like, elsewhere"),
            (AdjustmentKind.EXEMPTION, "Exempt: the learner need not do this"),
        ],
        error_messages={"required": "Choose how they should count."},
    )
    activities = forms.MultipleChoiceField(
        label="Activities",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one activity."},
    )

    def offer(self) -> None:
        open_ones = owed_activities(self.enrolment).exclude(completions__enrolment=self.enrolment)
        modules: dict[str, list[tuple[str, str]]] = {}
        self.offered: dict[str, Activity] = {}
        places = Requirement.objects.filter(
            activity__in=open_ones,
            until=None,
            module__inclusions__programme=self.enrolment.cohort.programme_id,
            module__inclusions__until=None,
        ).select_related("activity", "module")
        for row in places.order_by("module__inclusions__position", "position", "pk"):
            activity = row.activity
            label = f"{activity.title} ({activity.get_kind_display().lower()})"
            self.offered[str(activity.pk)] = activity
            modules.setdefault(str(row.module), []).append((str(activity.pk), label))
        self.fields["activities"].choices = list(modules.items())  # type: ignore[attr-defined]
        if not modules:
            self.nothing = "Everything in the programme is complete already."

    def clean_kind(self) -> AdjustmentKind:
        return AdjustmentKind(self.cleaned_data["kind"])

    def clean_activities(self) -> list[Activity]:
        return [self.offered[pk] for pk in self.cleaned_data["activities"]]


class AttemptForm(AboutOneForm):
    """A quiz that does not let everybody try as often as they like."""

    activity = forms.ModelChoiceField(
        label="Quiz",
        queryset=Activity.objects.none(),
        empty_label="Choose a quiz",
        error_messages={"required": "Choose a quiz."},
    )

    def offer(self) -> None:
        limited = Activity.objects.filter(pk__in=attempts_allowed(self.enrolment))
        self.fields["activity"].queryset = limited.order_by("title")  # type: ignore[attr-defined]
        if not limited:
            self.nothing = "Every quiz in the programme can be taken as often as the learner likes."


# ── Time ──────────────────────────────────────────────────────────────────
class MoreTimeForm(ReasonForm):
    """The last day of everything, or of one module, and the new day. `nothing` as above."""

    nothing = ""
    what = forms.ChoiceField(
        label="More time for", error_messages={"required": "Choose what there is more time for."}
    )
    until = forms.DateField(
        label="New last day",
        help_text="It counts in full.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the new last day.",
            "invalid": "Enter a day, such as 2027-01-31.",
        },
    )

    def __init__(
        self, *args: Any, cohort: Cohort, enrolment: Enrolment | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["what", "until", "reason"])
        due = DueDate.objects.filter(cohort=cohort).select_related("module")
        self.modules = {str(row.module_id): row.module for row in due}
        own = enrolment.own_due_dates.values_list("module", "due_on") if enrolment else ()
        days = {row.module_id: row.due_on for row in due} | dict(own)
        last = enrolment.last_day if enrolment else cohort.ends_on
        choices = [(EVERYTHING, f"Everything (last day {day(last)})")] if last else []
        choices += [
            (pk, f"{module} (due {day(days[module.pk])})") for pk, module in self.modules.items()
        ]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            self.nothing = "The cohort has no last day and no module has a due date."

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        if until < clock.today():
            raise forms.ValidationError("Choose a day that is not past.")
        return until

    @property
    def module(self) -> Module | None:
        """The module that was chosen; None for everything."""
        return self.modules.get(self.cleaned_data["what"])


# ── Cohorts ───────────────────────────────────────────────────────────────
class MoveForm(AboutOneForm):
    """Another cohort of the lead's own with the same programme."""

    cohort = forms.ModelChoiceField(
        label="Move to",
        queryset=Cohort.objects.none(),
        empty_label="Choose a cohort",
        error_messages={
            "required": "Choose a cohort.",
            "invalid_choice": "Choose one of your cohorts that takes the same programme.",
        },
    )

    def offer(self) -> None:
        here = self.enrolment.cohort
        own = Cohort.objects.led_by(self.user).filter(programme=here.programme_id, archived_at=None)
        others = own.exclude(pk=here.pk)
        self.fields["cohort"].queryset = others.order_by("name")  # type: ignore[attr-defined]
        if not others:
            self.nothing = "You lead no other cohort that takes this programme."


class CarryOverForm(AboutOneForm):
    """Another enrolment of the same learner."""

    other = forms.ChoiceField(
        label="From",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose where to carry over from.",
            "invalid_choice": "Choose one of those shown.",
        },
    )

    def offer(self) -> None:
        others = to_carry_from(self.enrolment)
        led = set(
            Cohort.objects.led_by(self.user)
            .filter(pk__in=[other.cohort_id for other in others])
            .values_list("pk", flat=True)
        )
        self.offered = {str(other.uuid): other for other in others}
        self.fields["other"].choices = [  # type: ignore[attr-defined]
            (key, _carried(other, is_named=other.cohort_id in led))
            for key, other in self.offered.items()
        ]
        if not others:
            self.nothing = (
                "The learner has completed nothing in another cohort that is part of this "
                "programme and not complete here."
            )

    def clean_other(self) -> Enrolment:
        return self.offered[self.cleaned_data["other"]]


def _carried(other: Enrolment, *, is_named: bool) -> str:
    """A cohort that somebody else leads is not named to whoever does not."""
    name = other.cohort.name if is_named else "A cohort that you do not lead"
    many: int = other.to_carry  # type: ignore[attr-defined]
    activities = "1 activity" if many == 1 else f"{many} activities"
    return f"{name}, joined {day(other.enrolled_at)}: {activities} to carry over"
