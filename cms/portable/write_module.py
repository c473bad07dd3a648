"""A module, or one page of it, written as a folder of files that reads back as it was."""

import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cms.models import (
    CasePage,
    ModulePage,
    Outcome,
    QuizPage,
    ReadingPage,
    ReflectionPage,
    SessionPage,
    SurveyPage,
    Tag,
)
from cms.models.base import ActivityPage
from cms.portable.checking import family
from cms.portable.files import Folder
from cms.portable.load_snippets import related_of
from cms.portable.notes import with_notes
from cms.portable.pages import MODELS, digest_of, fill, tags_within
from cms.portable.problems import PortableError
from cms.portable.write import CannotWrite, Writer, as_yaml, without_empty
from cms.portable.write_case import case_data
from cms.portable.write_quiz import quiz_data
from cms.portable.write_reflection import reflection_data
from cms.portable.write_session import session_data
from cms.portable.write_survey import items_data, survey_data

OWN_NAMES = {"module", "overview", "references", "media", "tags", "outcomes", "glossary"} | {
    "survey-items"
}
DATA: dict[type, Callable[[Any, Any, Writer], dict[str, Any]]] = {
    CasePage: case_data,
    QuizPage: quiz_data,
    ReflectionPage: reflection_data,
    SessionPage: session_data,
    SurveyPage: survey_data,
}


@dataclass
class Written:
    """Files by name: text as bytes, and what pages show as the library's files."""

    texts: dict[str, bytes] = field(default_factory=dict)
    media: dict[str, Any] = field(default_factory=dict)
    pages: list[Any] = field(default_factory=list)  # what was written, the module first

    def every(self) -> Iterator[tuple[str, bytes | Any]]:
        """Name and contents of each file, in the order of the names."""
        yield from sorted({**self.texts, **self.media}.items())


def write_module(module: ModulePage, *, as_saved: bool = True) -> Written:
    """A module with its activities: as last saved, or what learners see now.

    Raises CannotWrite, naming the page, where files cannot say what the page says: because it is
    unfinished, or because of what it holds.
    """
    activities = [
        _version(child, as_saved=as_saved)
        for child in module.get_children().specific()
        if isinstance(child, ActivityPage) and (as_saved or child.live)
    ]
    written = _write(_version(module, as_saved=as_saved), activities)
    _require_the_same(written)
    return written


def write_case(page: CasePage) -> dict[str, bytes]:
    """The draft of a case as files, by name; `load_programme` reads them as the same content.

    Raises CannotWrite for what files cannot say, such as scenes that lead nowhere.
    """
    writer = Writer()
    texts = _write_page(page, f"{page.slug}.yaml", writer)
    files = {name: _bytes(file) for name, file in writer.media.items()}
    shared = _shared(writer, [page])
    return {**texts, **files, **shared}


def _version(page: Any, *, as_saved: bool) -> Any:
    return page.get_latest_revision_as_object() if as_saved else page


def _write(module: ModulePage, activities: list[Any]) -> Written:
    writer, frozen = Writer(), {page.pk: page.freeze() for page in (module, *activities)}
    for page in (module, *activities):
        if problems := frozen[page.pk].problems:
            said = " ".join(dict.fromkeys(problem.message for problem in problems))
            raise CannotWrite(f"“{page.title}” is not finished: {said}")
        writer.list_references(frozen[page.pk].content.nodes)
    names = _names(activities)
    writer.pages = {str(page.translation_key): names[page.pk] for page in activities}
    texts = _write_overview(module, list(names.values()), writer)
    for page in activities:
        texts |= _write_page(page, names[page.pk], writer)
    return Written(
        {**texts, **_shared(writer, [module, *activities])}, writer.media, [module, *activities]
    )


def _names(pages: list[Any]) -> dict[int, str]:
    """A file for each page, after its slug; no two alike and none like a file of the module's."""
    names: dict[int, str] = {}
    for page in pages:
        stem = f"{page.slug}-page" if page.slug in OWN_NAMES else page.slug
        names[page.pk] = f"{stem}.md" if isinstance(page, ReadingPage) else f"{stem}.yaml"
    return names


def _write_overview(module: ModulePage, names: list[str], writer: Writer) -> dict[str, bytes]:
    body = _body(module, writer)
    checked = module.law_checked_on
    data = {
        "key": str(module.translation_key),
        "title": module.title,
        "slug": module.slug,
        "required": module.is_required,
        **without_empty({"summary": module.summary, "authors": module.authors}),
        **({"law_checked": checked} if checked else {}),
        **without_empty(
            {"review_by_months": module.review_months, "tags": related_of(module)["tags"]}
        ),
        "outcomes": [outcome_data(row.outcome) for row in module.module_outcomes.all()],
        "activities": names,
        **({"body": "overview.md"} if body else {}),
    }
    texts = {"module.yaml": as_yaml(data).encode()}
    return {**texts, "overview.md": f"{body}\n".encode()} if body else texts


