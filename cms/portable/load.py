"""Files into pages, through the gate that an author's publish goes through. All or nothing."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.models import Page

from cms.freeze import CannotPublish
from cms.models import (
    CasePage,
    HomePage,
    ModulePage,
    Picture,
    ProgrammePage,
    QuizPage,
    ReadingPage,
    ReflectionPage,
    StandardPage,
)
from cms.portable.files import Folder, PageFile
from cms.portable.load_snippets import load_snippets, relate, relates_otherwise
from cms.portable.problems import FileProblem, PortableError
from curriculum.domain.editions import NotSignedOff

MODELS = {
    "programme": ProgrammePage,
    "module": ModulePage,
    "reading": ReadingPage,
    "case": CasePage,
    "quiz": QuizPage,
    "reflection": ReflectionPage,
    "standard": StandardPage,
}
STREAMS = {"body", "questions", "covers", "cast", "roles", "facts", "scenes"} | {
    "prompts",
    "debrief",
    "closing_views",
}

UNREVIEWED = (
    "To load it all the same, turn on “show content that no GP and social worker has signed off” "
    "in the site settings first."
)


@dataclass
class Loaded:
    """What loading did, as page titles."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # edited here since; left as they are

    def __str__(self) -> str:
        said = [
            f"{len(titles)} {what}"
            for what, titles in (
                ("created", self.created),
                ("updated", self.updated),
                ("unchanged", self.unchanged),
                ("edited here and left as they are", self.kept),
            )
            if titles
        ]
        return ", ".join(said) or "nothing to load"


@transaction.atomic
def load_programme(folder: Path) -> Loaded:
    """Load a programme's folder under the home page. Raises PortableError; then nothing is kept."""
    read = Folder(folder, _picture)
    programme = read.programme()
    kept = load_snippets(read.snippets)
    loaded = _load_all([programme], folder.resolve())
    loaded.kept += kept
    return loaded


@transaction.atomic
def load_standard_pages(folder: Path) -> Loaded:
    """Load the folder's Markdown files as standard pages under the home page."""
    return _load_all(Folder(folder, _picture).standard_pages(), folder.resolve())


def _load_all(files: list[PageFile], root: Path) -> Loaded:
    loaded, home = Loaded(), HomePage.objects.get()
    pages: dict[uuid.UUID, Page] = {}
    # Quizzes come last, because a question may name any reading to look again at.
    for file, above in sorted(_family(files), key=lambda pair: pair[0].kind == "quiz"):
        pages[file.key] = _load(file, pages[above.key] if above else home, loaded, root)
    for file, _ in _family(files):
        _put_in_order(pages[file.key], [pages[child.key] for child in file.children])
    return loaded


def _family(
    files: list[PageFile], above: PageFile | None = None
) -> Iterator[tuple[PageFile, PageFile | None]]:
    """Each file with the one above it, parents before their children."""
    for file in files:
        yield file, above
        yield from _family(file.children, file)


def _load(file: PageFile, parent: Page, loaded: Loaded, root: Path) -> Page:
    _look_up(file, root)
    model = MODELS[file.kind]
    page = model.objects.filter(translation_key=file.key).first()
    if page is None:
        page = _create(model, file, parent, root)
        loaded.created.append(file.title)
    elif page.revisions.exclude(user=None).exists():
        loaded.kept.append(file.title)
    elif _differs(page, file):
        _fill(page, file)
        _publish(page, file, root)
        loaded.updated.append(file.title)
    else:
        loaded.unchanged.append(file.title)
    return page


def _look_up(file: PageFile, root: Path) -> None:
    """Put the pages to look again at in place of their keys, as the editor stores them."""
    for question in file.fields.get("questions", ()):
        key = question["value"]["revisit"]
        if key is None:
            continue
        page = ReadingPage.objects.filter(translation_key=key.removeprefix("key:")).first()
        if page is None:
            message = "The page to look again at must be a reading that is loaded."
            raise PortableError([_problem(file, root, message, (question["id"],))])
        question["value"]["revisit"] = page.pk


def _create(model: Any, file: PageFile, parent: Page, root: Path) -> Page:
    page = model(translation_key=file.key, live=False)
    _fill(page, file)
    try:
        parent.specific.add_child(instance=page)
    except ValidationError as error:
        raise PortableError([_problem(file, root, " ".join(error.messages))]) from error
    _publish(page, file, root)
    return page


def _fill(page: Any, file: PageFile) -> None:
    page.title, page.slug = file.title, file.slug
    page.draft_title = file.title
    for name, value in file.fields.items():
        if name in STREAMS:
            # Through the field, so that the stored form becomes a stream with its ids.
            value = page._meta.get_field(name).to_python(value)
        setattr(page, name, value)
    relate(page, file.related)


def _publish(page: Any, file: PageFile, root: Path) -> None:
    try:
        page.save_revision(log_action=False).publish(log_action=False)
    except CannotPublish as refusal:
        raise PortableError(
            [_problem(file, root, problem.message, problem.path) for problem in refusal.problems]
        ) from refusal
    except NotSignedOff as refusal:
        raise PortableError([_problem(file, root, f"{refusal} {UNREVIEWED}")]) from refusal
    except ValidationError as error:
        raise PortableError([_problem(file, root, " ".join(error.messages))]) from error


def _problem(file: PageFile, root: Path, message: str, path: tuple[str, ...] = ()) -> FileProblem:
    line = next((file.lines[step] for step in reversed(path) if step in file.lines), 0)
    return FileProblem(file.file.relative_to(root).as_posix(), line, message)


def _differs(page: Any, file: PageFile) -> bool:
    """Whether the files say something else than the page."""
    if not page.live or (page.title, page.slug) != (file.title, file.slug):
        return True
    for name, value in file.fields.items():
        current = getattr(page, name)
        if name in STREAMS:
            current = list(page._meta.get_field(name).get_prep_value(current) and current.raw_data)
            value = list(page._meta.get_field(name).to_python(value).raw_data)
        if current != value:
            return True
    return relates_otherwise(page, file.related)


def _put_in_order(parent: Page, children: list[Page]) -> None:
    """Stand the loaded children in the files' order; what an author added stays at the end."""
    parent = Page.objects.get(pk=parent.pk)
    wanted = [child.pk for child in children]
    current = [pk for pk in parent.get_children().values_list("pk", flat=True) if pk in wanted]
    if current == wanted:
        return
    for pk in reversed(wanted):
        Page.objects.get(pk=pk).move(Page.objects.get(pk=parent.pk), pos="first-child")


def _picture(path: Path) -> int:
    """The library's picture with exactly these bytes, uploaded if it is not there."""
    data = path.read_bytes()
    existing = Picture.objects.filter(file_hash=hashlib.sha1(data).hexdigest()).first()  # noqa: S324
    if existing:
        return existing.pk
    picture = Picture(title=path.stem.replace("-", " ").capitalize())
    picture.file.save(path.name, ContentFile(data), save=False)
    try:
        picture.full_clean(exclude=["width", "height"])
    except ValidationError as error:
        picture.file.delete(save=False)
        raise PortableError([FileProblem(path.name, 0, " ".join(error.messages))]) from error
    picture._set_file_hash()
    picture.file_size = len(data)
    picture.save()
    return picture.pk
