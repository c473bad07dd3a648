"""What stands on the reviewers' desk: which drafts wait for whom, and one draft in full."""

import dataclasses
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.functional import cached_property
from wagtail.models import Page, Revision, WorkflowState

from cms.models import ModulePage, SiteSettings
from cms.models.base import ActivityPage
from cms.reminders import due_at
from curriculum import clock
from curriculum.content import ActivityContent, Quiz, Ranking, digest
from curriculum.domain.changes import Change, compare
from curriculum.domain.signoffs import rankings_of
from curriculum.enums import ReviewRole
from curriculum.models import Activity, KeyRanking, ReviewNote, SignOff, User
from curriculum.queries.signoffs import key_rankings, last_signed_by, notes_on

KEPT_SECONDS = 3600
# Previews with everything open.
MODES = {
    "quiz": "key",
    "case": "open",
    "reflection": "open",
    "session": "plan",
    "survey": "open",
}


@dataclass(frozen=True)
class Waiting:
    """One draft, and which professions have signed it as it is now."""

    page: Any
    module: str
    digest: str
    signed: dict[str, SignOff]
    review: Any = None  # the workflow state, where it was sent for review
    due: dt.datetime | None = None

    @property
    def is_overdue(self) -> bool:
        return self.due is not None and self.due < clock.now()

    @property
    def gp(self) -> SignOff | None:
        return self.signed.get(ReviewRole.GP)

    @property
    def social_worker(self) -> SignOff | None:
        return self.signed.get(ReviewRole.SOCIAL_WORKER)


# ── What waits ────────────────────────────────────────────────────────────
def under_review() -> list[Waiting]:
    """Every draft that was sent for review and is not done, the oldest first. A constant number
    of queries once each draft has been read."""
    states = list(
        WorkflowState.objects.filter(
            status=WorkflowState.STATUS_IN_PROGRESS,
            workflow__workflow_tasks__task__signofftask__isnull=False,
        )
        .select_related("requested_by")
        .distinct()
        .order_by("created_at", "pk")
    )
    pages = _activities(int(state.object_id) for state in states)
    by_pk = {waiting.page.pk: waiting for waiting in waiting_on(pages)}
    days = SiteSettings.load().review_days
    return [
        dataclasses.replace(by_pk[pk], review=state, due=due_at(state, days))
        for state in states
        if (pk := int(state.object_id)) in by_pk
    ]


def _activities(keys: Any) -> list[Any]:
    pages = Page.objects.filter(pk__in=list(keys)).select_related("latest_revision")
    return [page for page in pages.order_by("path") if _is_activity(page)]


def _is_activity(page: Page) -> bool:
    return page.specific_class is not None and issubclass(page.specific_class, ActivityPage)


def activities_of(module: Any) -> list[Any]:
    """The pages of a module's activities, in their order, with their newest drafts."""
    pages = Page.objects.child_of(module).select_related("latest_revision").order_by("path")
    return [page for page in pages if _is_activity(page)]


def waiting_on(pages: list[Any]) -> list[Waiting]:
    """These pages' drafts with their approvals and modules."""
    digests = {page.pk: digest_of(page) for page in pages}
    rows = SignOff.objects.filter(
        activity__key__in=[page.translation_key for page in pages],
        digest__in=set(digests.values()),
        withdrawn_at=None,
    )
    signed: dict[tuple[Any, str], dict[str, SignOff]] = {}
    for row in rows.select_related("activity").defer("source"):
        if not row.is_expired:
            signed.setdefault((row.activity.key, row.digest), {})[row.role] = row
    parents = {page.path[: -Page.steplen] for page in pages}
    modules = dict(Page.objects.filter(path__in=parents).values_list("path", "title"))
    return [
        Waiting(
            page=page,
            module=modules.get(page.path[: -Page.steplen], ""),
            digest=digests[page.pk],
            signed=signed.get((page.translation_key, digests[page.pk]), {}),
        )
        for page in pages
    ]


