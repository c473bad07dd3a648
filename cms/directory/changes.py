"""When the directory changes, what is kept of it in memory is read again."""

from django.db.models.signals import post_delete, post_save

from cms.models.directory import Area, Network, Organisation, Practice, Service, ServiceKind
from curriculum.domain.catalogue import catalogue_changed

WATCHED = (Area, Network, Organisation, Practice, Service, ServiceKind)


def connect() -> None:
    """Called once, when the applications are ready. Contacts, hours and needs are saved with
    whatever they belong to."""
    for model in WATCHED:
        for change in (post_save, post_delete):
            change.connect(
                catalogue_changed, sender=model, dispatch_uid=f"cms.directory.{model.__name__}"
            )
