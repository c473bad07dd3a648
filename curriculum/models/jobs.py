"""Long work, and who took which file away."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.enums import JobState

LIVE = (JobState.WAITING, JobState.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    def of(self, user: Any) -> "JobQuerySet":
        """Those that this person asked for; nobody sees another's."""
        return self.filter(owner=user)


class Job(models.Model):
    """A piece of long work: what, for whom, how far. The row is the truth, the queue only carries.

    A worker holds `lease_until` while it works and renews it with its progress; what has run out
    was dropped by a worker that died, and is taken up again.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200, help_text="As its owner reads it.")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    parameters = models.JSONField(default=dict)
    key = models.CharField(
        max_length=120, help_text="Of two live jobs with one key there is only the first."
    )
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="0: not known yet.")
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_back = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How many attempts ended because a worker was stopped."
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)
    problem = models.CharField(
        max_length=500, blank=True, help_text="Why it failed, for its owner."
    )
    file = models.CharField(max_length=160, blank=True, help_text="Name in the records storage.")
    file_name = models.CharField(max_length=160, blank=True, help_text="Name when downloaded.")
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="When the file goes.")

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state__in=LIVE), name="one_live_job_for_each_key"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=LIVE, ended_at=None)
                | (~models.Q(state__in=LIVE) & models.Q(ended_at__isnull=False)),
                name="a_live_job_has_not_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def per_cent(self) -> int | None:
        """How much is done; None where that is not known."""
        return min(100, 100 * self.done // self.total) if self.total else None


class Download(models.Model):
    """Somebody took a file with others' data away: who, which, when. Never what stood in it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=60, help_text="Such as completion.xlsx.")
    cohorts = models.JSONField(default=list, help_text="The primary keys of the cohorts in it.")
    job = models.ForeignKey(
        Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="downloads"
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.what}, {self.user}"
