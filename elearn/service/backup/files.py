"""The files' part of a backup: media and records, through whichever storage holds them."""

from collections.abc import Iterator
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import Storage, storages

from elearn.service.backup.manifest import Kept, Unsound, measure

STORAGES = {"media": "default", "records": "records"}  # folder in the backup → storage
GONE = (FileNotFoundError,)  # what the storages raise for a file that is not there


def copy(folder: Path) -> dict[str, Kept]:
    """Copy every file into the folder. Made after the dump: files are written before the database
    names them, so all that the dump names is there."""
    found = {}
    for place, alias in STORAGES.items():
        storage = storages[alias]
        for name in _names(storage):
            target = folder / place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with storage.open(name, "rb") as source, target.open("wb") as sink:
                    found[f"{place}/{name}"] = measure(source, sink)
            except GONE:  # swept since it was listed; the dump's row will be swept as well
                target.unlink(missing_ok=True)
    return found


def put_back(folder: Path, names: list[str]) -> None:
    """Write the files where the service looks for them, under exactly their names."""
    for name in names:
        storage, inner = _place(name)
        storage.delete(inner)
        with (folder / name).open("rb") as stream:
            stored = storage.save(inner, File(stream))
        if stored != inner:
            raise Unsound(f"{name} could not be written under its name.")


def check(files: dict[str, Kept]) -> None:
    """Raises Unsound unless the storages hold these files as they were kept."""
    for name, kept in files.items():
        storage, inner = _place(name)
        with storage.open(inner, "rb") as stream:
            if measure(stream) != kept:
                raise Unsound(f"{name} is not as it was kept.")


def _place(name: str) -> tuple[Storage, str]:
    place, _, inner = name.partition("/")
    return storages[STORAGES[place]], inner


def _names(storage: Storage, folder: str = "") -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored
        return
    for name in sorted(names):
        if name:  # object storages name the folder itself
            yield f"{folder}{name}"
    for inner in sorted(folders):
        yield from _names(storage, f"{folder}{inner}/")
