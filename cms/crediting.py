"""Who else has read an activity: entering it with consent, and taking it away again."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from cms.models import Credit
from cms.models.credits import CreditKind
from curriculum import clock
from curriculum.content import digest
from curriculum.dates import day
from curriculum.domain.errors import Refused
from curriculum.models import Edition, User
from curriculum.text import clean_line


@dataclass(frozen=True)
class Version:
    """One content of an activity that somebody can have read."""

    digest: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is entered about somebody who has read an activity."""

    kind: str
    name: str
    capacity: str
    read_on: dt.date
    digest: str
    consented_on: dt.date
    consent_how: str


def versions(page: Any, draft: Any) -> list[Version]:
    """What can have been read: the draft as it stands, and every edition, the newest first."""
    now = digest(draft.freeze().content)
    editions = Edition.objects.filter(activity__key=page.translation_key).order_by("-number")
    rows = editions.values_list("digest", "number", "published_at")
    found = [Version(d, f"Edition {n}, published {day(at)}") for d, n, at in rows]
    if now in {version.digest for version in found}:
        return found
    return [Version(now, "The draft as it stands now"), *found]


def enter_credit(page: Any, entry: Entry, by: User) -> Credit:
    """Say that somebody has read the activity. Raises Refused without their consent or what they
    are, and for days that have not come yet."""
    capacity, how = clean_line(entry.capacity), clean_line(entry.consent_how)
    if entry.kind not in CreditKind.values:
        raise Refused("Choose lived experience or specialist.")
    if not capacity:
        raise Refused("Say in what capacity they read it.")
    if not how:
        raise Refused("Say how they gave their consent. Without it nobody is named.")
    if max(entry.read_on, entry.consented_on) > clock.today():
        raise Refused("That day has not come yet.")
    return Credit.objects.create(
        page_id=page.pk,
        kind=entry.kind,
        name=clean_line(entry.name),
        capacity=capacity,
        read_on=entry.read_on,
        digest=entry.digest,
        consented_on=entry.consented_on,
        consent_how=how,
        entered_by=by,
    )


@transaction.atomic
def withdraw_credit(credit: Credit) -> None:
    """Their consent is gone: show nothing, and forget who they are. Doing so twice is no harm."""
    found = Credit.objects.select_for_update().get(pk=credit.pk)
    if found.withdrawn_at is None:
        found.withdrawn_at = clock.now()
        found.name = found.capacity = found.consent_how = ""
        found.save()
