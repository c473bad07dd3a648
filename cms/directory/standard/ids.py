"""Stable ids for what has none of its own here, so that a reader of the API can follow changes."""

import uuid

NAMESPACE = uuid.UUID("0c6f2f0e-64c4-5a62-8d5f-3f0f7f3b6b1a")
KINDS = uuid.uuid5(NAMESPACE, "taxonomy/kinds")


def kind_id(slug: str) -> uuid.UUID:
    """Of a kind of service, the same in every installation."""
    return uuid.uuid5(NAMESPACE, f"kind/{slug}")


def part_id(service: uuid.UUID, *parts: str) -> str:
    """Of a part of a service, by what it says."""
    return str(uuid.uuid5(service, "/".join(parts)))
