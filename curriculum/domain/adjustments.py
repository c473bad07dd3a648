"""What a course lead decides about one learner: each with a reason, on record, told apart from what
was earned. Who may do so is asked where the enrolment is fetched (`curriculum.permissions`).
"""

import datetime as dt

from django.db import IntegrityError, models, transaction

from curriculum import clock
from curriculum.domain.completion import give_completion, lock_enrolment
from curriculum.domain.enrolment import enrol, withdraw
from curriculum.domain.errors import Refused
from curriculum.enums import AdjustmentKind, CompletionBasis
from curriculum.models import (
    Activity,
    Adjustment,
    Cohort,
    Completion,
    Enrolment,
    Module,
    ModuleCompletion,
    OwnDueDate,
    Requirement,
    User,
)
from curriculum.models.adjustments import LONGEST_REASON
from curriculum.signals import adjusted
from curriculum.text import clean_line

GIVEN = {
    AdjustmentKind.CREDIT: CompletionBasis.CREDITED,
    AdjustmentKind.EXEMPTION: CompletionBasis.EXEMPT,
}


@transaction.atomic
def credit(
    enrolment: Enrolment,
    activity: Activity,
    *,
    actor: User,
    reason: str,
    kind: AdjustmentKind = AdjustmentKind.CREDIT,
) -> Adjustment:
    """Count an activity as done: credited for work elsewhere, or exempt.

    Raises Refused without a reason, for what is complete already, and for an activity that is no
    part of the learner's programme.
    """
    enrolment = _lock_present(enrolment)
    if Completion.objects.filter(enrolment=enrolment, activity=activity).exists():
        raise Refused("This is complete already.")
    if not _belongs(activity, enrolment):
        raise Refused("This activity is not part of the learner’s programme at the moment.")
    made = _record(enrolment, kind, actor, reason, activity=activity)
    give_completion(enrolment, activity, basis=GIVEN[kind], actor=actor, reason=made.reason)
    return made


@transaction.atomic
def grant_attempt(
    enrolment: Enrolment, activity: Activity, *, actor: User, reason: str
) -> Adjustment:
    """Let a learner try once more than the activity allows. Raises Refused without a reason."""
    enrolment = _lock_present(enrolment)
    if not _belongs(activity, enrolment):
        raise Refused("This activity is not part of the learner’s programme at the moment.")
    return _record(enrolment, AdjustmentKind.ATTEMPT, actor, reason, activity=activity)


@transaction.atomic
def extend(
    enrolment: Enrolment,
    until: dt.date,
    *,
    actor: User,
    reason: str,
    module: Module | None = None,
) -> Adjustment:
    """Give a learner until the end of this day, for one module or, without one, for everything.

    Raises Refused without a reason, and for a day that is not later than the one they have.
    """
    enrolment = _lock_present(enrolment)
    now = _own_day(enrolment, module)
    if now is None:
        raise Refused("There is no day to put off.")
    if until <= now:
        raise Refused("The new day is not later than the one they have.")
    made = _record(enrolment, AdjustmentKind.EXTENSION, actor, reason, module=module, until=until)
    _set_own_day(enrolment, module)
    return made


@transaction.atomic
def end_enrolment(enrolment: Enrolment, *, actor: User, reason: str) -> Adjustment:
    """Withdraw a learner. What they did stays on record. Raises Refused where they have left."""
    enrolment = lock_enrolment(enrolment)
    if enrolment.withdrawn_at:
        raise Refused("This learner has left the cohort already.")
    withdraw(enrolment)
    return _record(enrolment, AdjustmentKind.WITHDRAWAL, actor, reason)


@transaction.atomic
def take_back(enrolment: Enrolment, *, actor: User, reason: str) -> Adjustment:
    """Let a withdrawn learner go on where they stopped. Raises Refused where they never left."""
    enrolment = lock_enrolment(enrolment)
    if enrolment.withdrawn_at is None:
        raise Refused("This learner has not left the cohort.")
    enrol(enrolment.cohort, enrolment.learner)
    return _record(enrolment, AdjustmentKind.RETURN, actor, reason)


@transaction.atomic
def move(enrolment: Enrolment, cohort: Cohort, *, actor: User, reason: str) -> Adjustment:
    """Put a learner into another cohort of the same programme with everything they have done.

    Raises Refused for another programme, an archived cohort, and where they are or were in it.
    """
    enrolment = _lock_present(enrolment)
    if cohort.pk == enrolment.cohort_id:
        raise Refused("The learner is in this cohort already.")
    if cohort.programme_id != enrolment.cohort.programme_id:
        raise Refused("That cohort takes another programme. Enrol the learner there instead.")
    if cohort.archived_at:
        raise Refused("That cohort is archived.")
    before = enrolment.cohort
    made = _record(enrolment, AdjustmentKind.MOVE, actor, reason, in_front=f"From {before.name}. ")
    enrolment.cohort, enrolment.group = cohort, None
    try:
        with transaction.atomic():
            enrolment.save(update_fields=["cohort", "group"])
    except IntegrityError as error:  # the constraint looks, and nobody joins in between
        raise Refused(
            "The learner was in that cohort before. Take them back there and carry over what they "
            "have completed."
        ) from error
    return made


