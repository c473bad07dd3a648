"""Erasing an account: every model of the register in turn, the account itself last.

What stays is what the register says stays, and nothing else; a test looks through every column of
every table and every stored file for what was there before.
"""

import logging
from typing import Any

from django.apps import apps
from django.db import models, transaction

from curriculum import clock
from curriculum.domain.errors import Refused
from curriculum.models import Closure, User
from curriculum.privacy.closing import is_last_administrator
from curriculum.privacy.forgetting import blank
from curriculum.privacy.registry import About, Delete, Do, Held, Overwrite, personal

logger = logging.getLogger(__name__)

LAST = "curriculum.User"


def erase(closure: Closure) -> bool:
    """Erase the account, if the closure still stands and is due; whether this run did it.

    Safe to run twice at once: the closure's row is locked, and the second finds it done. Raises
    Refused where nobody would be left to administer the site.
    """
    with transaction.atomic():
        found = Closure.objects.due().select_for_update().filter(pk=closure.pk).first()
        if found is None:
            return False
        person = User.objects.select_for_update().get(pk=found.person_id)
        if is_last_administrator(person):
            raise Refused("Nobody else could administer the site.")
        for held in sorted(personal(), key=lambda each: each.model == LAST):
            for way in held.abouts:
                _treat(held, way, person)
        Closure.objects.filter(pk=found.pk).update(erased_at=clock.now())
    logger.info("Closure %s: the account was erased", closure.uuid)
    return True


def erase_due() -> tuple[int, int]:
    """Erase every account whose closure is due: how many were, and how many could not be."""
    erased = refused = 0
    for closure in Closure.objects.due().order_by("due_at"):
        try:
            erased += erase(closure)
        except Refused:
            logger.warning("Closure %s cannot be carried out: last administrator", closure.uuid)
            refused += 1
        except Exception:  # of one account; the others go all the same
            logger.exception("Closure %s broke off", closure.uuid)
            refused += 1
    return erased, refused


def _treat(held: Held, way: About, person: User) -> None:
    for then in way.then:
        match then:
            case Delete():
                rows_about(held, way, person).delete()
            case Overwrite(values=values):
                blank(rows_about(held, way, person), dict(values))
            case Do(function=function):
                function(person)


def rows_about(held: Held, way: About, person: User) -> models.QuerySet[Any]:
    """The rows of this model that are about the person in this way."""
    rows = apps.get_model(held.model)._base_manager.all()
    named = rows.filter(**{way.path: person.pk}, **way.only)
    # By key, so that they can be changed and deleted whatever was joined to find them.
    found: models.QuerySet[Any] = rows.filter(pk__in=named.values("pk"))
    return found
