"""The two steps of the workflow "Health and social care sign-off", and the mails that it sends."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from wagtail.models import AbstractGroupApprovalTask, TaskState, WorkflowState

from cms.models import reviewing
from curriculum import clock
from curriculum.enums import ReviewRole


class SignOffTask(AbstractGroupApprovalTask):
    """Asks one profession. Done once somebody of its groups has signed exactly this content."""

    role = models.CharField(
        "signs as", max_length=15, choices=ReviewRole.choices, default=ReviewRole.GP
    )

    admin_form_fields = [*AbstractGroupApprovalTask.admin_form_fields, "role"]

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
        elif action_name == "reject" and self._user_in_groups(user):
            reviewing.ask_for_changes(page, user, self.role, kwargs.get("comment", ""))
        else:
            raise PermissionDenied(
                "Content is signed off at the reviewers' desk, where it is shown."
            )

    def get_actions(self, obj: Any, user: Any) -> list[Any]:
        return []  # the desk has them: there the reviewer sees what they sign

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        return TaskState.objects.none()

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return False  # a reviewer reads and suggests; who edits becomes the writer

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return False  # editing goes on: a change voids the approvals that it must


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
