"""Files that go with the rows that name them."""

import logging
from functools import partial

from django.core.files.storage import Storage, storages
from django.db import transaction

logger = logging.getLogger(__name__)


def discard(name: str, storage: Storage | None = None) -> None:
    """Remove a stored file, of the records where no other storage is named, once it is committed
    that no row names it. Rolled back, rows and files are as they were; no name is no file."""
    if name:
        transaction.on_commit(partial(_remove, storage or storages["records"], name))


def _remove(storage: Storage, name: str) -> None:
    try:
        storage.delete(name)
    except Exception:  # the rows are gone for good, so the other files go all the same
        logger.exception("The file %s could not be removed; remove it by hand", name)
