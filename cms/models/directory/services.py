"""Organisations and the services that they run.

Fields follow the Human Services Data Specification 3.0 in its profile Open Referral UK where it
has a place for them; docs/directory.md has the table.
"""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, RevisionMixin
from wagtail.search import index

from cms.models.directory.keeping import Checked
from cms.models.directory.kinds import ServiceKind
from cms.models.directory.places import Area, Network, Practice


class Basis(models.TextChoices):
    """What decides whether a service is for somebody."""

    RESIDENCE = "residence", "Where the person lives"
    REGISTRATION = "registration", "Where the person is registered with a GP"
    PRESENCE = "presence", "Where the person is, or where it happened"
    HOSPITAL = "hospital", "The hospital that the person is in"
    ANYWHERE = "anywhere", "Nothing: anybody can come"


class Referrer(models.TextChoices):
    """Who may refer."""

    SELF = "self", "The person"
    FAMILY = "family", "Family or friends"
    GP = "gp", "GP or practice staff"
    PROFESSIONAL = "professional", "Any professional"
    COUNCIL = "council", "The council"
    HOSPITAL = "hospital", "Hospital or ward"
    SCHOOL = "school", "School"
    CARE_HOME = "care-home", "Care home"


class Cost(models.TextChoices):
    """What it costs the person."""

    FREE = "free", "Free"
    MEANS_TESTED = "means-tested", "Means-tested"
    FEE = "fee", "A fee"
    VARIES = "varies", "It varies"


class Organisation(RevisionMixin, ClusterableModel):
    """Who runs services: a council, a trust, a charity."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    url = models.URLField("website", blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="an_organisation_is_named_once")]

    def __str__(self) -> str:
        return self.name


class Service(index.Indexed, Checked, RevisionMixin, ClusterableModel):  # type: ignore[django-manager-missing]
    """One service: what it does, for whom, who refers and how, and what happens next."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="services"
    )
    name = models.CharField(max_length=120)
    summary = models.TextField("what it does", help_text="In one or two plain sentences.")
    kinds = ParentalManyToManyField(ServiceKind, related_name="services")

    basis = models.CharField(
        "for whom is decided by", max_length=12, choices=Basis.choices, default=Basis.RESIDENCE
    )
    areas = ParentalManyToManyField(Area, blank=True, related_name="services")
    networks = ParentalManyToManyField(Network, blank=True, related_name="services")
    practices = ParentalManyToManyField(Practice, blank=True, related_name="services")
    place_note = models.CharField(
        "about the area", max_length=250, blank=True, help_text="What the area alone does not say."
    )

    referral_from = models.JSONField("who may refer", default=list)
    how_to_refer = models.TextField(blank=True)
    what_to_include = models.TextField(
        "what to put in", blank=True, help_text="What the referral should say, a point a line."
    )
    reply_time = models.CharField(
        "what happens next", max_length=250, blank=True, help_text="Such as: a call within 5 days."
    )

    urgent_route = models.CharField(max_length=250, blank=True)
    urgent_phone = models.CharField(max_length=30, blank=True)
    same_day_until = models.TimeField(
        "same day if asked before", null=True, blank=True, help_text="Local time."
    )
    all_hours = models.BooleanField("open day and night", default=False)
    hours_note = models.CharField("about the hours", max_length=200, blank=True)
    out_of_hours = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="when it is closed, ask",
    )

    eligibility = models.TextField(blank=True)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    cost = models.CharField(max_length=12, choices=Cost.choices, default=Cost.FREE)
    cost_note = models.CharField("about the cost", max_length=200, blank=True)
    languages = models.CharField(
        max_length=200, blank=True, help_text="Separated by commas; interpreters are asked below."
    )
    has_interpreters = models.BooleanField("interpreters can be booked", default=False)
    is_step_free = models.BooleanField("step-free", default=False)
    access_note = models.CharField("about access", max_length=200, blank=True)

    professional_note = models.TextField(
        blank=True, help_text="For colleagues. Never shown to the public."
    )

    search_fields = [
        index.SearchField("name", boost=4),
        index.AutocompleteField("name"),
        index.SearchField("summary", boost=2),
        index.SearchField("eligibility"),
        index.RelatedFields("organisation", [index.SearchField("name")]),
        index.RelatedFields("kinds", [index.SearchField("name"), index.FilterField("slug")]),
        index.FilterField("is_shown"),
        index.FilterField("checked_on"),
        index.FilterField("basis"),
        index.FilterField("cost"),
    ]

    class Meta:
        ordering = ["name"]
        permissions = [("see_professional_notes", "Can see what is for professionals only")]
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("name"), name="a_service_is_named_once_in_an_organisation"
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(minimum_age=None)
                    | models.Q(maximum_age=None)
                    | models.Q(minimum_age__lte=models.F("maximum_age"))
                ),
                name="ages_of_a_service_are_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Referrers are known ones; ages are in order; nobody is its own fallback."""
        super().clean()
        errors: dict[str, str] = {}
        known = set(Referrer.values)
        if not isinstance(self.referral_from, list) or not set(self.referral_from) <= known:
            errors["referral_from"] = "Choose who may refer from the list."
        lowest, highest = self.minimum_age, self.maximum_age
        if lowest is not None and highest is not None and lowest > highest:
            errors["maximum_age"] = "This is below the lowest age."
        if self.pk and self.out_of_hours_id == self.pk:
            errors["out_of_hours"] = "Choose another service, or leave this empty."
        if errors:
            raise ValidationError(errors)


class Contact(Orderable):
    """One way to reach a service: a team's, never a person's own number."""

    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="contacts")
    label = models.CharField(
        max_length=60, blank=True, help_text="Whom one reaches, such as “Duty desk”."
    )
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    url = models.URLField("form or website", blank=True)
    for_professionals = models.BooleanField(
        "for professionals only", default=False, help_text="Never shown to the public."
    )

    def __str__(self) -> str:
        return self.label or self.phone or self.email or self.url

    def clean(self) -> None:
        """At least one way."""
        super().clean()
        if not (self.phone or self.email or self.url):
            raise ValidationError({"phone": "Give a number, an e-mail address or a form."})


class Opening(Orderable):
    """Hours on some days. Closing at or before the opening means: on the next day."""

    class Day(models.TextChoices):
        MO = "MO", "Monday"
        TU = "TU", "Tuesday"
        WE = "WE", "Wednesday"
        TH = "TH", "Thursday"
        FR = "FR", "Friday"
        SA = "SA", "Saturday"
        SU = "SU", "Sunday"

    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="openings")
    days = models.JSONField(default=list, help_text="As the standard writes them: MO to SU.")
    opens_at = models.TimeField()
    closes_at = models.TimeField()

    def __str__(self) -> str:
        return f"{', '.join(self.days)} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"

    def clean(self) -> None:
        """On days of the week, each once; that there is one, the field says."""
        super().clean()
        known = list(self.Day.values)
        if not isinstance(self.days, list) or not set(self.days) <= set(known):
            raise ValidationError({"days": "Choose days from the list."})
        self.days = sorted(set(self.days), key=known.index)
