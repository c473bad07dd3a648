"""Publishing: content becomes an edition, or is refused."""

import logging
import uuid

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from curriculum import content as frozen
from curriculum.domain.catalogue import catalogue_changed
from curriculum.domain.snapshots import with_snapshots
from curriculum.models import Activity, Edition
from curriculum.queries.signoffs import may_go_live
from curriculum.signals import edition_published

logger = logging.getLogger(__name__)


class NotSignedOff(PermissionDenied):
    """The content lacks the approval of a GP, of a social worker, or of both."""


@transaction.atomic
def publish_edition(
    key: uuid.UUID, content: frozen.ActivityContent, *, allow_unreviewed: bool
) -> Edition:
    """The edition of the activity `key` that holds exactly this content, made current.

    Publishing the same content again makes no new edition; publishing an earlier content makes
    its edition current again. Raises NotSignedOff where approvals are missing and
    `allow_unreviewed` is false, and ValueError where the activity is of another kind.
    """
    catalogue_changed()
    Activity.objects.get_or_create(
        key=key, defaults={"kind": content.activity_kind, "title": content.title}
    )
    # Without the key: a learner who holds an enrolment, which settling may soon wait for, inserts
    # rows that refer to this activity.
    activity = Activity.objects.select_for_update(no_key=True).get(key=key)
    if activity.kind != content.activity_kind:
        raise ValueError(f"Activity {key} is a {activity.kind}, not a {content.activity_kind}.")
    digest = frozen.digest(content)
    if not allow_unreviewed and not may_go_live(activity, digest):
        raise NotSignedOff(
            "This content cannot be published before a GP and a social worker have signed it off."
        )
    edition = _edition(activity, digest, content)
    if activity.current_edition_id != edition.pk:
        activity.current_edition = edition
        activity.title, activity.minutes = content.title, content.minutes
        activity.save(update_fields=["current_edition", "title", "minutes"])
        logger.info("Published edition %s of %s %s", edition.number, activity.kind, key)
        edition_published.send(sender=Edition, edition=edition)
    return edition


def _edition(activity: Activity, digest: str, content: frozen.ActivityContent) -> Edition:
    existing = activity.editions.filter(digest=digest).first()
    if existing:
        return existing
    last = activity.editions.aggregate(last=models.Max("number"))["last"] or 0
    return Edition.objects.create(
        activity=activity,
        number=last + 1,
        digest=digest,
        source=frozen.dump(with_snapshots(content)),
    )
