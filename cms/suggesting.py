"""Suggesting other words, and answering that. Whoever suggests does not become the writer: what is
accepted is saved as a revision of the person who accepts it.
"""

from typing import Any

from django.db import transaction
from django.http import Http404
from wagtail.models import Page

from cms.drafting import Overtaken, change_draft, latest_draft, lock_page
from cms.models import SeatRequest, Suggestion
from cms.models.base import FrozenPage
from cms.models.suggestions import SuggestionState
from cms.passages import LONGEST, Path, find
from curriculum import clock
from curriculum.domain.errors import Refused
from curriculum.models import User
from curriculum.text import clean_line

REVIEWERS = ("GP reviewers", "Social work reviewers")
ANSWERABLE = (SuggestionState.OPEN, SuggestionState.OVERTAKEN)
LONGEST_REASON = 500  # characters


def may_read_draft(user: User, page: Any) -> bool:
    """Whether somebody may read what is not published yet: its writers, whoever reviews, and
    whoever was asked to fill a seat in it."""
    return (
        may_write(user, page)
        or user.groups.filter(name__in=REVIEWERS).exists()
        or SeatRequest.objects.open().filter(page=page.pk, colleague=user).exists()
    )


def may_write(user: User, page: Any) -> bool:
    return bool(page.permissions_for_user(user).can_edit())


def _page(page_pk: int) -> Any:
    page = Page.objects.filter(pk=page_pk).specific().first()
    if not isinstance(page, FrozenPage):
        raise Http404("There is no such page.")
    return page


def draft_to_read(user: User, page_pk: int) -> Any:
    """The newest draft of a page that this person may read. Raises Http404."""
    page = _page(page_pk)
    if not may_read_draft(user, page):
        raise Http404("There is no such page for you.")
    return latest_draft(page)


def draft_to_write(user: User, page_pk: int) -> Any:
    """The newest draft of a page that this person may change. Raises Http404."""
    page = _page(page_pk)
    if not may_write(user, page):
        raise Http404("There is no such page for you.")
    return latest_draft(page)


def suggest(page: Any, path: Path, after: str, reason: str, by: User) -> Suggestion:
    """Suggest that the text at `path` of this draft should say `after`.

    Raises Refused where there is no such text, it says so already, or it is too long.
    """
    node = find(page, path)
    if node is None or node.wording is None:
        raise Refused("This text is not in the draft any more. Choose another one.")
    if len(after) > LONGEST or len(node.wording.clean(after)) > node.wording.limit:
        raise Refused(f"At most {node.wording.limit:,} characters fit here.")
    if node.wording.same(node.text, after):
        raise Refused("These are the words that stand there already. Change them first.")
    reason = clean_line(reason)
    if len(reason) > LONGEST_REASON:
        raise Refused(f"A reason has at most {LONGEST_REASON} characters.")
    return Suggestion.objects.create(
        page_id=page.pk,
        path=list(path),
        label=node.named[:250],
        before=node.text,
        after=node.wording.clean(after),
        is_rich=node.wording.is_rich,
        reason=reason,
        by=by,
        name=by.get_full_name()[:120],
    )


def accept(suggestion: Suggestion, present: str, words: str, by: User, answer: str = "") -> None:
    """Take over what was suggested, or `words` that were made of it, as the accepter's revision.

    `present` is the text that they saw standing there. Raises Refused where somebody has answered
    already or the page is locked, and Overtaken where the text is another one by now; then the
    suggestion says so.
    """
    try:
        with transaction.atomic():
            found = _to_answer(suggestion)
            change_draft(found.page_id, {found.where: (present, words)}, by)
            _answer(found, SuggestionState.ACCEPTED, by, answer)
            others = Suggestion.objects.filter(
                page=found.page_id, path=found.path, state=SuggestionState.OPEN
            )
            others.update(state=SuggestionState.OVERTAKEN, answered_at=found.answered_at)
    except Overtaken:
        waiting = Suggestion.objects.filter(pk=suggestion.pk, state=SuggestionState.OPEN)
        waiting.update(state=SuggestionState.OVERTAKEN, answered_at=clock.now())
        raise


@transaction.atomic
def decline(suggestion: Suggestion, by: User, answer: str) -> None:
    """Leave the text as it is. Raises Refused without a word on why, or where it was answered."""
    if not clean_line(answer):
        raise Refused("Say in a word why not: whoever suggested it reads that.")
    _answer(_to_answer(suggestion), SuggestionState.DECLINED, by, answer)


def _to_answer(suggestion: Suggestion) -> Suggestion:
    lock_page(suggestion.page_id)  # first, as everywhere
    found = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if found.state not in ANSWERABLE:
        raise Refused(f"This was {found.get_state_display().lower()} in the meantime.")
    return found


def _answer(found: Suggestion, state: str, by: User, answer: str) -> None:
    answer = clean_line(answer)
    if len(answer) > LONGEST_REASON:
        raise Refused(f"An answer has at most {LONGEST_REASON} characters.")
    found.state, found.answered_by, found.answered_at = state, by, clock.now()
    found.answer = answer
    found.save()
