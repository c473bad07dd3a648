"""What the readers of one file know: its references and tags, its ids, where its problems go."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cms.portable.problems import Report
from cms.portable.text import plain_value

UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_KEY = re.compile(f"key:({UUID})")
_KEY_LINE = re.compile(f"^key: *({UUID})", re.MULTILINE)


@dataclass
class Context:
    """What blocks need to know of the file they stand in."""

    file: Path
    key: uuid.UUID  # of the page: ids are made from it
    references: dict[str, dict[str, str]]
    report: Report
    media: Callable[[str, Path], int]  # kind and file: the primary key in the library
    lines: dict[str, int] = field(default_factory=dict)  # block id → line, for later problems
    fact: Callable[[Any], str] | None = None  # in a case: the id of a fact by its name
    tags: frozenset[str] = frozenset()  # those of tags.yaml

    def id(self, *path: str) -> str:
        """An id that is the same whenever the same file is read."""
        try:
            return str(uuid.UUID(path[-1]))
        except ValueError:
            return str(uuid.uuid5(self.key, "/".join(path)))

    def own(self, row: Any, made: str, line: int) -> str:
        """The id that a row gives as its `key`; the one that was made where it gives none."""
        key = row.get("key") if isinstance(row, dict) else None
        try:
            return str(uuid.UUID(str(key))) if key else made
        except ValueError:
            self.problem(
                line, f"“{key}” is no key: leave it out, or keep the one that was written."
            )
            return made

    def page_key(self, name: str, line: int) -> str:
        """The key in the front matter of a page's file beside this one, as `key:UUID`.

        A page elsewhere is named by its key instead of a file: `elsewhere:UUID`.
        """
        if given := _KEY.fullmatch(name):
            return f"elsewhere:{given[1].lower()}"
        path = self.file.parent / name
        text = path.read_text("utf-8", errors="replace") if self.report.has(path) else ""
        if found := _KEY_LINE.search(text):
            return f"key:{found[1].lower()}"
        self.problem(line, f"There is no page {name}.")
        return ""

    def upkeep(self, row: dict[str, Any], line: int) -> dict[str, Any]:
        """What a question, prompt or scene keeps for its authors: `tags` and `check`."""
        given = row.get("tags") or []
        tags = [plain_value(tag) for tag in given] if isinstance(given, list) else []
        if not isinstance(given, list):
            self.problem(line, "“tags” is a list of short names.")
        for tag in tags:
            if tag not in self.tags:
                self.problem(line, f"tags.yaml has no tag “{tag}”.")
        return {"tags": tags, "check": plain_value(row.get("check")).strip()}

    def problem(self, line: int, message: str) -> None:
        self.report.add(self.file, line, message)
