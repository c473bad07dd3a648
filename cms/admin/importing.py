"""Bringing questions into a quiz from Moodle: look at what would be added, then add it.

Between the two steps the text travels in the page; the second step reads it anew and trusts
nothing that was shown.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.drafts import own_draft
from cms.interchange.drafts import (
    DraftChanged,
    append,
    fingerprint,
    problems_of,
    stored,
    with_questions,
)
from cms.interchange.found import Found, Mapped, Unreadable
from cms.interchange.gift import read_gift
from cms.interchange.moodle import read_moodle_xml
from cms.interchange.source import MOST_BYTES, MOST_TEXT, decoded, is_xml, trimmed
from cms.models import QuizPage
from curriculum.domain.review import Explanation, explain
from curriculum.enums import QuestionKind

LOCKED = "This page is locked, so nothing can be added to it now."
CHANGED = (
    "Somebody has changed the draft since you looked. Nothing was added yet: this is what would be "
    "added now."
)


class SourceForm(forms.Form):
    """A file, or text that is pasted."""

    file = forms.FileField(
        label="File",
        required=False,
        help_text="Moodle XML (.xml) or GIFT (.txt, .gift), at most 5 MB.",
    )
    text = forms.CharField(
        label="Or paste it here",
        required=False,
        strip=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        upload, pasted = data.get("file"), data.get("text") or ""
        if self.errors:
            return data
        if upload and pasted.strip():
            raise forms.ValidationError("Choose a file or paste the text, not both.")
        if not upload and not pasted.strip():
            raise forms.ValidationError("Choose a file, or paste the text.")
        try:
            if upload:
                data["source"], data["note"] = decoded(upload.read(MOST_BYTES + 1))
            else:
                data["source"], data["note"] = trimmed(pasted), ""
            data["found"] = read(data["source"], upload.name if upload else "")
        except Unreadable as error:
            self.add_error("file" if upload else "text", str(error))
        return data


def read(source: str, name: str) -> Found:
    """What the text holds. Raises Unreadable."""
    return read_moodle_xml(source) if is_xml(source, name) else read_gift(source)


@dataclass(frozen=True)
class Row:
    """A question that would be added, as it would stand in the quiz."""

    entry: Mapped
    explanation: Explanation
    problems: list[str]

    @property
    def kind(self) -> str:
        return QuestionKind(self.explanation.kind).label


@method_decorator(never_cache, name="dispatch")
class ImportQuestionsView(WagtailAdminTemplateMixin, TemplateView):
    """First the form, then what would be added; only then is it added, and only to the draft."""

    page_title = "Import questions"
    header_icon = "upload"
    template_name = "cms/admin/import_questions.html"

    @cached_property
    def draft(self) -> QuizPage:
        page: QuizPage = own_draft(self.request, self.kwargs["page"], QuizPage)
        return page

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.is_locked = bool(self.draft.permissions_for_user(request.user).page_locked())
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.draft.pk])
        return [
            *super().get_breadcrumbs_items(),
            {"url": edit, "label": self.draft.title},
            {"url": "", "label": self.page_title},
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_locked:
            return self.render_to_response(self.get_context_data(), status=422)
        form = SourceForm(request.POST, request.FILES)
        is_sure = request.POST.get("do") == "add"
        if is_sure:
            form = SourceForm({"text": request.POST.get("text", "")})
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        if is_sure:
            return self._add(form)
        return self._show(form)

    def _add(self, form: SourceForm) -> HttpResponse:
        found: Found = form.cleaned_data["found"]
        questions = [entry.question for entry in found.mapped]
        if not questions:
            return self._show(form)
        seen = self.request.POST.get("seen", "")
        try:
            append(self.draft, questions, seen=seen, user=self.request.user)
        except DraftChanged:
            messages.warning(self.request, CHANGED)
            return self._show(form, status=409)
        many = len(questions)
        said = "1 question stands" if many == 1 else f"{many} questions stand"
        messages.success(
            self.request,
            f"{said} at the end of the draft now. What is live has not changed.",
        )
        return redirect("wagtailadmin_pages:edit", self.draft.pk)

    def _show(self, form: SourceForm, status: int = 200) -> HttpResponse:
        """What would be added to the draft as it is now."""
        data, seen = form.cleaned_data, fingerprint(self.draft)
        context = self.get_context_data(
            form=form,
            found=data["found"],
            rows=self._rows(data["found"]),
            source=data["source"],
            file_note=data["note"],
            seen=seen,
        )
        return self.render_to_response(context, status=status)

    def _rows(self, found: Found) -> list[Row]:
        rows = [stored(entry.question) for entry in found.mapped]
        draft = with_questions(self.draft, rows)
        return [
            Row(entry, explain(entry.question, None, _order(entry.question)), problems)
            for entry, problems in zip(found.mapped, problems_of(draft, rows), strict=True)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", SourceForm())
        return super().get_context_data(
            quiz=self.draft, is_locked=self.is_locked, locked=LOCKED, **kwargs
        )


def _order(question: Any) -> list[str]:
    return [option.id for option in getattr(question, "options", ())]
