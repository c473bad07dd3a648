"""Marking attempts again by a corrected key. See docs/decisions/0009-regrading.md."""

import logging
from collections.abc import Sequence

from django.db import transaction

from curriculum import clock
from curriculum.domain.completion import complete_activity
from curriculum.domain.errors import NothingAnswered, Refused
from curriculum.domain.regrade_preview import Preview, Result, look
from curriculum.enums import AttemptState, CompletesOn
from curriculum.models import (
    Activity,
    Attempt,
    Edition,
    Regrade,
    RegradedAttempt,
    Response,
    User,
)
from curriculum.signals import regraded
from curriculum.text import clean_text

logger = logging.getLogger(__name__)

LONGEST_REASON = 500


class Outdated(Refused):
    """What was previewed is no longer what would happen."""


@transaction.atomic
def regrade(
    activity: Activity,
    editions: Sequence[Edition],
    *,
    by: User,
    reason: str,
    seen: str,
    fails_too: bool = False,
) -> Regrade:
    """Mark the attempts on `editions` by the current edition's key; `seen` is the fingerprint of
    the preview that was confirmed. Confirming twice makes one regrade.

    Nobody who had passed fails by it unless `fails_too`; what is complete stays complete either
    way, and who passes now completes the quiz. Raises NothingAnswered without a reason, Outdated
    where something has changed since the preview, and Refused where nothing would change.
    """
    reason = clean_text(reason)
    if not reason:
        raise NothingAnswered("Say what was wrong with the key. Learners read it.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"Keep the reason to {LONGEST_REASON} characters.")
    # The order of docs/decisions/0003: the activity, the attempts, enrolments last.
    activity = (
        Activity.objects.select_for_update(no_key=True, of=("self",))
        .select_related("current_edition")
        .get(pk=activity.pk)
    )
    if done := Regrade.objects.filter(activity=activity, fingerprint=seen).first():
        return done
    _lock_attempts(editions)
    preview = look(activity, editions)
    if preview.fingerprint != seen:
        raise Outdated(
            "Something has changed since you looked: somebody submitted, or another edition was "
            "published. Nothing was done. Look again before you confirm."
        )
    if preview.does_nothing:
        raise Refused("These attempts are marked by this key already, so there is nothing to do.")
    made = _record(preview, by=by, reason=reason, fails_too=fails_too)
    regraded.send(sender=Regrade, regrade=made)
    return made


def _lock_attempts(editions: Sequence[Edition]) -> None:
    """Whoever submits at this instant is either marked by now, or marks by the corrected key."""
    standing = Attempt.objects.filter(edition__in=editions).exclude(state=AttemptState.ABANDONED)
    list(standing.select_for_update().order_by("pk").values_list("pk", flat=True))


def _record(preview: Preview, *, by: User, reason: str, fails_too: bool) -> Regrade:
    results = [result for result in preview.results if result.changes(fails_too)]
    made = Regrade.objects.create(
        activity=preview.activity,
        number=Regrade.objects.filter(activity=preview.activity).count() + 1,
        corrected=preview.corrected,
        reason=reason,
        fails_too=fails_too,
        by=by,
        name=by.get_full_name(),
        fingerprint=preview.fingerprint,
        changed=len(results),
        now_pass=sum(result.newly_passes for result in results),
        now_fail=sum(result.would_fail and fails_too for result in results),
    )
    made.editions.set(preview.editions)
    _store(made, results)
    _complete(made, results)
    logger.info("Regrade %s changed %s attempts", made.pk, made.changed)
    return made


def _store(made: Regrade, results: list[Result]) -> None:
    RegradedAttempt.objects.bulk_create(
        RegradedAttempt(
            regrade=made,
            attempt=result.attempt,
            score_before=result.score_before,
            score_after=result.score_after,
            passed_before=result.passed_before,
            passed_after=result.passed_after(made.fails_too),
            kept_pass=result.would_fail and not made.fails_too,
        )
        for result in results
    )
    marked = [Response(pk=pk, score=mark) for r in results for pk, mark in r.marks.items()]
    Response.objects.bulk_update(marked, ["score"], batch_size=500)
    for result in results:
        result.attempt.score = result.score_after
        result.attempt.passed = result.passed_after(made.fails_too)
    attempts = [result.attempt for result in results]
    Attempt.objects.bulk_update(attempts, ["score", "passed"], batch_size=500)


def _complete(made: Regrade, results: list[Result]) -> None:
    """The quiz is complete for those who pass by the corrected key, from the instant of the regrade
    on. Nothing is completed in an enrolment that was withdrawn."""
    due = [
        result.attempt
        for result in results
        if result.newly_passes
        and result.attempt.edition.content.completes_on == CompletesOn.PASSED
        and result.attempt.enrolment.withdrawn_at is None
    ]
    for attempt in sorted(due, key=lambda attempt: (attempt.enrolment_id, attempt.number)):
        complete_activity(
            attempt.enrolment, made.activity, edition=attempt.edition, attempt=attempt, at=made.at
        )


def mark_seen(attempt: Attempt) -> None:
    """Its learner has opened the page on which every correction of the result stands."""
    waiting = RegradedAttempt.objects.filter(attempt=attempt, seen_at=None)
    waiting.update(seen_at=clock.now())
