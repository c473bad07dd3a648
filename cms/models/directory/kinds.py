"""Kinds of service, which every borough has, and the everyday words that ask for them."""

from django.db import models
from django.db.models.functions import Lower
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, RevisionMixin
from wagtail.search import index


class ServiceKind(index.Indexed, RevisionMixin, ClusterableModel):
    """What content refers to: a carers' service, wherever one is. Its short name stays."""

    slug = models.SlugField("short name", max_length=60, unique=True)
    name = models.CharField(max_length=80)
    description = models.TextField(
        "what it is", blank=True, help_text="In plain words: what services of this kind do."
    )
    position = models.PositiveSmallIntegerField("order in lists", default=100)

    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("slug"),
    ]

    class Meta:
        ordering = ["position", "name"]
        verbose_name = "kind of service"
        verbose_name_plural = "kinds of service"
        constraints = [models.UniqueConstraint(Lower("name"), name="a_kind_is_named_once")]

    def __str__(self) -> str:
        return self.name


class Need(Orderable):
    """A need in everyday words, such as “can't wash”, that a service of this kind meets."""

    kind = ParentalKey(ServiceKind, on_delete=models.CASCADE, related_name="needs")
    words = models.CharField(max_length=80)

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint("kind", Lower("words"), name="a_need_stands_once_with_a_kind")
        ]

    def __str__(self) -> str:
        return self.words
