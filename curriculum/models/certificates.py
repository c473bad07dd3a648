"""Awards. A certificate is a set of facts; the PDF is a rendering of them."""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from curriculum import clock
from curriculum.enums import CertificateState
from curriculum.models.cohorts import JOIN_ALPHABET, Enrolment
from curriculum.models.outline import Module

CODE_GROUPS, CODE_GROUP_SIZE = 3, 4


def new_code() -> str:
    """Such as 7KQ4-M2XW-9RTD: twelve characters of 31, about 59 bits."""
    groups = (
        "".join(secrets.choice(JOIN_ALPHABET) for _ in range(CODE_GROUP_SIZE))
        for _ in range(CODE_GROUPS)
    )
    return "-".join(groups)


def normalise_code(typed: str) -> str:
    """A code as people type or paste it, in its stored form; empty where it cannot be one."""
    letters = "".join(c for c in typed.upper().removeprefix("CG-") if c.isalnum())
    if len(letters) != CODE_GROUPS * CODE_GROUP_SIZE or set(letters) - set(JOIN_ALPHABET):
        return ""
    return "-".join(
        letters[i : i + CODE_GROUP_SIZE] for i in range(0, len(letters), CODE_GROUP_SIZE)
    )


class Certificate(models.Model):
    """The immutable facts of one award, and whether they still stand."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=20, unique=True, default=new_code, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificates")
    module = models.ForeignKey(
        Module,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="certificates",
        help_text="Empty: the award is for the whole programme.",
    )
    facts = models.JSONField()
    issued_at = models.DateTimeField(default=clock.now)
    state = models.CharField(
        max_length=12, choices=CertificateState.choices, default=CertificateState.ISSUED
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=250, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    end_told_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )
    pdf = models.CharField(max_length=120, blank=True, help_text="name in the records storage")
    missing_glyphs = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=models.Q(state=CertificateState.ISSUED, module=None),
                name="one_standing_certificate_for_a_programme",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "module"],
                condition=models.Q(state=CertificateState.ISSUED, module__isnull=False),
                name="one_standing_certificate_for_a_module",
            ),
            models.CheckConstraint(
                condition=models.Q(state=CertificateState.ISSUED, ended_at=None)
                | (~models.Q(state=CertificateState.ISSUED) & models.Q(ended_at__isnull=False)),
                name="a_standing_certificate_has_not_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        changed = kwargs.get("update_fields")
        if not self._state.adding and (changed is None or {"facts", "code"} & set(changed)):
            raise ValidationError("The facts of a certificate are never changed.")
        super().save(*args, **kwargs)
