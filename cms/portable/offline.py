"""Files frozen as the gate would freeze them, without a database: for checks and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from wagtail.blocks.list_block import ListValue
from wagtail.blocks.stream_block import StreamValue
from wagtail.blocks.struct_block import StructValue

from cms.freeze import Frozen, freeze_overview
from cms.portable.library import KINDS, MediaRefused
from cms.portable.page_file import PageFile
from cms.portable.pages import MODELS
from cms.portable.roles import INDEX, RolesFolder
from cms.portable.sniffing import mismatch

MEDIA = {"image", "video", "audio", "captions"}  # fields of blocks: what the library holds
Aside = dict[str, dict[str, Any]]  # block → field → what a database would be asked for


@dataclass(frozen=True)
class OnDisk:
    """A picture or recording as the library would have it, where it lies."""

    path: Path
    about: dict[str, Any]

    width = height = 0

    @property
    def name(self) -> str:
        return str(self.path)

    filename = name

    @property
    def file(self) -> "OnDisk":
        return self

    storage = file

    @property
    def duration(self) -> float:
        return float(self.about.get("seconds") or 0)

    def is_svg(self) -> bool:
        return self.path.suffix == ".svg"

    def open(self, name: str, mode: str = "rb") -> BinaryIO:
        return open(name, mode)  # type: ignore[return-value]


@dataclass
class Shelf:
    """Stands in for the media library; what it gives out are numbers of its own."""

    files: list[OnDisk] = field(default_factory=list)

    def __call__(self, kind: str, path: Path, name: str, about: Any) -> int:
        if path.suffix.lower() not in KINDS[kind]:
            raise MediaRefused(f"{name} is no {kind}: {', '.join(sorted(KINDS[kind]))}.")
        if problem := mismatch(path):
            raise MediaRefused(f"{name}: {problem}")
        self.files.append(OnDisk(path, about or {}))
        return len(self.files) - 1


class Offline:
    """Reads one folder and freezes its pages."""

    def __init__(self, root: Path) -> None:
        self.shelf = Shelf()
        self.folder = RolesFolder(root, self.shelf)

    def read(self) -> list[PageFile]:
        """A programme, a module, who is who or a folder of standard pages. Raises PortableError."""
        if (self.folder.root / "programme.yaml").is_file():
            return [self.folder.programme()]
        if (self.folder.root / "module.yaml").is_file():
            return [self.folder.module()]
        if (self.folder.root / INDEX).is_file():
            return [self.folder.who_is_who()]
        return self.folder.standard_pages()

    def freeze(self, file: PageFile) -> Frozen[Any]:
        """What the page would be frozen to, with the minutes that would be reckoned."""
        # Without a content type a page would look for its own.
        page = MODELS[file.kind](title=file.title, slug=file.slug, live=False, content_type_id=-1)
        for name, value in file.fields.items():
            if file.kind == "survey" and name == "items":
                value = self._items(page, value)
            elif isinstance(value, list):
                aside: Aside = {}
                stored = self._set_aside(value, aside)
                value = page._meta.get_field(name).to_python(stored)
                _put_back(value, aside)
            setattr(page, name, value)
        if file.kind == "module":
            outcomes = [
                self.folder.snippets.outcomes[key]["text"]
                for key in file.related["module_outcomes"]
            ]
            return freeze_overview(
                title=page.title, summary=page.summary, outcomes=outcomes, body=page.body
            )
        if file.kind != "session":  # a meeting lasts as long as it says
            page.minutes_override = None
        frozen: Frozen[Any] = page.freeze()
        return frozen

    def _items(self, page: Any, rows: list[dict[str, Any]]) -> StreamValue:
        """A survey's items as the files have them, in place of snippets."""
        block, known = page._meta.get_field("items").stream_block, self.folder.snippets.survey_items
        children = []
        for row in rows:
            if said := known.get(row["value"]):
                wordings = [SimpleNamespace(who=who, text=text) for who, text in said["wordings"]]
                own = SimpleNamespace(all=lambda wordings=wordings: wordings)
                item = SimpleNamespace(**{**said, "key": row["value"], "wordings": own})
                children.append((row["type"], item, row["id"]))
        return StreamValue(block, children)

    def _set_aside(self, value: Any, aside: Aside) -> Any:
        """The stored blocks with nothing in them that a database would be asked for."""
        if isinstance(value, list):
            return [self._set_aside(each, aside) for each in value]
        if not isinstance(value, dict):
            return value
        inner = value.get("value")
        if isinstance(inner, dict):
            kept = {
                n: self.shelf.files[inner[n]] for n in MEDIA & set(inner) if inner[n] is not None
            }
            kept |= {name: inner[name] for name in {"profession"} & set(inner)}
            aside[str(value.get("id"))] = kept
            inner = inner | dict.fromkeys([*kept, *({"revisit"} & set(inner))])
            inner |= {name: [] for name in {"tags"} & set(inner)}  # they freeze to nothing
            value = {**value, "value": inner}
        return {name: self._set_aside(each, aside) for name, each in value.items()}


def _put_back(value: Any, aside: Aside) -> None:
    for id, inner in _blocks(value):
        for name, what in aside.get(id, {}).items():
            inner[name] = what


def _blocks(value: Any) -> Iterator[tuple[str, Any]]:
    """Every block with fields, with its id, however deep it stands."""
    if isinstance(value, StreamValue):
        for child in value:
            if isinstance(child.value, StructValue):
                yield str(child.id), child.value
            yield from _blocks(child.value)
    elif isinstance(value, ListValue):
        for each in value:
            yield from _blocks(each)
    elif isinstance(value, StructValue):
        for each in value.values():
            yield from _blocks(each)
