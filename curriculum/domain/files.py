"""Keeping media for good: under a name made from the bytes, apart from the authors' library."""

import io
import mimetypes
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from PIL import Image

from curriculum.content import MediaFile
from curriculum.models import FrozenFile

WIDTHS = (480, 960, 1600)  # pixels: phone, tablet, wide screen at double density
_RASTER = {"image/jpeg", "image/png", "image/webp"}


def frozen_name(file: MediaFile, width: int = 0) -> str:
    """Where the storage keeps the file, or its copy of this width."""
    if width:
        return f"frozen/{file.sha256[:2]}/{file.sha256}-{width}.webp"
    suffix = mimetypes.guess_extension(file.mime) or ".bin"
    return f"frozen/{file.sha256[:2]}/{file.sha256}{suffix}"


def frozen_url(file: MediaFile, width: int = 0) -> str:
    """The address of the file, or of its copy of this width."""
    return default_storage.url(frozen_name(file, width))


def copy_widths(file: MediaFile) -> tuple[int, ...]:
    """The widths in which smaller copies of a picture are kept."""
    return tuple(w for w in WIDTHS if file.mime in _RASTER and w < file.width)


def keep_file(file: MediaFile, source: Any) -> FrozenFile:
    """Store the bytes that `file` names by their hash, and smaller copies of a picture, once."""
    existing = FrozenFile.objects.filter(sha256=file.sha256).first()
    if existing:
        return existing
    with source.storage.open(source.name, "rb") as stream:
        _store(frozen_name(file), File(stream))
        if copy_widths(file):
            stream.seek(0)
            _store_copies(file, stream)
        size = source.storage.size(source.name)
    return FrozenFile.objects.create(
        sha256=file.sha256, name=frozen_name(file), mime=file.mime, size=size
    )


def _store_copies(file: MediaFile, stream: Any) -> None:
    with Image.open(stream) as picture:
        for width in copy_widths(file):
            copy = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
            copy.thumbnail((width, 100_000), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            copy.save(out, "WEBP", quality=82, method=4)
            _store(frozen_name(file, width), ContentFile(out.getvalue()))


def _store(name: str, content: File[bytes]) -> None:
    # The name is the content: what stands there already is the same.
    if not default_storage.exists(name):
        default_storage.save(name, content)
