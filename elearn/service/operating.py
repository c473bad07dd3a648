"""The operator's page in the admin, and what can be done from it."""

from collections.abc import Callable
from typing import Any

from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum import outbox
from curriculum.domain import jobs
from curriculum.domain.errors import Refused
from curriculum.models import Certificate, Job, UnsentMail
from elearn.service.state import SHOWN, state


def may_operate(user: Any) -> bool:
    """Whether this person runs the service: administrators, whom a role is too little for."""
    return bool(user.is_active and user.has_perm("curriculum.change_user"))


@method_decorator(never_cache, name="dispatch")
class OperatingView(WagtailAdminTemplateMixin, TemplateView):
    """Readiness, work that waits or has failed, mail, fonts, clocks and versions."""

    page_title = "The service"
    header_icon = "cogs"
    template_name = "service/operating.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_operate(request.user):
            raise Http404("There is no such page.")
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(state=state(), shown=SHOWN, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do what was pressed and say what came of it."""
        act = ACTIONS.get(request.POST.get("do", ""))
        if act is None:
            raise Http404("There is no such action.")
        try:
            messages.success(request, act(request.POST.get("which", "")))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("operating")


def _try_job_again(which: str) -> str:
    job = Job.objects.filter(pk=_number(which)).first()
    if job is None:
        raise Refused("There is no such work any more.")
    jobs.again(job)
    return f"“{job.title}” waits for its turn."


def _send_mail_now(which: str) -> str:
    if not outbox.send_now(_number(which)):
        raise Refused("It did not go. The line below says why, or it has gone already.")
    return "The mail has gone."


def _drop_mail(which: str) -> str:
    UnsentMail.objects.filter(pk=_number(which)).delete()
    return "The mail will not be sent."


def _make_sheets_again(which: str) -> str:
    """The next who opens one gets it anew, with the fonts that are there by then."""
    found = Certificate.objects.exclude(missing_glyphs="")
    for sheet in found.exclude(pdf="").values_list("pdf", flat=True):
        storages["records"].delete(sheet)
    many = found.update(pdf="", missing_glyphs="")
    return f"{many} sheet{'' if many == 1 else 's'} will be made again when next opened."


def _number(which: str) -> int:
    if not (which.isascii() and which.isdigit() and len(which) < 19):
        raise Http404("There is no such thing.")
    return int(which)


ACTIONS: dict[str, Callable[[str], str]] = {
    "job-again": _try_job_again,
    "mail-send": _send_mail_now,
    "mail-drop": _drop_mail,
    "sheets-again": _make_sheets_again,
}
