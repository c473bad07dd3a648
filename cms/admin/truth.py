"""The law changed; what is to be reviewed; one page's owner and reviews; notes to check."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms import upkeep
from cms.checks import checks
from cms.models import KeptTrue, Review, StandardPage, Tag, WhoIsWhoPage
from cms.models.base import FrozenPage
from cms.parts import Part, parts, stored
from curriculum import clock
from curriculum.models import User
from curriculum.text import clean_text

AHEAD = dt.timedelta(days=60)  # how early what falls due is shown
LONGEST_NOTE = 1000  # characters
WHOSE = [("mine", "Mine"), ("nobody", "Without an owner"), ("all", "Everybody’s")]


def may_edit_pages(user: Any) -> bool:
    """Whether somebody may change pages at all; which ones is asked page by page."""
    return bool(PagePermissionPolicy().user_has_any_permission(user, {"add", "change"}))


def may_edit(user: Any, page: Page) -> bool:
    return bool(page.permissions_for_user(user).can_edit())


class TruthView(WagtailAdminTemplateMixin, TemplateView):
    """A page about keeping content true, for those who write it."""

    header_icon = "tag"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_edit_pages(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]


class AskForm(forms.Form):
    """Since when, why, and whether learners are told."""

    since = forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    note = forms.CharField(
        label="Note to the owners",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What changed, and what to look for. It goes into the mail to each owner.",
    )
    tells_learners = forms.BooleanField(
        required=False, label="Learners see “under review since …” on each of these pages"
    )

    def clean_note(self) -> str:
        return clean_text(self.cleaned_data["note"])


class LawForm(AskForm):
    """The law that changed as well."""

    tag = forms.ModelChoiceField(
        Tag.objects.all(),
        label="What changed",
        empty_label="Choose a statute or guidance",
    )
    field_order = ["tag", "since"]


class LawChangedView(TruthView):
    """Choose a tag and a date, see everything that rests on it, mark it all for review."""

    page_title = "The law changed"
    template_name = "cms/admin/truth/law_changed.html"

    @cached_property
    def form(self) -> LawForm:
        data = self.request.POST or (self.request.GET if "tag" in self.request.GET else None)
        return LawForm(data, initial={"since": clock.today()})

    @cached_property
    def chosen(self) -> Tag | None:
        """The tag, once one is chosen, whatever else may be wrong with the form."""
        if not self.form.is_bound:
            return None
        self.form.is_valid()
        tag: Tag | None = self.form.cleaned_data.get("tag")
        return tag

    @cached_property
    def affected(self) -> list[upkeep.Affected]:
        """What rests on the chosen tag and is this person's to edit."""
        found = upkeep.affected_by(self.chosen) if self.chosen else []
        return [one for one in found if may_edit(self.request.user, one.page)]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = set(request.POST.getlist("page"))
        wanted = [one for one in self.affected if str(one.page.pk) in chosen]
        if self.form.is_valid() and not wanted:
            self.form.add_error(None, "Choose at least one page.")
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        asker: User = request.user  # type: ignore[assignment]
        upkeep.ask_for_review(wanted, asked_by=asker, **self.form.cleaned_data)
        many = f"{len(wanted)} pages are" if len(wanted) > 1 else "1 page is"
        messages.success(request, f"{many} marked for review.")
        return redirect(f"{reverse('truth_tasks')}?whose=all")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        posted = set(self.request.POST.getlist("page"))
        return super().get_context_data(
            form=self.form,
            affected=self.affected,
            unticked={one.page.pk for one in self.affected if str(one.page.pk) not in posted}
            if self.request.POST
            else set(),
            owners=len({one.page.owner_id for one in self.affected if one.page.owner_id}),
            without_owner=sum(one.page.owner_id is None for one in self.affected),
            chosen=self.chosen,
            **kwargs,
        )


class TasksView(TruthView):
    """What is to be reviewed, the most urgent first."""

    page_title = "To review"
    template_name = "cms/admin/truth/tasks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        whose = self.request.GET.get("whose", "mine")
        wanted = {"mine": self.request.user.pk, "nobody": None}
        today = clock.today()
        rows = [
            task
            for task in upkeep.tasks_until(today + AHEAD)
            if whose not in wanted or task.page.owner_id == wanted[whose]
        ]
        editable = {task.page.pk for task in rows if may_edit(self.request.user, task.page)}
        return super().get_context_data(
            rows=rows, whose=whose, choices=WHOSE, today=today, editable=editable, **kwargs
        )


