"""What an author finds in the menu of a page beside Wagtail's own entries."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from wagtail.admin.widgets.button import Button

from cms.admin.trying import PLAYABLE
from cms.models import QuizPage


def beside_the_editor(
    page: Any, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """For those who may edit it: try the draft as a student, and bring questions into a quiz."""
    kind = page.specific_class
    if kind not in PLAYABLE or not page.permissions_for_user(user).can_edit():
        return
    yield Button(
        "Try it as a student", reverse("try_out", args=[page.pk]), icon_name="view", priority=5
    )
    if kind is QuizPage:
        address = reverse("import_questions", args=[page.pk])
        yield Button("Import questions", address, icon_name="upload", priority=6)
