"""Everything that would keep files from becoming pages, by file and line, before anything is."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import Page

from cms.models.base import FrozenPage
from cms.portable.page_file import PageFile
from cms.portable.pages import (
    MODELS,
    fill,
    key_of,
    links_of,
    plain_fields_of,
    reading_by_key,
    streams_of,
)
from cms.portable.problems import FileProblem
from curriculum.models import Activity

MOST = 32767  # of a small whole number
FROM_FILES = {"title", "slug", "search_description"}
Found = Iterator[tuple[tuple[str, ...], str]]


def problem(file: PageFile, root: Path, message: str, path: tuple[str, ...] = ()) -> FileProblem:
    """A problem at the line of the innermost part of `path` that has one."""
    line = next((file.lines[step] for step in reversed(path) if step in file.lines), 0)
    return FileProblem(file.file.relative_to(root).as_posix(), line, message)


def family(
    files: list[PageFile], above: PageFile | None = None
) -> Iterator[tuple[PageFile, PageFile | None]]:
    """Each file with the one above it, parents before their children."""
    for file in files:
        yield file, above
        yield from family(file.children, file)


def check(
    files: list[PageFile], existing: dict[Any, Page], root: Path
) -> tuple[list[FileProblem], list[FileProblem]]:
    """What must be mended in the files, and what is worth knowing and does no harm.

    `existing` holds, by key, the pages that are here already, as last saved.
    """
    found: list[FileProblem] = []
    notes: list[FileProblem] = []
    every = [file for file, _ in family(files)]
    readings = {str(file.key) for file in every if file.kind == "reading"}
    keys = {str(file.key) for file in every}
    for file in every:
        page = existing.get(file.key)
        if _is_another_kind(file, page):
            message = "On this site the key belongs to something of another kind."
            found.append(problem(file, root, message))
            continue
        filled = fill(page or MODELS[file.kind](translation_key=file.key, live=False), file)
        found += [problem(file, root, said, path) for path, said in _faults(filled)]
        for id, named in _revisited(file):
            if key_of(named) in readings or reading_by_key(key_of(named)):
                continue
            if named.startswith("elsewhere:"):
                message = "The page to look again at is not here: the question does without it."
                notes.append(problem(file, root, message, (id,)))
            else:
                message = "The page to look again at must be a reading that is loaded."
                found.append(problem(file, root, message, (id,)))
        lost = links_of(file) - keys
        lost -= set(map(str, _known(lost)))
        if lost:
            notes.append(
                problem(file, root, f"Links lead to pages that are not here: {len(lost)}.")
            )
    return found, notes


def _is_another_kind(file: PageFile, page: Page | None) -> bool:
    if page is not None:
        return not isinstance(page, MODELS[file.kind])
    activity = Activity.objects.filter(key=file.key).first()
    return activity is not None and activity.kind != file.kind


def _known(keys: set[str]) -> set[Any]:
    return set(
        Page.objects.filter(translation_key__in=keys).values_list("translation_key", flat=True)
    )


def _revisited(file: PageFile) -> Iterator[tuple[str, str]]:
    for question in file.fields.get("questions", ()):
        if named := question["value"]["revisit"]:
            yield question["id"], named


def _faults(page: Any) -> Found:
    """What the editor would refuse: fields first, then content, then what its forms insist on."""
    try:
        frozen = list(_field_faults(page))
        if not frozen and isinstance(page, FrozenPage):
            frozen = [(fault.path, fault.message) for fault in page.freeze().problems]
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError) as error:
        yield (), f"Something stands where it does not belong: {error}."
        return
    yield from frozen
    if frozen:
        return
    for field in streams_of(page):
        value = getattr(page, field.name)
        try:
            value.stream_block.clean(value)
        except ValidationError as error:
            yield from _told(error, value, (field.name,))


def _field_faults(page: Any) -> Found:
    of_the_tree = {field.name for field in Page._meta.fields} - FROM_FILES
    streams = {field.name for field in streams_of(page)}
    for field in plain_fields_of(page):
        value = getattr(page, field.name)
        if isinstance(value, float) and not math.isfinite(value):
            yield (field.name,), f"{field.name}: This is no number."
            return
    try:
        page.clean_fields(exclude={*of_the_tree, *streams, "page_ptr"})
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            yield (name,), f"{name}: {' '.join(messages)}"
        return
    for field in plain_fields_of(page):  # a limit that not every database knows
        value = getattr(page, field.name)
        if isinstance(field, models.PositiveSmallIntegerField) and value and value > MOST:
            yield (field.name,), f"{field.name}: {MOST} at the most."


def _told(error: Any, value: Any, path: tuple[str, ...]) -> Found:
    """The messages inside a form's error, each with the ids and names that lead to it."""
    if isinstance(error, StreamBlockValidationError | ListBlockValidationError):
        children = value.bound_blocks if isinstance(error, ListBlockValidationError) else value
        for n, inner in (error.block_errors or {}).items():
            yield from _told(inner, children[n].value, (*path, str(children[n].id)))
        rest = error.non_block_errors
    elif isinstance(error, StructBlockValidationError):
        for name, inner in (error.block_errors or {}).items():
            yield from _told(inner, value[name], (*path, name))
        rest = error.non_block_errors
    else:
        yield path, f"{path[-1]}: {' '.join(error.messages)}"
        return
    if rest:
        yield path, " ".join(rest)
