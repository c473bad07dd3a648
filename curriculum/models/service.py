"""What keeps the service going, as operators see it: workers, scheduled work, mail that waits."""

from django.db import models

from curriculum import clock
from curriculum.enums import MailState


class WorkerBeat(models.Model):
    """A worker says every few seconds that it is there. One that stops saying so has died, and what
    it had in hand is given to another."""

    name = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    task = models.CharField(max_length=200, blank=True, help_text="What it has in hand.")

    class Meta:
        ordering = ["-seen_at", "name"]

    def __str__(self) -> str:
        return self.name


class ScheduledRun(models.Model):
    """The last run of one piece of work that a clock starts, whether it went well or not."""

    name = models.CharField(max_length=60, unique=True)
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True, help_text="The last that went well.")
    outcome = models.CharField(max_length=300, blank=True, help_text="What it said, or the fault.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UnsentMailQuerySet(models.QuerySet["UnsentMail"]):
    def waiting(self) -> "UnsentMailQuerySet":
        return self.filter(state=MailState.WAITING)


class UnsentMail(models.Model):
    """A mail that the mail server did not take. It goes as soon as the server takes it; where it
    may already have gone, or was refused for good, somebody decides.

    `message` is emptied after three days and the row is deleted once the mail has gone.
    """

    state = models.CharField(max_length=10, choices=MailState.choices)
    problem = models.CharField(max_length=100, help_text="The kind of fault, without its words.")
    message = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    tried_at = models.DateTimeField(default=clock.now)

    objects = UnsentMailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.problem}"
