"""A file as somebody uploads it, as text that can be read and sent back for confirmation."""

import codecs
import re

from cms.interchange.found import Unreadable

MOST_BYTES = 5_000_000  # of an upload, with the pictures inside
MOST_TEXT = 1_000_000  # bytes without them; under Django's limit for a posted form

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_EMBEDDED_FILE = re.compile(r"(<file\b[^<>]*)>([^<]*)</file\s*>")
_DATA_ADDRESS = re.compile(r"(data\\?:[\w.+-]+/[\w.+-]+;base64),[A-Za-z0-9+/=\\%]+")
_ENCODINGS = (
    {"utf-16", "utf-16-le", "utf-16-be", "ascii"}
    | {f"{family}{number}" for family in ("iso8859-", "cp125") for number in range(1, 17)}
    | {"cp1250"}
)
GUESSED = "The file is not in UTF-8; it was read as Windows text (CP1252). Check its accents."


def decoded(data: bytes) -> tuple[str, str]:
    """The text of an upload without the files inside it, and a note on how it was read.

    Raises Unreadable for what is too large or no text.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable("The file is larger than 5 MB. Export fewer questions at a time.")
    text, note = _decode(data)
    return trimmed(text), note


def _decode(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    # Files that say UTF-8 and are not are common enough; their saying so helps nobody.
    named = _encoding_of(data)
    try:
        return (data.decode(named), "") if named else (data.decode("cp1252"), GUESSED)
    except UnicodeDecodeError as error:
        raise Unreadable("This is not a text file. Upload Moodle XML or GIFT.") from error


def _encoding_of(data: bytes) -> str:
    """The encoding that the file names or that its first bytes show, if it is one we read."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    found = _DECLARED.match(data.lstrip()[:300])
    try:
        name = codecs.lookup(found[1].decode("ascii")).name if found else ""
    except LookupError:
        return ""
    return name if name in _ENCODINGS else ""


def trimmed(text: str) -> str:
    """The text with one kind of line end and without files inside it, which nothing here keeps.
    Lines keep their numbers. Raises Unreadable where it is still too long."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = _EMBEDDED_FILE.sub(lambda m: m[1] + ">" + "\n" * m[2].count("\n") + "</file>", text)
    text = _DATA_ADDRESS.sub(r"\1,", text)
    if len(text.encode("utf-8", "replace")) > MOST_TEXT:
        message = "The file holds more than 1 MB of text. Export fewer questions at a time."
        raise Unreadable(message)
    return text


def is_xml(text: str, name: str = "") -> bool:
    """Whether this is XML and not GIFT."""
    start = text.lstrip()[:20]
    return name.lower().endswith(".xml") or start.startswith(("<?xml", "<!", "<quiz"))
