"""Who may publish what: the site's rule on unreviewed content. Imports no page class."""

import uuid

from curriculum.content import ActivityContent, digest
from curriculum.models import Activity
from curriculum.queries.signoffs import may_go_live


def may_publish(key: uuid.UUID, content: ActivityContent, *, allow_unreviewed: bool) -> bool:
    """Whether the gate would let exactly this content of this activity through."""
    if allow_unreviewed:
        return True
    activity = Activity.objects.filter(key=key).first()
    return activity is not None and may_go_live(activity, digest(content))
