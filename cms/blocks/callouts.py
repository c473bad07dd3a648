"""Things to notice: callouts, content notes and key facts."""

from typing import Any

from wagtail import blocks

from cms.blocks.base import FreezableStruct, Place, freeze_source
from cms.blocks.text import RICH_TEXT
from curriculum.content import Callout, ContentNote, KeyFact, Source

TONES = [
    ("practice", "In practice: what to do"),
    ("law", "The law: what it says, and as of when"),
    ("caution", "Take care: what goes wrong"),
]
COVERS = [("section", "The section that follows"), ("page", "The rest of the page")]


class CalloutBlock(FreezableStruct):
    """Something set apart: what to do, what the law says, what to be careful about."""

    tone = blocks.ChoiceBlock(choices=TONES, default="practice")
    title = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=RICH_TEXT)

    def freeze(self, value: Any, place: Place) -> Callout:
        return Callout(
            id=place.id,
            tone=place.choice("tone", value["tone"], TONES),
            title=place.line("title", value["title"], "Give the callout a title."),
            html=place.html("text", value["text"], "Write what readers should notice."),
        )

    class Meta:
        icon = "tick-inverse"
        group = "Notice"
        description = "Sets apart what to do, what the law says, or what goes wrong."
        template = "cms/blocks/callout.html"
        preview_value = {
            "tone": "practice",
            "title": "On Monday",
            "text": "<p>Ask one patient: “Who helps you at home, and who helps them?”</p>",
        }


class ContentNoteBlock(FreezableStruct):
    """What is coming, how to skip it and what to do instead."""

    coming = blocks.CharBlock(
        max_length=200, help_text="One plain sentence: “The next section describes …”."
    )
    instead = blocks.RichTextBlock(
        features=RICH_TEXT,
        help_text="What to do instead, of equal value, and where to find somebody to talk to.",
    )
    covers = blocks.ChoiceBlock(choices=COVERS, default="section")

    def freeze(self, value: Any, place: Place) -> ContentNote:
        note = ContentNote(
            id=place.id,
            coming=place.line("coming", value["coming"], "Say what is coming."),
            instead=place.html(
                "instead", value["instead"], "Say what readers who skip it can do instead."
            ),
        )
        place.findings.covers[place.id] = place.choice("covers", value["covers"], COVERS)
        return note

    class Meta:
        icon = "warning"
        group = "Notice"
        description = "Warns of something hard to read, with a way round it and a way out."
        template = "cms/blocks/content_note.html"
        preview_value = {
            "coming": "The next section describes neglect of an older woman.",
            "instead": "<p>Read the six principles instead and write one line on each.</p>",
            "covers": "section",
        }


class KeyFactBlock(FreezableStruct):
    """One number worth remembering, with where it comes from."""

    figure = blocks.CharBlock(max_length=30, help_text="“£32.0 billion”, “1 in 5”.")
    text = blocks.RichTextBlock(features=["bold", "italic", "link"])
    source = blocks.CharBlock(max_length=250, help_text="Author, title, year.")
    source_url = blocks.URLBlock(required=False, label="Address of the source")

    def freeze(self, value: Any, place: Place) -> KeyFact:
        source = freeze_source(value, place, required="Say where the figure comes from, with year.")
        return KeyFact(
            id=place.id,
            figure=place.line("figure", value["figure"], "Write the figure."),
            html=place.html("text", value["text"], "Say what the figure counts, and when."),
            source=source or Source(text=""),
        )

    class Meta:
        icon = "pick"
        group = "Notice"
        description = "A number, what it counts, and its source."
        template = "cms/blocks/key_fact.html"
        preview_value = {
            "figure": "4.7 million",
            "text": "<p>people in England gave unpaid care in 2021.</p>",
            "source": "Office for National Statistics, Census 2021",
            "source_url": "",
        }
