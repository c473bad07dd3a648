"""Issuing, replacing and withdrawing awards."""

import datetime as dt
import logging
from typing import Any

from django.db import models, transaction

from curriculum import clock
from curriculum.domain.errors import Refused
from curriculum.domain.people import works_here
from curriculum.enums import CertificateState
from curriculum.identity import site_identity
from curriculum.models import (
    Certificate,
    Completion,
    Enrolment,
    Module,
    ModuleCompletion,
    Requirement,
    SignOff,
    User,
)
from curriculum.queries.signoffs import ROLES, signed_off
from curriculum.signals import certificate_issued, certificate_withdrawn

logger = logging.getLogger(__name__)


def issue_certificate(enrolment: Enrolment, *, module: Module | None = None) -> Certificate | None:
    """The standing certificate for the programme, or for one module of it; issued once.

    Must run in the transaction that completed it, with the enrolment locked; the database refuses
    a second one all the same. None for staff, who are never issued one.
    """
    if _earns_none(enrolment):
        return None
    standing = Certificate.objects.filter(
        enrolment=enrolment, module=module, state=CertificateState.ISSUED
    ).first()
    if standing:
        return standing
    certificate = Certificate.objects.create(
        enrolment=enrolment, module=module, facts=_facts(enrolment, module)
    )
    logger.info("Certificate %s was issued", certificate.uuid)
    certificate_issued.send(sender=Certificate, certificate=certificate)
    return certificate


@transaction.atomic
def reissue(certificate: Certificate, *, name: str, reason: str) -> Certificate:
    """A certificate with a corrected name in place of this one, which verifies as replaced.

    Raises Refused where this one no longer stands.
    """
    old = _end(certificate, CertificateState.SUPERSEDED, reason)
    new = Certificate.objects.create(
        enrolment=old.enrolment, module=old.module, facts={**old.facts, "name": name}
    )
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    certificate_issued.send(sender=Certificate, certificate=new)
    return new


@transaction.atomic
def revoke(certificate: Certificate, *, reason: str, actor: User | None = None) -> Certificate:
    """Withdraw the award; its code verifies as withdrawn. Raises Refused if it does not stand."""
    ended = _end(certificate, CertificateState.REVOKED, reason, actor)
    logger.info("Certificate %s was withdrawn", ended.uuid)
    certificate_withdrawn.send(sender=Certificate, certificate=ended)
    return ended


@transaction.atomic
def issue_again(certificate: Certificate) -> Certificate:
    """A new certificate after this one was withdrawn, with a code of its own.

    Raises Refused where it was not withdrawn, where another stands, and for staff.
    """
    Enrolment.objects.select_for_update().get(pk=certificate.enrolment_id)
    beside = Certificate.objects.filter(
        enrolment=certificate.enrolment_id,
        module=certificate.module_id,
        state=CertificateState.ISSUED,
    )
    if certificate.state != CertificateState.REVOKED or beside.exists():
        raise Refused("Only an award that was withdrawn, and has no other, can be issued again.")
    new = issue_certificate(certificate.enrolment, module=certificate.module)
    if new is None:
        raise Refused("Those who work here are issued no certificate.")
    return new


def _end(
    certificate: Certificate, state: CertificateState, reason: str, actor: User | None = None
) -> Certificate:
    locked = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if locked.state != CertificateState.ISSUED:
        raise Refused("This certificate no longer stands, so it cannot be changed.")
    locked.state, locked.ended_at, locked.end_reason = state, clock.now(), reason
    locked.ended_by = actor
    locked.save(update_fields=["state", "ended_at", "end_reason", "ended_by"])
    return locked


def _first_gp(signoff: SignOff) -> tuple[int, dt.datetime]:
    """GPs first, and of several approvals by one person the newest last."""
    return ROLES.index(signoff.role), signoff.signed_at


def _earns_none(enrolment: Enrolment) -> bool:
    """Whether the person works here, or leads or tutors this very cohort."""
    learner, cohort = enrolment.learner, enrolment.cohort
    teaches = cohort.leads.filter(pk=learner.pk) | cohort.tutors.filter(pk=learner.pk)
    return works_here(learner) or teaches.exists()


def _facts(enrolment: Enrolment, module: Module | None) -> dict[str, Any]:
    """Everything the sheet says, copied, so that no later edit changes it."""
    programme = enrolment.cohort.programme
    modules = list(_modules(enrolment, module))
    work = _work(enrolment, modules)
    editions = [row.edition for row in work if row.edition]
    approvals = signed_off((edition.activity_id, edition.digest) for edition in editions)
    is_reviewed = bool(editions) and all(approvals.values())
    signatories = {
        (s.signatory_id, s.role): {
            "name": s.name,
            "profession": s.profession,
            "role": s.role,
            "signed_at": s.signed_at.isoformat(),
        }
        for s in sorted((s for rows in approvals.values() for s in rows), key=_first_gp)
    }
    return {
        "name": enrolment.learner.name_to_print,
        "award": module.title if module else programme.title,
        "programme": programme.title,
        "scope": "module" if module else "programme",
        "covers": [] if module else list(programme.covers),
        "modules": [
            {"title": row.module.title, "completed_at": row.completed_at.isoformat()}
            for row in modules
        ],
        "minutes": sum(_minutes(row) for row in work),
        "completed_at": max(row.completed_at for row in modules).isoformat(),
        "editions": [
            {
                "activity": str(edition.activity.key),
                "title": edition.source["title"],
                "number": edition.number,
                "digest": edition.digest,
            }
            for edition in editions
        ],
        "is_reviewed": is_reviewed,
        "signatories": list(signatories.values()) if is_reviewed else [],
        "issuer": site_identity().name,
    }


def _modules(enrolment: Enrolment, module: Module | None) -> models.QuerySet[ModuleCompletion]:
    """The completed modules that the award rests on, in the programme's order."""
    rows = ModuleCompletion.objects.filter(
        enrolment=enrolment,
        module__inclusions__programme=enrolment.cohort.programme_id,
        module__inclusions__until=None,
    )
    if module:
        rows = rows.filter(module=module)
    return rows.select_related("module").order_by("module__inclusions__position")


def _work(enrolment: Enrolment, modules: list[ModuleCompletion]) -> list[Completion]:
    """What was completed of what those modules require, in the programme's order."""
    required = Requirement.objects.filter(
        until=None, is_required=True, module__in=[row.module_id for row in modules]
    )
    rank = [row.module_id for row in modules]
    place = {r.activity_id: (rank.index(r.module_id), r.position) for r in required}
    rows = Completion.objects.filter(enrolment=enrolment, activity__in=place)
    return sorted(
        rows.select_related("activity", "edition__activity"), key=lambda r: place[r.activity_id]
    )


def _minutes(row: Completion) -> int:
    return row.edition.source["minutes"] if row.edition else row.activity.minutes
