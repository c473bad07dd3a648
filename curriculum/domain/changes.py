"""What an edit changes, in words: two contents of one kind in, a list of changes out. Pure.

Parts are followed by their ids, so that what was moved is said to have moved. Nothing is left out:
contents that differ at all have at least one change.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from curriculum.content import ActivityContent, ModuleOverview
from curriculum.domain.change_words import (
    ORDER_MATTERS,
    Names,
    called,
    described,
    is_beside,
    is_wording,
    name_of,
    names_in,
    shown,
)

SAME_WORDS = " (same words)"


@dataclass(frozen=True)
class Change:
    """One thing that differs, as plain text. `before` is empty where it was added, `after` where
    it was taken away. Wording alone is minor; what is asked, offered, right, linked or required
    is material."""

    where: str
    before: str
    after: str
    is_material: bool

    @property
    def is_added(self) -> bool:
        return not self.before

    @property
    def is_removed(self) -> bool:
        return not self.after


@dataclass(frozen=True)
class _Place:
    """Where in the content the comparison is, and what things are called on either side."""

    path: tuple[str, ...]
    before: Names
    after: Names

    def at(self, *names: str) -> "_Place":
        return replace(self, path=(*self.path, *(name for name in names if name)))

    def change(self, before: str, after: str, *, is_material: bool) -> Change:
        where = " · ".join(self.path)
        where += SAME_WORDS if before == after else ""
        return Change(where[:1].upper() + where[1:], before, after, is_material)


def compare(
    before: ActivityContent | ModuleOverview, after: ActivityContent | ModuleOverview
) -> tuple[Change, ...]:
    """Everything that differs, in the order of `after`; nothing where the digests are the same.

    Raises TypeError for contents of two kinds.
    """
    if type(before) is not type(after):
        raise TypeError("Only contents of one kind can be compared.")
    place = _Place((), names_in(before), names_in(after))
    return tuple(_parts(before, after, place))


def is_material(changes: tuple[Change, ...]) -> bool:
    """Whether any of them changes more than words."""
    return any(change.is_material for change in changes)


def _parts(before: Any, after: Any, place: _Place) -> Iterator[Change]:
    for field in fields(after):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if field.compare and old != new:
            yield from _field(type(after), field.name, old, new, place)


def _field(cls: type, name: str, old: Any, new: Any, place: _Place) -> Iterator[Change]:
    here = place.at(called(cls, name))
    if isinstance(new, tuple) and any(is_dataclass(item) for item in (*old, *new)):
        yield from _list(cls, name, old, new, here)
    elif is_dataclass(new) and type(old) is type(new):
        yield from _parts(old, new, here)
    elif is_dataclass(old) or is_dataclass(new):
        yield from _part(old, new, here if here != place else place.at(name))
    else:
        yield (here if here.path else place.at("text")).change(
            shown(cls, name, old, place.before),
            shown(cls, name, new, place.after),
            is_material=not is_wording(cls, name, old, new),
        )


def _part(old: Any, new: Any, here: _Place) -> Iterator[Change]:
    """One part that is there on either side, on one, or is now of another kind."""
    if type(old) is type(new):
        yield from _parts(old, new, here)
        return
    yield here.change(
        described(old, here.before) if old else "",
        described(new, here.after) if new else "",
        is_material=not is_beside(old, new),
    )


def _list(
    cls: type, name: str, old: tuple[Any, ...], new: tuple[Any, ...], place: _Place
) -> Iterator[Change]:
    was, now = _by_identity(old), _by_identity(new)
    moved = _moved([key for key in was if key in now], [key for key in now if key in was])
    for key, (number, item) in now.items():
        here = place.at(name_of(item, number, name, place.after))
        if key not in was:
            yield from _part(None, item, here)
            continue
        first, before = was[key]
        if before != item:
            yield from _part(before, item, here)
        if key in moved:
            yield here.at("moved").change(
                f"Place {first}", f"Place {number}", is_material=(cls, name) in ORDER_MATTERS
            )
    for key, (number, item) in was.items():
        if key not in now:
            yield from _part(item, None, place.at(name_of(item, number, name, place.before)))


def _by_identity(items: tuple[Any, ...]) -> dict[tuple[Any, ...], tuple[int, Any]]:
    """Each item with its number, by what stays the same when it is edited: its id, or whose it
    is; of several alike the first is the first."""
    found: dict[tuple[Any, ...], tuple[int, Any]] = {}
    for number, item in enumerate(items, start=1):
        names = ("id", "who", "profession", "kind", "name")
        same = next((getattr(item, name) for name in names if hasattr(item, name)), None)
        occurrence = 0
        while (same, occurrence) in found:
            occurrence += 1
        found[same, occurrence] = (number, item)
    return found


def _moved(before: list[Any], after: list[Any]) -> set[Any]:
    """What changed its place among those that stayed: as few as possible."""
    kept = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return set(after) - {key for block in kept for key in after[block.b : block.b + block.size]}
