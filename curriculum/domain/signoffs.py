"""Signing content off, taking that back, and ranking blind; all bound to exact content."""

import logging
import uuid
from dataclasses import dataclass
from itertools import combinations

from django.db import transaction

from curriculum import clock
from curriculum import content as frozen
from curriculum.content import ActivityContent, Ranking
from curriculum.domain.catalogue import catalogue_changed
from curriculum.domain.errors import Refused
from curriculum.enums import ReviewRole
from curriculum.models import Activity, KeyRanking, ReviewNote, SignOff, User
from curriculum.models.signoffs import expiry
from curriculum.queries.signoffs import items_of, key_rankings
from curriculum.signals import signoffs_changed

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Signature:
    """As what somebody signs. `is_author`: they also wrote it, and the record says so."""

    reviewer: User
    role: ReviewRole
    registration_body: str = ""
    registration_number: str = ""
    is_author: bool = False


@transaction.atomic
def sign(
    key: uuid.UUID, content: ActivityContent, signature: Signature, *, months: int = 0
) -> SignOff:
    """Approve exactly this content of the activity `key`. Signing it again changes nothing.

    `months`: after how many the approval expires; 0: it does not. Raises Refused where the same
    person signed for the other profession, where a colleague of the same one has signed already,
    where the person's profession is unknown, or where a ranking's keys are not both given blind.
    """
    catalogue_changed()
    activity = reviewed_activity(key, content)
    digest, now = frozen.digest(content), clock.now()
    reviewer, role = signature.reviewer, signature.role
    if reviewer.profession is None:
        raise Refused("Your account says no profession, and the record needs it.")
    for question in rankings_of(content):
        _require_blind_keys(activity, question)
    _end_expired(activity, digest)
    for standing in SignOff.objects.filter(activity=activity, digest=digest, withdrawn_at=None):
        if standing.role == role and standing.signatory_id == reviewer.pk:
            return standing
        if standing.role == role:
            raise Refused(f"{standing.name} has signed this text already.")
        if standing.signatory_id == reviewer.pk:
            raise Refused("You have signed this text for the other profession. It takes two.")
    signed = SignOff.objects.create(
        activity=activity,
        digest=digest,
        source=frozen.dump(content),
        edition=activity.editions.filter(digest=digest).first(),
        role=role,
        signatory=reviewer,
        name=reviewer.get_full_name(),
        profession=reviewer.profession.name,
        registration_body=signature.registration_body,
        registration_number=signature.registration_number,
        is_author=signature.is_author,
        signed_at=now,
        expires_at=expiry(now, months),
    )
    logger.info("Signed off as %s: %s %s", role, key, digest[:12])
    signoffs_changed.send(sender=SignOff, activity=activity)
    return signed


def _require_blind_keys(activity: Activity, question: Ranking) -> None:
    given = key_rankings(activity, question)
    if len(given) < len(ReviewRole):
        raise Refused(f"Both professions rank “{question.stem}” first, each for themselves.")
    keys = {
        ReviewRole.GP.value: question.gp_key,
        ReviewRole.SOCIAL_WORKER.value: question.social_worker_key,
    }
    for role, row in given.items():
        if tuple(row.order) != keys[role]:
            raise Refused(f"The key of “{question.stem}” is not the order that {row.name} gave.")


@transaction.atomic
def withdraw(signoff: SignOff, by: User, reason: str) -> SignOff:
    """Take an approval back; the record of it stays. Raises Refused without a reason, or where it
    does not stand any more."""
    if not reason.strip():
        raise Refused("Say why, in a sentence: others will read it.")
    catalogue_changed()
    standing = SignOff.objects.filter(pk=signoff.pk, withdrawn_at=None)
    if not standing.update(
        withdrawn_at=clock.now(), withdrawn_by=by, withdrawn_reason=reason.strip()[:500]
    ):
        raise Refused("This approval was withdrawn already.")
    logger.info("Approval %s was withdrawn", signoff.pk)
    signoffs_changed.send(sender=SignOff, activity=signoff.activity)
    return SignOff.objects.get(pk=signoff.pk)


def _end_expired(activity: Activity, digest: str) -> None:
    """An approval that has run out makes room for a new one; its row says what became of it."""
    now = clock.now()
    SignOff.objects.filter(
        activity=activity, digest=digest, withdrawn_at=None, expires_at__lte=now
    ).update(withdrawn_at=now, withdrawn_reason="It had expired, and the text was reviewed anew.")


@transaction.atomic
def note(
    key: uuid.UUID, content: ActivityContent, role: ReviewRole, by: User, text: str, *, asks: bool
) -> ReviewNote:
    """Keep what a reviewer wrote about this content; `asks`: for changes. Raises Refused where
    there is nothing."""
    if not text.strip():
        raise Refused("Write your comment first, so that the author knows what to do.")
    return ReviewNote.objects.create(
        activity=reviewed_activity(key, content),
        digest=frozen.digest(content),
        role=role,
        author=by,
        name=by.get_full_name(),
        text=text.strip(),
        asks_for_changes=asks,
    )


# ── Ranking blind ─────────────────────────────────────────────────────────
def rankings_of(content: ActivityContent) -> list[Ranking]:
    """The questions that need an order from each profession."""
    questions = getattr(content, "questions", ())
    return [question for question in questions if isinstance(question, Ranking)]


@transaction.atomic
def rank(
    key: uuid.UUID,
    content: ActivityContent,
    question: str,
    role: ReviewRole,
    by: User,
    order: list[str],
) -> KeyRanking:
    """Keep this profession's order of a question's items, and with the second one how far the two
    agree. Given once: whoever has seen the other's is not blind any more.

    Raises Refused for an order that does not hold each item once, where this profession has
    ranked, or where the same person ranked for the other one.
    """
    asked = next((q for q in rankings_of(content) if q.id == question), None)
    if asked is None or sorted(order) != sorted(item.id for item in asked.items):
        raise Refused("Give each item one place of its own.")
    catalogue_changed()
    activity = reviewed_activity(key, content)
    before = key_rankings(activity, asked)
    if role in before:
        raise Refused(f"{before[role].name} has ranked these for your profession already.")
    if any(row.reviewer_id == by.pk for row in before.values()):
        raise Refused("You have ranked these for the other profession. It takes two.")
    others = [row.order for row in before.values()]
    return KeyRanking.objects.create(
        activity=activity,
        question=question,
        items=items_of(asked),
        role=role,
        reviewer=by,
        name=by.get_full_name(),
        order=order,
        agreement=kendall(order, others[0]) if others else None,
    )


def kendall(one: list[str], other: list[str]) -> float:
    """How far two orders of the same items agree: 1 wholly, 0 as by chance, −1 reversed.

    Kendall's tau without ties (M. G. Kendall, "A new measure of rank correlation", Biometrika 30,
    1938): pairs in the same order less pairs in the opposite one, by all pairs.
    """
    place = {item: n for n, item in enumerate(other)}
    pairs = list(combinations(one, 2))
    if not pairs:
        return 1.0
    return sum(1 if place[a] < place[b] else -1 for a, b in pairs) / len(pairs)


def reviewed_activity(key: uuid.UUID, content: ActivityContent) -> Activity:
    """The activity, locked; it may be reviewed before it was ever published."""
    Activity.objects.get_or_create(
        key=key, defaults={"kind": content.activity_kind, "title": content.title}
    )
    return Activity.objects.select_for_update(no_key=True).get(key=key)
