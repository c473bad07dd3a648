"""Whether a file is what its name says. Told from the bytes; no header is taken on trust."""

import re
import warnings
import zipfile
from pathlib import Path

import filetype
from django.core.exceptions import ValidationError
from PIL import Image, ImageFile, UnidentifiedImageError

from cms.svg import clean_svg

TEXTS = {".yaml", ".md", ".vtt"}
PICTURES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".webp": "WEBP"}
RECORDINGS = {
    ".mp4": {"video/mp4", "video/x-m4v", "video/quicktime"},
    ".webm": {"video/webm", "video/x-matroska"},
    ".mp3": {"audio/mpeg"},
    ".m4a": {"audio/mp4", "video/mp4"},
    ".ogg": {"audio/ogg", "video/ogg", "application/ogg"},
}
DRAWING = ".svg"
SUFFIXES = TEXTS | set(PICTURES) | set(RECORDINGS) | {DRAWING}

MOST_TEXT = 500_000  # bytes; the longest case of the starter has 60,000
MOST_PICTURE = 10 * 1024 * 1024  # bytes, as in the media library
MOST_PIXELS = 50_000_000
_MARKUP = re.compile(rb"<script|<!doctype|<html|<iframe", re.IGNORECASE)


def mismatch(path: Path) -> str:
    """What is wrong with a file, in words that may be shown; nothing where it is what it says."""
    suffix = path.suffix.lower()
    if suffix in TEXTS:
        return _text(path, suffix)
    if suffix == DRAWING:
        return _drawing(path)
    if suffix not in SUFFIXES:
        return f"Files of this kind ({suffix or 'without an ending'}) are not taken."
    if zipfile.is_zipfile(path):
        return "An archive is hidden in this file."
    return _picture(path, suffix) if suffix in PICTURES else _recording(path, suffix)


def _text(path: Path, suffix: str) -> str:
    if path.stat().st_size > MOST_TEXT:
        return f"A text file may have {MOST_TEXT // 1000} kB at the most."
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return "This is not text in UTF-8."
    if "\0" in text:
        return "This is not text."
    if suffix == ".vtt" and not text.startswith("WEBVTT"):
        return "Captions are a WebVTT file: its first word is WEBVTT."
    return ""


def _drawing(path: Path) -> str:
    try:
        clean_svg(path.read_bytes(), prefix="check")
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _picture(path: Path, suffix: str) -> str:
    if path.stat().st_size > MOST_PICTURE:
        return f"A picture may have {MOST_PICTURE // 1024 // 1024} MB at the most."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=[PICTURES[suffix]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return "This picture has too many pixels."
                _whole(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return "This picture has too many pixels."
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        return f"This is not a picture of the kind that its name says ({suffix})."
    if _MARKUP.search(path.read_bytes()):
        return "A page or a script is hidden in this picture."
    return ""


def _whole(picture: Image.Image) -> None:
    """Read every row. Raises OSError for half a picture, which WeasyPrint, once imported, lets
    Pillow put up with everywhere."""
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        picture.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _recording(path: Path, suffix: str) -> str:
    if filetype.guess_mime(str(path)) not in RECORDINGS[suffix]:
        return f"This is not a recording of the kind that its name says ({suffix})."
    return ""
