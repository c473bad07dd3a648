"""Pictures, drawings, video and sound. Nothing is shown that some readers cannot take in."""

import hashlib
import mimetypes
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtailmedia.blocks import AudioChooserBlock, VideoChooserBlock

from cms.blocks.base import FreezableStruct, Place, freeze_source
from cms.blocks.text import RICH_TEXT
from cms.svg import clean_svg
from curriculum.content import Audio, Figure, MediaFile, Video

NO_FILE = MediaFile(sha256="", mime="")


def _media_file(file: Any, place: Place, **facts: int) -> MediaFile:
    """A reference to the file's bytes; the file itself is kept when the page is published."""
    sha = hashlib.sha256()
    with file.storage.open(file.name, "rb") as stream:
        for chunk in iter(lambda: stream.read(1 << 20), b""):
            sha.update(chunk)
    place.findings.files[sha.hexdigest()] = file
    mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return MediaFile(sha256=sha.hexdigest(), mime=mime, **facts)


class FigureBlock(FreezableStruct):
    """A picture or a drawing, with its alternative."""

    image = ImageChooserBlock()
    alternative = blocks.TextBlock(
        required=False,
        rows=3,
        label="Text alternative",
        help_text="What the picture shows, in full sentences, for those who do not see it.",
    )
    decorative = blocks.BooleanBlock(
        required=False, help_text="The picture says nothing that the text does not."
    )
    caption = blocks.CharBlock(required=False, max_length=250)
    source = blocks.CharBlock(required=False, max_length=250)
    source_url = blocks.URLBlock(required=False, label="Address of the source")

    def freeze(self, value: Any, place: Place) -> Figure:
        alternative = place.text("alternative", value["alternative"])
        if not value["decorative"] and not alternative:
            place.at("alternative").problem(
                "Describe the picture for those who do not see it, or mark it as decorative."
            )
        image, svg, file = value["image"], "", None
        if image is None:
            place.at("image").problem("Choose a picture.")
        elif image.is_svg():
            svg = self._drawing(image, place)
        else:
            file = _media_file(image.file, place, width=image.width, height=image.height)
        return Figure(
            id=place.id,
            file=file,
            svg=svg,
            alternative="" if value["decorative"] else alternative,
            caption=place.line("caption", value["caption"]),
            source=freeze_source(value, place),
        )

    def _drawing(self, image: Any, place: Place) -> str:
        place.findings.drawings[place.id] = image.file
        with image.file.storage.open(image.file.name, "rb") as stream:
            try:
                return clean_svg(stream.read(), prefix=place.id[:8])
            except ValidationError as error:
                place.at("image").problem(" ".join(error.messages))
                return ""

    class Meta:
        icon = "image"
        group = "Media"
        description = "A picture, or a drawing (SVG) that follows the reader's colour scheme."
        template = "cms/blocks/figure.html"
        preview_template = "cms/blocks/preview_figure.html"


class VideoBlock(FreezableStruct):
    """A film of ours, with captions or a transcript."""

    video = VideoChooserBlock()
    title = blocks.CharBlock(max_length=150)
    captions = DocumentChooserBlock(
        required=False, help_text="A WebVTT file (.vtt). Captions or a transcript are required."
    )
    transcript = blocks.RichTextBlock(features=RICH_TEXT, required=False)

    def freeze(self, value: Any, place: Place) -> Video:
        transcript = place.html("transcript", value["transcript"])
        captions, film = value["captions"], value["video"]
        if captions and not captions.filename.lower().endswith(".vtt"):
            place.at("captions").problem("Captions are a WebVTT file, whose name ends in .vtt.")
        if not captions and not transcript:
            place.at("transcript").problem(
                "Add captions or a transcript, for those who do not hear it."
            )
        if film is None:
            place.at("video").problem("Choose a video.")
        return Video(
            id=place.id,
            title=place.line("title", value["title"], "Say what the film shows."),
            file=_recording(film, place),
            captions=_media_file(captions.file, place) if captions else None,
            transcript=transcript,
        )

    class Meta:
        icon = "media"
        group = "Media"
        description = "A film from the media library, with captions or a transcript."
        template = "cms/blocks/video.html"
        preview_template = "cms/blocks/preview_recording.html"


class AudioBlock(FreezableStruct):
    """A recording of ours, with its transcript."""

    audio = AudioChooserBlock()
    title = blocks.CharBlock(max_length=150)
    transcript = blocks.RichTextBlock(features=RICH_TEXT, required=False)

    def freeze(self, value: Any, place: Place) -> Audio:
        if value["audio"] is None:
            place.at("audio").problem("Choose a recording.")
        return Audio(
            id=place.id,
            title=place.line("title", value["title"], "Say what is heard."),
            file=_recording(value["audio"], place),
            transcript=place.html(
                "transcript",
                value["transcript"],
                "Add a transcript, for those who do not hear it.",
            ),
        )

    class Meta:
        icon = "media"
        group = "Media"
        description = "A recording from the media library, with its transcript."
        template = "cms/blocks/audio.html"
        preview_template = "cms/blocks/preview_recording.html"


def _recording(media: Any, place: Place) -> MediaFile:
    if media is None:
        return NO_FILE
    return _media_file(
        media.file,
        place,
        width=media.width or 0,
        height=media.height or 0,
        seconds=round(media.duration or 0),
    )
