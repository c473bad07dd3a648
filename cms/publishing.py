"""When pages leave, move or are due: keeping the record in step, and our scheduler's work."""

import logging
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail.models import Page, Revision, Site
from wagtail.signals import page_unpublished, post_page_move

from cms.models import Credit, ModulePage, Outcome, ProgrammePage, SiteSettings
from cms.models.outline import close_programme, synchronise_around, synchronise_everything
from curriculum.domain.catalogue import catalogue_changed
from curriculum.models import Activity
from curriculum.signals import signoffs_changed
from curriculum.text import clean_line

logger = logging.getLogger(__name__)


def connect() -> None:
    """Called once, when the applications are ready."""
    page_unpublished.connect(_on_unpublish, dispatch_uid="cms.unpublish")
    post_page_move.connect(_on_move, dispatch_uid="cms.move")
    post_delete.connect(_on_delete, dispatch_uid="cms.delete")
    for model in (Site, *apps.get_models()):
        if issubclass(model, Page | Site | Credit):
            post_save.connect(catalogue_changed, sender=model, dispatch_uid=f"cms.{model.__name__}")
    signoffs_changed.connect(_on_signoffs, dispatch_uid="cms.signoffs")
    post_save.connect(_on_outcome, sender=Outcome, dispatch_uid="cms.outcome")
    post_save.connect(_on_settings, sender=SiteSettings, dispatch_uid="cms.settings")


def _on_unpublish(instance: Page, **kwargs: Any) -> None:
    # Before a deletion Wagtail sends this while the row still says that the page is live.
    synchronise_around(instance, without=instance.path)


def _on_move(
    instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    catalogue_changed()
    synchronise_around(Page.objects.get(pk=instance.pk))
    if parent_page_before != parent_page_after:
        synchronise_around(parent_page_before)


def _on_delete(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, Page | Site | Credit):
        catalogue_changed()
    if isinstance(instance, ProgrammePage):
        close_programme(instance)
    elif isinstance(instance, Page):
        synchronise_around(instance)


def _on_signoffs(activity: Activity, **kwargs: Any) -> None:
    # Where unreviewed content is not shown, an approval more or less decides what learners see.
    for page in Page.objects.filter(translation_key=activity.key, live=True):
        synchronise_around(page)


def _on_outcome(instance: Outcome, **kwargs: Any) -> None:
    # What modules promise is frozen with their pages, and no approval depends on it.
    catalogue_changed()
    for page in ModulePage.objects.live().filter(module_outcomes__outcome=instance):
        frozen = page.freeze()
        if not frozen.problems:
            page.remember(frozen.content)


def _on_settings(**kwargs: Any) -> None:
    # What learners see depends on whether unreviewed content is allowed.
    synchronise_everything()


def publish_due() -> tuple[int, int]:
    """Publish what is due and unpublish what has expired, each in a transaction of its own.

    A page that is refused loses its schedule and its owner is told; one that fails for any other
    reason keeps it for the next run. Either way the others go on. Safe to run twice at once.
    Returns how many were published and how many refused.
    """
    now = timezone.now()
    expired = Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
    for pk in list(expired.values_list("pk", flat=True)):
        _attempt(_take_down, pk)
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    outcomes = [_attempt(_publish, pk) for pk in list(due.values_list("pk", flat=True))]
    return outcomes.count(True), outcomes.count(False)


def _attempt(action: Callable[[int], bool | None], pk: int) -> bool | None:
    """What the action gave, in one transaction; None where it failed, which is logged."""
    try:
        with transaction.atomic():
            return action(pk)
    except Exception:
        logger.exception("Failed and will be tried again: %s(%s)", action.__name__, pk)
        return None


def _take_down(pk: int) -> None:
    page = Page.objects.filter(pk=pk, live=True).specific().first()
    if page is not None:
        page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(pk: int) -> bool | None:
    """Whether the revision was published or refused; None where somebody else saw to it."""
    due = Revision.objects.filter(pk=pk, approved_go_live_at__isnull=False)
    revision = due.select_for_update().first()
    if revision is None:
        return None
    try:
        with transaction.atomic():
            revision.publish(log_action="wagtail.publish.scheduled")
    except (PermissionDenied, ValidationError) as refusal:
        why = " ".join(getattr(refusal, "messages", [str(refusal)]))
        due.update(approved_go_live_at=None)
        logger.warning("Scheduled revision %s was refused: %s", pk, why)
        _tell_owner(revision, why)
        return False
    return True


def _tell_owner(revision: Revision, why: str) -> None:
    from django.core.mail import send_mail

    page = revision.content_object
    owner = revision.user or page.owner
    if owner is None:
        return
    send_mail(
        subject=clean_line(f"Not published: {page.title}"),
        message=(
            f"“{page.title}” was due to be published and was not, because:\n\n{why}\n\n"
            "It is still a draft, and its schedule has been cleared."
        ),
        from_email=None,
        recipient_list=[owner.email],
        fail_silently=True,
    )
