"""Reviewing drafts: what waits for whom, signing what was shown, asking for changes.

An approval is a row of `curriculum.SignOff`, bound to a digest. The workflow follows the rows and
never the other way round, so that no button of Wagtail's can stand for an approval.
"""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import transaction
from wagtail.models import Page, WorkflowState

from cms.models.settings import SiteSettings
from curriculum.content import ActivityContent, Ranking, digest
from curriculum.domain import signoffs
from curriculum.domain.catalogue import catalogue_changed
from curriculum.domain.errors import Refused
from curriculum.domain.signoffs import Signature
from curriculum.enums import ReviewRole
from curriculum.models import KeyRanking, SignOff, User
from curriculum.queries.signoffs import key_rankings


class Changed(Refused):
    """The text is not the one that the reviewer was shown; nothing was signed."""


def roles_of(user: Any) -> list[ReviewRole]:
    """As what this person signs, by the groups of the workflow's tasks. One query.

    Nobody's rank stands in for it: an administrator signs nothing.
    """
    tasks = apps.get_model("cms", "SignOffTask").objects.filter(active=True, groups__user=user)
    found = set(tasks.values_list("role", flat=True))
    return [role for role in ReviewRole if role in found]


def reviewers_for(role: str) -> Any:
    """The people who sign for this profession."""
    return User.objects.filter(
        is_active=True, groups__signofftask__role=role, groups__signofftask__active=True
    ).distinct()


def draft_of(page: Any) -> Any:
    """The newest draft of a page."""
    return page.get_latest_revision_as_object()


def roles_signed(page: Any) -> set[str]:
    """Which professions have signed the newest draft of this page, expired approvals aside."""
    content = draft_of(page).freeze().content
    rows = SignOff.objects.filter(
        activity__key=page.translation_key, digest=digest(content), withdrawn_at=None
    ).defer("source")
    return {row.role for row in rows if not row.is_expired}


# ── Who wrote it ──────────────────────────────────────────────────────────
def writers_of(page: Any) -> set[int]:
    """Everybody who has saved a draft of it, by primary key."""
    users = page.revisions.exclude(user=None).values_list("user", flat=True).distinct()
    return set(users.order_by())


# ── Signing ───────────────────────────────────────────────────────────────
@transaction.atomic
def sign_pages(
    user: User, role: str, shown: Mapping[int, str], *, body: str = "", number: str = ""
) -> list[SignOff]:
    """Sign, in one act, the drafts of these pages (primary key → digest that was shown), and
    publish what then has both approvals and was under review. All or nothing.

    Raises Changed where a draft is not the one that was shown, and Refused with the reason where
    this person may not sign it, or it has problems.
    """
    if role not in roles_of(user):
        raise Refused("You do not sign for this profession.")
    catalogue_changed()  # first of all, as whoever publishes does: two who sign wait here
    settings = SiteSettings.load()
    signed = []
    for page in Page.objects.filter(pk__in=shown).order_by("path").specific():
        content = _shown(page, shown[page.pk])
        wrote = user.pk in writers_of(page)
        if wrote and not settings.writers_may_sign:
            raise Refused(f"You wrote part of “{page.title}”. Here nobody signs what they wrote.")
        signature = Signature(user, ReviewRole(role), body, number, is_author=wrote)
        signed.append(
            signoffs.sign(page.translation_key, content, signature, months=settings.approval_months)
        )
        follow(page, user)
    if len(signed) != len(shown):
        raise Changed("One of the pages is gone. Nothing was signed.")
    return signed


def _shown(page: Any, expected: str) -> ActivityContent:
    """The draft's content, if it is what was shown and could be published."""
    frozen = draft_of(page).freeze()
    if digest(frozen.content) != expected:
        raise Changed(f"“{page.title}” was changed while you were reading. Nothing was signed.")
    if frozen.problems:
        raise Refused(f"“{page.title}” has problems that its author must mend first.")
    return frozen.content


def follow(page: Any, user: Any) -> None:
    """Bring the page's workflow in step with its approvals: on to the profession that has not
    signed this content (again, where a change has voided what it signed), or to its end."""
    task_model = apps.get_model("cms", "SignOffTask")
    signed = roles_signed(page)
    state = WorkflowState.objects.for_instance(page).filter(status=WorkflowState.STATUS_IN_PROGRESS)
    found = state.first()
    if found is None or found.current_task_state is None:
        return
    task = found.current_task_state.task.specific
    if not isinstance(task, task_model) or task.role not in signed:
        return
    found.current_task_state.approve(user=user, update=False)
    wanted = task_model.objects.filter(workflow_tasks__workflow=found.workflow, active=True)
    outstanding = wanted.exclude(role__in=signed).order_by("workflow_tasks__sort_order")
    found.update(user=user, next_task=outstanding.first())


@transaction.atomic
def ask_for_changes(page: Any, user: User, role: str, text: str) -> None:
    """Keep the comment and send the page back to its author. Raises Refused without a comment, or
    where the page is not under review."""
    content = draft_of(page).freeze().content
    states = WorkflowState.objects.for_instance(page).select_for_update(of=("self",))
    state = states.filter(status=WorkflowState.STATUS_IN_PROGRESS).first()
    if state is None or state.current_task_state is None:
        raise Refused("This page is not under review any more.")
    signoffs.note(page.translation_key, content, ReviewRole(role), user, text, asks=True)
    state.current_task_state.reject(user=user, comment=text.strip())


def remark_on(page: Any, user: User, role: str, text: str) -> None:
    """Keep a comment that asks for nothing; it neither approves nor sends back. Raises Refused
    without one."""
    content = draft_of(page).freeze().content
    signoffs.note(page.translation_key, content, ReviewRole(role), user, text, asks=False)


# ── Ranking blind ─────────────────────────────────────────────────────────
@transaction.atomic
def rank_items(page: Any, user: User, role: str, question: str, order: list[str]) -> KeyRanking:
    """Keep one profession's order. With the second one both become the draft's keys.

    Raises Refused as `signoffs.rank` does, and for who does not sign for this profession.
    """
    if role not in roles_of(user):
        raise Refused("You do not sign for this profession.")
    draft = draft_of(page)
    content = draft.freeze().content
    row = signoffs.rank(page.translation_key, content, question, ReviewRole(role), user, order)
    asked = next(q for q in signoffs.rankings_of(content) if q.id == question)
    given = key_rankings(row.activity, asked)
    if len(given) == len(ReviewRole):
        _take_over(draft, asked, {role: given[role].order for role in given})
    return row


def _take_over(draft: Any, question: Ranking, orders: dict[str, list[str]]) -> None:
    """Write both orders into the draft. Nobody's name stands on that revision: neither reviewer
    becomes a writer by having ranked."""
    for child in draft.questions:
        if child.id == question.id:
            for item in child.value["items"].bound_blocks:
                item.value["gp_rank"] = orders[ReviewRole.GP].index(item.id) + 1
                item.value["social_worker_rank"] = (
                    orders[ReviewRole.SOCIAL_WORKER].index(item.id) + 1
                )
    draft.save_revision(log_action=True)
