"""What stands on each edition of an activity: what a change of it must leave alone."""

from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

from curriculum.enums import AttemptState
from curriculum.models import Activity, Attempt, Completion, Edition, Writing


def with_standing(editions: models.QuerySet[Edition]) -> models.QuerySet[Edition]:
    """Annotated with how many attempts are `open` and `submitted`, how many have `completed` it and
    how much was `written` on each; its content is left in the database."""
    attempts = Attempt.objects.all()
    return editions.defer("source").annotate(
        open=_count(attempts.filter(state=AttemptState.OPEN)),
        submitted=_count(attempts.filter(state=AttemptState.SUBMITTED)),
        completed=_count(Completion.objects.all()),
        written=_count(Writing.objects.all()),
    )


def standing_on(activity: Activity) -> list[Edition]:
    """The editions of an activity that something stands on, newest first. One query."""
    something = models.Q()
    for name in ("open", "submitted", "completed", "written"):
        something |= models.Q(**{f"{name}__gt": 0})
    return list(with_standing(activity.editions.order_by("-number")).filter(something))


def _count(rows: models.QuerySet[Any]) -> Any:
    here = rows.filter(edition=models.OuterRef("pk")).order_by()
    counted = here.values("edition").annotate(n=models.Count("pk")).values("n")
    return Coalesce(models.Subquery(counted), 0)
