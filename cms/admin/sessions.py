"""Leads and tutors plan the meetings of their cohorts' sessions."""

import itertools
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.session_forms import MeetingForm, as_typed
from curriculum import clock
from curriculum.domain.errors import Refused
from curriculum.domain.meeting_mails import turns_of
from curriculum.domain.meetings import change_meeting, draft_meetings, plan_meetings
from curriculum.models import Activity, Cohort, Job, Meeting, User
from curriculum.permissions import taught_cohort, taught_meeting
from curriculum.queries.meetings import (
    Clash,
    clashes,
    sessions_of,
    taught_meetings,
    with_counts,
)


def say(request: HttpRequest, said: str, mailing: Job | None) -> None:
    """Say what was done, and how many are mailed about it."""
    if mailing is None:
        messages.success(request, said)
        return
    many = len(turns_of(mailing))
    told = f"{many} learner{' is' if many == 1 else 's are'} told by mail."
    link = messages.button(reverse("job", args=[mailing.uuid]), "How far it is")
    messages.success(request, f"{said} {told}", buttons=[link])


@method_decorator(never_cache, name="dispatch")
class SessionsPage(WagtailAdminTemplateMixin, TemplateView):
    """A screen about sessions; `trail` is what stands above it."""

    header_icon = "date"
    page_title = "Sessions"

    @property
    def user(self) -> User:
        user: User = self.request.user  # type: ignore[assignment]
        return user

    @property
    def trail(self) -> list[tuple[str, str]]:
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = [
            {"url": reverse("sessions"), "label": "Sessions"},
            *({"url": url, "label": label} for url, label in self.trail),
        ]
        here = [] if type(self) is SessionsView else [{"url": "", "label": self.get_page_title()}]
        return [*super().get_breadcrumbs_items(), *above, *here]


class SessionsView(SessionsPage):
    """What is coming in every cohort that this person leads or tutors."""

    template_name = "cms/admin/sessions/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        taught = Cohort.objects.taught_by(self.user).filter(archived_at=None).distinct()
        coming = taught_meetings(self.user).filter(ends_at__gt=clock.now(), called_off_at=None)
        return super().get_context_data(
            cohorts=taught.select_related("programme").order_by("name", "pk"),
            coming=coming[:30],
            **kwargs,
        )


class CohortPage(SessionsPage):
    """A screen about one cohort. Raises Http404 for somebody who neither leads nor tutors it."""

    @cached_property
    def cohort(self) -> Cohort:
        return taught_cohort(self.user, self.kwargs["pk"])

    @cached_property
    def is_lead(self) -> bool:
        return Cohort.objects.led_by(self.user).filter(pk=self.cohort.pk).exists()

    @property
    def trail(self) -> list[tuple[str, str]]:
        return [(reverse("cohort_sessions", args=[self.cohort.pk]), self.cohort.name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cohort=self.cohort, is_lead=self.is_lead, **kwargs)


class CohortSessionsView(CohortPage):
    """The sessions of the cohort's programme, each with its meetings."""

    template_name = "cms/admin/sessions/cohort.html"

    def get_page_title(self) -> str:
        return self.cohort.name

    @property
    def trail(self) -> list[tuple[str, str]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offered = list(sessions_of(self.cohort.programme_id))
        held = with_counts(
            Meeting.objects.filter(cohort=self.cohort).select_related("activity", "group")
        ).order_by("activity__title", "activity", "starts_at", "pk")
        by_activity = {
            activity: list(rows)
            for activity, rows in itertools.groupby(held, key=lambda row: row.activity)
        }
        gone = [activity for activity in by_activity if activity not in offered]
        rows = [(activity, by_activity.get(activity, [])) for activity in [*offered, *gone]]
        return super().get_context_data(rows=rows, gone=gone, **kwargs)


class _MeetingFormView(CohortPage):
    """A form about a meeting, with what it would clash with."""

    template_name = "cms/admin/sessions/form.html"
    meeting: Meeting | None = None
    mailing: Job | None = None
    found: list[Clash]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.found = []

    @cached_property
    def form(self) -> MeetingForm:
        given = self.request.POST if self.request.method == "POST" else None
        return MeetingForm(given, cohort=self.cohort, meeting=self.meeting, initial=self.typed())

    def typed(self) -> dict[str, Any]:
        return {}

    def drafted(self) -> list[Meeting]:
        """The meetings as they would be. Raises Refused."""
        raise NotImplementedError

    def keep(self) -> str:
        """Store them; what is said of it. Raises Refused."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.form.is_valid():
            try:
                self.found = self._clashes()
                if not self.found or self.form.cleaned_data["anyway"]:
                    said = self.keep()
                    say(request, said, self.mailing)
                    return redirect("cohort_sessions", self.cohort.pk)
            except Refused as refusal:
                self.form.add_error(None, str(refusal))
        return self.render_to_response(self.get_context_data(), status=422)

    def _clashes(self) -> list[Clash]:
        each = [clash for meeting in self.drafted() for clash in clashes(meeting, self.user)]
        # Groups that meet at one time in one room may each clash with the same meeting.
        return list({(clash.meeting.pk, clash.reasons): clash for clash in each}.values())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            form=self.form, clashes=self.found, meeting=self.meeting, **kwargs
        )


class PlanView(_MeetingFormView):
    """A meeting for everybody, for one group, or one for each group."""

    page_title = "Plan a meeting"

    def typed(self) -> dict[str, Any]:
        return {"activity": self._asked(), "facilitators": self.user.get_full_name()}

    def _asked(self) -> Activity | None:
        """The session that the address asks for."""
        try:
            key = uuid.UUID(self.request.GET.get("session", ""))
        except ValueError:
            return None
        return sessions_of(self.cohort.programme_id).filter(key=key).first()

    def drafted(self) -> list[Meeting]:
        return draft_meetings(*self._what(), planner=self.user)

    def keep(self) -> str:
        made = len(plan_meetings(*self._what(), planner=self.user))
        return "The meeting is planned." if made == 1 else f"{made} meetings are planned."

    def _what(self) -> tuple[Any, ...]:
        activity = self.form.cleaned_data["activity"]
        return self.cohort, activity, self.form.plan, self.form.chosen_groups


class ChangeView(_MeetingFormView):
    """Another time or place for a meeting that is planned."""

    page_title = "Change the meeting"
    meeting: Meeting

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.meeting = taught_meeting(self.user, kwargs["key"])
        self.kwargs["pk"] = self.meeting.cohort_id

    def typed(self) -> dict[str, Any]:
        return as_typed(self.meeting)

    def drafted(self) -> list[Meeting]:
        [group] = self.form.chosen_groups
        made = draft_meetings(
            self.cohort, self.meeting.activity, self.form.plan, [group], planner=self.user
        )
        made[0].pk = self.meeting.pk  # so that it does not clash with itself
        return made

    def keep(self) -> str:
        [group] = self.form.chosen_groups
        teller = self.user if self.form.cleaned_data["tell"] else None
        self.mailing = change_meeting(self.meeting, self.form.plan, group, teller=teller).mailing
        return "The meeting was changed. Learners see the new time and place from now on."
