"""The two steps of the workflow "Health and social care sign-off", and the mails that it sends."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models
from wagtail.models import Task, WorkflowState

from cms.models import reviewing
from curriculum import clock
from curriculum.enums import ReviewRole


class SignOffTask(Task):
    """Asks one profession. Done once somebody of its groups has signed exactly this content.

    No group approval task of Wagtail's: that one lets administrators approve, makes editors of
    reviewers, and sends mails of its own.
    """

    groups = models.ManyToManyField("auth.Group", help_text="Whose members sign.")
    role = models.CharField(
        "signs as", max_length=15, choices=ReviewRole.choices, default=ReviewRole.GP
    )

    admin_form_fields = [*Task.admin_form_fields, "groups", "role"]
    admin_form_widgets = {"groups": forms.CheckboxSelectMultiple}

    class Meta:
        verbose_name = "sign-off"
        verbose_name_plural = "sign-offs"

    @classmethod
    def get_description(cls) -> str:
        return "Somebody of these groups signs off exactly this content, for their profession"

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        """Where this profession has signed this very content already, it is not asked again."""
        state = super().start(workflow_state, user=user)
        if self.role in reviewing.roles_signed(workflow_state.content_object.specific):
            state.approve(user=user, update=False)
        return state

    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> None:
        """Sign, or ask for changes, as the reviewers' desk does. Raises PermissionDenied for an
        approval that does not say which content was shown, whoever asks."""
        page = task_state.workflow_state.content_object.specific
        if action_name == "approve" and kwargs.get("digest"):
            reviewing.sign_pages(user, self.role, {page.pk: kwargs["digest"]})
        elif action_name == "reject" and self.role in reviewing.roles_of(user):
            reviewing.ask_for_changes(page, user, self.role, kwargs.get("comment", ""))
        else:
            raise PermissionDenied(
                "Content is signed off at the reviewers' desk, where it is shown."
            )

    # What else a task may offer stays as Wagtail's plain task has it: no buttons (the desk has
    # them, where the text is shown), no way into the editor (who edits becomes the writer), and no
    # lock (editing goes on: a change voids the approvals that it must).


class ReviewMail(models.Model):
    """A mail to one reviewer about one review, claimed before it is sent."""

    reviewer = models.ForeignKey("curriculum.User", on_delete=models.CASCADE, related_name="+")
    review = models.ForeignKey(WorkflowState, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=40, help_text="asked, or how long the review has waited")
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "review", "stage"], name="one_mail_for_each_stage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage}: review {self.review_id}"
