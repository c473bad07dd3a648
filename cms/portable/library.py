"""Files of a folder in the authors' media library: found there by their bytes, or put there."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.documents.models import Document

from cms.models import Picture, Recording
from cms.pictures import re_encoded
from cms.portable.sniffing import mismatch

MOST_SECONDS = 24 * 60 * 60
KINDS = {  # the endings that may stand in each place
    "picture": {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"},
    "video": {".mp4", ".webm"},
    "audio": {".mp3", ".m4a", ".ogg"},
    "captions": {".vtt"},
}
KNOWN = {"title", "description", "tags", "seconds", "width", "height"}


class MediaRefused(ValueError):
    """This file cannot be used. The message may be shown."""


@contextmanager
def all_or_nothing() -> Iterator[list[tuple[Any, str]]]:
    """One transaction; where it fails, the files named in the list (storage, name) go too."""
    stored: list[tuple[Any, str]] = []
    try:
        with transaction.atomic():
            yield stored
    except BaseException:
        for storage, name in stored:
            storage.delete(name)
        raise


class Library:
    """Finds and adds. What it adds is listed in `added`, and in `stored` to be taken back."""

    def __init__(self, stored: list[tuple[Any, str]], user: Any = None) -> None:
        self.stored, self.user = stored, user
        self.added: list[str] = []
        self.added_kinds: list[tuple[str, str]] = []
        self.used: list[str] = []
        self._found: dict[tuple[str, Path], int] = {}

    def __call__(self, kind: str, path: Path, name: str, about: Any) -> int:
        """The primary key of the library's row with these bytes. Raises MediaRefused.

        `about` is what media.yaml says of the file, `name` how the folder calls it.
        """
        if (kind, path) not in self._found:
            if path.suffix.lower() not in KINDS[kind]:
                raise MediaRefused(f"{name} is no {kind}: {', '.join(sorted(KINDS[kind]))}.")
            if problem := mismatch(path):
                raise MediaRefused(f"{name}: {problem}")
            self._found[kind, path] = self._find_or_add(kind, path, name, _checked(about, name))
        return self._found[kind, path]

    def _find_or_add(self, kind: str, path: Path, name: str, about: dict[str, Any]) -> int:
        found = FINDERS[kind](path, about)
        self.used.append(name)
        if found is not None:
            return int(found.pk)
        self.added.append(name)
        self.added_kinds.append((kind, name))
        row = MAKERS[kind](about, path)
        row.uploaded_by_user = self.user
        with path.open("rb") as stream:
            small = kind == "picture"  # Wagtail measures it, and reads it more than once
            kept = ContentFile(_picture(path)) if small else File(stream)
            row.file.save(path.name, kept, False)
        self.stored.append((row.file.storage, row.file.name))
        try:
            row.full_clean(exclude=["width", "height"] if small else None)
        except ValidationError as error:
            raise MediaRefused(f"{name}: {' '.join(error.messages)}") from error
        if hasattr(row, "_set_file_hash"):
            row._set_file_hash()
            row.file_size = row.file.size
        row.save()
        row.tags.add(*about.get("tags", ()))
        return int(row.pk)


def title_of(name: str) -> str:
    """What the library calls a file of which nothing else is said."""
    return Path(name).stem.replace("-", " ").capitalize()


def _checked(about: Any, name: str) -> dict[str, Any]:
    about = about or {}
    if not isinstance(about, dict) or set(about) - KNOWN:
        raise MediaRefused(f"media.yaml says of {name} what is not known: {about}.")
    for field, most in (("seconds", MOST_SECONDS), ("width", 100_000), ("height", 100_000)):
        value = about.get(field, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise MediaRefused(f"media.yaml gives {name} no sound number of {field}.")
    tags = about.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(t, str) and len(t) <= 100 for t in tags):
        raise MediaRefused(f"media.yaml gives {name} no list of tags.")
    return about


def _picture(path: Path) -> bytes:
    """What is kept of a picture's file: the picture alone. Raises MediaRefused where it is none."""
    data = path.read_bytes()
    if path.suffix.lower() == ".svg":
        return data
    try:
        return re_encoded(data)
    except ValidationError as error:
        raise MediaRefused(f"{path.name}: {' '.join(error.messages)}") from None


def _find_picture(path: Path, about: dict[str, Any]) -> Any:
    """One that came out of a library like this one, or went into it as this file before."""
    found = _by_hash(Picture)(path, about)
    if found is None:
        kept = hashlib.sha1(_picture(path), usedforsecurity=False).hexdigest()
        found = Picture.objects.filter(file_hash=kept).order_by("pk").first()
    return found


def _by_hash(model: Any) -> Callable[[Path, dict[str, Any]], Any]:
    def find(path: Path, about: dict[str, Any]) -> Any:
        with path.open("rb") as stream:
            wanted = hashlib.file_digest(stream, "sha1").hexdigest()  # as Wagtail keeps it
        return model.objects.filter(file_hash=wanted).order_by("pk").first()

    return find


def _recording(kind: str) -> Callable[[Path, dict[str, Any]], Any]:
    """Recordings keep no hash, and what is said of them is part of what learners are told."""

    def find(path: Path, about: dict[str, Any]) -> Any:
        facts = {name: about.get(name) or None for name in ("width", "height")}
        rows = Recording.objects.filter(type=kind, duration=about.get("seconds", 0), **facts)
        with path.open("rb") as stream:
            wanted = hashlib.file_digest(stream, "sha256").digest()
        return next((row for row in rows.order_by("pk") if _digest(row, path) == wanted), None)

    return find


def _digest(row: Recording, path: Path) -> bytes:
    storage, name = row.file.storage, row.file.name
    if not storage.exists(name) or storage.size(name) != path.stat().st_size:
        return b""
    stream: BinaryIO
    with storage.open(name, "rb") as stream:
        sha = hashlib.sha256()
        for chunk in iter(lambda: stream.read(1 << 20), b""):
            sha.update(chunk)
    return sha.digest()


def _title(about: dict[str, Any], path: Path) -> str:
    return str(about.get("title") or title_of(path.name))


def _made_recording(kind: str) -> Callable[[dict[str, Any], Path], Any]:
    return lambda about, path: Recording(
        title=_title(about, path),
        type=kind,
        duration=about.get("seconds", 0),
        width=about.get("width") or None,
        height=about.get("height") or None,
    )


FINDERS: dict[str, Callable[[Path, dict[str, Any]], Any]] = {
    "picture": _find_picture,
    "captions": _by_hash(Document),
    "video": _recording("video"),
    "audio": _recording("audio"),
}
MAKERS: dict[str, Callable[[dict[str, Any], Path], Any]] = {
    "picture": lambda about, path: Picture(
        title=_title(about, path), description=str(about.get("description") or "")
    ),
    "captions": lambda about, path: Document(title=_title(about, path)),
    "video": _made_recording("video"),
    "audio": _made_recording("audio"),
}
