"""Archives of anybody's: what climbs, floods or hides is refused, in words. Known failure 33.

No database: what an archive says is judged before anything of it is used.
"""

import io
import re
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cms.portable import archive
from cms.portable.archive import pack, unpack
from cms.portable.problems import PortableError
from tests.cms.module import DRAWING, FILM, SOUND, png, zipped

GOOD = {"module.yaml": b"title: A\n", "pictures/a.png": png(), "drawings/a.svg": DRAWING}
SCRIPT = DRAWING.replace(b"<defs>", b"<script>alert(1)</script><defs>")


def entry(name: str, data: bytes = b"x", **fields: int) -> Callable[[zipfile.ZipFile], None]:
    def add(target: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo(name)
        for field, value in fields.items():
            setattr(info, field, value)
        target.writestr(info, data)

    return add


def made(*entries: Callable[[zipfile.ZipFile], None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("module.yaml", b"title: A\n")
        for add in entries:
            add(target)
    return out.getvalue()


def with_file(name: str, data: bytes) -> bytes:
    return zipped({**GOOD, name: data}).getvalue()


def mode(bits: int) -> int:
    return (bits | 0o777) << 16


def bomb(size: int) -> bytes:
    """A few kilobytes that unpack to `size` bytes."""
    return made(lambda target: target.writestr("a.md", b"\0" * size))


def lying_bomb() -> bytes:
    """A bomb whose headers say that it holds ten bytes."""
    data = bytearray(bomb(5_000_000))
    real, small = struct.pack("<L", 5_000_000), struct.pack("<L", 10)
    return bytes(data.replace(real, small))


def many(number: int) -> bytes:
    return made(*(entry(f"p{n}.md") for n in range(number)))


def encrypted() -> bytes:
    data = bytearray(made(entry("a.md")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rindex(mark) + offset] |= 1
    return bytes(data)


def damaged() -> bytes:
    data = bytearray(made(entry("a.md", bytes(range(256)) * 9)))
    data[data.index(b"a.md") + 40] ^= 0xFF
    return bytes(data)


def gif_and_script() -> bytes:
    out = io.BytesIO()
    Image.new("P", (8, 8)).save(out, "GIF")
    return out.getvalue() + b"<script>alert(1)</script>"


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not a ZIP file"),
    "no archive": (b"Rar!" + bytes(100), "not a ZIP file"),
    "half an archive": (made(entry("a.md"))[:-30], "after the end"),
    "damaged": (damaged(), "not a ZIP file"),
    "empty": (b"PK\x05\x06" + bytes(18), "no module.yaml"),
    "a page before it": (b"<script></script>" + made(), "not a ZIP file"),
    "hidden bytes": (made()[:30] + b"x" * 9 + made()[30:], "something is hidden"),
    "something after it": (made() + b"<script></script>", "after the end"),
    "a bomb": (bomb(50_000_000), "a.md: This file unpacks to far more"),
    "a bomb that lies": (lying_bomb(), "not a ZIP file|unpacks to far more|not text"),
    "too many files": (many(501), "more than 500 files"),
    "climbing": (made(entry("../../etc/cron.d/x.md")), "climbs out"),
    "climbing inside": (made(entry("a/../../b.md")), "climbs out"),
    "absolute": (made(entry("/etc/passwd.md")), "root of a disk"),
    "a drive": (made(entry("C:/x.md")), "root of a disk"),
    "a backslash": (made(entry("..\\..\\x.md")), "backslash"),
    "a NUL": (made(entry("module.md")).replace(b"module.md", b"modul\0.md"), "backslash|another"),
    "turned round": (made(entry("a\u202edm.md")), "another sign"),
    "an empty part": (made(entry("a//b.md")), "climbs out"),
    "too deep": (made(entry("a/b/c/d/e/f/g.md")), "too many folders"),
    "too long": (made(entry("a" * 200 + ".md")), "too long"),
    "a link": (made(entry("a.md", b"/etc/passwd", external_attr=mode(stat.S_IFLNK))), "a link"),
    "a device": (made(entry("a.md", external_attr=mode(stat.S_IFCHR))), "a link or a device"),
    "the same twice": (made(entry("A.md"), entry("a.md")), "have this name"),
    "a file and a folder": (made(entry("a.md"), entry("a.md/b.md")), "have this name"),
    "encrypted": (encrypted(), "encrypted"),
    "packed in a strange way": (made(entry("a.md", compress_type=zipfile.ZIP_BZIP2)), "packed in"),
    "an archive inside": (with_file("more.zip", made()), r"Files of this kind \(\.zip\)"),
    "an archive in a picture": (with_file("a.png", png() + made()), "archive is hidden"),
    "a program": (with_file("run.exe", b"MZ"), r"\(\.exe\) are not taken"),
    "a page": (with_file("a.html", b"<html>"), r"\(\.html\) are not taken"),
    "no ending": (with_file("a", b"x"), "without an ending"),
    "a script in a drawing": (with_file("a.svg", SCRIPT), "a.svg: .*script"),
    "a page as a picture": (with_file("a.png", b"<html>"), "not a picture of the kind"),
    "a picture as another": (with_file("a.gif", png()), "not a picture of the kind"),
    "half a picture": (with_file("a.png", png()[:-400]), "not a picture of the kind"),
    "a picture and a script": (with_file("a.gif", gif_and_script()), "a script is hidden"),
    "a page as a film": (with_file("a.mp4", b"<html>"), "not a recording of the kind"),
    "sound as a film": (with_file("a.mp4", SOUND), "not a recording of the kind"),
    "captions that are none": (with_file("a.vtt", b"<b>"), "first word is WEBVTT"),
    "no text": (with_file("a.md", b"\xff\xfe\x00"), "not text"),
    "too much text": (with_file("a.md", " ".join(map(str, range(90_000))).encode()), "500 kB"),
    "a programme": (zipped({"programme.yaml": b"a: b"}).getvalue(), "load_programme"),
    "nothing of ours": (zipped({"x.md": b"a"}).getvalue(), "no module.yaml"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_and_says_why(name: str, tmp_path: Path) -> None:
    data, said = HOSTILE[name]
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(PortableError) as refusal:
        unpack(io.BytesIO(data), inside)
    assert re.search(said, str(refusal.value)), str(refusal.value)
    written = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert all(path.is_relative_to(inside) for path in written)
    assert sum(path.stat().st_size for path in written) < 5_000_000  # of fifty


def test_what_all_files_unpack_to_has_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1024 * 1024)
    data = {f"{n}.md": b"word " * 19_000 for n in range(12)}
    with pytest.raises(PortableError, match="unpacks to more than 1 MB"):
        unpack(zipped({**GOOD, **data}), tmp_path)


def test_an_archive_that_is_too_large_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 100)
    with pytest.raises(PortableError, match="more than"):
        unpack(zipped(GOOD), tmp_path)


def test_every_wrong_name_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(PortableError) as refusal:
        unpack(io.BytesIO(made(entry("../a.md"), entry("b.exe"))), tmp_path)
    assert [problem.file for problem in refusal.value.problems] == ["../a.md", "b.exe"]


def test_what_is_ours_is_unpacked(tmp_path: Path) -> None:
    files = {**GOOD, "v.mp4": FILM, "a.mp3": SOUND, "c.vtt": b"WEBVTT\n"}
    root = unpack(zipped(files), tmp_path)
    found = {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
    assert found == files


def test_a_folder_that_was_packed_by_hand_is_taken_and_its_clutter_left(tmp_path: Path) -> None:
    files = {f"my module/{name}": data for name, data in GOOD.items()}
    clutter = {"__MACOSX/my module/._a.png": b"x", "my module/.DS_Store": b"x"}
    root = unpack(zipped({**files, **clutter}), tmp_path)
    assert root.name == "my module"
    assert sorted(path.name for path in root.iterdir()) == ["drawings", "module.yaml", "pictures"]


def test_packing_the_same_files_gives_the_same_bytes() -> None:
    one, two = io.BytesIO(), io.BytesIO()
    pack(sorted(GOOD.items()), one)
    pack(sorted(GOOD.items()), two)
    assert one.getvalue() == two.getvalue()
