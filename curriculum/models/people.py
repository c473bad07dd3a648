"""Who takes part: a person is an opaque uuid who signs in by e-mail and has a profession."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from curriculum import clock
from curriculum.enums import Side


class Profession(models.Model):
    """A row, not code: an administrator adds the next one."""

    name = models.CharField(max_length=80, unique=True)
    side = models.CharField(
        "stands on the side of",
        max_length=12,
        choices=Side.choices,
        help_text="Which side of health and social care this profession stands on.",
    )
    position = models.PositiveSmallIntegerField("order in lists", default=100)
    is_active = models.BooleanField("offered at sign-up", default=True)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """E-mail addresses are compared without regard to case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with this address; without a password they can only reset it."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who may do everything except publish around the review."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The uuid is the identity; e-mail and names may change."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("e-mail address", unique=True)
    full_name = models.CharField(max_length=120, blank=True)
    certificate_name = models.CharField(
        "name on certificate",
        max_length=120,
        blank=True,
        help_text="As it should be printed. Left empty, your full name is used.",
    )
    profession = models.ForeignKey(
        Profession, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    student_number = models.CharField(
        max_length=30,
        blank=True,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9][A-Za-z0-9 ./_-]*$",
                "A student number has letters, digits, spaces and . / - _ only.",
            )
        ],
    )
    is_active = models.BooleanField(
        default=True, help_text="Clear this instead of deleting: records stay, sign-in stops."
    )
    is_staff = models.BooleanField(
        "works here",
        default=False,
        editable=False,
        help_text="Shown the way to the authors' side. Follows from the person's groups.",
    )
    wants_reminders = models.BooleanField(
        "remind me by e-mail of what is due",
        default=True,
        help_text="At most one reminder for each due date.",
    )
    date_joined = models.DateTimeField(default=clock.now, editable=False)
    closes_at = models.DateTimeField(
        "account closes",
        null=True,
        blank=True,
        editable=False,
        help_text="A copy of the open Closure's day, so that no page has to look it up.",
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["full_name", "email"]
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case"),
        ]
        # Reports go by name, and of a million rows take a page.
        indexes = [models.Index(fields=["full_name"], name="people_by_name")]

    def __str__(self) -> str:
        return self.full_name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        """How the site greets the person: the first word of the name."""
        return self.full_name.split(" ")[0] if self.full_name else self.email

    @property
    def name_to_print(self) -> str:
        """The name that a certificate issued now would carry."""
        return self.certificate_name or self.full_name or self.email
