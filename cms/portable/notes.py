"""What a page keeps for its authors, put back beside its frozen content, which has none of it."""

import dataclasses
from collections.abc import Iterable
from typing import Any, ClassVar

from curriculum.content import OnlyIf


@dataclasses.dataclass(frozen=True)
class Note:
    """A note among the nodes of a body, for the writer alone."""

    id: str
    text: str

    KIND: ClassVar[str] = "check"


def with_notes(nodes: Iterable[Any], value: Any) -> list[Any]:
    """The nodes of a frozen body with the notes of the stream that it was frozen from."""
    frozen = {node.id: node for node in nodes}
    found: list[Any] = []
    for child in value:
        if child.block_type == Note.KIND:
            found.append(Note(child.id, child.value["text"]))
        elif child.id in frozen:
            node = frozen[child.id]
            if isinstance(node, OnlyIf):
                body = tuple(with_notes(node.body, child.value["body"]))
                node = dataclasses.replace(node, body=body)
            found.append(node)
    return found


def upkeep(kept: Any) -> dict[str, Any]:
    """What a question, prompt or scene keeps for its authors, as its file has it."""
    rows = {"tags": list(kept["tags"] or ()), "check": kept["check"]}
    return {name: value for name, value in rows.items() if value}
