"""On record: who opened what is about others. Never what stood in it."""

import datetime as dt

from curriculum import clock
from curriculum.enums import Seen
from curriculum.models import Access, User

ONE_VISIT = dt.timedelta(hours=1)


def record_access(actor: User, kind: Seen, subject: User | None = None) -> None:
    """Note that somebody opened something, once in an hour. One's own is nobody's business."""
    if subject is not None and subject.pk == actor.pk:
        return
    since = clock.now() - ONE_VISIT
    known = Access.objects.filter(actor=actor, subject=subject, kind=kind, at__gte=since)
    if not known.exists():
        Access.objects.create(actor=actor, kind=kind, subject=subject)
