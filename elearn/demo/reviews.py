"""Texts under review, so that the reviewers' desk has something on it."""

from cms.models import ReadingPage
from cms.models.reviewing import ask_for_changes, draft_of, sign_pages
from curriculum.content import digest
from curriculum.enums import ReviewRole
from curriculum.models import User


def send_for_review(tutor: User, gp: User, social_worker: User) -> None:
    """Three readings that the tutor has sent: one waits for both professions, one has the GP's
    approval, and one went back with a comment. None is published by it: it takes two."""
    pages = list(ReadingPage.objects.live().order_by("path")[:3])
    for page in pages:
        if page.current_workflow_state is None:
            page.get_workflow().start(page, tutor)
    if len(pages) == 3:
        _, signed, returned = pages
        content = draft_of(signed).freeze().content
        sign_pages(gp, ReviewRole.GP, {signed.pk: digest(content)})
        words = "Say here, too, that advice costs nothing. Many of my clients do not know it."
        ask_for_changes(returned, social_worker, ReviewRole.SOCIAL_WORKER, words)
