"""Files and pages held against each other: filling one from the other, and saying what it says."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from wagtail.fields import StreamField
from wagtail.models import Page

from cms.models import (
    CasePage,
    ModulePage,
    ProgrammePage,
    QuizPage,
    ReadingPage,
    ReflectionPage,
    RolePage,
    SessionPage,
    StandardPage,
    SurveyItem,
    SurveyPage,
    WhoIsWhoPage,
)
from cms.models.base import FrozenPage
from cms.portable.load_snippets import relate, related_of
from cms.portable.notes import Note
from cms.portable.page_file import PageFile
from curriculum.content import ModuleOverview, digest
from curriculum.text import clean_line, clean_text

MODELS: dict[str, Any] = {
    "programme": ProgrammePage,
    "module": ModulePage,
    "reading": ReadingPage,
    "case": CasePage,
    "quiz": QuizPage,
    "reflection": ReflectionPage,
    "session": SessionPage,
    "survey": SurveyPage,
    "standard": StandardPage,
    "who-is-who": WhoIsWhoPage,
    "role": RolePage,
}
_OWN_LINK = re.compile(r"/go/([0-9a-f-]{36})/")


def fill(page: Any, file: PageFile, find: Callable[[str], int | None] | None = None) -> Any:
    """The page with what the file says. `find` gives a reading's primary key by its key."""
    page.title, page.slug = file.title, file.slug
    page.draft_title = file.title
    streams = {field.name for field in streams_of(page)}
    for name, value in file.fields.items():
        if name == "questions":
            value = [_with_page(question, find or reading_by_key) for question in value]
        if name == "items" and file.kind == "survey":
            value = with_items(value)
        if name in streams:
            # Through the field, so that the stored form becomes a stream with its ids.
            value = page._meta.get_field(name).to_python(value)
        setattr(page, name, value)
    relate(page, file.related)
    return page


def as_last_saved(page: Page) -> Any:
    """The page as its newest draft has it: an object of its own, to be changed at will."""
    return Page.objects.get(pk=page.pk).specific.get_latest_revision_as_object()


def _with_page(question: dict[str, Any], find: Callable[[str], int | None]) -> dict[str, Any]:
    """The question with the page to look again at in place of its key, as the editor stores it."""
    value = question["value"]
    named = value["revisit"]
    return {**question, "value": {**value, "revisit": find(key_of(named)) if named else None}}


def with_items(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items of a survey with their primary keys in place of their keys; none where there is no
    such item."""
    known = dict(
        SurveyItem.objects.filter(key__in=[row["value"] for row in rows]).values_list("key", "pk")
    )
    return [{**row, "value": known.get(row["value"])} for row in rows]


def key_of(named: str) -> str:
    """The key in `key:UUID` (a file of this folder) or `elsewhere:UUID` (a page of the site)."""
    return named.partition(":")[2]


def reading_by_key(key: str) -> int | None:
    """The primary key of the reading with this key, if there is one here."""
    found = ReadingPage.objects.filter(translation_key=key, alias_of=None).first()
    return found.pk if found else None


def links_of(file: PageFile) -> set[str]:
    """The keys of the pages of ours that the file's texts link to."""
    return set(_OWN_LINK.findall(json.dumps(file.fields, default=str)))


def streams_of(page: Any) -> list[Any]:
    """The page's fields that hold blocks."""
    return [field for field in page._meta.local_fields if isinstance(field, StreamField)]


def plain_fields_of(page: Any) -> list[Any]:
    """The page's own fields that an author sets and that hold neither blocks nor other pages."""
    streams = set(streams_of(page))
    return [
        field
        for field in page._meta.local_fields
        if field.editable and not field.is_relation and field not in streams
    ]


def said(page: Any) -> dict[str, Any]:
    """What a page says, as files can: the same for two pages that nobody could tell apart.

    A field at its default is left out, so that one added later makes no page look edited.
    """
    values: dict[str, Any] = {"title": clean_line(page.title), "slug": page.slug}
    values["search_description"] = clean_text(page.search_description or "")
    for field in plain_fields_of(page):
        value = field.to_python(getattr(page, field.name))
        if value != field.get_default():
            values[field.name] = clean_text(value) if isinstance(value, str) else value
    values |= {name: keys for name, keys in related_of(page).items() if keys}
    values |= kept_for_authors(page)
    if isinstance(page, FrozenPage):
        content = page.freeze().content
        if isinstance(content, ModuleOverview):
            # Which outcomes it promises counts; their words are kept, and loaded, by themselves.
            content = dataclasses.replace(content, outcomes=())
        values["content"] = digest(content)
    else:
        for field in streams_of(page):
            values[field.name] = [
                (child.block_type, child.id, child.get_prep_value())
                for child in getattr(page, field.name)
            ]
    return values


def kept_for_authors(page: Any) -> dict[str, Any]:
    """The notes and tags inside a page's blocks, which no edition has; empty ones left out."""
    found: dict[str, Any] = {}

    def look(value: Any) -> None:
        if isinstance(value, list):
            for each in value:
                look(each)
        elif isinstance(value, dict):
            if value.get("type") == Note.KIND:
                found[str(value.get("id"))] = value["value"]
            for name in ("tags", "check"):
                if isinstance(value.get("value"), dict) and value["value"].get(name):
                    found[f"{value.get('id')}.{name}"] = value["value"][name]
            for each in value.values():
                look(each)

    for field in streams_of(page):
        look(list(getattr(page, field.name).raw_data))
    return {"kept": found} if found else {}


def tags_within(page: Any) -> set[str]:
    """The short names of the tags that the page's blocks name."""
    kept = kept_for_authors(page).get("kept", {})
    return {tag for place, tags in kept.items() if place.endswith(".tags") for tag in tags}


def digest_of(page: Any) -> str:
    """SHA-256 of what a page says."""
    text = json.dumps(said(page), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
