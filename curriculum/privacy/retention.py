"""What goes by itself when its time is over. Rules are data; the command shows, then acts."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models, transaction

from curriculum import clock
from curriculum.models import (
    Access,
    Closure,
    Cohort,
    Download,
    Enrolment,
    Invitation,
    Job,
    Reminder,
    RosterImport,
    User,
)
from curriculum.models.jobs import LIVE
from curriculum.privacy.closing import ask_to_close, is_last_administrator

logger = logging.getLogger(__name__)

Rows = models.QuerySet[Any]


@dataclass(frozen=True)
class Rule:
    """One rule: what goes after how many days, where those rows are, and how they go.

    `name` is its key in the setting RETENTION_DAYS, by which an institution changes `days`.
    """

    name: str
    says: str
    days: int
    old: Callable[[dt.datetime], Rows]
    remove: Callable[[Rows], int]

    @property
    def kept(self) -> int:
        """How many days it is here."""
        found: int = settings.RETENTION_DAYS.get(self.name, self.days)
        return found

    def rows(self) -> Rows:
        """What would go now."""
        return self.old(clock.now() - dt.timedelta(days=self.kept))


RULES: list[Rule] = []


def rule(
    name: str, days: int, says: str, old: Callable[[dt.datetime], Rows], remove: Any = None
) -> None:
    """Register a rule. What is found is deleted unless `remove` does something else."""
    RULES.append(Rule(name, says, days, old, remove or delete))


def delete(rows: Rows) -> int:
    """Delete them; how many of this model went. What hangs on them is not counted."""
    return rows.delete()[1].get(rows.model._meta.label, 0)


class Applied(NamedTuple):
    """How many rows went by rule, and the rules that broke off."""

    done: dict[str, int]
    failed: list[str]


def apply_all() -> Applied:
    """Apply every rule, each in its own transaction; one that breaks off stops no other.

    Safe to run twice at once, and again: what is gone is not found.
    """
    applied = Applied({}, [])
    for each in RULES:
        try:
            with transaction.atomic():
                gone = each.remove(each.rows())
        except Exception:  # whatever it is, the log says it and the other rules have their turn
            logger.exception("Retention: the rule %s broke off", each.name)
            applied.failed.append(each.name)
            continue
        applied.done[each.name] = gone
        if gone:
            logger.info("Retention: %s of %s", gone, each.name)
    return applied


# ── How they go ───────────────────────────────────────────────────────────
def _people(rows: Rows) -> int:
    gone = 0
    for person in rows:
        try:
            with transaction.atomic():
                person.delete()
        except models.ProtectedError:
            continue  # somebody has begun to use it meanwhile
        gone += 1
    return gone


def _announce(rows: Rows) -> int:
    """Ask that unused accounts be closed; they are told, and erased when their time is over."""
    able = [person for person in rows if not is_last_administrator(person)]
    for person in able:
        ask_to_close(person, None)
    return len(able)


# ── The rules ─────────────────────────────────────────────────────────────
def _never_confirmed(before: dt.datetime) -> Rows:
    return User.objects.filter(
        date_joined__lt=before, last_login=None, is_superuser=False, groups=None, enrolments=None
    ).exclude(emailaddress__verified=True)


def _unused(before: dt.datetime) -> Rows:
    running = Enrolment.objects.active().filter(
        learner=models.OuterRef("pk"),
        cohort__in=Cohort.objects.filter(
            models.Q(ends_on=None, created_at__gte=before) | models.Q(ends_on__gte=clock.today())
        ),
    )
    kept = Closure.objects.filter(person=models.OuterRef("pk"), kept_at__gte=before)
    return User.objects.filter(
        models.Q(last_login__lt=before) | models.Q(last_login=None, date_joined__lt=before),
        is_active=True,
        closes_at=None,
    ).exclude(models.Exists(running) | models.Exists(kept))


# A job's file goes by its own date, in `curriculum.domain.jobs.sweep`, before the rest of it.
rule(
    "jobs",
    90,
    "What was asked for and done in the background (files that were made go after seven days)",
    lambda before: Job.objects.exclude(state__in=LIVE).filter(ended_at__lt=before, file=""),
)
rule(
    "lists",
    90,
    "Lists of learners that were brought in (their rows go after an hour)",
    lambda before: RosterImport.objects.filter(created_at__lt=before, rows=""),
)
rule(
    "invitations",
    365,
    "Mails that asked learners in",
    lambda before: Invitation.objects.filter(asked_at__lt=before),
)
rule(
    "reminders",
    365,
    "Who was reminded of what",
    lambda before: Reminder.objects.filter(due_on__lt=before.date()),
)
rule(
    "downloads",
    730,
    "Who downloaded which file",
    lambda before: Download.objects.filter(at__lt=before),
)
rule(
    "accesses",
    730,
    "Who opened whose record",
    lambda before: Access.objects.filter(at__lt=before),
)
rule(
    "unconfirmed",
    30,
    "Accounts whose e-mail address was never confirmed",
    _never_confirmed,
    _people,
)
rule(
    "unused",
    3 * 365,
    "Accounts that nobody has signed in to: they are told, and closed when that time is over",
    _unused,
    _announce,
)
