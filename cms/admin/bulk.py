"""Publishing several pages at once from Wagtail's page lists."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin import messages
from wagtail.models import Page

from cms.models.base import FrozenPage


def refuse_unsound(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Where one of the pages has problems none is published, and each says what they are.

    The gate would refuse them too, but Wagtail makes of that a mere “no permission”.
    """
    if action_type != "publish" or action.model is not Page:
        return None
    is_sound = True
    for page in _drafts(objects, action):
        problems = dict.fromkeys(map(str, page.freeze().problems))
        if problems:
            is_sound = False
            messages.error(
                request,
                f"Nothing was published, because of “{page.title}”. {' '.join(problems)}",
                buttons=[messages.button(_edit_url(page), "Edit")],
            )
    return None if is_sound else redirect(action.next_url)


def _drafts(objects: list[Page], action: Any) -> Iterator[FrozenPage]:
    """What the action would publish, of the pages that are frozen."""
    pages = list(objects)
    if action.cleaned_form.cleaned_data["include_descendants"]:
        for page in objects:
            below = page.get_descendants().not_live().specific()
            pages += [child for child in below if action.check_perm(child)]
    for page in pages:
        draft = page.get_latest_revision_as_object()
        if isinstance(draft, FrozenPage):
            yield draft


def _edit_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