def _write_page(page: Any, name: str, writer: Writer) -> dict[str, bytes]:
    frozen = page.freeze()
    writer.files, writer.drawings, writer.facts = frozen.files, frozen.drawings, {}
    writer.list_references(frozen.content.nodes)
    try:
        if isinstance(page, ReadingPage):
            text = f"---\n{as_yaml(head(page))}---\n\n{_body(page, writer)}\n"
        else:
            text = as_yaml({**head(page), **DATA[type(page)](page, frozen.content, writer)})
    except CannotWrite as refusal:
        raise CannotWrite(f"“{page.title}”: {refusal}") from refusal
    return {name: text.encode()}


def head(page: Any) -> dict[str, Any]:
    """The fields that every activity's file begins with."""
    related = related_of(page)
    return {
        "key": str(page.translation_key),
        "title": page.title,
        "slug": page.slug,
        "required": page.is_required,
        **({} if page.minutes_override is None else {"minutes": page.minutes_override}),
        **without_empty(
            {
                "summary": page.search_description,
                "review_by_months": page.review_months,
                "tags": related["tags"],
                "outcomes": related["outcomes"],
            }
        ),
    }


def _body(page: Any, writer: Writer) -> str:
    frozen = page.freeze()
    writer.files, writer.drawings = frozen.files, frozen.drawings
    return writer.body(with_notes(frozen.content.body, page.body), page.translation_key)


def outcome_data(outcome: Outcome) -> dict[str, Any]:
    """An outcome as files have it."""
    codes = [{"framework": code.framework, "code": code.code} for code in outcome.codes.all()]
    return {"key": outcome.key, "text": outcome.text, **without_empty({"codes": codes})}


def _snippets(pages: list[Any]) -> dict[str, bytes]:
    """The tags that pages and their blocks name, and the outcomes that no module of theirs
    promises."""
    tags, promised, named = set(), set(), set()
    for page in pages:
        related = related_of(page)
        tags |= {*related["tags"], *tags_within(page)}
        promised |= {*related.get("module_outcomes", ())}
        named |= {*related.get("outcomes", ())}
    rows = {
        tag.slug: without_empty(
            {"name": tag.name, "kind": tag.kind, "year": tag.year, "url": tag.url}
        )
        for tag in Tag.objects.filter(slug__in=tags).order_by("slug")
    }
    others = Outcome.objects.filter(key__in=named - promised).order_by("key")
    texts = {"tags.yaml": as_yaml(rows).encode()} if rows else {}
    if others:
        data = {"outcomes": [outcome_data(outcome) for outcome in others]}
        texts["outcomes.yaml"] = as_yaml(data).encode()
    if items := items_data(pages):
        texts["survey-items.yaml"] = as_yaml(items).encode()
    return texts


def _shared(writer: Writer, pages: list[Any]) -> dict[str, bytes]:
    texts = {"references.yaml": as_yaml(dict(sorted(writer.references.items()))).encode()}
    texts |= _snippets(pages)
    if writer.about:
        texts["media.yaml"] = as_yaml(dict(sorted(writer.about.items()))).encode()
    return texts


def _bytes(file: Any) -> bytes:
    with file.storage.open(file.name, "rb") as stream:
        data: bytes = stream.read()
    return data


def _require_the_same(written: Written) -> None:
    """The reader is the judge: what does not read back as it was is not given out."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in written.texts.items():
            (root / name).write_bytes(text)
        for name in written.media:  # only that they are there; the library has them
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).touch()
        known = {name: file.instance.pk for name, file in written.media.items()}
        try:
            read = Folder(root, lambda kind, path, name, about: known[name]).module()
        except PortableError as error:
            raise CannotWrite(f"What was written cannot be read again. {error}") from error
    here = {page.translation_key: page for page in written.pages}
    for file, _ in family([read]):
        again = fill(MODELS[file.kind](translation_key=file.key), file)
        if digest_of(again) != digest_of(here[uuid.UUID(str(file.key))]):
            raise CannotWrite(
                f"“{file.title}” holds something that files cannot keep, such as a block whose "
                "id no editor has made. Put that block in afresh, and try again."
            )
