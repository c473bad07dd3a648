"""Who saw or took what is about others, for those who administer people."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum.models import User
from curriculum.permissions import administered_person
from curriculum.queries.accesses import accesses, lines

PER_PAGE = 50


class AdministratorMenuItem(MenuItem):
    """Shown to those who administer people."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("curriculum.change_user"))


class FilterForm(forms.Form):
    """One person, by the uuid in a link, and one day."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    day = forms.DateField(
        required=False,
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Give a day such as 2026-12-04."},
    )


@method_decorator(never_cache, name="dispatch")
class AccessesView(WagtailAdminTemplateMixin, TemplateView):
    """The log, the newest first, of everybody or of one person and of one day."""

    page_title = "Who saw what"
    header_icon = "view"
    template_name = "cms/admin/accesses/index.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm("curriculum.change_user"):
            raise Http404("This person administers nobody.")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def form(self) -> FilterForm:
        return FilterForm(self.request.GET)

    @cached_property
    def person(self) -> User | None:
        key = self.form.cleaned_data.get("person") if self.form.is_valid() else None
        return administered_person(self.request.user, key) if key else None  # type: ignore[arg-type]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day: dt.date | None = self.form.cleaned_data.get("day") if self.form.is_valid() else None
        found = Paginator(accesses(self.person, day), PER_PAGE)
        page = found.get_page(self.request.GET.get("p"))
        return super().get_context_data(
            page=page, lines=lines(page), form=self.form, person=self.person, day=day, **kwargs
        )
