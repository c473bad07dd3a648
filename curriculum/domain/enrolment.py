"""Joining and leaving a cohort, and whether something may be recorded for a person now."""

import logging

from django.db import transaction

from curriculum import clock
from curriculum.dates import day
from curriculum.domain.errors import NotRecording, Refused
from curriculum.domain.people import works_here
from curriculum.models import Cohort, Enrolment, User
from curriculum.signals import enrolled

logger = logging.getLogger(__name__)


@transaction.atomic
def enrol(cohort: Cohort, learner: User) -> Enrolment:
    """The learner's enrolment in the cohort; a withdrawn one is taken up again where it stopped.

    Raises Refused for staff, whose own tries are never recorded.
    """
    if works_here(learner):
        raise Refused("People who author, review or teach here cannot enrol as learners.")
    enrolment, is_new = Enrolment.objects.get_or_create(cohort=cohort, learner=learner)
    if is_new or enrolment.withdrawn_at:
        enrolment.withdrawn_at = None
        enrolment.save(update_fields=["withdrawn_at"])
        logger.info("Enrolment %s began", enrolment.uuid)
        enrolled.send(sender=Enrolment, enrolment=enrolment)
    return enrolment


def why_closed(cohort: Cohort) -> str:
    """Why nobody can join by the cohort's link today; empty where it is open."""
    today = clock.today()
    if not cohort.can_join or cohort.archived_at:
        return "This join link does not work any more. Ask your course lead for the right one."
    if cohort.ends_on and cohort.ends_on < today:
        return f"{cohort.name} has ended, so it cannot be joined."
    if cohort.join_until and cohort.join_until < today:
        return (
            f"This join link was open until the end of {day(cohort.join_until)}. Ask your course "
            "lead whether you can still join."
        )
    return ""


def why_not_join(cohort: Cohort, learner: User) -> str:
    """Why this person cannot join by the link today; empty where they can."""
    if closed := why_closed(cohort):
        return closed
    if not cohort.admits(learner.email):
        return (
            f"{cohort.name} is open to addresses at {' or '.join(cohort.domains)}. You are signed "
            f"in as {learner.email}. If you have an address of that kind, change to it in your "
            "account and follow the link once more."
        )
    return ""


def join(code: str, learner: User) -> Enrolment:
    """Enrol by a cohort's join link. Raises Refused where the link does not work, and says why."""
    cohort = Cohort.objects.filter(join_code=code).first()
    if cohort is None:
        raise Refused(
            "This join link does not work any more. Ask your course lead for the right one."
        )
    if why := why_not_join(cohort, learner):
        raise Refused(why)
    return enrol(cohort, learner)


def withdraw(enrolment: Enrolment) -> Enrolment:
    """End an enrolment. What was completed stays on record."""
    if enrolment.withdrawn_at is None:
        enrolment.withdrawn_at = clock.now()
        enrolment.save(update_fields=["withdrawn_at"])
    return enrolment


def require_recording(enrolment: Enrolment) -> None:
    """Raises NotRecording, with the reason, where nothing may be recorded for this enrolment."""
    cohort, today = enrolment.cohort, clock.today()
    if enrolment.withdrawn_at:
        raise NotRecording("You have left this cohort, so nothing more is recorded in it.")
    if cohort.archived_at or (enrolment.last_day and enrolment.last_day < today):
        raise NotRecording(f"{cohort.name} has ended, so nothing more is recorded in it.")
    if cohort.starts_on and cohort.starts_on > today:
        raise NotRecording(f"{cohort.name} has not started yet, so nothing is recorded so far.")
    if enrolment.learner.is_staff:  # as reports see it
        raise NotRecording("You have a staff role here, so your own tries are not recorded.")
