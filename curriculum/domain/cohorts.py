"""What a lead does to a cohort as a whole: its join link, its due dates, putting it away.

Who may do so is asked where the cohort is fetched (`curriculum.permissions`).
"""

import datetime as dt
import logging
import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator
from django.db import transaction

from curriculum import clock
from curriculum.dates import day as in_words
from curriculum.domain.errors import Refused
from curriculum.models import Cohort, DueDate, Inclusion, Module
from curriculum.models.cohorts import new_join_code
from curriculum.text import clean_line

logger = logging.getLogger(__name__)

BETWEEN = re.compile(r"[,;\s]+")
MOST_DOMAINS = 300  # characters that a cohort keeps


# ── The join link ─────────────────────────────────────────────────────────
def email_domains(typed: str) -> str:
    """E-mail domains however they were typed, as "a.example, b.example"; empty for none.

    Raises Refused with what cannot be one.
    """
    found: dict[str, None] = {}
    for piece in filter(None, BETWEEN.split(clean_line(typed).lower())):
        domain = piece.removeprefix("@").rstrip(".")
        if "@" in domain:
            raise Refused(
                f"“{piece}” is an address. Enter only what stands after its @: "
                f"{domain.rpartition('@')[2]}."
            )
        try:
            DomainNameValidator()(domain)
        except ValidationError as error:
            raise Refused(
                f"“{piece}” cannot be the end of an e-mail address. Enter domains such as "
                "medical.example, nursing.example."
            ) from error
        found[domain] = None
    joined = ", ".join(found)
    if len(joined) > MOST_DOMAINS:
        raise Refused(f"These are too many: together they may have {MOST_DOMAINS} characters.")
    return joined


@transaction.atomic
def renew_join_code(cohort: Cohort) -> Cohort:
    """Give a cohort another join code. The old one stops at once; who has joined stays."""
    cohort = lock_cohort(cohort)
    cohort.join_code = new_join_code()
    cohort.save(update_fields=["join_code"])
    logger.info("Cohort %s has a new join code", cohort.uuid)
    return cohort


# ── Putting a cohort away ─────────────────────────────────────────────────
@transaction.atomic
def archive(cohort: Cohort) -> Cohort:
    """Close a cohort for good: nothing more is recorded in it and nobody joins. It stays in every
    report. One that is archived stays as it is."""
    cohort = lock_cohort(cohort)
    if cohort.archived_at is None:
        cohort.archived_at = clock.now()
        cohort.save(update_fields=["archived_at"])
    return cohort


@transaction.atomic
def unarchive(cohort: Cohort) -> Cohort:
    """Open an archived cohort again, between the same days as before."""
    cohort = lock_cohort(cohort)
    cohort.archived_at = None
    cohort.save(update_fields=["archived_at"])
    return cohort


# ── Due dates ─────────────────────────────────────────────────────────────
def programme_modules(cohort: Cohort) -> list[Inclusion]:
    """The modules of the cohort's programme now, in order. One query."""
    places = Inclusion.objects.filter(programme=cohort.programme_id, until=None)
    return list(places.select_related("module").order_by("position", "pk"))


def outside(cohort: Cohort, day: dt.date) -> str:
    """Why a module of this cohort cannot be due on that day; empty where it can."""
    if cohort.starts_on and day < cohort.starts_on:
        return f"The cohort starts on {in_words(cohort.starts_on)}. Choose that day or a later one."
    if cohort.ends_on and day > cohort.ends_on:
        return (
            f"The cohort ends on {in_words(cohort.ends_on)}, and nothing is recorded after it. "
            "Choose that day or an earlier one."
        )
    return ""


@transaction.atomic
def set_due_dates(cohort: Cohort, days: Mapping[Module, dt.date | None]) -> int:
    """Set or, with None, clear the due dates of these modules, all of them or none. How many
    changed.

    Raises Refused for a day outside the cohort's own, and for a module of another programme.
    """
    cohort = lock_cohort(cohort)
    known = {place.module_id for place in programme_modules(cohort)}
    before = dict(cohort.due_dates.values_list("module", "due_on"))
    changed = 0
    for module, day in days.items():
        if module.pk not in known:
            raise Refused(f"{module} is no longer part of the programme. Nothing was saved.")
        if day and (why := outside(cohort, day)):
            raise Refused(f"{module}: {why}")
        if day == before.get(module.pk):
            continue
        changed += 1
        if day is None:
            cohort.due_dates.filter(module=module).delete()
        else:
            DueDate.objects.update_or_create(cohort=cohort, module=module, defaults={"due_on": day})
    return changed


def lock_cohort(cohort: Cohort) -> Cohort:
    """The same row, locked until the transaction ends, so that of two leads one sees the other."""
    return Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
