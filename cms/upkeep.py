"""When the law changes: what rests on it, asking its owners to look, and their answer."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from wagtail.models import Page, Revision

from cms.models import KeptTrue, Review, Tag
from cms.parts import Part, drafted, parts, stored
from cms.tasks import mail_owner
from curriculum import clock
from curriculum.domain.catalogue import catalogue_changed
from curriculum.models import User
from curriculum.tasks import soon


@dataclass(frozen=True)
class Kept:
    """A page with what its row and its newest draft say of tags and parts."""

    page: Any
    tags: frozenset[str]  # slugs of the page as a whole
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Affected:
    """A page that rests on a tag: as a whole, or some questions and scenes of it."""

    page: Any
    is_whole: bool
    parts: tuple[Part, ...]


def kept_models() -> list[Any]:
    """The kinds of page whose statements age."""
    return [
        model for model in apps.get_app_config("cms").get_models() if issubclass(model, KeptTrue)
    ]


def kept_pages() -> list[Kept]:
    """All of them in the tree's order. What stands in the row or in the newest draft counts: an
    old statement is wrong for learners now, and a drafted one will be."""
    pages = [page for model in kept_models() for page in model.objects.select_related("owner")]
    slugs = dict(Tag.objects.values_list("pk", "slug"))
    tagged = _tagged(slugs)
    newest = [page.latest_revision_id for page in pages if page.has_unpublished_changes]
    drafts = {r.object_id: r.content for r in Revision.objects.filter(pk__in=newest)}
    found = []
    for page in sorted(pages, key=lambda page: page.path):
        tags, kept = tagged.get(page.pk, set()), {part.id: part for part in parts(stored(page))}
        if content := drafts.get(str(page.pk)):
            tags = tags | {slugs[pk] for pk in content.get("tags") or () if pk in slugs}
            for part in parts(drafted(type(page), content)):
                kept[part.id] = _both(kept.get(part.id), part)
        found.append(Kept(page, frozenset(tags), tuple(kept.values())))
    return found


def _tagged(slugs: dict[int, str]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for model in kept_models():
        for pk, tag in model.objects.exclude(tags=None).values_list("pk", "tags"):
            found.setdefault(pk, set()).add(slugs[tag])
    return found


def _both(row: Part | None, draft: Part) -> Part:
    tags = tuple(dict.fromkeys((*(row.tags if row else ()), *draft.tags)))
    return Part(draft.id, draft.kind, draft.text, tags, draft.check, draft.value)


def affected_by(tag: Tag) -> list[Affected]:
    """Every page that rests on the tag, or holds a question, prompt or scene that does."""
    found = []
    for kept in kept_pages():
        named = tuple(part for part in kept.parts if tag.slug in part.tags)
        if named or tag.slug in kept.tags:
            found.append(Affected(kept.page, tag.slug in kept.tags, named))
    return found


@transaction.atomic
def ask_for_review(
    affected: Collection[Affected],
    *,
    asked_by: User,
    since: dt.date,
    note: str = "",
    tag: Tag | None = None,
    tells_learners: bool = False,
) -> list[Review]:
    """Mark these pages for review; their owners are mailed once this is stored for good, one mail
    each. A page that waits for the same reason already is asked for anew, not twice."""
    catalogue_changed()
    batch, now, made = uuid.uuid4(), clock.now(), []
    locked = Page.objects.select_for_update().filter(pk__in=[one.page.pk for one in affected])
    owners = dict(locked.order_by("pk").values_list("pk", "owner"))
    for one in affected:
        if one.page.pk not in owners:
            continue  # it was deleted meanwhile
        review, _ = Review.objects.open().update_or_create(
            page_id=one.page.pk,
            tag=tag,
            defaults={
                "batch": batch,
                "since": since,
                "note": note,
                "parts": [{"id": p.id, "kind": p.kind, "text": p.text} for p in one.parts],
                "tells_learners": tells_learners,
                "asked_by": asked_by,
                "asked_at": now,
                "mailed_at": None,
            },
        )
        made.append(review)
    for owner in sorted({pk for pk in owners.values() if pk}):
        soon(mail_owner, str(batch), owner)
    return made


@transaction.atomic
def still_true(page: Any, by: User) -> int:
    """Somebody has looked and the page holds, as it is or as they have mended it: close what is
    open on it and let its next review fall due. Gives how many reviews were closed."""
    catalogue_changed()
    Page.objects.select_for_update().get(pk=page.pk)
    now, today = clock.now(), clock.today()
    closed = Review.objects.open().filter(page_id=page.pk).update(closed_at=now, closed_by=by)
    if not closed:  # nobody had asked, so this is the record that it was looked at
        Review.objects.create(
            page_id=page.pk, since=today, asked_by=by, asked_at=now, closed_at=now, closed_by=by
        )
    page.set_review_by(today)
    type(page).objects.filter(pk=page.pk).update(checked_on=today, review_by=page.review_by)
    return closed


def give_to(page: Any, owner: User | None, *, with_inner: bool) -> int:
    """Make somebody the owner of a page, and of all that is in it. Gives how many pages."""
    pages = Page.objects.descendant_of(page, inclusive=True) if with_inner else None
    given = pages if pages is not None else Page.objects.filter(pk=page.pk)
    return given.update(owner=owner)


@dataclass(frozen=True)
class Task:
    """A page that its owner should look at: asked for, or due by its own interval."""

    page: Any
    due: dt.date
    reviews: tuple[Review, ...]


def tasks_until(day: dt.date) -> list[Task]:
    """What is asked for, and what falls due up to this day; the most urgent first."""
    asked: dict[int, list[Review]] = {}
    for review in Review.objects.open().select_related("tag", "asked_by"):
        asked.setdefault(review.page_id, []).append(review)
    tasks = []
    for page in _due(day, list(asked)):
        reviews = tuple(asked.get(page.pk, ()))
        days = [review.since for review in reviews]
        days += [page.review_by] if page.review_by and page.review_by <= day else []
        tasks.append(Task(page, min(days), reviews))
    return sorted(tasks, key=lambda task: (task.due, task.page.path))


def _due(day: dt.date, asked: list[int]) -> Iterator[Any]:
    for model in kept_models():
        rows = model.objects.select_related("owner")
        yield from rows.filter(pk__in=asked) | rows.filter(review_by__lte=day, live=True)
