"""Long work that somebody asked for: how far it is, stopping it, and taking its file away."""

import uuid
from typing import Any

from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum.domain import jobs
from curriculum.domain.downloads import record_download
from curriculum.models import Cohort, Job
from curriculum.permissions import SignedInRequest, own_job

PER_PAGE = 30


class JobsView(WagtailAdminTemplateMixin, TemplateView):
    """What I have asked for, the newest first."""

    page_title = "Files and long work"
    header_icon = "download"
    template_name = "cms/admin/jobs/index.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = Paginator(Job.objects.of(self.request.user), PER_PAGE)
        page = mine.get_page(self.request.GET.get("p"))
        return super().get_context_data(page=page, **kwargs)


@method_decorator(never_cache, name="dispatch")
class JobView(WagtailAdminTemplateMixin, TemplateView):
    """One job; the page renews itself while it goes on."""

    header_icon = "download"
    template_name = "cms/admin/jobs/one.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.job = own_job(request.user, kwargs["key"])  # type: ignore[arg-type]

    def get_page_title(self) -> str:
        return self.job.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("jobs"), "label": JobsView.page_title},
            {"url": "", "label": self.job.title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(job=self.job, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("X-Fragment"):
            return render(request, "cms/admin/jobs/_state.html", {"job": self.job})
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        jobs.cancel(self.job)
        return redirect("job", self.job.uuid)


@method_decorator(never_cache, name="dispatch")
class JobFileView(View):
    """The file of a job, for its owner as long as they lead what is in it."""

    def get(self, request: SignedInRequest, key: uuid.UUID) -> FileResponse:
        job = own_job(request.user, key)
        cohorts = set(job.parameters.get("cohorts", ()))
        if not job.file or Cohort.objects.led_by(request.user).filter(pk__in=cohorts).count() < len(
            cohorts
        ):
            raise Http404("There is no such file, or not any more.")
        file = storages["records"].open(job.file, "rb")
        record_download(request.user, job.file_name, cohorts=cohorts, job=job)
        return FileResponse(file, as_attachment=True, filename=job.file_name)
