"""One file out of many, and back: a ZIP that is always the same, and reading that trusts none."""

import re
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from cms.portable.problems import FileProblem, PortableError
from cms.portable.sniffing import SUFFIXES, mismatch

MOST_BYTES = 200 * 1024 * 1024  # of the archive
MOST_UNPACKED = 400 * 1024 * 1024  # of everything in it
MOST_FILES = 500
MOST_DIRECTORY = 200 * 1024  # bytes of the archive's own list of files
MOST_RATIO = 100  # unpacked to packed, of one file above FREE_BYTES
FREE_BYTES = 100_000
LONGEST_NAME = 150
DEEPEST = 6  # folders
CHUNK = 64 * 1024

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP knows
_END = struct.Struct("<4s4H2LH")
_DRIVE = re.compile(r"^[A-Za-z]:")
_CLUTTER = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
_READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
NOT_ZIP = "This is not a ZIP file that can be read."


def pack(files: Iterable[tuple[str, Any]], target: IO[bytes]) -> None:
    """Write files (name, and bytes or a stored file) as a ZIP; the same files, the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, contents in files:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.create_system = 3  # whatever this is written on
            if isinstance(contents, bytes):
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, contents)
            else:  # pictures and films are packed already
                entry.file_size = contents.storage.size(contents.name)
                opened = contents.storage.open(contents.name, "rb")
                with opened as source, archive.open(entry, "w") as written:
                    shutil.copyfileobj(source, written, CHUNK)


def unpack(source: IO[bytes], target: Path) -> Path:
    """Unpack an archive of anybody's into an empty folder; returns where its module.yaml stands.

    Raises PortableError with every reason why it is refused, in words that may be shown. What the
    archive says of itself is not believed: names are judged, bytes are counted as they come.
    """
    try:
        _check_frame(source)
        with zipfile.ZipFile(source) as archive:
            entries = _sound(archive.infolist())
            _extract(archive, entries, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error) as error:
        raise _refused(NOT_ZIP) from error
    except (RuntimeError, ValueError, OSError) as error:
        raise _refused(NOT_ZIP) from error
    root = _root(target)
    problems = [
        FileProblem(path.relative_to(root).as_posix(), 0, problem)
        for path in sorted(root.rglob("*"))
        if path.is_file() and (problem := mismatch(path))
    ]
    if problems:
        raise PortableError(problems)
    return root


def _refused(message: str, name: str = "") -> PortableError:
    return PortableError([FileProblem(name, 0, message)])


def _check_frame(source: IO[bytes]) -> None:
    """Before the list of files is read: that it is short, and that nothing stands around it."""
    size = source.seek(0, 2)
    if size > MOST_BYTES:
        raise _refused(f"The file has more than {MOST_BYTES // 1024 // 1024} MB.")
    source.seek(max(0, size - _END.size))
    end = source.read(_END.size)
    source.seek(0)
    if size < _END.size or source.read(4) not in {b"PK\x03\x04", b"PK\x05\x06"}:
        raise _refused(NOT_ZIP)
    source.seek(0)
    mark, disk, first, here, count, length, start, comment = _END.unpack(end)
    if mark != b"PK\x05\x06" or comment:
        raise _refused("Something stands after the end of the archive, or a comment in it.")
    if count > MOST_FILES or length > MOST_DIRECTORY:
        raise _refused(f"The archive has more than {MOST_FILES} files, or very long names.")
    if disk or first or here != count or start + length + _END.size != size:
        raise _refused("The archive is in parts, or something is hidden in it.")


def _sound(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The entries to unpack. Raises PortableError with what is wrong with any of them."""
    problems, seen = [], set[str]()
    wanted = [entry for entry in entries if not _CLUTTER.search(entry.filename)]
    folders = {
        "/".join(_plain(entry.filename).split("/")[:n])
        for entry in wanted
        for n in range(1, entry.filename.count("/") + 1)
    }
    for entry in wanted:
        plain = _plain(entry.filename)
        problem = _wrong_name(entry) or _wrong_kind(entry)
        if not problem and (plain in seen or (not entry.is_dir() and plain in folders)):
            problem = "Two files in the archive have this name, or names that differ in capitals."
        if problem:
            shown = "".join(c if c.isprintable() else "�" for c in entry.orig_filename)
            problems.append(FileProblem(shown[:LONGEST_NAME], 0, problem))
        if not entry.is_dir():
            seen.add(plain)
    if problems:
        raise PortableError(problems)
    return [entry for entry in wanted if not entry.is_dir()]


def _plain(name: str) -> str:
    """A name as a file system may take it that knows no capitals and composes accents."""
    return unicodedata.normalize("NFC", name).casefold().strip("/")


def _wrong_name(entry: zipfile.ZipInfo) -> str:
    name = entry.orig_filename
    parts = name.rstrip("/").split("/")
    if not name.isprintable() or "\\" in name or name != entry.filename:
        return "The name holds a backslash or another sign that no file here may have."
    if name.startswith("/") or _DRIVE.match(name):
        return "The name begins at the root of a disk."
    if any(part in {"", ".", ".."} for part in parts):
        return "The name climbs out of its folder."
    if len(name) > LONGEST_NAME or len(parts) > DEEPEST:
        return "The name is too long, or too many folders deep."
    return ""


def _wrong_kind(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "This is a link or a device and no plain file."
    if entry.flag_bits & 1:
        return "This file is encrypted."
    if entry.is_dir():
        return ""
    if entry.compress_type not in _READABLE:
        return "This file is packed in a way that is not read here."
    suffix = Path(entry.filename).suffix.lower()
    if suffix not in SUFFIXES:
        return f"Files of this kind ({suffix or 'without an ending'}) are not taken."
    return ""


def _extract(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], target: Path) -> None:
    total = 0
    for entry in entries:
        path = target / entry.filename
        path.parent.mkdir(parents=True, exist_ok=True)
        size = 0
        most = max(FREE_BYTES, entry.compress_size * MOST_RATIO)
        with archive.open(entry) as packed, path.open("xb") as written:
            for chunk in iter(lambda: packed.read(CHUNK), b""):
                size += len(chunk)
                total += len(chunk)
                if size > most:
                    raise _refused("This file unpacks to far more than it should.", entry.filename)
                if total > MOST_UNPACKED:
                    most_mb = MOST_UNPACKED // 1024 // 1024
                    raise _refused(f"The archive unpacks to more than {most_mb} MB.")
                written.write(chunk)


def _root(target: Path) -> Path:
    """The folder of module.yaml: the archive's top, or the one folder that all stands in."""
    inside = list(target.iterdir())
    only = inside[0] if len(inside) == 1 and inside[0].is_dir() else target
    for root in (target, only):
        if (root / "module.yaml").is_file():
            return root.resolve()
    if (only / "programme.yaml").is_file():
        raise _refused(
            "This holds a whole programme. Whoever runs the server loads it, with load_programme; "
            "here modules are imported, one at a time."
        )
    raise _refused("The archive holds no module.yaml.")
