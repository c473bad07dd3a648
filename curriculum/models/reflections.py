"""What learners write for themselves, and what somebody answered.

Private: nothing here is read by a report, an export or a search other than its writer's own. It
belongs to the person and goes with them, so every row here goes when the account is erased.
"""

import uuid

from django.conf import settings
from django.db import models

from curriculum import clock
from curriculum.models.cohorts import Enrolment
from curriculum.models.editions import Edition, Immutable
from curriculum.models.outline import Activity


class Writing(models.Model):
    """One learner's writing on one prompt: the draft as it stands, and what was finished of it.

    It stays on the edition that it was begun on. `version`, `page` and `sequence` keep two tabs
    from overwriting one another, as they do for a Response. `shared` is the version that the
    tutors of the cohort may read; without one nobody but the writer reads anything.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="writings"
    )
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="writings")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="writings")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="writings")
    prompt = models.CharField(max_length=80)
    draft = models.JSONField(default=dict, help_text="step → text")
    version = models.PositiveIntegerField(default=0)
    page = models.CharField(max_length=32, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    shared = models.ForeignKey(
        "Version", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    shared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity", "prompt"], name="one_writing_for_each_prompt"
            ),
            models.CheckConstraint(
                condition=models.Q(shared=None) | models.Q(shared_at__isnull=False),
                name="what_is_shared_was_shared_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Writing {self.uuid}"


class Version(Immutable):
    """What the learner finished at one moment."""

    writing = models.ForeignKey(Writing, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.JSONField(help_text="step → text")
    words = models.PositiveIntegerField()
    finished_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["writing_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["writing", "number"], name="version_number_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.writing}, version {self.number}"


class Feedback(models.Model):
    """What somebody answers to a shared version: a draft until it is sent.

    Name and profession are copied when it is sent: it says who answered as what, for good.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="feedback")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="feedback_given"
    )
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=120, blank=True)
    profession = models.CharField(max_length=80, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="claimed before sending")
    seen_at = models.DateTimeField(null=True, blank=True)
    thanked_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sent_at", "pk"]
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "author"], name="one_feedback_from_each_on_a_version"
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at=None) | ~models.Q(text=""),
                name="feedback_is_not_sent_empty",
            ),
            models.CheckConstraint(
                condition=models.Q(reply="") | models.Q(sent_at__isnull=False),
                name="a_reply_follows_what_was_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"Feedback {self.pk}"


class Consultation(models.Model):
    """A tutor passes a shared version on to a colleague of the other profession."""

    writing = models.ForeignKey(Writing, on_delete=models.CASCADE, related_name="consultations")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consulted_on"
    )
    question = models.CharField(max_length=250, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="claimed before sending")

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["writing", "colleague"], name="a_colleague_is_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"Consultation {self.pk}"


class Exemplar(models.Model):
    """A version that its writer offers to later cohorts, in words that identify nobody.

    `text` is what the writer agreed to and nothing else: whoever checks it accepts it or sends it
    back, but cannot change a word.
    """

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="exemplar")
    text = models.JSONField(help_text="step → text")
    consented_at = models.DateTimeField(default=clock.now)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["consented_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(returned_at=None),
                name="an_exemplar_is_accepted_or_returned",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, returned_at=None)
                | models.Q(checked_by__isnull=False),
                name="who_checked_an_exemplar_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"Exemplar {self.pk}"


class StaffReading(Immutable):
    """Somebody other than its writer opened a writing; with the name shown or not."""

    writing = models.ForeignKey(Writing, on_delete=models.CASCADE, related_name="staff_readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    name_shown = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Reading {self.pk}"


class SavedComment(models.Model):
    """A sentence that a tutor keeps for use in feedback; theirs alone."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_comments"
    )
    text = models.CharField(max_length=500)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["text"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "text"], name="a_comment_is_saved_once")
        ]

    def __str__(self) -> str:
        return self.text
