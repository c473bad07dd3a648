"""Who has missed a session: invited to another meeting, or, by who leads the cohort, credited."""

from typing import Any

from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from wagtail.admin import messages

from cms.admin.sessions import CohortPage
from curriculum import clock
from curriculum.domain.adjustments import credit
from curriculum.domain.errors import Refused
from curriculum.domain.meetings import invite
from curriculum.models import Activity, Enrolment, Meeting
from curriculum.queries.meetings import Missed, missed, sessions_of


class MissedView(CohortPage):
    """Who has missed a session: invite them to another meeting, or, as a lead, credit it."""

    template_name = "cms/admin/sessions/missed.html"
    refusal = ""

    @cached_property
    def activity(self) -> Activity:
        """Raises Http404 for what is no session of this cohort."""
        held = Activity.objects.filter(meetings__cohort=self.cohort)
        offered = sessions_of(self.cohort.programme_id).values("pk")
        found = Activity.objects.filter(pk__in=held.values("pk")) | Activity.objects.filter(
            pk__in=offered
        )
        return get_object_or_404(found.distinct(), key=self.kwargs["key"])

    @cached_property
    def rows(self) -> list[Missed]:
        return missed(self.cohort, self.activity)

    @cached_property
    def coming(self) -> list[Meeting]:
        rows = Meeting.objects.filter(
            cohort=self.cohort,
            activity=self.activity,
            called_off_at=None,
            ends_at__gt=clock.now(),
        )
        return list(rows.select_related("group").annotate(asked=Count("guests")))

    def get_page_title(self) -> str:
        return f"Who has missed “{self.activity.title}”"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = set(request.POST.getlist("who"))
        people = [row.enrolment for row in self.rows if str(row.enrolment.uuid) in chosen]
        try:
            if not people:
                raise Refused("Choose at least one learner.")
            said = self._credit(people) if request.POST.get("do") == "credit" else self._ask(people)
        except Refused as refusal:
            self.refusal = str(refusal)
            return self.render_to_response(self.get_context_data(), status=422)
        messages.success(request, said)
        return redirect(request.path)

    def _credit(self, people: list[Enrolment]) -> str:
        if not self.is_lead:
            raise Http404("Only who leads the cohort can credit.")
        with transaction.atomic():
            for enrolment in sorted(people, key=lambda e: e.pk):
                reason = self.request.POST.get("reason", "")[:250]
                credit(enrolment, self.activity, actor=self.user, reason=reason)
        return f"Credited: {len(people)}. They see your reason."

    def _ask(self, people: list[Enrolment]) -> str:
        wanted = self.request.POST.get("meeting", "")
        found = next((row for row in self.coming if str(row.uuid) == wanted), None)
        if found is None:
            raise Refused("Choose one of the meetings to come, or plan another one first.")
        invite(found, people)
        return f"Invited: {len(people)}. They see the meeting on their dashboard."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            activity=self.activity,
            rows=self.rows,
            coming=self.coming,
            refusal=self.refusal,
            chosen=self.request.POST.getlist("who"),
            reason=self.request.POST.get("reason", ""),
            wanted=self.request.POST.get("meeting", ""),
            **kwargs,
        )
