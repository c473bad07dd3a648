"""The directory as a learner meets it within a case: the same search, and a way to choose."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from cms.directory.views import DirectoryView
from curriculum.domain import cases, playing
from curriculum.enums import ActivityKind
from curriculum.models import Attempt
from curriculum.permissions import own_attempt


class FindForCaseView(DirectoryView):
    """Search for the service that a case asks for. Each card leads back to the case with it, where
    the learner confirms; nothing here tells which kinds are right."""

    template_name = "cms/directory/for_case.html"
    card_template = "cms/directory/case_card.html"
    attempt: Attempt
    run: playing.Run

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        self.attempt = own_attempt(
            request.user, kwargs["attempt"], "activity", kind=ActivityKind.CASE
        )
        self.run = playing.run_of(self.attempt)
        if self.run.is_over or not cases.decision_at(self.run.case, self.run.now.key).finds:
            return self._back()
        return super().dispatch(request, *args, **kwargs)

    def _back(self) -> HttpResponse:
        """Where the run stands now: on another tab it has gone on."""
        return redirect("attempt", attempt=self.attempt.uuid)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number = len(self.run.now.steps) + 1
        return super().get_context_data(
            **kwargs,
            case=self.run.case,
            decision=cases.decision_at(self.run.case, self.run.now.key),
            scene_address=reverse("case_step", args=[self.attempt.uuid, number]),
            nobody=playing.NOBODY,
        )
