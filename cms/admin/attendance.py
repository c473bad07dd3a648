"""One meeting for those who lead it: the list, the code for the room, and the plan to print."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import View
from wagtail.admin import messages

from cms.admin.sessions import SessionsPage, say
from curriculum import clock
from curriculum.domain.attendance import save_list
from curriculum.domain.errors import Refused
from curriculum.domain.meetings import CODE_STAYS, call_off, close_code, open_code
from curriculum.exports.certificates import qr_code
from curriculum.identity import site_identity
from curriculum.models import Meeting, User
from curriculum.models.meetings import CODE_AROUND
from curriculum.permissions import SignedInRequest, taught_meeting
from curriculum.queries.meetings import Row, attendance_list, expected

USUAL_STAY = 10  # minutes


class MeetingView(SessionsPage):
    """The meeting, and who was there."""

    template_name = "cms/admin/sessions/meeting.html"
    refusal = ""
    ticked: set[int] | None = None  # as it was sent, where it could not be saved

    @cached_property
    def meeting(self) -> Meeting:
        """Raises Http404 for somebody who neither leads nor tutors its cohort."""
        return taught_meeting(self.user, self.kwargs["key"])

    def get_page_title(self) -> str:
        return str(self.meeting.activity.title)

    @property
    def trail(self) -> list[tuple[str, str]]:
        cohort = self.meeting.cohort
        return [(reverse("cohort_sessions", args=[cohort.pk]), cohort.name)]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.POST.get("do") == "call-off":
                teller = self.user if request.POST.get("tell") else None
                mailing = call_off(self.meeting, teller=teller).mailing
                say(request, "The meeting is called off. Learners see that it is.", mailing)
            else:
                self._save_list(request)
        except Refused as refusal:
            self.refusal = str(refusal)
            return self.render_to_response(self.get_context_data(), status=422)
        return redirect("session_meeting", self.meeting.uuid)

    def _save_list(self, request: HttpRequest) -> None:
        was = _numbers(request.POST.get("was", "").split(","))
        self.ticked = _numbers(request.POST.getlist("there"))
        saved = save_list(self.meeting, was=was, now=self.ticked, recorder=self.user)
        messages.success(
            request, f"Saved: {saved.added} put on the list, {saved.removed} taken off."
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = attendance_list(self.meeting)
        there = {row.enrolment.pk for row in rows if row.attendance}
        opens_at = self.meeting.starts_at - CODE_AROUND
        return super().get_context_data(
            meeting=self.meeting,
            own=[row for row in rows if row.is_invited],
            others=[row for row in rows if not row.is_invited],
            came=len(there),
            expected=0 if self.meeting.is_over else expected(self.meeting).count(),
            was=",".join(map(str, sorted(there))),
            ticked=there if self.ticked is None else self.ticked,
            opens_at=opens_at,
            may_be_kept=opens_at <= clock.now() and not self.meeting.called_off_at,
            refusal=self.refusal,
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class RoomView(View):
    """The page for the projector: no name stands on it. The code is on it only while it counts."""

    def get(self, request: SignedInRequest, **kwargs: Any) -> HttpResponse:
        return self._shown(taught_meeting(request.user, kwargs["key"]))

    def post(self, request: SignedInRequest, **kwargs: Any) -> HttpResponse:
        meeting = taught_meeting(request.user, kwargs["key"])
        minutes = request.POST.get("minutes", "")
        try:
            if request.POST.get("do") == "close":
                close_code(meeting)
            else:
                open_code(meeting, int(minutes) if minutes.isdecimal() else 0)
        except Refused as refusal:
            return self._shown(meeting, str(refusal))
        return redirect("session_code", meeting.uuid)

    def _shown(self, meeting: Meeting, refusal: str = "") -> HttpResponse:
        identity = site_identity()
        address = f"{identity.url}{reverse('meeting', args=[meeting.uuid])}"
        context: dict[str, Any] = {
            "meeting": meeting,
            "refusal": refusal,
            "came": meeting.attendances.count(),
            "stays": CODE_STAYS,
            "usual": USUAL_STAY,
        }
        if meeting.code_open:
            context |= {"address": address.split("://", 1)[-1], "qr": qr_code(address)}
        status = 422 if refusal else 200
        response = render(self.request, "cms/admin/sessions/room.html", context, status=status)
        if meeting.code_open and meeting.code_closes_at:
            # Once, when the time is up that the facilitator has chosen: the code leaves the wall.
            left = (meeting.code_closes_at - clock.now()).total_seconds()
            response["Refresh"] = str(int(left) + 1)
        return response


@method_decorator(never_cache, name="dispatch")
class SheetView(View):
    """The facilitator's plan beside the list of the group, to print."""

    def get(self, request: SignedInRequest, **kwargs: Any) -> HttpResponse:
        user: User = request.user
        meeting = taught_meeting(user, kwargs["key"])
        edition = meeting.activity.current_edition
        rows: list[Row] = [row for row in attendance_list(meeting) if row.is_invited]
        context = {
            "meeting": meeting,
            "session": edition.content if edition else None,
            "rows": rows,
        }
        return render(request, "cms/admin/sessions/sheet.html", context)


def _numbers(given: list[str]) -> set[int]:
    return {int(text) for text in given if text.isdecimal() and len(text) < 19}
