"""Asking that an account be closed, and keeping it after all.

Between the two lies a time to cool off, in which everything works as before.
"""

import datetime as dt
import logging

from django.conf import settings
from django.db import IntegrityError, models, transaction

from curriculum import clock
from curriculum.domain.errors import Refused
from curriculum.enums import ClosureWay
from curriculum.models import Closure, User
from curriculum.signals import closure_asked

logger = logging.getLogger(__name__)

LAST_ADMINISTRATOR = (
    "You are the last person who can administer this site. Make somebody else an administrator "
    "first."
)


def days() -> int:
    """How long somebody has to think it over."""
    found: int = settings.CLOSING_DAYS
    return found


def closing_day() -> dt.datetime:
    """When an account is closed that is asked to be closed now."""
    return clock.now() + dt.timedelta(days=days())


def administrators() -> models.QuerySet[User]:
    """Those who can administer people and whose accounts stay."""
    by_group = models.Q(
        groups__permissions__codename="change_user",
        groups__permissions__content_type__app_label="curriculum",
    )
    able = User.objects.filter(by_group | models.Q(is_superuser=True), is_active=True)
    return able.filter(closes_at=None).distinct()


def is_last_administrator(person: User) -> bool:
    """Whether the site would be without anybody who can administer it."""
    is_one = person.is_active and person.has_perm("curriculum.change_user")
    return is_one and not administrators().exclude(pk=person.pk).exists()


@transaction.atomic
def ask_to_close(person: User, asked_by: User | None) -> Closure:
    """Close this account after the time to cool off; the standing wish where there is one.

    `asked_by` is the person, an administrator who was asked in writing, or nobody for an account
    that was not used for years. Raises Refused for the last administrator, a
    closed account, and where somebody less would close an administrator of everything.
    """
    # Everybody who may administer waits here, so that two do not leave at once.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=administrators().values("pk")))
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if standing := Closure.objects.open().filter(person=person).first():
        return standing
    if not person.is_active:
        raise Refused("This account is closed already.")
    if is_last_administrator(person):
        raise Refused(LAST_ADMINISTRATOR)
    if person.is_superuser and asked_by and asked_by != person and not asked_by.is_superuser:
        raise Refused("Only an administrator of everything may close this person’s account.")
    closure = Closure(
        person=person, asked_by=asked_by, way=_way(person, asked_by), due_at=closing_day()
    )
    try:
        with transaction.atomic():
            closure.save()
    except IntegrityError:  # asked at the same instant
        return Closure.objects.open().get(person=person)
    User.objects.filter(pk=person.pk).update(closes_at=closure.due_at)
    logger.info("Closure %s was asked for (%s)", closure.uuid, closure.way)
    closure_asked.send(sender=Closure, closure=closure)
    return closure


@transaction.atomic
def keep_open(person: User, *, only: ClosureWay | None = None) -> bool:
    """Call the closing off; whether there was anything to call off."""
    standing = Closure.objects.open().filter(person=person)
    if only:
        standing = standing.filter(way=only)
    if not standing.update(kept_at=clock.now()):
        return False
    User.objects.filter(pk=person.pk).update(closes_at=None)
    return True


def _way(person: User, asked_by: User | None) -> ClosureWay:
    if asked_by is None:
        return ClosureWay.UNUSED
    return ClosureWay.OWN if asked_by.pk == person.pk else ClosureWay.WRITTEN
