"""Where a cohort's screens are, for the row of links on its main ones."""

from django.urls import reverse

from curriculum.models import Cohort


def cohort_links(cohort: Cohort) -> list[tuple[str, str]]:
    """What belongs to a cohort: label and address, in the order in which a course runs."""
    pk, uuid = [cohort.pk], [cohort.uuid]
    return [
        ("Overview", reverse("cohort_overview", args=pk)),
        ("Learners", reverse("cohort_learners", args=pk)),
        ("Bring in a list", reverse("roster_import", args=pk)),
        ("Invitations", reverse("invitations", args=pk)),
        ("Groups", reverse("cohort_groups", args=uuid)),
        ("Due dates", reverse("cohort_due_dates", args=uuid)),
        ("Sessions", reverse("cohort_sessions", args=pk)),
        ("Certificates", reverse("cohort_certificates", args=pk)),
        ("Completion report", f"{reverse('completion_report')}?cohort={cohort.pk}"),
        ("Settings and join link", reverse("cohorts:edit", args=pk)),
    ]