class OwnerForm(forms.Form):
    """Who looks after a page."""

    owner = forms.ModelChoiceField(
        User.objects.filter(is_staff=True, is_active=True).order_by("full_name"),
        required=False,
        empty_label="Nobody",
    )
    with_inner = forms.BooleanField(required=False, label="And of every page in it")


class PageTruthView(TruthView):
    """One page: whose it is, when it is due, what was asked and answered."""

    template_name = "cms/admin/truth/page.html"

    @cached_property
    def page(self) -> Any:
        """Raises Http404 for a page that is not this person's to edit."""
        page = Page.objects.filter(pk=self.kwargs["pk"]).specific().first()
        if not isinstance(page, KeptTrue) or not may_edit(self.request.user, page):
            raise Http404("There is no such page for you.")
        return page

    def get_page_title(self) -> str:
        return str(self.page.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        first, *_, last = super().get_breadcrumbs_items()
        return [first, {"url": reverse("truth_tasks"), "label": TasksView.page_title}, last]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person: User = request.user  # type: ignore[assignment]
        do, forms_for = request.POST.get("do"), {"own": self.own, "ask": self.ask}
        if do == "true":
            upkeep.still_true(self.page, person)
            messages.success(request, f"“{self.page.title}” is recorded as still true.")
            back = request.POST.get("back") == "tasks"
            return redirect("truth_tasks") if back else redirect("truth_page", self.page.pk)
        form = forms_for.get(do or "")
        if form is None or not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        if do == "own":
            many = upkeep.give_to(self.page, **form.cleaned_data)
            messages.success(request, f"Owner saved for {many} page{'s' if many > 1 else ''}.")
        else:
            whole = upkeep.Affected(self.page, is_whole=True, parts=())
            upkeep.ask_for_review([whole], asked_by=person, **form.cleaned_data)
            messages.success(request, "Marked for review.")
        return redirect("truth_page", self.page.pk)

    @cached_property
    def own(self) -> OwnerForm:
        data = self.request.POST if self.request.POST.get("do") == "own" else None
        return OwnerForm(data, initial={"owner": self.page.owner_id})

    @cached_property
    def ask(self) -> AskForm:
        data = self.request.POST if self.request.POST.get("do") == "ask" else None
        return AskForm(data, initial={"since": clock.today()})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reviews = Review.objects.filter(page_id=self.page.pk)
        found = reviews.select_related("tag", "asked_by", "closed_by").order_by("-asked_at", "-pk")
        return super().get_context_data(
            page=self.page,
            reviews=list(found),
            own=self.own,
            ask=self.ask,
            tags=list(self.page.tags.all()),
            **kwargs,
        )


@never_cache
@require_GET
def content_checks(request: HttpRequest, pk: int) -> HttpResponse:
    """The checks of a draft as last saved, for the editor's panel to put in place of the old."""
    found = Page.objects.filter(pk=pk).specific().first()
    if not isinstance(found, FrozenPage) or not may_edit(request.user, found):
        raise Http404("There is no such page for you.")
    draft = found.get_latest_revision_as_object()
    return render(request, "cms/admin/truth/checks.html", {"checks": checks(draft)})


class NotesView(TruthView):
    """Every note of what is to be checked before sign-off, page by page."""

    page_title = "Notes to check"
    template_name = "cms/admin/truth/notes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept: list[tuple[Any, Iterable[Part]]]
        kept = [(one.page, one.parts) for one in upkeep.kept_pages()]
        for model in (StandardPage, WhoIsWhoPage):
            kept += [(page, parts(stored(page))) for page in model.objects.all()]
        rows = [(page, notes) for page, found in kept if (notes := _notes(found))]
        return super().get_context_data(
            rows=rows, count=sum(len(notes) for _, notes in rows), **kwargs
        )


def _notes(found: Iterable[Part]) -> list[Part]:
    return [part for part in found if part.check]
