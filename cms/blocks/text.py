"""Prose: headings and rich text."""

from typing import Any

from wagtail import blocks

from cms.blocks.base import Freezable, FreezableStruct, Place
from curriculum.content import Heading, Text

LEVELS = [("2", "Heading"), ("3", "Smaller heading")]
RICH_TEXT = ["bold", "italic", "ol", "ul", "link", "superscript", "subscript", "blockquote"]


class HeadingBlock(FreezableStruct):
    """A heading; skips and tables of contents lead to it."""

    text = blocks.CharBlock(max_length=150)
    level = blocks.ChoiceBlock(choices=LEVELS, default="2")

    def freeze(self, value: Any, place: Place) -> Heading:
        return Heading(
            id=place.id,
            text=place.line("text", value["text"], "Write the heading."),
            level=int(place.choice("level", value["level"], LEVELS)),
        )

    class Meta:
        icon = "title"
        group = "Text"
        description = "Divides a page; screen readers jump from one to the next."
        template = "cms/blocks/heading.html"
        preview_value = {"text": "Who decides?", "level": "2"}


class TextBlock(Freezable, blocks.RichTextBlock):
    """Paragraphs, lists and links."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": RICH_TEXT, **kwargs})

    def freeze(self, value: Any, place: Place) -> Text:
        missing = "Write something here, or delete this block."
        return Text(id=place.id, html=place.html("", value, missing))

    class Meta:
        icon = "pilcrow"
        group = "Text"
        description = "Paragraphs with bold, italic, lists, quotations and links."
        template = "cms/blocks/text.html"
        preview_value = (
            "<p>Ask first <b>what the person wants</b>. A service comes after a need, "
            "and a need after a conversation.</p>"
        )
