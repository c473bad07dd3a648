"""Where a cohort's screens are, for the buttons above them."""

from django.urls import reverse
from wagtail.admin.widgets.button import HeaderButton

from curriculum.models import Cohort


def cohort_buttons(cohort: Cohort) -> list[HeaderButton]:
    """The ways from a cohort to what belongs to it."""
    pk, uuid = [cohort.pk], [cohort.uuid]
    report = f"{reverse('completion_report')}?cohort={cohort.pk}"
    places = [
        ("Overview", reverse("cohort_overview", args=pk), "view"),
        ("Learners", reverse("cohort_learners", args=pk), "user"),
        ("Bring in a list", reverse("roster_import", args=pk), "upload"),
        ("Invitations", reverse("invitations", args=pk), "mail"),
        ("Groups", reverse("cohort_groups", args=uuid), "group"),
        ("Due dates", reverse("cohort_due_dates", args=uuid), "date"),
        ("Certificates", reverse("cohort_certificates", args=pk), "clipboard-list"),
        ("Completion report", report, "list-ul"),
    ]
    return [HeaderButton(label, url=url, icon_name=icon) for label, url, icon in places]
