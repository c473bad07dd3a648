"""The single texts of a page: where each stands, what it says, and how it is written.

A path leads to a text as problems' paths do: field name, block id, field name … Blocks are known by
their ids, so a path survives moving blocks about. Within views, a step of `+` and a cast member's
id stands for that member's own view, written or not. Imports no page class.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import models
from wagtail import blocks
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.blocks.list_block import ListValue
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text import RichText

from cms.blocks.case_choices import ViewBlock
from curriculum.enums import Voice
from curriculum.text import clean_line, clean_text, plain

Path = tuple[str, ...]
MOST_TITLE = 40  # characters of a block's own words in a label
SHORTEST = 20  # what has no room for more characters is a tag or a key, not wording
LONGEST = 20_000  # characters of one text
_KEYS = re.compile(r'\sdata-block-key="[^"]*"')
_FORMAT = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Wording:
    """What may be written in one place."""

    is_rich: bool = False
    is_line: bool = False
    features: tuple[str, ...] = ()
    limit: int = LONGEST

    def clean(self, text: str) -> str:
        """The text as the editor would store it."""
        if self.is_rich:
            return as_edited(text, self.features)
        return clean_line(text) if self.is_line else clean_text(text)

    def same(self, one: str, other: str) -> bool:
        """Whether two texts say the same, however the editor spells it."""
        return one == other or self._bare(one) == self._bare(other)

    def _bare(self, text: str) -> str:
        return _KEYS.sub("", self.clean(text))


@dataclass
class Node:
    """Something in a page that has a place of its own; a text where it has a `wording`."""

    path: Path
    label: tuple[str, ...]
    value: Any
    block: blocks.Block | None = None
    wording: Wording | None = None
    write: Callable[[Any], None] = field(default=lambda _: None, repr=False)
    parent: "Node | None" = field(default=None, repr=False)

    @property
    def text(self) -> str:
        return str(getattr(self.value, "source", self.value) or "")

    @property
    def named(self) -> str:
        return " · ".join(self.label)

    def say(self, text: str) -> None:
        """Write the text here, cleaned. A view comes and goes with its text."""
        assert self.wording is not None
        text = self.wording.clean(text)
        view = self.parent
        if view is not None and isinstance(view.block, ViewBlock):
            (_keep if text else _drop)(view)
        self.write(RichText(text) if isinstance(self.block, blocks.RichTextBlock) else text)


@dataclass(frozen=True)
class Passage:
    """One text of a page as somebody reads it."""

    path: Path
    label: str
    text: str
    is_rich: bool
    wording: Wording


def passages(page: Any) -> list[Passage]:
    """The texts of a page in reading order: those that can be worded otherwise. Tables are left
    out, since their cells have no ids."""
    return [
        Passage(node.path, node.named, node.text, node.wording.is_rich, node.wording)
        for node in words_of(page)
        if node.wording is not None
    ]


def words_of(page: Any) -> Iterator[Node]:
    """The texts of a page as nodes that can be written."""
    cast = cast_of(page)
    for node in _fields(page):
        yield from _below(node, cast)


def find(page: Any, path: Path) -> Node | None:
    """The text at this path, or None where there is none. A view that is not written yet is found
    by its member's step."""
    node = _descend(page, path)
    return node if node is not None and node.wording else None


def below(page: Any, path: Path) -> list[Node]:
    """What stands directly under this path: the fields of a block, the items of a list."""
    node = _descend(page, path)
    return list(_children(node, cast_of(page))) if node is not None else []


def _descend(page: Any, path: Path) -> Node | None:
    cast = cast_of(page)
    node = next((node for node in _fields(page) if node.path == path[:1]), None)
    for step in path[1:]:
        if node is None:
            return None
        if step.startswith("+"):
            node = own_view(node, step[1:], cast)
        else:
            node = next((c for c in _children(node, cast) if c.path[-1] == step), None)
    return node


def as_edited(html: str, features: tuple[str, ...]) -> str:
    """Rich text as it comes out of the editor: nothing that the editor cannot make is left."""
    converter = ContentstateConverter(list(features))
    edited: str = converter.to_database_format(converter.from_database_format(html))
    return edited if plain(edited) else ""


def cast_of(page: Any) -> dict[str, tuple[str, str]]:
    """Of each member of a case's cast, by id, the name and the voice; elsewhere nothing."""
    return {
        child.id: (child.value.get("name") or "?", child.value.get("voice") or "")
        for child in getattr(page, "cast", ())
    }


# ── Walking ───────────────────────────────────────────────────────────────
def _fields(page: Any) -> Iterator[Node]:
    """The fields with words, in the order of the editor."""
    names = dict.fromkeys(["title", *_panel_fields(type(page).content_panels)])
    for name in names:
        found = page._meta.get_field(name)
        said = str(found.verbose_name)
        label = (said[:1].upper() + said[1:],)
        node = Node((name,), label, getattr(page, name), write=partial(setattr, page, name))
        if isinstance(found, StreamField):
            node.block = found.stream_block
        elif isinstance(found, RichTextField):
            node.wording = Wording(is_rich=True, features=tuple(found.features or ()))
        elif isinstance(found, models.CharField | models.TextField) and not found.choices:
            limit = found.max_length or LONGEST
            node.wording = Wording(is_line=isinstance(found, models.CharField), limit=limit)
        else:
            continue
        yield node


