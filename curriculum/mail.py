"""Mail to learners and tutors. It says that something is there, never what was written."""

from django.core.mail import send_mail
from django.urls import reverse

from curriculum.identity import site_identity
from curriculum.models import Attempt, Consultation, Feedback, ProblemReport


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


def tell_of_consultation(consultation: Consultation) -> None:
    """Tell a colleague that a tutor asks for their view."""
    identity = site_identity()
    address = f"{identity.url}{reverse('reflection_read', args=[consultation.writing.uuid])}"
    send_mail(
        subject=f"{consultation.asked_by.get_full_name()} asks for your view",
        message=(
            f"{consultation.asked_by.get_full_name()} has passed a learner's reflection on to you "
            f"in {identity.name} and asks what you would say.\n\n"
            f"Read it here, after signing in:\n{address}\n\n"
            "What learners write stays on the site; none of it is in this mail.\n"
        ),
        from_email=None,
        recipient_list=[consultation.colleague.email],
    )


def tell_of_regrade(attempt: Attempt, reason: str) -> None:
    """Tell a learner that a wrong key was corrected and a result of theirs with it."""
    identity = site_identity()
    address = f"{identity.url}{reverse('attempt_result', args=[attempt.uuid])}"
    send_mail(
        subject=f"A result of yours in {identity.name} was corrected",
        message=(
            f"A key in “{attempt.activity.title}” was wrong and has been corrected, and your "
            f"result with it. The reason:\n\n{reason}\n\n"
            f"See your result here, after signing in:\n{address}\n\n"
            "What you have completed stays complete.\n"
        ),
        from_email=None,
        recipient_list=[attempt.enrolment.learner.email],
    )


def tell_of_problem_answer(report: ProblemReport) -> None:
    """Tell a learner that what they reported was answered. Whoever erased their account meanwhile
    is told nothing."""
    if report.learner is None:
        return
    identity = site_identity()
    address = f"{identity.url}{reverse('problem', args=[report.uuid])}"
    send_mail(
        subject=f"An answer to what you reported in {identity.name}",
        message=(
            f"{report.answered_name} has answered the problem that you reported in "
            f"“{report.activity.title}”.\n\n"
            f"Read it here, after signing in:\n{address}\n\n"
            "What you and the author wrote stays on the site; none of it is in this mail.\n"
        ),
        from_email=None,
        recipient_list=[report.learner.email],
    )
