"""Planning a meeting: what is typed, in the site's time zone."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from curriculum.domain.errors import Refused
from curriculum.domain.meetings import Plan, end_after, instant
from curriculum.models import Activity, Cohort, Group, Meeting
from curriculum.queries.meetings import expected, groups_of, sessions_of
from curriculum.text import clean_line

ALL, EACH = "all", "each"


class MeetingForm(forms.Form):
    """When, where, for whom and with whom. `anyway` is asked only once a clash was shown."""

    activity = forms.ModelChoiceField(
        Activity.objects.none(),
        label="Session",
        empty_label=None,
        error_messages={"invalid_choice": "Choose one of the programme’s sessions."},
    )
    for_whom = forms.ChoiceField(label="For")
    day = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "This is no day."},
    )
    starts = forms.TimeField(
        label="From",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": "Say when it starts.",
            "invalid": "Write the time as 14:00.",
        },
    )
    ends = forms.TimeField(
        label="To",
        required=False,
        help_text="Left empty, it lasts as long as the session’s page says.",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write the time as 15:00."},
    )
    place = forms.CharField(
        label="Place", required=False, max_length=200, help_text="A room and how to find it."
    )
    link = forms.URLField(
        label="Address for joining online",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Shown to the cohort’s learners alone, signed in.",
        error_messages={"invalid": "Write the whole address, beginning with https://."},
    )
    facilitators = forms.CharField(
        label="Facilitators",
        required=False,
        max_length=200,
        help_text="Such as “Tom Ashby, GP; Sol Brandt, social worker”. Learners see them.",
    )
    tell = forms.BooleanField(label="Tell them by mail", required=False, initial=True)
    anyway = forms.BooleanField(label="Plan it all the same", required=False)

    def __init__(self, *args: Any, cohort: Cohort, meeting: Meeting | None = None, **more: Any):
        super().__init__(*args, **more)
        self.cohort, self.meeting = cohort, meeting
        self.groups = list(groups_of(cohort))
        offered: Any = self.fields["activity"]
        offered.queryset = sessions_of(cohort.programme_id)
        choices = [(ALL, "The whole cohort")]
        if self.groups and meeting is None:
            choices.append((EACH, f"Every group, a meeting for each ({len(self.groups)})"))
        choices += [(str(group.pk), _named(group)) for group in self.groups]
        chosen: Any = self.fields["for_whom"]
        chosen.choices = choices
        if meeting is None:
            del self.fields["tell"]
        else:
            del self.fields["activity"]
            self.fields["tell"].help_text = _told(expected(meeting).count())

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"]
        if link and not link.startswith(("https://", "http://")):
            raise forms.ValidationError("Write the whole address, beginning with https://.")
        return link

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if self.errors:
            return found
        activity = self.meeting.activity if self.meeting else found["activity"]
        starts = self._instant("starts")
        if starts is None:
            return found
        ends = self._instant("ends") if found["ends"] else end_after(starts, activity.minutes)
        if ends is not None:
            texts = {name: clean_line(found[name]) for name in ("place", "facilitators")}
            self.plan = Plan(starts_at=starts, ends_at=ends, link=found["link"], **texts)
        return found

    def _instant(self, name: str) -> dt.datetime | None:
        try:
            return instant(self.cleaned_data["day"], self.cleaned_data[name])
        except Refused as refusal:
            self.add_error(name, str(refusal))
            return None

    @property
    def chosen_groups(self) -> list[Group | None]:
        """A meeting for each of these, None being everybody."""
        wanted = self.cleaned_data["for_whom"]
        if wanted == ALL:
            return [None]
        return [group for group in self.groups if wanted in {EACH, str(group.pk)}]


def _named(group: Any) -> str:
    return f"{group.name} ({group.learners})"


def _told(n: int) -> str:
    who = "1 learner is" if n == 1 else f"{n} learners are"
    return (
        f"{who} expected now: on its list, and without the session so far. The mail goes to those "
        "who are expected once you have changed it, and only if the time or the place is another."
    )


def as_typed(meeting: Meeting) -> dict[str, Any]:
    """A meeting as the form shows it, in the site's time zone."""
    zone = timezone.get_default_timezone()
    starts, ends = (timezone.localtime(at, zone) for at in (meeting.starts_at, meeting.ends_at))
    return {
        "for_whom": str(meeting.group_id) if meeting.group_id else ALL,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": meeting.place,
        "link": meeting.link,
        "facilitators": meeting.facilitators,
    }
