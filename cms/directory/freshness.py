"""Who looked last: marking entries as checked, and telling editors what nobody has looked at."""

import logging
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Permission
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from wagtail.log_actions import log

from cms.models import Practice, Service
from curriculum.clock import today
from curriculum.dates import day
from curriculum.identity import site_identity
from curriculum.models import User
from curriculum.text import clean_line

logger = logging.getLogger(__name__)

ACTION = "cms.directory.check"
CHECK = ["checked_on", "checked_by", "reminded_on", "gone_on", "changed_at"]


def set_checked(entry: Any, user: User | None) -> None:
    """Somebody has looked at this entry today; whoever calls saves it."""
    entry.checked_on, entry.checked_by = today(), user
    entry.reminded_on = entry.gone_on = None


@transaction.atomic
def mark_checked(entries: Iterable[Any], user: User) -> int:
    """Mark as checked today, with a line in each entry's history. Returns how many."""
    done = list(entries)
    for entry in done:
        set_checked(entry, user)
        entry.save(update_fields=CHECK)  # each by itself, so that listeners hear of it
        # A number of its own: Wagtail shows one line for each number, whatever it is about.
        log(entry, ACTION, user=user, uuid=uuid.uuid4())
    return len(done)


def editors() -> QuerySet[User]:
    """Whoever may change services by a group or a permission of their own. Superusers are not
    meant: they may do everything and answer for nothing here."""
    change = Permission.objects.get(content_type__app_label="cms", codename="change_service")
    return (
        User.objects.filter(is_active=True)
        .filter(Q(groups__permissions=change) | Q(user_permissions=change))
        .distinct()
        .order_by("pk")
    )


def remind_editors() -> int:
    """Mail the editors which entries nobody has checked for 150 days: each entry once, until it is
    checked. Safe to run twice, also at once. Returns how many entries were mailed about."""
    told = list(editors())
    if not told:
        return 0  # nobody would hear of it, so nothing is claimed
    claimed = [*_claim(Service), *_claim(Practice)]
    lines = [f"- {entry.name}: leaves the search on {day(entry.leaves_on)}" for entry in claimed]
    for editor in told if claimed else ():
        try:
            _tell(editor, lines)
        except OSError:  # the mail server's; the others are told all the same
            logger.exception("A directory editor was not told of what wants checking")
    return len(claimed)


def _claim(model: Any) -> list[Any]:
    """The entries that this run mails about: row by row, so that of two runs one gets each."""
    due = model.objects.due_for_check().filter(reminded_on=None).order_by("checked_on", "pk")
    return [
        entry
        for entry in due
        if model.objects.filter(pk=entry.pk, reminded_on=None, checked_on=entry.checked_on).update(
            reminded_on=today()
        )
    ]


def _tell(editor: User, lines: list[str]) -> None:
    identity = site_identity()
    many = len(lines)
    what = "An entry wants" if many == 1 else f"{many} entries want"
    send_mail(
        subject=clean_line(f"{what} checking in the directory of {identity.name}"),
        message=(
            f"{what} checking. What nobody has checked for 180 days leaves the search.\n\n"
            + "\n".join(lines)
            + "\n\nCheck here, after signing in:\n"
            f"{identity.url}{reverse('directory_upkeep')}\n\n"
            "You are told of an entry once, until somebody has checked it.\n"
        ),
        from_email=None,
        recipient_list=[editor.email],
    )
