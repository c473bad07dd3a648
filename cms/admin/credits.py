"""Further credits of an activity: who has read it, with their consent."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Page, PagePermissionTester

from cms.crediting import Entry, Version, enter_credit, versions, withdraw_credit
from cms.drafting import latest_draft
from cms.models import Credit
from cms.models.base import ActivityPage
from cms.models.credits import CreditKind
from curriculum.domain.errors import Refused


def activity_to_credit(user: Any, page_pk: int) -> Any:
    """An activity's page that this person may publish, reviewed or not. Raises Http404."""
    page = Page.objects.filter(pk=page_pk).specific().first()
    if not isinstance(page, ActivityPage) or not PagePermissionTester(user, page).can_publish():
        raise Http404("There is no such activity for you.")
    return page


class CreditForm(forms.Form):
    """Somebody who has read the activity, and what they agreed to."""

    kind = forms.ChoiceField(
        choices=CreditKind.choices, widget=forms.RadioSelect, label="They read it with"
    )
    name = forms.CharField(
        required=False,
        max_length=120,
        label="Name, as they want it shown",
        help_text="Left empty: “A person who has drawn on care”, or “A specialist”.",
    )
    capacity = forms.CharField(
        max_length=200,
        label="In what capacity",
        help_text="In their own words: “cared for her mother for six years”, “geriatrician”.",
    )
    digest = forms.ChoiceField(label="Which version they read")
    read_on = forms.DateField(label="Read on", widget=AdminDateInput)
    consented_on = forms.DateField(label="Consent given on", widget=AdminDateInput)
    consent_how = forms.CharField(
        max_length=200,
        label="How they gave their consent",
        help_text="“By e-mail to Dr Ashby”, “form kept in the office”. Learners don’t see it.",
    )

    def __init__(self, *args: Any, versions: list[Version], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields["digest"]
        known.choices = [(version.digest, version.label) for version in versions]


@method_decorator(never_cache, name="dispatch")
class CreditsView(WagtailAdminTemplateMixin, TemplateView):
    """Who has read an activity, and the form that adds somebody."""

    page_title = "Read by"
    header_icon = "user"
    template_name = "cms/admin/credits/index.html"
    refusal = ""

    @cached_property
    def page(self) -> Any:
        return activity_to_credit(self.request.user, self.kwargs["page"])

    @cached_property
    def versions(self) -> list[Version]:
        return versions(self.page, latest_draft(self.page))

    @cached_property
    def form(self) -> CreditForm:
        posted = self.request.POST if self.request.method == "POST" else None
        return CreditForm(posted, versions=self.versions)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [
            *super().get_breadcrumbs_items(),
            {"url": edit, "label": self.page.draft_title},
            {"url": "", "label": self.page_title},
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.form.is_valid():
            try:
                enter_credit(self.page, Entry(**self.form.cleaned_data), request.user)  # type: ignore[arg-type]
            except Refused as refusal:
                self.refusal = str(refusal)
            else:
                messages.success(request, "Entered. Learners see it on the activity’s page.")
                return redirect("credits", self.page.pk)
        return self.render_to_response(self.get_context_data(), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = {version.digest: version.label for version in self.versions}
        found = Credit.objects.filter(page=self.page.pk)
        rows = [(row, labels.get(row.digest, "A draft that was never published")) for row in found]
        return super().get_context_data(
            activity=self.page,
            rows=rows,
            form=self.form,
            media=self.form.media,
            refusal=self.refusal,
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class WithdrawView(WagtailAdminTemplateMixin, TemplateView):
    """Asks once before a credit and what it says of somebody is erased."""

    page_title = "Consent withdrawn"
    header_icon = "user"
    template_name = "cms/admin/credits/withdraw.html"

    @cached_property
    def credit(self) -> Credit:
        page = activity_to_credit(self.request.user, self.kwargs["page"])
        return get_object_or_404(Credit, pk=self.kwargs["pk"], page=page.pk, withdrawn_at=None)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        withdraw_credit(self.credit)
        messages.success(request, "Withdrawn. It is shown nowhere any more.")
        return redirect("credits", self.kwargs["page"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(credit=self.credit, page_pk=self.kwargs["page"], **kwargs)
