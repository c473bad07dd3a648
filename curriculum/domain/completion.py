"""Completing an activity, then its module, then the programme: one transaction, exactly once."""

import datetime as dt
from typing import Any

from django.db import models, transaction

from curriculum import clock
from curriculum.domain.certificates import issue_certificate
from curriculum.enums import CertificateScope, CompletionBasis
from curriculum.models import (
    Activity,
    Attempt,
    Completion,
    Edition,
    Enrolment,
    Inclusion,
    Module,
    ModuleCompletion,
    Programme,
    ProgrammeCompletion,
    Requirement,
    User,
)
from curriculum.signals import activity_completed, module_completed, programme_completed


@transaction.atomic
def complete_activity(
    enrolment: Enrolment,
    activity: Activity,
    *,
    edition: Edition,
    attempt: Attempt | None = None,
    at: dt.datetime | None = None,
) -> Completion:
    """The completion of this activity by this enrolment, earned on `edition`.

    What was already complete stays as it is. The enrolment's row is locked first, so that of two
    last items finished at the same instant one sees the other.
    """
    return _complete(enrolment, activity, at or clock.now(), edition=edition, attempt=attempt)


@transaction.atomic
def give_completion(
    enrolment: Enrolment,
    activity: Activity,
    *,
    basis: CompletionBasis,
    actor: User,
    reason: str,
    edition: Edition | None = None,
) -> Completion:
    """Count an activity as complete by somebody's decision; what was complete stays as it is."""
    return _complete(
        enrolment,
        activity,
        clock.now(),
        basis=basis,
        actor=actor,
        reason=reason,
        edition=edition,
    )


def _complete(
    enrolment: Enrolment, activity: Activity, at: dt.datetime, **fields: Any
) -> Completion:
    enrolment = lock_enrolment(enrolment)
    completion, is_new = Completion.objects.get_or_create(
        enrolment=enrolment, activity=activity, defaults={"completed_at": at, **fields}
    )
    if is_new:
        activity_completed.send(sender=Completion, completion=completion)
        home = Requirement.objects.filter(
            activity=activity, until=None, module__inclusions__in=_current_places(enrolment)
        )
        for requirement in home.select_related("module"):
            _complete_module_if_due(enrolment, requirement.module, at)
    return completion


def lock_enrolment(enrolment: Enrolment) -> Enrolment:
    """The same row, locked until the transaction ends.

    Whoever locks an attempt as well locks that one first: saving an answer does, and two orders
    would sooner or later wait for one another.
    """
    return (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("cohort__programme", "learner")
        .get(pk=enrolment.pk)
    )


def settle_module(module: Module) -> None:
    """Complete the module for those who have done everything that is required of it now."""
    owed = _required_activities(module)
    needed = owed.count()
    if not needed:
        return
    home = Inclusion.objects.filter(module=module, until=None)
    waiting = (
        Enrolment.objects.filter(withdrawn_at=None, cohort__programme__inclusions__in=home)
        .exclude(module_completions__module=module)
        .annotate(
            done=models.Count(
                "completions", filter=models.Q(completions__activity__in=owed), distinct=True
            )
        )
        .filter(done=needed)
    )
    now = clock.now()
    for enrolment in waiting.order_by("pk"):
        _complete_module_if_due(lock_enrolment(enrolment), module, now)


def settle_programme(programme: Programme) -> None:
    """Complete the programme for those who have done every module that is required of it now."""
    owed = _required_modules(programme)
    needed = owed.count()
    if not needed:
        return
    waiting = (
        Enrolment.objects.filter(withdrawn_at=None, cohort__programme=programme)
        .filter(programme_completion=None)
        .annotate(
            done=models.Count(
                "module_completions",
                filter=models.Q(module_completions__module__in=owed),
                distinct=True,
            )
        )
        .filter(done=needed)
    )
    now = clock.now()
    for enrolment in waiting.order_by("pk"):
        _complete_programme_if_due(lock_enrolment(enrolment), now)


def _current_places(enrolment: Enrolment) -> models.QuerySet[Inclusion]:
    return Inclusion.objects.filter(programme=enrolment.cohort.programme_id, until=None)


def _required_activities(module: Module) -> models.QuerySet[Activity]:
    current = Requirement.objects.filter(module=module, until=None, is_required=True)
    return Activity.objects.filter(pk__in=current.values("activity"))


def _required_modules(programme: Programme) -> models.QuerySet[Module]:
    """The modules that count: required now, and with something required in them."""
    has_work = Requirement.objects.filter(
        module=models.OuterRef("module"), until=None, is_required=True
    )
    current = Inclusion.objects.filter(
        models.Exists(has_work), programme=programme, until=None, is_required=True
    )
    return Module.objects.filter(pk__in=current.values("module"))


def _complete_module_if_due(enrolment: Enrolment, module: Module, at: dt.datetime) -> None:
    owed = _required_activities(module)
    outstanding = owed.exclude(completions__enrolment=enrolment)
    if outstanding.exists() or not owed.exists():
        return
    done, is_new = ModuleCompletion.objects.get_or_create(
        enrolment=enrolment, module=module, defaults={"completed_at": at}
    )
    if not is_new:
        return
    module_completed.send(sender=ModuleCompletion, module_completion=done)
    if enrolment.cohort.programme.certificate_scope == CertificateScope.MODULE:
        issue_certificate(enrolment, module=module)
    _complete_programme_if_due(enrolment, at)


def _complete_programme_if_due(enrolment: Enrolment, at: dt.datetime) -> None:
    programme = enrolment.cohort.programme
    owed = _required_modules(programme)
    outstanding = owed.exclude(completions__enrolment=enrolment)
    if outstanding.exists() or not owed.exists():
        return
    done, is_new = ProgrammeCompletion.objects.get_or_create(
        enrolment=enrolment, defaults={"completed_at": at}
    )
    if not is_new:
        return
    programme_completed.send(sender=ProgrammeCompletion, programme_completion=done)
    if programme.certificate_scope == CertificateScope.PROGRAMME:
        issue_certificate(enrolment)
