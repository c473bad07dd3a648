"""Correcting a wrong key of a quiz: choose editions, look, say why, confirm; and what was done.

Open to whoever may publish the page. Names are shown only of learners in cohorts that this person
leads; of everybody else there are results without a name or a cohort.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.paginator import Page as PageOfRows
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import PagePermissionTester

from cms.models import QuizPage
from curriculum.domain.changes import Change, compare
from curriculum.domain.errors import Refused
from curriculum.domain.regrade_preview import Corrected, Preview, look, markable_editions
from curriculum.domain.regrading import LONGEST_REASON, Outdated, regrade
from curriculum.models import Activity, Attempt, Cohort, Edition, Regrade, User
from curriculum.queries.standing import with_standing

ROWS_ON_A_PAGE = 100


class RegradeForm(forms.Form):
    """Why, and whether those who had passed may fail by it."""

    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Learners read it on their result and in a mail. Name nobody.",
        error_messages={"required": "Say what was wrong with the key. Learners read it."},
    )
    fails_too = forms.BooleanField(label="Also fail those who had passed", required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


@dataclass(frozen=True)
class Row:
    """One attempt, with its learner only for whoever may see the cohort."""

    name: str
    cohort: str
    change: Any  # a Result, or a RegradedAttempt


def may_regrade(page: QuizPage, user: Any) -> bool:
    """Whoever may publish the page, whatever state its newest draft is in."""
    return PagePermissionTester(user, page).can_publish()


@method_decorator(never_cache, name="dispatch")
class _OfQuiz(WagtailAdminTemplateMixin, TemplateView):
    """A screen about the key of one quiz. Raises Http404 for whoever may not publish its page."""

    page_title = "Correct a wrong key"
    header_icon = "check"

    @cached_property
    def quiz_page(self) -> QuizPage:
        page = get_object_or_404(QuizPage, pk=self.kwargs["page"])
        if not may_regrade(page, self.request.user):
            raise Http404("There is no such quiz for you.")
        return page

    @cached_property
    def activity(self) -> Activity:
        found = Activity.objects.select_related("current_edition")
        return get_object_or_404(
            found, key=self.quiz_page.translation_key, current_edition__isnull=False
        )

    def get_page_subtitle(self) -> str:
        return self.activity.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.quiz_page.pk])
        return [
            *super().get_breadcrumbs_items(),
            {"url": edit, "label": self.activity.title},
            {"url": "", "label": self.page_title},
        ]

    def rows(self, changes: Iterable[tuple[Attempt, Any]]) -> list[Row]:
        """The changes with their learners: named ones first, by name, then those without."""
        led = set(Cohort.objects.led_by(self.request.user).values_list("pk", flat=True))
        named, nameless = [], []
        for attempt, change in changes:
            enrolment = attempt.enrolment
            if enrolment.cohort_id in led:
                named.append(Row(enrolment.learner.get_full_name(), enrolment.cohort.name, change))
            else:
                nameless.append(change)
        nameless.sort(key=lambda change: (change.score_before, change.score_after))
        return [
            *sorted(named, key=lambda row: (row.name, row.cohort)),
            *(Row(f"Learner {n}", "", change) for n, change in enumerate(nameless, start=1)),
        ]

    def on_this_page(self, rows: list[Row]) -> PageOfRows[Row]:
        return Paginator(rows, ROWS_ON_A_PAGE).get_page(self.request.GET.get("p"))


class RegradeView(_OfQuiz):
    """Looking is a GET and changes nothing; confirming what was looked at is a POST."""

    template_name = "cms/admin/regrading/regrade.html"
    refusal = ""
    form: RegradeForm | None = None

    @cached_property
    def offered(self) -> list[Edition]:
        """The editions to choose from, with what stands on each."""
        with_content = with_standing(markable_editions(self.activity)).defer(None)
        return list(with_content)

    @cached_property
    def chosen(self) -> list[Edition]:
        """Those that the address names; what it names wrongly is left out."""
        wanted = set(self.request.GET.getlist("edition"))
        return [edition for edition in self.offered if str(edition.number) in wanted]

    @cached_property
    def preview(self) -> Preview | None:
        if not self.chosen:
            return None
        try:
            return look(self.activity, self.chosen)
        except Refused as refusal:
            self.refusal = str(refusal)
            return None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = RegradeForm(request.POST)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        user: User = request.user  # type: ignore[assignment]
        given = self.form.cleaned_data
        try:
            made = regrade(self.activity, self.chosen, by=user, **given)
        except Refused as refusal:
            self.refusal = str(refusal)
            if isinstance(refusal, Outdated) and self.preview:
                fresh = {"reason": given["reason"], "seen": self.preview.fingerprint}
                self.form = RegradeForm(initial=fresh)  # the express choice is made anew
            return self.render_to_response(self.get_context_data(), status=409)
        messages.success(request, "The key is corrected, and learners are being told.")
        return redirect("regrade_record", page=self.quiz_page.pk, number=made.number)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        preview = self.preview
        rows = self.rows((r.attempt, r) for r in preview.results) if preview else []
        return super().get_context_data(
            activity=self.activity,
            offered=self.offered,
            chosen=self.chosen,
            preview=preview,
            corrections=[_told(c) for c in preview.questions] if preview else [],
            rows=self.on_this_page(rows),
            form=self.form or RegradeForm(initial={"seen": preview.fingerprint if preview else ""}),
            refusal=self.refusal,
            earlier=list(Regrade.objects.filter(activity=self.activity)),
            **kwargs,
        )


class RegradeRecordView(_OfQuiz):
    """What one regrade did, for good."""

    template_name = "cms/admin/regrading/record.html"
    page_title = "A corrected key"

    @cached_property
    def regrade(self) -> Regrade:
        found = Regrade.objects.select_related("corrected").prefetch_related("editions")
        wanted = {"activity": self.activity, "number": self.kwargs["number"]}
        return get_object_or_404(found, **wanted)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        changed = self.regrade.attempts.select_related(
            "attempt__enrolment__learner", "attempt__enrolment__cohort"
        )
        rows = self.rows((row.attempt, row) for row in changed)
        return super().get_context_data(
            activity=self.activity,
            regrade=self.regrade,
            editions=sorted(edition.number for edition in self.regrade.editions.all()),
            rows=self.on_this_page(rows),
            **kwargs,
        )


def _told(corrected: Corrected) -> tuple[Edition, Any, tuple[Change, ...]]:
    """A question whose key would be another, with what differs: its key, and whatever else."""
    quiz = corrected.edition.content
    before, after = (
        replace(quiz, questions=tuple(one if q.id == one.id else q for q in quiz.questions))
        for one in (corrected.asked, corrected.now)
    )
    return corrected.edition, corrected.asked, compare(before, after)
