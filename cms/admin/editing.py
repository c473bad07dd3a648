"""Whose page an activity is: what concerns one is shown to those who may edit its page."""

from typing import Any

from django.db.models import QuerySet
from wagtail.permissions import page_permission_policy


def editable_keys(user: Any) -> QuerySet[Any]:
    """The keys of all activities whose page this person may edit, for use inside a query."""
    pages = page_permission_policy.instances_user_has_permission_for(user, "change")
    keys: QuerySet[Any] = pages.order_by().values("translation_key")
    return keys