def _panel_fields(panels: Any) -> Iterator[str]:
    for panel in panels:
        if name := getattr(panel, "field_name", ""):
            yield name
        yield from _panel_fields(getattr(panel, "children", ()))


def _below(node: Node, cast: dict[str, tuple[str, str]]) -> Iterator[Node]:
    if node.wording:
        yield node
    for child in _children(node, cast):
        yield from _below(child, cast)


def _children(node: Node, cast: dict[str, tuple[str, str]]) -> Iterator[Node]:
    block, value = node.block, node.value
    if isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            label = node.label if name == "text" else (*node.label, _small(child.label))
            yield _node(node, name, label, child, value.get(name), partial(_put, value, name))
    elif isinstance(block, blocks.StreamBlock):
        above = node.label[:-1] if len(block.child_blocks) == 1 else node.label
        for n, item in enumerate(value, start=1):
            label = (*above, _item_label(node, item.block, item.value, n, cast))
            write = partial(setattr, item, "value")
            if item.id:
                yield _node(node, item.id, label, item.block, item.value, write)
    elif isinstance(block, blocks.ListBlock):
        for n, item in enumerate(value.bound_blocks, start=1):
            label = (*node.label[:-1], _item_label(node, item.block, item.value, n, cast))
            write = partial(setattr, item, "value")
            if item.original_id:
                yield _node(node, item.original_id, label, item.block, item.value, write)


def _node(
    parent: Node, step: str, label: Path, block: blocks.Block, value: Any, write: Any
) -> Node:
    wording = None
    if isinstance(block, blocks.RichTextBlock):
        wording = Wording(is_rich=True, features=tuple(block.features or ()))
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock):
        limit = block.field.max_length or LONGEST
        if limit > SHORTEST:
            wording = Wording(is_line=isinstance(block, blocks.CharBlock), limit=limit)
    return Node((*parent.path, step), label, value, block, wording, write, parent)


def _put(struct: Any, name: str, value: Any) -> None:
    struct[name] = value


def _small(label: str) -> str:
    is_word = label[1:2].islower() or label[1:2] in " ’"
    return label[:1].lower() + label[1:] if is_word else label


def _item_label(
    above: Node, block: blocks.Block, value: Any, n: int, cast: dict[str, tuple[str, str]]
) -> str:
    if isinstance(block, ViewBlock):
        return view_label(above.path[-1], value.get("who") or "", cast)
    if isinstance(above.block, blocks.ListBlock):
        name = above.path[-1].replace("_", " ")
        return f"{name if name in {'does', 'does not'} else name.removesuffix('s')} {n}"
    found = _FORMAT.search(getattr(block.meta, "label_format", None) or "")
    title = plain(str(value.get(found[1]) or "")) if found else ""
    short = title if len(title) <= MOST_TITLE else f"{title[: MOST_TITLE - 1].rstrip()}…"
    return f"{block.label} “{short}”" if short else f"{_small(block.label)} {n}"


# ── Views ─────────────────────────────────────────────────────────────────
def view_label(field_name: str, who: str, cast: dict[str, tuple[str, str]]) -> str:
    """Whose view something is, in words."""
    name, voice = cast.get(who, ("somebody who is not in the cast", ""))
    seat = f"{name} ({Voice(voice).label})" if voice in Voice.values else name
    return f"what {seat} knows" if field_name == "knows" else f"view of {seat}"


def own_view(views: Node, who: str, cast: dict[str, tuple[str, str]]) -> Node | None:
    """The view in this list that this member always has; one to be written where it has none."""
    block = _view_block(views)
    if who not in cast or block is None:
        return None
    for child in _children(views, cast):
        if child.value.get("who") == who and not child.value.get("only_if"):
            return child
    label = (*views.label[:-1], view_label(views.path[-1], who, cast))
    value = block.to_python({"who": who, "text": "", "only_if": ""})
    return Node((*views.path, f"+{who}"), label, value, block, parent=views)


def _view_block(views: Node) -> ViewBlock | None:
    """The block of the views in a list or stream; None where it holds something else."""
    if isinstance(views.block, blocks.ListBlock):
        found = views.block.child_block
    else:
        found = getattr(views.block, "child_blocks", {}).get("view")
    return found if isinstance(found, ViewBlock) else None


def _keep(view: Node) -> None:
    """Put a view that is not written yet into its list."""
    if view.parent is None or not view.path[-1].startswith("+"):
        return
    id = str(uuid.uuid4())  # explicit, so that it is the same at every reading
    if isinstance(view.parent.block, blocks.ListBlock):
        item = ListValue.ListChild(view.block, view.value, id=id)
        view.parent.value.bound_blocks.append(item)
    else:
        view.parent.value.append(("view", view.value, id))


def _drop(view: Node) -> None:
    """Take a view out of its list."""
    assert view.parent is not None
    items = view.parent.value
    if isinstance(view.parent.block, blocks.ListBlock):
        items = items.bound_blocks
    place = next((n for n, item in enumerate(items) if item.id == view.path[-1]), None)
    if place is not None:
        del items[place]
