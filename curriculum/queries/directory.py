"""Whom one contacts here for each kind of service, kept while the catalogue stays the same."""

from curriculum.directory import LocalServices, directory
from curriculum.queries.catalogue import Shelf


def services_here(shelf: Shelf) -> LocalServices:
    """Every kind with whom one contacts for it here; asked of the directory once a shelf."""
    return shelf.get("services here", directory().here)
