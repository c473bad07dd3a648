"""A cohort's invitations: who was mailed, who was not, and sending again as a decision."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from wagtail.admin import messages

from cms.admin.roster import PER_PAGE, RosterStep
from curriculum.domain.invitations import invite_again, invite_all
from curriculum.models import Invitation
from curriculum.permissions import SignedInRequest
from curriculum.queries.roster import invitations_of, invited


class InvitationsView(RosterStep):
    """Everybody who came in by a list, with how their invitation stands."""

    page_title = "Invitations"
    header_icon = "mail"
    template_name = "cms/admin/roster/invitations.html"

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        here = reverse("invitations", args=[self.cohort.pk])
        back = (here, "Back to the invitations")
        if wanted := request.POST.get("again", ""):
            mine = Invitation.objects.filter(enrolment__cohort=self.cohort)
            invitation = get_object_or_404(mine.to_people_who_take_part(), uuid=_uuid(wanted))
            if invite_again(invitation, request.user, back):
                messages.success(request, "It is sent once more.")
            else:
                messages.info(request, "That was sent again already, or its link was used.")
            return redirect(here)
        _, job = invite_all(self.cohort, request.user, back)
        if job is None:
            messages.info(request, "Nobody is waiting for an invitation.")
            return redirect(here)
        return redirect("job", job.uuid)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Paginator(invitations_of(self.cohort), PER_PAGE)
        return super().get_context_data(
            counts=invited(self.cohort), page=rows.get_page(self.request.GET.get("p")), **kwargs
        )


def _uuid(text: str) -> uuid.UUID:
    """Nobody's uuid, where the text is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
