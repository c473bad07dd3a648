"""The record of one learner in one cohort, for those who lead it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum.domain import adjustments
from curriculum.domain.accesses import record_access
from curriculum.domain.errors import Refused
from curriculum.enums import Seen
from curriculum.models import Adjustment, Enrolment
from curriculum.permissions import led_enrolment
from curriculum.queries.catalogue import shelf_of
from curriculum.queries.record import record_of

PRESENT = [
    ("learner_credit", "Credit or exempt"),
    ("learner_attempt", "Grant a further attempt"),
    ("learner_extend", "Give more time"),
    ("learner_move", "Move to another cohort"),
    ("learner_carry_over", "Carry over"),
    ("learner_withdraw", "Withdraw"),
]
LEFT = [("learner_take_back", "Take back into the cohort")]


class OneEnrolment(WagtailAdminTemplateMixin):
    """A screen about one enrolment. Raises Http404 for whoever does not lead its cohort."""

    header_icon = "user"
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def enrolment(self) -> Enrolment:
        return led_enrolment(self.request.user, self.kwargs["key"])  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        return self.enrolment.learner.get_full_name()

    @property
    def address(self) -> str:
        return reverse("learner", args=[self.enrolment.uuid])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        cohort = self.enrolment.cohort
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("cohorts:index"), "label": "Cohorts"},
            {"url": reverse("cohorts:edit", args=[cohort.pk]), "label": cohort.name},
            {"url": reverse("cohort_learners", args=[cohort.pk]), "label": "Learners"},
            {"url": self.address, "label": self.name},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            enrolment=self.enrolment, name=self.name, address=self.address, **kwargs
        )


@method_decorator(never_cache, name="dispatch")
class LearnerView(OneEnrolment, TemplateView):
    """Who, how far, on what basis, and what was decided."""

    template_name = "cms/admin/learners/one.html"

    def get_page_title(self) -> str:
        return self.name

    def get_page_subtitle(self) -> str:
        return self.enrolment.cohort.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *above, here = super().get_breadcrumbs_items()
        return [*above, {**here, "url": ""}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record_access(self.request.user, Seen.RECORD, self.enrolment.learner)  # type: ignore[arg-type]
        offered = LEFT if self.enrolment.withdrawn_at else PRESENT
        return super().get_context_data(
            record=record_of(self.enrolment, shelf_of(self.request)),
            actions=[(reverse(name, args=[self.enrolment.uuid]), label) for name, label in offered],
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class UndoView(OneEnrolment, TemplateView):
    """Take one decision back, after saying what that does."""

    page_title = "Take a decision back"
    template_name = "cms/admin/learners/undo.html"
    refusal = ""

    @cached_property
    def adjustment(self) -> Adjustment:
        rows = self.enrolment.adjustments.select_related("actor", "activity", "module")
        return get_object_or_404(rows, uuid=self.kwargs["decision"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            adjustments.undo(self.adjustment, actor=request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            self.refusal = str(refusal)
            return self.render_to_response(self.get_context_data(), status=422)
        messages.success(request, f"Taken back: {self.adjustment.what}. {self.name} is told.")
        return redirect(self.address)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(made=self.adjustment, refusal=self.refusal, **kwargs)
