"""On record: who opened what is about others. Never what stood in it."""

import datetime as dt

from django.core.cache import cache

from curriculum import clock
from curriculum.enums import Seen
from curriculum.models import Access, User

ONE_VISIT = dt.timedelta(hours=1)


def record_access(actor: User, kind: Seen, subject: User | None = None) -> None:
    """Note that somebody opened something, once in an hour. One's own is nobody's business.

    The cache spares a look-up at every visit; where it forgets, there is one row more.
    """
    about = subject.pk if subject else None
    if about == actor.pk:
        return
    key, now = f"access:{actor.pk}:{kind}:{about}", clock.now()
    noted = cache.get(key)
    if noted is None or not dt.timedelta(0) <= now - noted < ONE_VISIT:
        Access.objects.create(actor=actor, kind=kind, subject=subject, at=now)
        cache.set(key, now, ONE_VISIT.total_seconds())
