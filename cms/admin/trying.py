"""Trying out a draft as a student would meet it: a module, and every activity in it.

The pages are the learners' own, filled from the newest draft. Nothing is recorded: what is given
on the way stays in the author's own session or nowhere.
"""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.models import Page

from cms.admin.drafts import own_draft
from cms.models import (
    CasePage,
    ModulePage,
    QuizPage,
    ReadingPage,
    ReflectionPage,
    SessionPage,
    SurveyPage,
)
from curriculum.content import words_written
from curriculum.enums import ActivityKind
from curriculum.forms.reflections import hints_in, posted_text, stage_fields

ACTIVITIES: dict[type[Page], ActivityKind] = {
    ReadingPage: ActivityKind.READING,
    CasePage: ActivityKind.CASE,
    QuizPage: ActivityKind.QUIZ,
    ReflectionPage: ActivityKind.REFLECTION,
    SessionPage: ActivityKind.SESSION,
    SurveyPage: ActivityKind.SURVEY,
}
PLAYABLE: set[type[Page]] = {ModulePage, *ACTIVITIES}


@dataclass(frozen=True)
class Row:
    """An activity of the module, as its newest draft calls it."""

    pk: int
    title: str
    kind: ActivityKind
    is_live: bool

    @property
    def address(self) -> str:
        return reverse("try_out", args=[self.pk])


@dataclass(frozen=True)
class Trying:
    """Where in its module the page stands that is tried out. `module` is None for somebody who may
    edit this page only."""

    page: Any
    module: Page | None
    rows: tuple[Row, ...]

    @property
    def kind(self) -> str:
        return str(ACTIVITIES.get(type(self.page), "module"))

    @property
    def number(self) -> int:
        """The place of this activity in the module, from 1; 0 for the module itself."""
        return next((n for n, row in enumerate(self.rows, 1) if row.pk == self.page.pk), 0)

    @property
    def next(self) -> Row | None:
        return next(iter(self.rows[self.number :]), None)

    @property
    def home(self) -> str:
        return reverse("try_out", args=[self.page.pk])

    @property
    def module_home(self) -> str:
        return reverse("try_out", args=[self.module.pk]) if self.module else ""


def trying(draft: Any, user: Any) -> Trying:
    """The page's place among its module's activities, in the order and with the titles that they
    have now."""
    module = draft if isinstance(draft, ModulePage) else draft.get_parent()
    if module is None or not module.permissions_for_user(user).can_edit():
        return Trying(draft, None, ())
    rows = [
        Row(
            child.pk, child.draft_title or child.title, ACTIVITIES[child.specific_class], child.live
        )
        for child in module.get_children()
        if child.specific_class in ACTIVITIES
    ]
    return Trying(draft, module, tuple(rows))


@never_cache
@require_GET
def try_out(request: HttpRequest, page: int) -> HttpResponse:
    """The draft's own page as students meet it, with the way through it and on to the next."""
    draft = own_draft(request, page, *PLAYABLE)
    request.is_preview = True  # type: ignore[attr-defined]
    context = {**draft.get_context(request), "forms": (), "trying": trying(draft, request.user)}
    return render(request, draft.template, context)


@never_cache
def try_writing(request: HttpRequest, page: int, prompt: str) -> HttpResponse:
    """The page on which students write. What is typed comes back in the answer and is not kept."""
    draft = own_draft(request, page, ReflectionPage)
    try:
        wanted = draft.freeze().content.prompt(prompt)
    except KeyError:
        raise Http404("The draft has no such prompt.") from None
    text = posted_text(request.POST)
    context = {
        "page": draft,
        "trying": trying(draft, request.user),
        "prompt": wanted,
        "fields": stage_fields(wanted, text),
        "words": words_written(text),
        "hints": hints_in(text),
        "is_done": request.method == "POST",
        "unreviewed": True,
    }
    return render(request, "cms/pages/try_writing.html", context)
