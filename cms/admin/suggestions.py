"""Suggesting other words for a draft, and its writers' answers."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.compare import diff_text
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.models import Suggestion
from cms.models.suggestions import SuggestionState, with_present
from cms.passages import Passage, Wording, passages
from cms.suggesting import LONGEST_REASON, accept, decline, draft_to_read, draft_to_write, suggest
from curriculum.domain.errors import Refused
from curriculum.models import User
from curriculum.text import clean_html, plain


class WordsForm(forms.Form):
    """Words for one text, in the editor that it has; and a line beside."""

    words = forms.CharField(required=False, strip=False)
    said = forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_REASON}),
    )

    def __init__(self, *args: Any, wording: Wording, words: str, said: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget = (
            get_rich_text_editor_widget(features=list(wording.features))
            if wording.is_rich
            else forms.Textarea(attrs={"rows": min(12, 3 + len(words) // 80)})
        )
        self.fields["words"].label, self.fields["said"].label = "Words", said
        self.initial["words"] = words

    def full_clean(self) -> None:
        """Raises BadRequest for what no editor sends, which Wagtail's widget would trip over."""
        try:
            super().full_clean()
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise BadRequest("This is not what the editor sends.") from error


def marked(before: str, after: str, is_rich: bool) -> list[tuple[str, str]]:
    """The words of both, each run with whether it is `equal`, an `addition` or a `deletion`."""
    pair = (plain(before), plain(after)) if is_rich else (before, after)
    runs: list[tuple[str, str]] = []
    for kind, text in diff_text(*pair).changes:
        if runs and runs[-1][0] == kind:
            runs[-1] = (kind, runs[-1][1] + text)
        else:
            runs.append((kind, text))
    return runs


def shown(text: str) -> str:
    """Rich text as it reads; links to our own pages are words, since each would be looked up."""
    return clean_html(text)


class _OfOnePage(WagtailAdminTemplateMixin, TemplateView):
    """A screen about one page's draft."""

    header_icon = "comment"

    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]

    @cached_property
    def draft(self) -> Any:
        """Raises Http404 for whoever may not read it."""
        return draft_to_read(self.user, self.kwargs["page"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {
                "url": reverse("suggest_wording", args=[self.kwargs["page"]]),
                "label": self.draft.title,
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(draft=self.draft, **kwargs)


@method_decorator(never_cache, name="dispatch")
class SuggestView(_OfOnePage):
    """Every text of the draft in reading order, each with a way to suggest other words; and what
    became of one's own suggestions."""

    page_title = "Suggest wording"
    template_name = "cms/admin/suggestions/suggest.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = list(Suggestion.objects.filter(page=self.draft.pk, by=self.user).order_by("-at"))
        waiting = {row.where for row in own if row.state == SuggestionState.OPEN}
        rows = [
            (
                passage,
                shown(passage.text) if passage.is_rich else "",
                words_address(self.draft.pk, passage),
                passage.path in waiting,
            )
            for passage in passages(self.draft)
            if passage.text
        ]
        return super().get_context_data(rows=rows, own=own, **kwargs)


@method_decorator(never_cache, name="dispatch")
class SuggestWordsView(_OfOnePage):
    """Other words for one text, with a reason."""

    page_title = "Other words"
    template_name = "cms/admin/suggestions/words.html"
    refusal = ""

    @cached_property
    def passage(self) -> Passage:
        """Raises Http404 where the address names no text of the draft."""
        path = tuple(self.request.GET.get("at", "").split("/"))
        found = next((p for p in passages(self.draft) if p.path == path), None)
        if found is None:
            raise Http404("There is no such text in this draft.")
        return found

    @cached_property
    def form(self) -> WordsForm:
        return WordsForm(
            self.request.POST if self.request.method == "POST" else None,
            wording=self.passage.wording,
            words=self.passage.text,
            said="Why (if you want to say)",
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.form.is_valid():
            typed = self.form.cleaned_data
            try:
                suggest(self.draft, self.passage.path, typed["words"], typed["said"], self.user)
            except Refused as refusal:
                self.refusal = str(refusal)
            else:
                messages.success(request, "Suggested. The page’s writers see it in their editor.")
                return redirect("suggest_wording", self.draft.pk)
        return self.render_to_response(self.get_context_data(), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            passage=self.passage,
            shown=shown(self.passage.text) if self.passage.is_rich else "",
            form=self.form,
            media=self.form.media,
            refusal=self.refusal,
            **kwargs,
        )


class _ForWriters(_OfOnePage):
    @cached_property
    def draft(self) -> Any:
        """Raises Http404 for whoever may not change it."""
        return draft_to_write(self.user, self.kwargs["page"])


@method_decorator(never_cache, name="dispatch")
class SuggestionsView(_ForWriters):
    """What was suggested for a page: what waits, and what was answered."""

    page_title = "Suggestions"
    template_name = "cms/admin/suggestions/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = Suggestion.objects.filter(page=self.draft.pk).select_related("answered_by")
        rows = [
            (row, marked(row.before, row.after, row.is_rich), row.is_overtaken(present))
            for row, present in with_present(self.draft, found)
        ]
        is_open = [row for row in rows if row[0].state == SuggestionState.OPEN]
        answered = [row for row in reversed(rows) if row[0].state != SuggestionState.OPEN]
        return super().get_context_data(waiting=is_open, answered=answered, **kwargs)


@method_decorator(never_cache, name="dispatch")
class AnswerView(_ForWriters):
    """One suggestion beside the text as it stands: take it over, reworded or not, or decline."""

    page_title = "Suggestion"
    template_name = "cms/admin/suggestions/answer.html"
    refusal = ""

    @cached_property
    def suggestion(self) -> Suggestion:
        found = Suggestion.objects.select_related("answered_by")
        return get_object_or_404(found, pk=self.kwargs["pk"], page=self.draft.pk)

    @cached_property
    def present(self) -> Passage | None:
        return with_present(self.draft, [self.suggestion])[0][1]

    @cached_property
    def form(self) -> WordsForm:
        wording = self.present.wording if self.present else Wording()
        return WordsForm(
            self.request.POST if self.request.method == "POST" else None,
            wording=wording,
            words=self.suggestion.after,
            said="A word to whoever suggested it (needed if you decline)",
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.form.is_valid():
            typed, accepts = self.form.cleaned_data, request.POST.get("do") == "accept"
            try:
                if accepts:
                    present = request.POST.get("present", "")
                    accept(self.suggestion, present, typed["words"], self.user, typed["said"])
                else:
                    decline(self.suggestion, self.user, typed["said"])
            except Refused as refusal:
                self.refusal = str(refusal)
                for stale in ("draft", "suggestion", "present"):
                    self.__dict__.pop(stale, None)
            else:
                messages.success(request, "Taken over." if accepts else "Declined.")
                return redirect("suggestions", self.draft.pk)
        return self.render_to_response(self.get_context_data(), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, present = self.suggestion, self.present
        return super().get_context_data(
            row=row,
            present=present,
            runs=marked(row.before, row.after, row.is_rich),
            overtaken=row.is_overtaken(present),
            since=marked(row.before, present.text if present else "", row.is_rich),
            is_answered=row.state in {SuggestionState.ACCEPTED, SuggestionState.DECLINED},
            form=self.form,
            media=self.form.media,
            refusal=self.refusal,
            **kwargs,
        )


def words_address(page_pk: int, passage: Passage) -> str:
    """Where other words for one text are suggested."""
    return f"{reverse('suggest_words', args=[page_pk])}?{urlencode({'at': '/'.join(passage.path)})}"
