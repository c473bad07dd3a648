"""A meeting as a learner sees it: when and where, and the code to type when they are there."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from curriculum import clock
from curriculum.domain.attendance import WrongCode, attend_by_code
from curriculum.domain.errors import Refused
from curriculum.exports.calendar import calendar_of
from curriculum.forms.meetings import RoomCodeForm
from curriculum.identity import site_identity
from curriculum.limits import Limit
from curriculum.models import Enrolment, Meeting
from curriculum.permissions import SignedInRequest, own_meeting
from curriculum.queries.meetings import is_for
from curriculum.views.finishing import say_what_is_complete

# More codes than somebody types who reads them off a wall.
TRIES = Limit("room-code", allowed=10, period=600)


@never_cache
@login_required
def meeting(request: SignedInRequest, meeting: uuid.UUID) -> HttpResponse:
    """One meeting, and typing its code."""
    found, enrolment = own_meeting(request.user, meeting)
    if request.method == "POST":
        return _attend(request, found, enrolment)
    return _shown(request, found, enrolment, RoomCodeForm())


@never_cache
@login_required
@require_GET
def calendar(request: SignedInRequest, meeting: uuid.UUID) -> HttpResponse:
    """The meeting for one's own calendar."""
    found, _ = own_meeting(request.user, meeting)
    response = HttpResponse(
        calendar_of(found, site_identity()), content_type="text/calendar; charset=utf-8"
    )
    name = slugify(found.activity.title)[:60] or "session"
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def _attend(request: SignedInRequest, meeting: Meeting, enrolment: Enrolment) -> HttpResponse:
    form, began = RoomCodeForm(request.POST), clock.now()
    if not form.is_valid():
        return _shown(request, meeting, enrolment, form, status=422)
    if TRIES.is_passed_by(f"{meeting.pk}:{enrolment.pk}"):
        form.add_error(
            "code",
            "You have tried many codes. Wait ten minutes, or ask the facilitator to put you on the "
            "list.",
        )
        return TRIES.refuse(_shown(request, meeting, enrolment, form))
    try:
        attended = attend_by_code(meeting, enrolment, form.cleaned_data["code"])
    except WrongCode as refusal:
        form.add_error("code", str(refusal))
        return _shown(request, meeting, enrolment, form, status=422)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, meeting, enrolment, form, status=422)
    if attended.at >= began:
        messages.success(request, "You are on the list. The session is complete.")
        # What it completed carries the meeting's own end where that is past.
        say_what_is_complete(request, enrolment, since=min(began, meeting.ends_at))
    return redirect("meeting", meeting.uuid)


def _shown(
    request: SignedInRequest,
    meeting: Meeting,
    enrolment: Enrolment,
    form: RoomCodeForm,
    status: int = 200,
) -> HttpResponse:
    attendance = meeting.attendances.filter(enrolment=enrolment).first()
    is_asked = not meeting.called_off_at and (meeting.is_near or bool(form.errors))
    context = {
        "meeting": meeting,
        "enrolment": enrolment,
        "attendance": attendance,
        "is_own": is_for(meeting, enrolment),
        "may_type": is_asked and not attendance,
        "form": form,
    }
    return render(request, "curriculum/meeting.html", context, status=status)
