"""Who may read which writing, and what there is to read. The one place that decides it."""

from typing import Any

from django.db import models

from curriculum.models import (
    Cohort,
    Consultation,
    Exemplar,
    Feedback,
    Requirement,
    StaffReading,
    Version,
    Writing,
)


def own_writings(user: Any) -> models.QuerySet[Writing]:
    """Everything this person has begun to write, newest first, with what a list shows of it."""
    answers = Feedback.objects.filter(
        version__writing=models.OuterRef("pk"), sent_at__isnull=False
    ).order_by()
    finished = Version.objects.filter(writing=models.OuterRef("pk")).order_by("-number")
    home = Requirement.objects.filter(activity=models.OuterRef("activity")).order_by("-since")
    return (
        Writing.objects.filter(learner=user)
        .select_related("activity", "edition", "enrolment__cohort")
        .defer("edition__source")
        .annotate(
            module=models.Subquery(home.values("module__title")[:1]),
            finished_at=models.Subquery(finished.values("finished_at")[:1]),
            finished_text=models.Subquery(finished.values("text")[:1]),
            has_feedback=models.Exists(answers),
            has_new_feedback=models.Exists(answers.filter(seen_at=None)),
        )
        .order_by("-saved_at", "-pk")
    )


def readable_by(user: Any) -> models.QuerySet[Writing]:
    """What others have shared that this person may read: as a tutor of the same cohort, or because
    a tutor has passed it on. Neither leads nor administrators read along."""
    tutored = Cohort.tutors.through.objects.filter(
        cohort=models.OuterRef("enrolment__cohort"), user=user
    )
    asked = Consultation.objects.filter(writing=models.OuterRef("pk"), colleague=user)
    return (
        Writing.objects.filter(shared__isnull=False)
        .exclude(learner=user)
        .filter(models.Exists(tutored) | models.Exists(asked))
    )


def inbox(user: Any) -> models.QuerySet[Writing]:
    """What this person may read, with what waits: `is_new` to them, `drafted`, whether they have
    `answered`, whether `anybody` has, and who has passed it on (`asked_by`, `question`)."""
    answers = Feedback.objects.filter(version=models.OuterRef("shared")).order_by()
    read = StaffReading.objects.filter(
        writing=models.OuterRef("pk"), reader=user, at__gte=models.OuterRef("shared_at")
    ).order_by()
    asked = Consultation.objects.filter(writing=models.OuterRef("pk"), colleague=user).order_by()
    return (
        readable_by(user)
        .select_related("activity", "edition", "enrolment__cohort", "shared", "learner__profession")
        .defer("edition__source")
        .annotate(
            is_new=~models.Exists(read),
            drafted=models.Exists(answers.filter(author=user, sent_at=None).exclude(text="")),
            answered=models.Exists(answers.filter(author=user, sent_at__isnull=False)),
            anybody=models.Exists(answers.filter(sent_at__isnull=False)),
            asked_by=models.Subquery(asked.values("asked_by__full_name")[:1]),
            question=models.Subquery(asked.values("question")[:1]),
        )
        .order_by("shared_at", "pk")
    )


def exemplars(activity: Any, prompt: str) -> models.QuerySet[Exemplar]:
    """Accepted ones on this prompt, newest first."""
    return Exemplar.objects.filter(
        version__writing__activity=activity,
        version__writing__prompt=prompt,
        accepted_at__isnull=False,
    ).order_by("-accepted_at")


def exemplars_to_check(user: Any) -> models.QuerySet[Exemplar]:
    """Those offered in the cohorts that this person tutors, oldest first."""
    cohorts = Cohort.tutors.through.objects.filter(user=user).values("cohort")
    return (
        Exemplar.objects.filter(
            version__writing__enrolment__cohort__in=cohorts, accepted_at=None, returned_at=None
        )
        .exclude(version__writing__learner=user)
        .select_related("version__writing__edition", "version__writing__activity")
        .defer("version__writing__edition__source")
        .order_by("consented_at", "pk")
    )


def new_feedback(user: Any) -> models.QuerySet[Feedback]:
    """Feedback that its receiver has not opened yet, newest first."""
    return (
        Feedback.objects.filter(version__writing__learner=user, sent_at__isnull=False, seen_at=None)
        .select_related("version__writing__activity")
        .order_by("-sent_at")
    )
