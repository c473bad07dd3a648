"""Checking what learners offer to later cohorts: accept it or send it back, never change it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.reading import remember_reading, steps
from curriculum.content import words_written
from curriculum.domain.errors import NothingAnswered
from curriculum.domain.feedback import accept_exemplar, return_exemplar
from curriculum.domain.reflections import prompt_of
from curriculum.models import Edition, Exemplar, User
from curriculum.permissions import offered_exemplar
from curriculum.queries.reflections import exemplars_to_check


class ExemplarsView(WagtailAdminTemplateMixin, TemplateView):
    """What was offered in the cohorts that somebody tutors, the oldest first."""

    page_title = "Offered as exemplars"
    header_icon = "edit"
    template_name = "cms/admin/reflections/exemplars.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("reflections_inbox"), "label": "Reflections"},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = list(exemplars_to_check(self.request.user))
        writings = [exemplar.version.writing for exemplar in found]
        editions = Edition.objects.in_bulk({writing.edition_id for writing in writings})
        for writing in writings:
            writing.edition = editions[writing.edition_id]
        rows = [
            (exemplar, prompt_of(exemplar.version.writing), words_written(exemplar.text))
            for exemplar in found
        ]
        return super().get_context_data(rows=rows, **kwargs)


@method_decorator(never_cache, name="dispatch")
class ExemplarView(WagtailAdminTemplateMixin, TemplateView):
    """One that was offered, in the words that its writer agreed to."""

    page_title = "Check an exemplar"
    header_icon = "edit"
    template_name = "cms/admin/reflections/exemplar.html"
    refusal = ""

    @cached_property
    def exemplar(self) -> Exemplar:
        return offered_exemplar(self.request.user, self.kwargs["pk"])  # type: ignore[arg-type]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("reflections_inbox"), "label": "Reflections"},
            {"url": reverse("exemplars_check"), "label": ExemplarsView.page_title},
            {"url": "", "label": self.page_title},
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        accepts = request.POST.get("do") == "accept"
        checker: User = request.user  # type: ignore[assignment]
        try:
            if accepts:
                accept_exemplar(self.exemplar, checker)
            else:
                return_exemplar(self.exemplar, checker, request.POST.get("reason", ""))
        except NothingAnswered as refusal:
            self.refusal = str(refusal)
            return self.render_to_response(self.get_context_data(), status=422)
        except Exemplar.DoesNotExist as error:
            raise Http404("Its writer has withdrawn it.") from error
        messages.success(request, "Accepted." if accepts else "Sent back with your reason.")
        return redirect("exemplars_check")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        writing = self.exemplar.version.writing
        prompt = prompt_of(writing)
        reader: User = self.request.user  # type: ignore[assignment]
        remember_reading(writing, reader)
        return super().get_context_data(
            exemplar=self.exemplar,
            activity=writing.activity,
            prompt=prompt,
            steps=steps(prompt, self.exemplar.text),
            reason=self.request.POST.get("reason", ""),
            refusal=self.refusal,
            **kwargs,
        )
