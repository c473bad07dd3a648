"""Mail to learners and tutors. It says that something is there, never what was written."""

from django.core.mail import send_mail
from django.urls import reverse

from curriculum.dates import day
from curriculum.enums import ClosureWay
from curriculum.identity import site_identity
from curriculum.models import (
    Attempt,
    Certificate,
    Closure,
    Consultation,
    Feedback,
    NameRequest,
    ProblemReport,
    User,
)
from curriculum.text import clean_line


def tell_of_feedback(feedback: Feedback) -> None:
    """Tell a learner that somebody has answered."""
    writing, identity = feedback.version.writing, site_identity()
    who = ", ".join(part for part in (feedback.name, feedback.profession) if part)
    address = f"{identity.url}{reverse('reflection', args=[writing.uuid])}"
    send_mail(
        subject=clean_line(f"Feedback on your reflection in {identity.name}"),
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
        subject=clean_line(f"{consultation.asked_by.get_full_name()} asks for your view"),
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
        subject=clean_line(f"A result of yours in {identity.name} was corrected"),
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
        subject=clean_line(f"An answer to what you reported in {identity.name}"),
        message=(
            f"{report.answered_name} has answered the problem that you reported in "
            f"“{report.activity.title}”.\n\n"
            f"Read it here, after signing in:\n{address}\n\n"
            "What you and the author wrote stays on the site; none of it is in this mail.\n"
        ),
        from_email=None,
        recipient_list=[report.learner.email],
    )


def tell_of_decisions(learner: User, many: int) -> None:
    """Tell a learner that something was decided about their record, or taken back."""
    identity = site_identity()
    what = "A decision" if many == 1 else f"{many} decisions"
    send_mail(
        subject=clean_line(f"{what} about your record in {identity.name}"),
        message=(
            f"{what} about your record {'was' if many == 1 else 'were'} made or taken back by "
            "whoever leads your course.\n\n"
            "Read what was decided, by whom and for what reason here, after signing in:\n"
            f"{identity.url}{reverse('record')}\n\n"
            "The reason stays on the site; it is not in this mail.\n"
        ),
        from_email=None,
        recipient_list=[learner.email],
    )


def tell_of_name_answer(request: NameRequest) -> None:
    """Tell the owner of a certificate that their wish for another name on it was answered."""
    identity, certificate = site_identity(), request.certificate
    address = f"{identity.url}{reverse('certificate', args=[certificate.code])}"
    send_mail(
        subject=clean_line(f"An answer about the name on your certificate in {identity.name}"),
        message=(
            "You asked for a correction of the name on a certificate. A course lead has "
            "answered.\n\n"
            f"Read the answer here, after signing in:\n{address}\n"
        ),
        from_email=None,
        recipient_list=[certificate.enrolment.learner.email],
    )


def tell_of_withdrawal(certificate: Certificate) -> None:
    """Tell the owner of a certificate that it was withdrawn."""
    identity = site_identity()
    address = f"{identity.url}{reverse('certificate', args=[certificate.code])}"
    send_mail(
        subject=clean_line(f"A certificate of yours in {identity.name} was withdrawn"),
        message=(
            "A certificate of yours was withdrawn by whoever leads your course. Whoever checks "
            "its code is told so.\n\n"
            f"Read the reason here, after signing in:\n{address}\n\n"
            "If you think that this is wrong, write to your course lead.\n"
        ),
        from_email=None,
        recipient_list=[certificate.enrolment.learner.email],
    )


WHY_CLOSED = {
    ClosureWay.OWN: "You have asked that your account be closed.",
    ClosureWay.WRITTEN: "An administrator is closing your account because you asked for it.",
    ClosureWay.UNUSED: "You have not signed in for a long time, so your account is to be closed.",
}


def tell_of_closure(closure: Closure) -> None:
    """Tell a person when their account goes, and how to keep it."""
    identity = site_identity()
    send_mail(
        subject=clean_line(f"Your account in {identity.name} closes on {day(closure.due_at)}"),
        message=(
            f"{WHY_CLOSED[ClosureWay(closure.way)]}\n\n"
            f"On {day(closure.due_at)} everything that you wrote and everything that says who you "
            "are is erased, for good. Certificates can still be checked by their code.\n\n"
            "To keep the account, or to download your data first, sign in before then:\n"
            f"{identity.url}{reverse('close_account')}\n"
        ),
        from_email=None,
        recipient_list=[closure.person.email],
    )
