"""Who else has read an activity: people with lived experience and specialists, with consent."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from wagtail.models import Page

from curriculum import clock
from curriculum.queries.catalogue import Shelf

UNNAMED = {"lived": "A person who has drawn on care", "specialist": "A specialist"}


class CreditKind(models.TextChoices):
    LIVED = "lived", "Lived experience"
    SPECIALIST = "specialist", "Specialist"


class Credit(models.Model):
    """Somebody read an activity, and agreed to what is said of them here.

    Never part of the content or its digest. When consent is withdrawn, what says who they are is
    erased; that somebody once read it stays, unseen.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="reading_credits")
    kind = models.CharField(max_length=10, choices=CreditKind.choices)
    name = models.CharField(max_length=120, blank=True)
    capacity = models.CharField(max_length=200, blank=True)
    read_on = models.DateField()
    digest = models.CharField(max_length=64, help_text="Of the content that they read.")
    consented_on = models.DateField()
    consent_how = models.CharField(max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    entered_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "read_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=False)
                | (~models.Q(consent_how="") & ~models.Q(capacity="")),
                name="a_credit_that_is_shown_rests_on_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None)
                | models.Q(name="", capacity="", consent_how=""),
                name="a_withdrawn_credit_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return f"Credit {self.pk}"

    @property
    def shown_as(self) -> str:
        return self.name or UNNAMED[self.kind]


@dataclass(frozen=True)
class Credits:
    """Who has read something, as learners are told."""

    lived: tuple[Credit, ...] = ()
    specialists: tuple[Credit, ...] = ()
    digest: str = ""  # of the content that is shown

    @property
    def rows(self) -> list[tuple[Credit, bool]]:
        """Everybody, with whether they read an earlier version than the one that is shown."""
        return [(c, c.digest != self.digest) for c in (*self.lived, *self.specialists)]


def credits_of(key: str, digest: str, shelf: Shelf) -> Credits:
    """Who has read the activity with this key. From the shelf: no query for each visit."""
    found = _standing(shelf).get(key, [])
    return Credits(
        tuple(credit for credit in found if credit.kind == CreditKind.LIVED),
        tuple(credit for credit in found if credit.kind == CreditKind.SPECIALIST),
        digest,
    )


def read_by_lived(keys: list[str], shelf: Shelf) -> int:
    """How many of these activities somebody with lived experience has read."""
    return sum(bool(credits_of(key, "", shelf).lived) for key in keys)


def _standing(shelf: Shelf) -> dict[str, list[Credit]]:
    """All of the site's, by activity: there are few, and they change seldom."""
    return shelf.get("credits", _read)


def _read() -> dict[str, list[Credit]]:
    found: dict[str, list[Credit]] = {}
    rows = Credit.objects.filter(withdrawn_at=None, page__alias_of=None)
    for credit in rows.annotate(key=models.F("page__translation_key")):
        found.setdefault(str(credit.key), []).append(credit)
    return found
