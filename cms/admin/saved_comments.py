"""The sentences that somebody keeps for use in feedback; nobody else sees them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum.domain.errors import NothingAnswered, Refused
from curriculum.models import SavedComment, User
from curriculum.text import clean_text

LONGEST = 500  # characters, as the database has it


def keep_comment(owner: User, text: str, *, instead: SavedComment | None = None) -> SavedComment:
    """Keep a comment, a new one or `instead` of another; the same one is kept once.

    Raises NothingAnswered for an empty one and Refused for one that is too long or there already.
    """
    text = clean_text(text)
    if not text:
        raise NothingAnswered("Write the comment first.")
    if len(text) > LONGEST:
        raise Refused(f"A saved comment has at most {LONGEST} characters.")
    if instead is None:
        return SavedComment.objects.get_or_create(owner=owner, text=text)[0]
    if SavedComment.objects.filter(owner=owner, text=text).exclude(pk=instead.pk).exists():
        raise Refused("You have this comment already.")
    instead.text = text
    instead.save(update_fields=["text"])
    return instead


class SavedCommentsView(WagtailAdminTemplateMixin, TemplateView):
    """All of one's comments, and the form for another."""

    page_title = "Saved comments"
    header_icon = "edit"
    template_name = "cms/admin/reflections/saved_comments.html"
    refusal = ""
    comment: SavedComment | None = None

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("reflections_inbox"), "label": "Reflections"},
            {"url": "", "label": self.page_title},
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        owner: User = request.user  # type: ignore[assignment]
        try:
            keep_comment(owner, request.POST.get("comment", ""), instead=self.comment)
        except Refused as refusal:
            self.refusal = str(refusal)
            return self.render_to_response(self.get_context_data(), status=422)
        messages.success(request, "Comment saved.")
        return redirect("saved_comments")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        written = self.comment.text if self.comment else ""
        return super().get_context_data(
            comments=SavedComment.objects.filter(owner=self.request.user),  # type: ignore[misc]
            comment=self.comment,
            typed=self.request.POST.get("comment", written),
            refusal=self.refusal,
            longest=LONGEST,
            **kwargs,
        )


class SavedCommentView(SavedCommentsView):
    """Change one of one's own comments."""

    page_title = "Change a saved comment"
    template_name = "cms/admin/reflections/saved_comment.html"

    @cached_property
    def comment(self) -> SavedComment:  # type: ignore[override]
        return own_comment(self.request, self.kwargs["pk"])


def own_comment(request: HttpRequest, pk: int) -> SavedComment:
    """A comment of whoever asks. Raises Http404."""
    return get_object_or_404(SavedComment, pk=pk, owner=request.user)


@require_POST
def delete_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a comment go; feedback in which it was used keeps its words."""
    own_comment(request, pk).delete()
    messages.success(request, "Comment deleted.")
    return redirect("saved_comments")
