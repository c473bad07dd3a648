"""A wrong name on a certificate: its owner asks, a course lead answers. Nobody renames their own.

Who may answer is asked where the request is fetched (`curriculum.permissions`).
"""

import logging

from django.db import IntegrityError, transaction

from curriculum import clock
from curriculum.domain.certificates import reissue
from curriculum.domain.errors import Refused
from curriculum.enums import CertificateState, NameRequestState
from curriculum.models import Certificate, NameRequest, User
from curriculum.models.names import LONGEST_NOTE
from curriculum.signals import name_answered
from curriculum.text import clean_line

LONGEST_NAME = 120

logger = logging.getLogger(__name__)


def wanted_name(typed: str) -> str:
    """A name as it can be printed. Raises Refused, with words that say what to do."""
    name = clean_line(typed)
    if not any(c.isalpha() for c in name):
        raise Refused("Enter the name as it should be printed.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"Shorten it to {LONGEST_NAME} characters; it has {len(name)}.")
    return name


def ask_for_name(certificate: Certificate, wanted: str) -> NameRequest:
    """Ask that a certificate be issued again with this name.

    Raises Refused for what is no name or the same one, for a certificate that does not stand, and
    while an earlier request is open.
    """
    name = wanted_name(wanted)
    if certificate.state != CertificateState.ISSUED:
        raise Refused("This certificate no longer stands, so its name cannot be corrected.")
    if name == certificate.facts["name"]:
        raise Refused("This is the name that the certificate has.")
    try:
        with transaction.atomic():
            made = NameRequest.objects.create(certificate=certificate, wanted=name)
    except IntegrityError as error:
        raise Refused(
            "You have asked already. Take that request back first if it was not right."
        ) from error
    logger.info("Name request %s was made", made.uuid)
    return made


@transaction.atomic
def withdraw_request(request: NameRequest, owner: User) -> NameRequest:
    """Its owner takes it back. Raises Refused once it was answered."""
    return _answer(request, NameRequestState.WITHDRAWN, owner)


@transaction.atomic
def accept_name(request: NameRequest, actor: User, *, for_later: bool = False) -> Certificate:
    """The certificate issued again with the name asked for; the old one verifies as replaced.

    `for_later` sets it for the owner's certificates to come too. Raises Refused where the request
    was answered, the certificate no longer stands, or it is the actor's own.
    """
    answered = _answer(request, NameRequestState.ACCEPTED, actor)
    certificate = answered.certificate
    new = reissue(certificate, name=answered.wanted, reason="The name was corrected.")
    if for_later:
        learner = certificate.enrolment.learner
        learner.certificate_name = answered.wanted
        learner.save(update_fields=["certificate_name"])
    name_answered.send(sender=NameRequest, name_request=answered)
    return new


@transaction.atomic
def decline_name(request: NameRequest, actor: User, note: str) -> NameRequest:
    """Leave the certificate as it is and say why. Raises Refused without a note, and as above."""
    note = clean_line(note)
    if not note:
        raise Refused("Say why. Its owner reads it.")
    if len(note) > LONGEST_NOTE:
        raise Refused(f"Shorten it to {LONGEST_NOTE} characters; it has {len(note)}.")
    answered = _answer(request, NameRequestState.DECLINED, actor, note)
    name_answered.send(sender=NameRequest, name_request=answered)
    return answered


def _answer(
    request: NameRequest, state: NameRequestState, actor: User, note: str = ""
) -> NameRequest:
    found = (
        NameRequest.objects.select_for_update(of=("self",))
        .select_related("certificate__enrolment__learner")
        .get(pk=request.pk)
    )
    if found.state != NameRequestState.OPEN:
        raise Refused("This request was dealt with already.")
    is_own = found.certificate.enrolment.learner_id == actor.pk
    if is_own != (state == NameRequestState.WITHDRAWN):
        raise Refused("It is your own certificate. Another course lead has to answer this.")
    found.state, found.note = state, note
    found.answered_at, found.answered_by = clock.now(), actor
    found.save(update_fields=["state", "note", "answered_at", "answered_by"])
    return found
