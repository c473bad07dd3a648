"""Who has approved which content, and what was said about it."""

import hashlib
import json
from collections.abc import Iterable

from curriculum.content import Ranking
from curriculum.enums import ReviewRole
from curriculum.models import Activity, KeyRanking, ReviewNote, SignOff
from curriculum.queries.catalogue import Shelf

Exact = tuple[int, str]  # an activity's primary key and the digest of its content

ROLES = [role.value for role in ReviewRole]


def standing(contents: Iterable[Exact]) -> dict[Exact, list[SignOff]]:
    """For each content its approvals that were not withdrawn, GP first, expired ones among them.

    One query, however many contents.
    """
    wanted = list(dict.fromkeys(contents))
    found: dict[Exact, list[SignOff]] = {content: [] for content in wanted}
    rows = SignOff.objects.filter(
        activity_id__in={activity for activity, _ in wanted},
        digest__in={digest for _, digest in wanted},
        withdrawn_at=None,
    ).defer("source")
    for row in sorted(rows, key=lambda row: ROLES.index(row.role)):
        if (row.activity_id, row.digest) in found:
            found[row.activity_id, row.digest].append(row)
    return found


def signed_off(contents: Iterable[Exact]) -> dict[Exact, list[SignOff]]:
    """For each content its standing approvals, GP first, if both professions gave one; else none.

    An approval that has expired since is among them and says so: what was published with it stays
    where it is until somebody decides. One query, however many contents.
    """
    return {
        content: rows if {row.role for row in rows} == set(ROLES) else []
        for content, rows in standing(contents).items()
    }


def is_signed_off(activity: Activity, digest: str, shelf: Shelf | None = None) -> bool:
    """Whether a GP and a social worker, two people, have approved exactly this content; from the
    shelf where a page asks, which has no need of what is decided at this moment."""
    exact = (activity.pk, digest)
    if shelf is None:
        return bool(signed_off([exact])[exact])
    return bool(shelf.get(("signed off", (exact,)), lambda: signed_off([exact]))[exact])


def may_go_live(activity: Activity, digest: str) -> bool:
    """Whether this content may be published: signed off by approvals that have not expired, or
    signed off and current already, so that nothing new goes live."""
    rows = signed_off([(activity.pk, digest)])[activity.pk, digest]
    edition = activity.current_edition
    if edition is not None and edition.digest == digest:
        return bool(rows)
    return bool(rows) and not any(row.is_expired for row in rows)


def withdrawn(contents: Iterable[Exact]) -> tuple[SignOff, ...]:
    """The approvals of these contents that somebody took back, the newest first. One query."""
    wanted = set(contents)
    rows = SignOff.objects.filter(
        activity_id__in={activity for activity, _ in wanted},
        digest__in={digest for _, digest in wanted},
        withdrawn_by__isnull=False,
    ).defer("source")
    found = (row for row in rows if (row.activity_id, row.digest) in wanted)
    return tuple(sorted(found, key=lambda row: row.withdrawn_at or row.signed_at, reverse=True))


def history_of(activity: Activity) -> list[SignOff]:
    """Every approval that the activity ever had, the newest first."""
    return list(activity.signoffs.defer("source").order_by("-signed_at", "-pk"))


def last_signed_by(activity: Activity, reviewer: int, role: ReviewRole) -> SignOff | None:
    """What this person approved last, with the content."""
    return activity.signoffs.filter(signatory=reviewer, role=role).order_by("-signed_at").first()


def notes_on(activity: Activity) -> list[ReviewNote]:
    """What reviewers of both professions wrote, the newest first."""
    return list(activity.review_notes.order_by("-written_at", "-pk")[:50])


# ── Ranking blind ─────────────────────────────────────────────────────────
def items_of(question: Ranking) -> str:
    """A digest of what a ranking question asks to rank, whatever order stands in the text."""
    asked = [question.stem, *sorted((item.id, item.text) for item in question.items)]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def key_rankings(activity: Activity | None, question: Ranking) -> dict[str, KeyRanking]:
    """The orders given for these very items, by role."""
    if activity is None:
        return {}
    rows = KeyRanking.objects.filter(
        activity=activity, question=question.id, items=items_of(question)
    )
    return {row.role: row for row in rows}
