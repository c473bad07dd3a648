"""Accounts that are to be closed, and who looked at what is about others."""

import uuid

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.enums import ClosureWay, Seen
from curriculum.models.editions import Immutable


class ClosureQuerySet(models.QuerySet["Closure"]):
    def open(self) -> "ClosureQuerySet":
        """Neither called off nor carried out."""
        return self.filter(kept_at=None, erased_at=None)

    def due(self) -> "ClosureQuerySet":
        """Open, and past its day."""
        return self.open().filter(due_at__lte=clock.now())

    def erased(self) -> "ClosureQuerySet":
        """Carried out: whose they were is a former member."""
        return self.filter(erased_at__isnull=False)


class Closure(models.Model):
    """The wish that an account be closed: who asked, from when on it may be done, what came of it.

    The row outlives the account, without a name: it shows that an erasure was asked for and done.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="closures"
    )
    way = models.CharField(max_length=8, choices=ClosureWay.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Nobody: the account was not used for years.",
    )
    asked_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="claimed before sending")
    kept_at = models.DateTimeField(null=True, blank=True, help_text="When it was called off.")
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(kept_at=None, erased_at=None),
                name="an_account_is_closed_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(kept_at=None) | models.Q(erased_at=None),
                name="an_account_is_kept_or_erased",
            ),
            models.CheckConstraint(
                condition=models.Q(way=ClosureWay.UNUSED, asked_by=None)
                | (~models.Q(way=ClosureWay.UNUSED) & models.Q(asked_by__isnull=False)),
                name="a_closure_is_asked_for_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Closure {self.uuid}"


class Access(Immutable):
    """Somebody opened what is about others: who, about whom, what kind of thing, when.

    Reflections and downloads have rows of their own (StaffReading, Download); the administrator's
    log shows all three together.
    """

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="accesses",
        help_text="Empty: about several.",
    )
    kind = models.CharField(max_length=12, choices=Seen.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "accesses"
        indexes = [
            models.Index(fields=["at"], name="accesses_by_time"),
            models.Index(fields=["actor", "at"], name="accesses_by_actor"),
        ]

    def __str__(self) -> str:
        return f"Access {self.pk}"
