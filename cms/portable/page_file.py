"""One page as its files say it, before it is held against the site."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class PageFile:
    """One page as files say it: what kind, its key, and the values of its fields."""

    # programme, module, reading, case, quiz, reflection, session, survey,
    # standard, who-is-who, role
    kind: str
    file: Path
    key: uuid.UUID
    title: str
    slug: str
    fields: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    children: list["PageFile"] = field(default_factory=list)
    related: dict[str, list[str]] = field(default_factory=dict)  # tags, outcomes …, by name


# Kind of place, path, name within the folder, what media.yaml says: the library's primary key.
Media = Callable[[str, Path, str, Any], int]