def digest_of(page: Any) -> str:
    """The digest of a page's newest draft, worked out once for each saved state of it.

    For lists only: what somebody signs is always worked out anew.
    """
    revision: Revision | None = page.latest_revision
    # Autosave writes a revision anew in its place, so its number alone would not do.
    content = json.dumps(revision.content, sort_keys=True, default=str) if revision else ""
    saved = hashlib.sha256(content.encode()).hexdigest()
    key = f"cms.draft.{page.pk}.{saved}"
    found: str | None = cache.get(key)
    if found is None:
        found = digest(page.specific.get_latest_revision_as_object().freeze().content)
        cache.set(key, found, KEPT_SECONDS)
    return found


def modules_to_read(role: str) -> list[tuple[Any, int, int]]:
    """Each module with how many of its activities this profession has not signed as they are
    now, and how many there are; those with nothing left last."""
    modules = list(ModulePage.objects.order_by("path"))
    paths = {module.path: module for module in modules}
    pages = Page.objects.filter(depth=modules[0].depth + 1) if modules else Page.objects.none()
    found: dict[Any, list[Waiting]] = {module.pk: [] for module in modules}
    activities = [
        page
        for page in pages.select_related("latest_revision").order_by("path")
        if page.path[: -Page.steplen] in paths and _is_activity(page)
    ]
    for waiting in waiting_on(activities):
        found[paths[waiting.page.path[: -Page.steplen]].pk].append(waiting)
    rows = [
        (module, sum(role not in w.signed for w in found[module.pk]), len(found[module.pk]))
        for module in modules
        if found[module.pk]
    ]
    return sorted(rows, key=lambda row: not row[1])


# ── One draft ─────────────────────────────────────────────────────────────
@dataclass
class Reading:
    """One draft as one reviewer has it before them."""

    page: Any
    reviewer: User
    roles: list[ReviewRole]

    @cached_property
    def draft(self) -> Any:
        return self.page.get_latest_revision_as_object()

    @cached_property
    def frozen(self) -> Any:
        return self.draft.freeze()

    @property
    def content(self) -> ActivityContent:
        content: ActivityContent = self.frozen.content
        return content

    @cached_property
    def digest(self) -> str:
        return digest(self.content)

    @cached_property
    def activity(self) -> Activity | None:
        return Activity.objects.filter(key=self.page.translation_key).first()

    @cached_property
    def waiting(self) -> Waiting:
        page = Page.objects.select_related("latest_revision").get(pk=self.page.pk)
        return waiting_on([page])[0]

    @property
    def to_sign(self) -> list[ReviewRole]:
        """As what the reviewer may sign now."""
        mine = {s.signatory_id for s in self.waiting.signed.values()}
        if self.reviewer.pk in mine:
            return []
        return [role for role in self.roles if role not in self.waiting.signed]

    @cached_property
    def rankings(self) -> list[tuple[Ranking, dict[str, KeyRanking]]]:
        """The ranking questions, each with the orders that were given."""
        return [(q, key_rankings(self.activity, q)) for q in rankings_of(self.content)]

    @property
    def blind(self) -> set[str]:
        """The questions of which neither key nor order may be shown yet."""
        return {q.id for q, given in self.rankings if len(given) < len(ReviewRole)}

    @property
    def notes(self) -> list[ReviewNote]:
        return notes_on(self.activity) if self.activity else []

    @cached_property
    def last(self) -> SignOff | None:
        """What this reviewer approved last."""
        if self.activity is None:
            return None
        found = (last_signed_by(self.activity, self.reviewer.pk, role) for role in self.roles)
        return max((s for s in found if s), key=lambda s: s.signed_at, default=None)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What has changed since then; the keys that are still blind aside."""
        if self.last is None or self.last.content is None or self.last.digest == self.digest:
            return ()
        before = self.last.content
        if type(before) is not type(self.content):
            return ()
        return compare(_without_keys(before, self.blind), _without_keys(self.content, self.blind))

    @property
    def mode(self) -> str:
        return MODES.get(self.content.activity_kind.value, "")


def _without_keys(content: Any, blind: set[str]) -> Any:
    if not isinstance(content, Quiz) or not blind:
        return content
    questions = tuple(
        dataclasses.replace(q, gp_key=(), social_worker_key=())
        if isinstance(q, Ranking) and q.id in blind
        else q
        for q in content.questions
    )
    return dataclasses.replace(content, questions=questions)
