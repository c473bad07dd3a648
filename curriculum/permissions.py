"""Fetching and authorising in one breath. An outsider gets 404, as if nothing were there."""

import uuid

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from curriculum.enums import ActivityKind
from curriculum.models import (
    Activity,
    Attempt,
    Certificate,
    Cohort,
    Enrolment,
    Exemplar,
    Feedback,
    Job,
    Meeting,
    NameRequest,
    ProblemReport,
    RosterImport,
    User,
    Writing,
)
from curriculum.models.certificates import normalise_code
from curriculum.queries.meetings import taught_meetings
from curriculum.queries.names import name_requests_for, own_name_requests
from curriculum.queries.outline import current_enrolment
from curriculum.queries.problems import own_problems
from curriculum.queries.progress import home_of
from curriculum.queries.reflections import exemplars_to_check, inbox, own_writings


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` is given."""

    user: User


def own_attempt(
    user: User, attempt_uuid: uuid.UUID, *also: str, kind: ActivityKind | None = None
) -> Attempt:
    """The learner's own attempt, at an activity of this kind where one is named, with its edition
    and what `also` names. Raises Http404."""
    attempt = get_object_or_404(
        Attempt.objects.select_related("edition", "enrolment", *also).defer("edition__source"),
        uuid=attempt_uuid,
        enrolment__learner=user,
        **({"activity__kind": kind} if kind else {}),
    )
    attempt.enrolment.learner = user
    return attempt


def own_certificate(user: User, code: str) -> Certificate:
    """The learner's own certificate, standing or not. Raises Http404."""
    return get_object_or_404(
        Certificate.objects.select_related("enrolment"),
        code=normalise_code(code) or "-",
        enrolment__learner=user,
    )


def own_place(user: User, activity_key: uuid.UUID) -> tuple[Activity, Enrolment]:
    """An activity that is offered, and the enrolment that a visit to it counts for.

    Raises Http404 where the activity is not offered or the person is not enrolled in it.
    """
    inclusion = home_of(activity_key)
    enrolment = current_enrolment(user.pk, inclusion.programme_id) if inclusion else None
    if enrolment is None:
        raise Http404("Not an activity of this person's programme.")
    enrolment.learner = user
    activity = Activity.objects.select_related("current_edition").get(key=activity_key)
    return activity, enrolment


def offered_activity(activity_key: uuid.UUID) -> Activity:
    """An activity that whoever is signed in can open now, with its edition. Raises Http404."""
    found = Activity.objects.select_related("current_edition").filter(key=activity_key).first()
    if found is None or found.current_edition is None or home_of(activity_key) is None:
        raise Http404("This is not part of a live programme.")
    return found


def own_problem(user: User, report_uuid: uuid.UUID) -> ProblemReport:
    """A problem that this person has reported. Raises Http404 for anybody else's."""
    return get_object_or_404(own_problems(user), uuid=report_uuid)


def led_cohort(user: User, cohort_uuid: uuid.UUID) -> Cohort:
    """A cohort that this person leads. Raises Http404."""
    return get_object_or_404(Cohort.objects.led_by(user), uuid=cohort_uuid)


def led_cohort_by_pk(user: User, pk: int) -> Cohort:
    """As `led_cohort`, for addresses under Wagtail's own, to whom may also change it."""
    if not user.has_perm("curriculum.change_cohort"):
        raise Http404("This person changes no cohort.")
    return get_object_or_404(Cohort.objects.led_by(user).select_related("programme"), pk=pk)


def own_roster(user: User, cohort: Cohort, roster_uuid: uuid.UUID) -> RosterImport:
    """A list that this person has brought for the cohort. Raises Http404."""
    found = RosterImport.objects.select_related("cohort", "owner", "job")
    return get_object_or_404(found, uuid=roster_uuid, cohort=cohort, owner=user)


def led_enrolment(user: User, enrolment_uuid: uuid.UUID) -> Enrolment:
    """An enrolment in a cohort that this person leads, ended or not. Raises Http404."""
    return get_object_or_404(
        Enrolment.objects.select_related("cohort__programme", "learner__profession", "group"),
        uuid=enrolment_uuid,
        cohort__in=Cohort.objects.led_by(user),
    )


def led_name_request(user: User, request_uuid: uuid.UUID) -> NameRequest:
    """A wish for another name on a certificate of a cohort that this person leads. Raises
    Http404."""
    return get_object_or_404(name_requests_for(user), uuid=request_uuid)


def own_name_request(user: User, request_uuid: uuid.UUID) -> NameRequest:
    """What this person has asked about their own certificate. Raises Http404."""
    return get_object_or_404(own_name_requests(user), uuid=request_uuid)


def taught_cohort(user: User, pk: int) -> Cohort:
    """A cohort that this person leads or tutors, whose names they may see. Raises Http404."""
    return get_object_or_404(
        Cohort.objects.taught_by(user).select_related("programme").distinct(), pk=pk
    )


def taught_meeting(user: User, meeting_uuid: uuid.UUID) -> Meeting:
    """A meeting of a cohort that this person leads or tutors. Raises Http404."""
    return get_object_or_404(taught_meetings(user), uuid=meeting_uuid)


def own_meeting(user: User, meeting_uuid: uuid.UUID) -> tuple[Meeting, Enrolment]:
    """A meeting of a cohort that this person is enrolled in, and the enrolment. Raises Http404."""
    meeting = get_object_or_404(
        Meeting.objects.select_related("cohort", "activity", "group"), uuid=meeting_uuid
    )
    enrolment = get_object_or_404(
        Enrolment.objects.active().select_related("cohort__programme", "group"),
        cohort=meeting.cohort_id,
        learner=user,
    )
    enrolment.learner = user
    return meeting, enrolment


def own_job(user: User, job_uuid: uuid.UUID) -> Job:
    """Long work that this person asked for. Raises Http404."""
    return get_object_or_404(Job.objects.of(user), uuid=job_uuid)


def administered_person(user: User, person_uuid: uuid.UUID) -> User:
    """Anybody, for those who administer people. Raises Http404 for everybody else."""
    if not user.has_perm("curriculum.change_user"):
        raise Http404("This person administers nobody.")
    return get_object_or_404(User, uuid=person_uuid)


def own_writing(user: User, writing_uuid: uuid.UUID) -> Writing:
    """What this person has written. Raises Http404 for anybody else's."""
    return get_object_or_404(own_writings(user), uuid=writing_uuid)


def own_feedback(user: User, pk: int) -> Feedback:
    """Feedback that was sent to this person. Raises Http404."""
    found = Feedback.objects.select_related("version__writing").filter(sent_at__isnull=False)
    return get_object_or_404(found, pk=pk, version__writing__learner=user)


def shared_writing(user: User, writing_uuid: uuid.UUID) -> Writing:
    """What somebody has shared with this person. Raises Http404."""
    return get_object_or_404(inbox(user), uuid=writing_uuid)


def offered_exemplar(user: User, pk: int) -> Exemplar:
    """An exemplar that this person may check. Raises Http404."""
    return get_object_or_404(exemplars_to_check(user), pk=pk)
