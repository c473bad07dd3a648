"""Mail to learners and tutors. It says that something is there, never what was written."""

from django.core.mail import send_mail
from django.urls import reverse

from curriculum.identity import site_identity
from curriculum.models import Feedback


def tell_of_feedback(feedback: Feedback) -> None:
    """Tell a learner that somebody has answered."""
    writing, identity = feedback.version.writing, site_identity()
    who = ", ".join(part for part in (feedback.name, feedback.profession) if part)
    address = f"{identity.url}{reverse('reflection', args=[writing.uuid])}"
    send_mail(
        subject=f"Feedback on your reflection in {identity.name}",
        message=(
            f"{who} has answered the reflection that you shared.\n\n"
            f"Read it here, after signing in:\n{address}\n\n"
            "What you and others write stays on the site; none of it is in this mail.\n"
        ),
        from_email=None,
        recipient_list=[writing.learner.email],
    )
