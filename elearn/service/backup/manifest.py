"""What a backup holds: versions, every table with rows and checksum, every file with its hash."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

NAME = "manifest.json"
FORMAT = 1
CHUNK = 1024 * 1024


class Unsound(Exception):
    """A backup that is incomplete or changed, or a restore that did not give what was kept."""


@dataclass(frozen=True)
class Table:
    """How many rows, and a sum over them that doesn't depend on their order."""

    rows: int
    checksum: str


@dataclass(frozen=True)
class Kept:
    """A file's size in bytes and the SHA-256 of its content, in hexadecimal digits."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Keys of `files` are paths within the backup's folder."""

    made_at: str
    versions: dict[str, str]
    engine: str
    dump: str
    tables: dict[str, Table] = field(default_factory=dict)
    files: dict[str, Kept] = field(default_factory=dict)
    format: int = FORMAT


def write(manifest: Manifest, folder: Path) -> None:
    """Written last and at one stroke: a backup without it was not finished."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False)
    draft = folder / f"{NAME}.part"
    draft.write_text(text, encoding="utf-8")
    draft.replace(folder / NAME)


def read(folder: Path) -> Manifest:
    """Raises Unsound where there is none or it is of another format."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Unsound(f"{folder} has no {NAME}: it is no backup, or was not finished.") from None
    if found.get("format") != FORMAT:
        raise Unsound(
            f"This backup has format {found.get('format')}; here format {FORMAT} is read."
        )
    found["tables"] = {name: Table(**table) for name, table in found["tables"].items()}
    found["files"] = {name: Kept(**kept) for name, kept in found["files"].items()}
    return Manifest(**found)


def check_files(manifest: Manifest, folder: Path) -> None:
    """Raises Unsound unless every file is there as it was written, with the first that is not."""
    for name, kept in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise Unsound(f"{name} is missing from the backup.")
        with path.open("rb") as stream:
            if measure(stream) != kept:
                raise Unsound(f"{name} has changed since the backup was made.")


def measure(stream: IO[bytes], into: IO[bytes] | None = None) -> Kept:
    """The size and hash of what is read, copied on the way where `into` is given."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if into is not None:
            into.write(chunk)
    return Kept(size, digest.hexdigest())
