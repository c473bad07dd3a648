"""The certificates that stand in a cohort: choose some or all, and have them as one file."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum.domain.errors import Refused
from curriculum.exports.bundle import ask_for_bundle, sheets_of
from curriculum.models import Certificate, Cohort
from curriculum.text import clean_line

PER_PAGE = 100


@method_decorator(never_cache, name="dispatch")
class CohortCertificatesView(WagtailAdminTemplateMixin, TemplateView):
    """A page of them, with boxes; the whole list is one box more."""

    page_title = "Certificates"
    header_icon = "clipboard-list"
    template_name = "cms/admin/jobs/certificates.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.cohort = get_object_or_404(Cohort.objects.led_by(request.user), pk=kwargs["pk"])
        self.query = clean_line(request.GET.get("q", ""))[:100]

    def get_page_subtitle(self) -> str:
        return self.cohort.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("cohorts:index"), "label": "Cohorts"},
            {"url": reverse("cohorts:edit", args=[self.cohort.pk]), "label": self.cohort.name},
            {"url": "", "label": self.page_title},
        ]

    def standing(self) -> QuerySet[Certificate]:
        """Those that stand now and have a sheet, by name."""
        rows = sheets_of(self.cohort)
        if self.query:
            rows = rows.filter(enrolment__learner__full_name__icontains=self.query)
        return rows.select_related("enrolment__learner").order_by(
            "enrolment__learner__full_name", "pk"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(self.standing(), PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(cohort=self.cohort, page=page, q=self.query, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("all"):
            chosen = list(self.standing().values_list("pk", flat=True))
        else:
            chosen = [int(pk) for pk in request.POST.getlist("chosen") if pk.isdecimal()]
        try:
            job = ask_for_bundle(self.cohort, chosen, request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            messages.error(request, str(refusal))
            return self.get(request, *args, **kwargs)
        return redirect("job", job.uuid)
