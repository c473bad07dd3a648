"""The kinds of service that every installation starts with, and the words that ask for them."""

from pathlib import Path
from typing import Any

from django.db import transaction

from cms.models import Need, ServiceKind
from cms.portable.plain_yaml import load_yaml

STARTER = Path(__file__).parent.parent / "starter"
KINDS = STARTER / "service-kinds.yaml"


def read_starter(path: Path) -> dict[str, Any]:
    """What one of the files that come with the software says."""
    found: dict[str, Any] = _stripped(load_yaml(path.read_text(encoding="utf-8")))
    return found


def _stripped(value: Any) -> Any:
    """Texts without the line break at the end of a block, as a form would keep them."""
    if isinstance(value, dict):
        return {key: _stripped(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_stripped(part) for part in value]
    return value.strip() if isinstance(value, str) else value


@transaction.atomic
def load_kinds() -> int:
    """Add the kinds that are not there. One that is there stays as editors left it. Returns how
    many were added."""
    here = set(ServiceKind.objects.values_list("slug", flat=True))
    named = {name.casefold() for name in ServiceKind.objects.values_list("name", flat=True)}
    added = 0
    for position, (slug, kind) in enumerate(read_starter(KINDS).items(), start=1):
        if slug in here or kind["name"].casefold() in named:
            continue
        ServiceKind.objects.create(
            slug=slug,
            name=kind["name"],
            description=kind["description"],
            position=position * 10,
            needs=[Need(words=words) for words in kind["needs"]],
        )
        added += 1
    return added
