"""Ordered matter: tables, steps and references."""

import re
from typing import Any

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from cms.blocks.base import Freezable, FreezableStruct, Place, freeze_list
from cms.blocks.text import RICH_TEXT
from curriculum.content import Reference, References, Step, Steps, Table
from curriculum.text import clean_line


class TableBlock(Freezable, TypedTableBlock):
    """Rows and columns of plain words; on a phone each row becomes a card."""

    def __init__(self, local_blocks: Any = None, **kwargs: Any) -> None:
        super().__init__(
            local_blocks or [("text", blocks.CharBlock(required=False, max_length=300))], **kwargs
        )

    def freeze(self, value: Any, place: Place) -> Table:
        headers = tuple(clean_line(column["heading"] or "") for column in value.columns)
        rows = tuple(tuple(clean_line(str(cell.value or "")) for cell in row) for row in value.rows)
        if not clean_line(value.caption or ""):
            place.problem("Give the table a caption that says what it compares.")
        if not rows or len(headers) < 2:
            place.problem("A table has at least two columns and one row.")
        if not all(headers):
            place.problem("Every column needs a heading.")
        return Table(
            id=place.id, caption=clean_line(value.caption or ""), headers=headers, rows=rows
        )

    class Meta:
        icon = "table"
        group = "Order"
        description = "Compares things in rows and columns; the first column names the row."
        template = "cms/blocks/table.html"
        preview_value = {
            "caption": "Who does what",
            "columns": [
                {"type": "text", "heading": "Question"},
                {"type": "text", "heading": "NHS"},
                {"type": "text", "heading": "Social care"},
            ],
            "rows": [
                {"values": ["Who decides", "Clinicians", "The council, with the person"]},
                {"values": ["Who pays", "Taxes", "The person, the council, or both"]},
            ],
        }


class StepBlock(blocks.StructBlock):
    """One step of several."""

    title = blocks.CharBlock(max_length=150)
    text = blocks.RichTextBlock(features=RICH_TEXT, required=False)


class StepsBlock(FreezableStruct):
    """What to do, in order."""

    title = blocks.CharBlock(max_length=150)
    steps = blocks.ListBlock(StepBlock())

    def freeze(self, value: Any, place: Place) -> Steps:
        steps = tuple(
            Step(
                id=there.id,
                title=there.line("title", item["title"], "Say what the step is."),
                html=there.html("text", item["text"]),
            )
            for item, there in freeze_list(value["steps"], place.at("steps"))
        )
        if len(steps) < 2:
            place.at("steps").problem("Steps are at least two.")
        return Steps(
            id=place.id,
            title=place.line("title", value["title"], "Say what the steps lead to."),
            steps=steps,
        )

    class Meta:
        icon = "list-ol"
        group = "Order"
        description = "What to do, one thing after another."
        template = "cms/blocks/steps.html"
        preview_value = {
            "title": "Before you refer",
            "steps": [
                {"title": "Ask what the person wants", "text": ""},
                {"title": "Check the home address and the borough", "text": ""},
            ],
        }


class ReferenceBlock(blocks.StructBlock):
    """One source."""

    key = blocks.CharBlock(
        max_length=20, help_text="Such as R13, cited by an anchor link to ref-R13."
    )
    text = blocks.CharBlock(max_length=400, help_text="Author, title, year.")
    url = blocks.URLBlock(required=False, label="Address")


class ReferencesBlock(FreezableStruct):
    """The sources of a page. Text links to one with the anchor link `ref-R13`."""

    references = blocks.ListBlock(ReferenceBlock())

    def freeze(self, value: Any, place: Place) -> References:
        seen: set[str] = set()
        found = []
        for item, there in freeze_list(value["references"], place.at("references")):
            key = there.line("key", item["key"], "Give the source a short key.")
            if not re.fullmatch(r"[\w-]+", key):
                there.at("key").problem("A key has letters, digits and hyphens only.")
            if key in seen:
                there.at("key").problem(f"{key} is listed twice.")
            seen.add(key)
            text = there.line("text", item["text"], "Say author, title and year.")
            found.append(Reference(id=there.id, key=key, text=text, url=item["url"] or ""))
        place.findings.listed |= seen
        return References(id=place.id, references=tuple(found))

    class Meta:
        icon = "openquote"
        group = "Order"
        description = "The sources of the page, each with a key that the text cites."
        template = "cms/blocks/references.html"
        preview_value = {
            "references": [
                {
                    "key": "R12",
                    "text": "Care Act 2014.",
                    "url": "https://www.legislation.gov.uk/ukpga/2014/23/contents",
                }
            ]
        }
