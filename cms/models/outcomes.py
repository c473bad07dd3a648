"""Learning outcomes, with the codes of the frameworks that they answer to."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable
from wagtail.search import index

KEY = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9.-]*\Z", "Use letters, digits, full stops and hyphens, such as M1.1."
)


class Framework(models.TextChoices):
    """Whose outcomes, competencies or standards a code names."""

    GMC = "GMC", "GMC, Outcomes for graduates"
    IPEC = "IPEC", "IPEC, Core competencies"
    SWE = "SWE", "Social Work England, Professional standards"
    PCF = "PCF", "Professional Capabilities Framework"
    CAIPE = "CAIPE", "CAIPE, as this site tags it"


class Outcome(index.Indexed, ClusterableModel):
    """Something that learners can do by the end. Questions name it by its key."""

    key = models.CharField(
        max_length=60,
        unique=True,
        validators=[KEY],
        help_text="Short and for good, such as M1.1 or PLO3: questions name it.",
    )
    text = models.CharField(
        max_length=200,
        help_text="“By the end you can …”: begin in lower case, without a full stop.",
    )

    panels = [
        FieldPanel("key"),
        FieldPanel("text"),
        InlinePanel("codes", heading="Framework codes", label="Code"),
    ]
    search_fields = [
        index.SearchField("text"),
        index.SearchField("key"),
        index.AutocompleteField("text"),
        index.AutocompleteField("key"),
    ]

    class Meta:
        ordering = ["key"]
        verbose_name = "learning outcome"

    def __str__(self) -> str:
        return f"{self.key} · {self.text}"


class OutcomeCode(Orderable):
    """The code under which one framework has it."""

    outcome = ParentalKey(Outcome, on_delete=models.CASCADE, related_name="codes")
    framework = models.CharField(max_length=10, choices=Framework.choices)
    code = models.CharField(max_length=40)

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "framework", "code"], name="an_outcome_has_a_code_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.framework} {self.code}"


class ModuleOutcome(Orderable):
    """What a module's own page promises, in its order."""

    page = ParentalKey("cms.ModulePage", on_delete=models.CASCADE, related_name="module_outcomes")
    # CASCADE, since a draft that names an outcome which is gone could not be opened otherwise.
    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="modules")

    panels = [FieldPanel("outcome")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["page", "outcome"], name="a_module_has_an_outcome_once")
        ]

    def __str__(self) -> str:
        return str(self.outcome)


def outcome_texts(page: Any) -> list[str]:
    """What a module's page says learners can do, draft or not."""
    rows = page.module_outcomes.all()
    texts = Outcome.objects.in_bulk([row.outcome_id for row in rows])
    return [texts[row.outcome_id].text for row in rows if row.outcome_id in texts]