@transaction.atomic
def carry_over(enrolment: Enrolment, other: Enrolment, *, actor: User, reason: str) -> Adjustment:
    """Count here what the same learner has completed in another cohort, such as the year before.

    Each keeps the edition it was completed on, and counts from now. Raises Refused for another
    person's enrolment, and where there is nothing to carry.
    """
    enrolment = _lock_present(enrolment)
    if other.learner_id != enrolment.learner_id or other.pk == enrolment.pk:
        raise Refused("Only the same learner’s completions can be carried over.")
    have = Completion.objects.filter(enrolment=enrolment).values("activity")
    counts = Requirement.objects.filter(
        until=None,
        module__inclusions__programme=enrolment.cohort.programme_id,
        module__inclusions__until=None,
    )
    rows = list(
        Completion.objects.filter(enrolment=other, activity__in=counts.values("activity"))
        .exclude(activity__in=have)
        .select_related("activity", "edition")
    )
    if not rows:
        raise Refused("There is nothing there that is not complete here too.")
    made = _record(enrolment, AdjustmentKind.CARRIED, actor, reason, other=other)
    for row in rows:
        give_completion(
            enrolment,
            row.activity,
            basis=CompletionBasis.CARRIED,
            actor=actor,
            reason=made.reason,
            edition=row.edition,
        )
    return made


UNDOABLE = {
    AdjustmentKind.CREDIT,
    AdjustmentKind.EXEMPTION,
    AdjustmentKind.ATTEMPT,
    AdjustmentKind.EXTENSION,
}


@transaction.atomic
def undo(adjustment: Adjustment, *, actor: User) -> Adjustment:
    """Take a decision back. Raises Refused for one that cannot be, or that something rests on."""
    enrolment = lock_enrolment(adjustment.enrolment)
    found = Adjustment.objects.select_for_update().get(pk=adjustment.pk)
    if found.undone_at:
        return found
    if found.kind not in UNDOABLE:
        raise Refused("This cannot be taken back. Decide the opposite instead.")
    if found.kind in GIVEN:
        _ungive(enrolment, found)
    if found.kind == AdjustmentKind.ATTEMPT and _granted_is_used(enrolment, found):
        raise Refused("The further attempt was used already.")
    _nobody_for_themself(enrolment, actor)
    found.undone_at, found.undone_by, found.mailed_at = clock.now(), actor, None
    found.save(update_fields=["undone_at", "undone_by", "mailed_at"])
    if found.kind == AdjustmentKind.EXTENSION:
        _set_own_day(enrolment, found.module)
    adjusted.send(sender=Adjustment, adjustment=found)
    return found


def _lock_present(enrolment: Enrolment) -> Enrolment:
    """Raises Refused for somebody who has left."""
    enrolment = lock_enrolment(enrolment)
    if enrolment.withdrawn_at:
        raise Refused("This learner has left the cohort. Take them back first.")
    return enrolment


def _nobody_for_themself(enrolment: Enrolment, actor: User) -> None:
    if actor.pk == enrolment.learner_id:
        raise Refused("Nobody decides about their own record. Ask another course lead.")


def _role(actor: User, cohort: Cohort) -> str:
    if cohort.leads.filter(pk=actor.pk).exists():
        return "Course lead"
    return "Administrator" if actor.has_perm("curriculum.see_every_cohort") else ""


def _record(
    enrolment: Enrolment,
    kind: AdjustmentKind,
    actor: User,
    reason: str,
    *,
    in_front: str = "",
    **fields: object,
) -> Adjustment:
    reason = clean_line(reason)
    if not reason:
        raise Refused("Give a reason. The learner sees it too.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"Shorten the reason to {LONGEST_REASON} characters.")
    _nobody_for_themself(enrolment, actor)
    made = Adjustment.objects.create(
        enrolment=enrolment,
        kind=kind,
        actor=actor,
        actor_role=_role(actor, enrolment.cohort),
        reason=in_front + reason,
        **fields,
    )
    adjusted.send(sender=Adjustment, adjustment=made)
    return made


def _belongs(activity: Activity, enrolment: Enrolment) -> bool:
    return Requirement.objects.filter(
        activity=activity,
        until=None,
        module__inclusions__programme=enrolment.cohort.programme_id,
        module__inclusions__until=None,
    ).exists()


def _own_day(enrolment: Enrolment, module: Module | None) -> dt.date | None:
    if module is None:
        return enrolment.last_day
    own = OwnDueDate.objects.filter(enrolment=enrolment, module=module).first()
    due = own or enrolment.cohort.due_dates.filter(module=module).first()
    return due.due_on if due else None


def _set_own_day(enrolment: Enrolment, module: Module | None) -> None:
    """Make the learner's own day what the standing extensions say: the latest of them."""
    standing = Adjustment.objects.filter(
        enrolment=enrolment, module=module, kind=AdjustmentKind.EXTENSION, undone_at=None
    )
    latest = standing.aggregate(day=models.Max("until"))["day"]
    if module is None:
        enrolment.ends_on = latest
        enrolment.save(update_fields=["ends_on"])
    elif latest:
        OwnDueDate.objects.update_or_create(
            enrolment=enrolment, module=module, defaults={"due_on": latest}
        )
    else:
        OwnDueDate.objects.filter(enrolment=enrolment, module=module).delete()


def _ungive(enrolment: Enrolment, adjustment: Adjustment) -> None:
    resting = ModuleCompletion.objects.filter(
        enrolment=enrolment,
        module__requirements__activity=adjustment.activity,
        module__requirements__until=None,
    )
    if resting.exists():
        raise Refused("The module is complete and rests on this, so it cannot be taken back.")
    Completion.objects.filter(
        enrolment=enrolment,
        activity=adjustment.activity,
        basis=GIVEN[AdjustmentKind(adjustment.kind)],
    ).delete()


def _granted_is_used(enrolment: Enrolment, adjustment: Adjustment) -> bool:
    return enrolment.attempts.filter(
        activity=adjustment.activity, started_at__gt=adjustment.made_at
    ).exists()
