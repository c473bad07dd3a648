"""Photographs and other pictures made of pixels, drawn anew before they are kept.

What a camera writes beside the pixels (where, when, with what) goes, and so does whatever else a
file holds that is no picture.
"""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from PIL import Image, ImageOps, ImageSequence

MOST_FRAMES = 300
# Of what stands beside the pixels, what they cannot be shown right without.
KEPT = {"icc_profile", "transparency", "duration", "loop", "background", "disposal"}
SAVED_AS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92, "progressive": True},
    "PNG": {},
    "GIF": {},
    "WEBP": {"quality": 92, "method": 4},
}
UNREADABLE = "This picture cannot be read. Save it anew in another program and try again."


def re_encoded(source: bytes) -> bytes:
    """The same picture upright, and nothing but the picture.

    Raises ValidationError for what is none, or would be too large to draw.
    """
    try:
        with Image.open(BytesIO(source)) as picture:
            kind = "JPEG" if picture.format == "MPO" else str(picture.format)
            if kind not in SAVED_AS:
                raise ValidationError(f"Pictures are {', '.join(SAVED_AS)}, not {kind}.")
            if getattr(picture, "n_frames", 1) > MOST_FRAMES:
                raise ValidationError(f"A moving picture has {MOST_FRAMES} frames at the most.")
            return _drawn(picture, kind)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise ValidationError(UNREADABLE) from None


def _drawn(picture: Image.Image, kind: str) -> bytes:
    moves = kind in {"GIF", "WEBP"} and getattr(picture, "n_frames", 1) > 1
    options = dict(SAVED_AS[kind])
    if moves:
        frames = [_bare(frame.copy()) for frame in ImageSequence.Iterator(picture)]
        options |= {
            "save_all": True,
            "append_images": frames[1:],
            "loop": picture.info.get("loop", 0),
        }
        options["duration"] = [frame.info.get("duration", 100) for frame in frames]
        first = frames[0]
    else:
        picture.load()
        first = _bare(ImageOps.exif_transpose(picture))
    out = BytesIO()
    first.save(out, kind, **options)
    return out.getvalue()


def _bare(picture: Image.Image) -> Image.Image:
    picture.info = {name: value for name, value in picture.info.items() if name in KEPT}
    picture.getexif().clear()
    return picture
