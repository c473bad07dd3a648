"""“Mark as checked today”, for one entry of a list or for many."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from wagtail.admin.widgets import Button
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from cms.directory.freshness import ACTION, mark_checked
from cms.models import Practice, Service

LABEL = "Mark as checked today"


class MarkCheckedAction(SnippetBulkAction):
    """Asks once more, then marks what was chosen."""

    display_name = LABEL
    action_type = "mark_checked"
    aria_label = "Mark selected entries as checked today"
    template_name = "cms/admin/directory/mark_checked.html"
    action_priority = 10
    models = [Service, Practice]

    def check_perm(self, snippet: Any) -> bool:
        allowed: bool = self.request.user.has_perm(f"cms.change_{self.model._meta.model_name}")
        return allowed

    @classmethod
    def execute_action(cls, objects: Any, user: Any = None, **kwargs: Any) -> tuple[int, int]:
        return mark_checked(objects, user), 0

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "user": self.request.user}

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        many = num_parent_objects
        return f"{many} {'entry is' if many == 1 else 'entries are'} marked as checked today."


def row_buttons(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Any]:
    """The same for one row."""
    kind = snippet._meta.model_name
    if isinstance(snippet, Service | Practice) and user.has_perm(f"cms.change_{kind}"):
        address = reverse("wagtail_bulk_action", args=["cms", kind, MarkCheckedAction.action_type])
        query = urlencode({"id": snippet.pk, **({"next": next_url} if next_url else {})})
        yield Button(LABEL, f"{address}?{query}", icon_name="check", priority=15)


def register_actions(actions: Any) -> None:
    """The line that a check leaves in the history."""
    actions.register_action(ACTION, "Check", "Marked as checked")
