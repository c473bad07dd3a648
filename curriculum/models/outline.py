"""What there is to learn, as records: programmes, modules, activities and who belongs where, since
when and until when. `cms` keeps these in step with its pages; their addresses are not kept here.
"""

import uuid

from django.db import models

from curriculum import clock
from curriculum.enums import ActivityKind, CertificateScope


class Programme(models.Model):
    """An ordered set of modules that leads to an award."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=255)
    covers = models.JSONField(default=list, help_text="Topics, as printed on the certificate.")
    certificate_scope = models.CharField(
        max_length=12, choices=CertificateScope.choices, default=CertificateScope.PROGRAMME
    )
    is_live = models.BooleanField(default=False)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Module(models.Model):
    """30 to 60 minutes of learning. `overview` is the frozen text of its own page."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=255)
    overview = models.JSONField(default=dict)
    overview_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Activity(models.Model):
    """One thing a learner does. It keeps its identity through every edit, move and deletion."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=ActivityKind.choices)
    title = models.CharField(max_length=255)
    minutes = models.PositiveSmallIntegerField(default=0)
    current_edition = models.ForeignKey(
        "Edition", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return self.title


class Belonging(models.Model):
    """Something belongs somewhere, in an order, required or not, from one instant to another.

    A change of `is_required` ends the row and begins another; a change of order does not.
    """

    position = models.PositiveSmallIntegerField()
    is_required = models.BooleanField(default=True)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class Inclusion(Belonging):
    """This module belongs to that programme."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="inclusions")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="inclusions")

    class Meta(Belonging.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["module"], condition=models.Q(until=None), name="module_has_one_programme"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="inclusion_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} in {self.programme}"


class Requirement(Belonging):
    """This activity belongs to that module, which is its one home."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="requirements")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="requirements")

    class Meta(Belonging.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["activity"], condition=models.Q(until=None), name="activity_has_one_home"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="requirement_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} in {self.module}"
