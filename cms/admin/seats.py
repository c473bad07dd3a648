"""Asking colleagues to fill seats in a case, and the list of what one was asked."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.models import CasePage, SeatRequest
from cms.models.seats import seats_of
from cms.seats import LONGEST_NOTE, ask, colleagues, take_back
from cms.suggesting import draft_to_write
from curriculum.domain.errors import Refused
from curriculum.models import User


class SeatsView(WagtailAdminTemplateMixin, TemplateView):
    """The seats that somebody was asked to fill, and those that they have asked others to fill."""

    page_title = "Seats"
    header_icon = "group"
    template_name = "cms/admin/seats/index.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": "Seats"}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: User = self.request.user  # type: ignore[assignment]
        found = SeatRequest.objects.select_related("page", "asked_by", "colleague")
        own = list(found.filter(colleague=user, cancelled_at=None))
        return super().get_context_data(
            waiting=[row for row in own if row.is_open],
            filled=[row for row in own if not row.is_open],
            asked=found.filter(asked_by=user, cancelled_at=None),
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class AskView(WagtailAdminTemplateMixin, TemplateView):
    """A case's seats, and the form that hands one of them to a colleague."""

    page_title = "Ask a colleague to fill a seat"
    header_icon = "group"
    template_name = "cms/admin/seats/ask.html"
    refusal = ""

    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]

    @cached_property
    def case(self) -> Any:
        """The draft. Raises Http404 for whoever may not change it."""
        found = draft_to_write(self.user, self.kwargs["page"])
        if not isinstance(found, CasePage):
            raise Http404("Only a case has seats.")
        return found

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.case.title}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        do = request.POST.get("do", "")
        if do == "search":
            return self.render_to_response(self.get_context_data())
        try:
            said = self._take_back() if do == "back" else self._ask()
        except Refused as refusal:
            self.refusal = str(refusal)
            return self.render_to_response(self.get_context_data(), status=422)
        messages.success(request, said)
        return redirect("seat_ask", self.case.pk)

    def _ask(self) -> str:
        posted = self.request.POST
        wanted = posted.get("colleague", "")
        found = next((who for who in colleagues(self.user) if str(who.pk) == wanted), None)
        if found is None:
            raise Refused("Choose the colleague whom you want to ask.")
        if not posted.get("voice"):
            raise Refused("Choose the seat.")
        ask(self.case, posted["voice"], self.user, found, posted.get("note", ""))
        return f"{found.get_full_name()} is asked and gets an e-mail."

    def _take_back(self) -> str:
        wanted = self.request.POST.get("seat", "")
        own = SeatRequest.objects.filter(page=self.case.pk)
        found = own.filter(pk=int(wanted[:18])).first() if wanted.isdecimal() else None
        if found is None:
            raise Refused("There is no such request any more.")
        take_back(found)
        return "Taken back. What was written for the seat stays in the draft."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        posted = self.request.POST
        return super().get_context_data(
            case=self.case,
            seats=seats_of(self.case, self.case.freeze().content),
            colleagues=colleagues(self.user, posted.get("q", "")),
            typed={name: posted.get(name, "") for name in ("q", "voice", "colleague", "note")},
            longest=LONGEST_NOTE,
            refusal=self.refusal,
            **kwargs,
        )
