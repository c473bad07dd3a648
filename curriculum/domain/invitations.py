"""Asking learners in by mail: once, and again only when somebody decides so."""

import uuid

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from curriculum import clock
from curriculum.domain import jobs
from curriculum.models import Cohort, Invitation, Job, User

LINK_DAYS = 30
_SALT = "curriculum.invitations"


def send_soon(cohort: Cohort, actor: User, next: tuple[str, str] | None = None) -> Job:
    """Have the cohort's invitations that are asked for sent, as work in the background."""
    # No key: rows that are asked for while an earlier job ends would be left lying by it. Two jobs
    # do no harm, since each row is claimed by one.
    return jobs.ask(
        "invitations",
        owner=actor,
        title=f"Invitations to {cohort.name}"[:200],
        parameters={"cohorts": [cohort.pk], "cohort": cohort.pk, "next": next},
    )


@transaction.atomic
def invite_all(
    cohort: Cohort, actor: User, next: tuple[str, str] | None = None
) -> tuple[int, Job | None]:
    """Ask for all invitations that were not asked for so far; how many, and the work."""
    waiting = Invitation.objects.filter(enrolment__cohort=cohort, asked_at=None)
    waiting = waiting.to_people_who_take_part()
    many = Invitation.objects.filter(pk__in=waiting.values("pk"), asked_at=None).update(
        asked_at=clock.now(), asked_by=actor
    )
    # Those that an ended job has left lying count too.
    due = Invitation.objects.filter(enrolment__cohort=cohort).due().exists()
    return many, send_soon(cohort, actor, next) if due else None


def invite_again(
    invitation: Invitation, actor: User, next: tuple[str, str] | None = None
) -> Job | None:
    """Send one more mail, as somebody has decided; on record with who and when.

    Pressed twice it is sent once more, not twice: None where that was done already.
    """
    if invitation.claimed_at is None or invitation.accepted_at:
        return None
    try:
        with transaction.atomic():
            Invitation.objects.create(
                enrolment=invitation.enrolment,
                number=invitation.number + 1,
                asked_at=clock.now(),
                asked_by=actor,
            )
            return send_soon(invitation.enrolment.cohort, actor, next)
    except IntegrityError:
        return None


def claim(invitation: Invitation) -> bool:
    """Take an invitation up to send it; False where another worker has."""
    # By key, so that of two workers who meet here one finds nothing left.
    mine = Invitation.objects.filter(pk=invitation.pk, claimed_at=None)
    return bool(mine.update(claimed_at=clock.now()))


def mailed(invitation: Invitation) -> None:
    """Note that the mail server has taken it."""
    Invitation.objects.filter(pk=invitation.pk).update(mailed_at=clock.now())


# ── The link ──────────────────────────────────────────────────────────────
def key_of(invitation: Invitation) -> str:
    """The secret part of an invitation's link. It is good for 30 days, for the address it was sent
    to, and until the person has a password or has signed in."""
    mark = _mark(invitation.enrolment.learner)
    return signing.dumps([str(invitation.uuid), mark], salt=_SALT)


def invitation_for(key: str) -> Invitation | None:
    """The invitation that a link belongs to; None where it is too old, used, or no link of ours."""
    try:
        found, mark = signing.loads(key, salt=_SALT, max_age=LINK_DAYS * 24 * 3600)
        wanted = uuid.UUID(found)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    invitation = (
        Invitation.objects.to_people_who_take_part()
        .select_related("enrolment__learner", "enrolment__cohort__programme")
        .filter(uuid=wanted)
        .first()
    )
    if invitation is None or not needs_password(invitation.enrolment.learner):
        return None
    is_theirs = constant_time_compare(mark, _mark(invitation.enrolment.learner))
    return invitation if is_theirs else None


def needs_password(learner: User) -> bool:
    """Whether somebody has never been in, and has no way in but an invitation."""
    return learner.last_login is None and not learner.has_usable_password()


def accepted(invitation: Invitation) -> None:
    """Note that its link was used."""
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=clock.now())


def _mark(learner: User) -> str:
    return salted_hmac(_SALT, learner.email).hexdigest()[:20]
