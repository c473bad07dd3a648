"""Who works here, and keeping what the frame shows about them in step with their groups."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group

from curriculum.models import User


def works_here(user: Any) -> bool:
    """Whether the person works here: authors, reviews, teaches or administers.

    This decides. `is_staff` is a copy of the answer on the row, for pages and for queries.
    """
    return bool(user.is_active and user.has_perm(settings.STAFF_PERMISSION))


def refresh_staff(user: User) -> None:
    """Set the flag of those who work here. It shows the way to the authors' side and keeps a person
    out of reports; it permits nothing."""
    fresh = User.objects.get(pk=user.pk)  # permissions are cached on the instance
    if fresh.is_staff != works_here(fresh):
        User.objects.filter(pk=user.pk).update(is_staff=not fresh.is_staff)
        user.is_staff = not fresh.is_staff


def on_groups_changed(instance: Any, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    """Receiver of m2m_changed on a person's groups."""
    if not action.startswith("post_"):
        return
    if isinstance(instance, User):
        refresh_staff(instance)
    else:  # the group's side: some people were added or taken out
        for user in User.objects.filter(pk__in=pk_set or ()):
            refresh_staff(user)


def on_permissions_changed(instance: Any, action: str, **kwargs: Any) -> None:
    """Receiver of m2m_changed on a group's permissions."""
    if action.startswith("post_") and isinstance(instance, Group):
        for user in User.objects.filter(groups=instance):
            refresh_staff(user)


def on_saved(instance: User, update_fields: Any = None, **kwargs: Any) -> None:
    """Receiver of post_save on a person: superusers work here, closed accounts do not."""
    if update_fields is None or {"is_superuser", "is_active"} & set(update_fields):
        refresh_staff(instance)
