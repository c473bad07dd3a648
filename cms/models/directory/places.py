"""Places: councils and wards, primary care networks and practices, and which postcode lies where.

Where somebody lives decides which council helps them; where they are registered decides which
link worker does. The two can differ, and the directory says so.
"""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from wagtail.models import RevisionMixin
from wagtail.search import index

from cms.models.directory.keeping import Checked


class Area(models.Model):
    """A council's area, or a ward within one, with the statistics office's code for it."""

    class Extent(models.TextChoices):
        COUNCIL = "council", "Council"
        WARD = "ward", "Ward"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    extent = models.CharField("is a", max_length=8, choices=Extent.choices, default=Extent.COUNCIL)
    code = models.CharField(max_length=12, unique=True)
    within = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="wards"
    )
    is_fictional = models.BooleanField(
        "invented, for practice",
        default=False,
        help_text="The directory then says on every page that it is not for patient care.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(extent="council", within=None)
                    | models.Q(extent="ward", within__isnull=False)
                ),
                name="wards_lie_within_a_council",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Network(models.Model):
    """A primary care network: practices that share staff, such as link workers."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ["name"]
        verbose_name = "primary care network"
        constraints = [models.UniqueConstraint(Lower("name"), name="a_network_is_named_once")]

    def __str__(self) -> str:
        return self.name


class Practice(index.Indexed, Checked, RevisionMixin, models.Model):
    """A GP practice, with how another professional reaches somebody there."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    network = models.ForeignKey(
        Network, null=True, blank=True, on_delete=models.PROTECT, related_name="practices"
    )
    council = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        related_name="practices",
        limit_choices_to={"extent": Area.Extent.COUNCIL},
    )
    address = models.TextField(blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    phone = models.CharField("public number", max_length=30, blank=True)
    email = models.EmailField(blank=True)
    url = models.URLField("website", blank=True)
    hours = models.CharField(max_length=200, blank=True)
    professional_line = models.CharField(
        max_length=30, blank=True, help_text="For colleagues. Never shown to the public."
    )
    safeguarding_lead = models.CharField(
        max_length=120,
        blank=True,
        help_text="The role or the team, and how to reach it. Never a personal mobile number.",
    )
    meeting_day = models.CharField(
        "team meeting",
        max_length=120,
        blank=True,
        help_text="When the team meets and how to bring somebody to it.",
    )
    professional_note = models.TextField(
        blank=True, help_text="For colleagues. Never shown to the public."
    )

    search_fields = [
        index.SearchField("name", boost=3),
        index.AutocompleteField("name"),
        index.SearchField("address"),
        index.FilterField("is_shown"),
        index.FilterField("network"),
        index.FilterField("council"),
    ]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Postcode(models.Model):
    """One row of an imported table: a postcode, or a whole sector where all of it lies in one
    place (“WX1 4”), and its council and ward."""

    code = models.CharField(
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{1,2}\d[A-Z\d]?( \d([A-Z]{2})?)?$")],
        help_text="A postcode, a sector or a district, in capitals with its space.",
    )
    council = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    ward = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
