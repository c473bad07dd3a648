"""What the menu of a page in the editor offers beside Wagtail's own."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from wagtail.admin.widgets.button import Button

from cms.admin.trying import PLAYABLE
from cms.models import CasePage, QuizPage
from cms.models.base import ActivityPage, FrozenPage


def page_buttons(
    page: Any, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """Trying it out and importing for who may edit it; suggestions for everything that is frozen,
    credits for activities, seats for cases."""
    kind = page.specific_class or type(page)

    def button(label: str, name: str, icon: str, priority: int) -> Button:
        address = reverse(name, args=[page.pk])
        return Button(label, address, icon_name=icon, priority=priority)

    if kind in PLAYABLE and page.permissions_for_user(user).can_edit():
        yield button("Try it as a student", "try_out", "view", 5)
        if kind is QuizPage:
            yield button("Import questions", "import_questions", "upload", 6)
    if issubclass(kind, FrozenPage):
        yield button("Suggest wording", "suggest_wording", "comment-add", 75)
        yield button("Suggestions", "suggestions", "comment", 76)
    if issubclass(kind, CasePage):
        yield button("Ask a colleague to fill a seat", "seat_ask", "group", 77)
    if issubclass(kind, ActivityPage):
        yield button("Read by", "credits", "user", 78)
