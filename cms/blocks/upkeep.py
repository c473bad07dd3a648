"""What authors keep beside content and learners never see: tags, and notes of what to check."""

from typing import Any

from django import forms
from django.apps import apps
from wagtail import blocks

from cms.blocks.base import FreezableStruct, Place

NOTE_HELP = "For authors and reviewers: “Check the 2027/28 figures.” Learners never see it."
UPKEEP = ["tags", "check"]


def tags_by_slug() -> list[tuple[str, str]]:
    """The site's tags, by name."""
    return list(apps.get_model("cms", "Tag").objects.values_list("slug", "name"))


def tags_field() -> blocks.MultipleChoiceBlock:
    """The statutes, guidance and standards that a question or a scene rests on."""
    return blocks.MultipleChoiceBlock(
        choices=tags_by_slug,
        required=False,
        default=[],
        widget=forms.CheckboxSelectMultiple,
        label="Rests on",
    )


def check_field() -> blocks.TextBlock:
    """What is to be checked before sign-off."""
    return blocks.TextBlock(
        required=False, rows=2, label="To check before sign-off", help_text=NOTE_HELP
    )


def upkeep_group() -> blocks.BlockGroup:
    """These two fields, as a group that a form keeps closed."""
    return blocks.BlockGroup(UPKEEP, heading="Keeping it true", classname="collapsed")


class CheckBlock(FreezableStruct):
    """A note among the blocks of a page. It freezes to nothing."""

    text = blocks.TextBlock(rows=2, help_text=NOTE_HELP)

    def freeze(self, value: Any, place: Place) -> None:
        """Nothing: the note is in no edition, and no approval depends on it."""

    class Meta:
        icon = "comment"
        group = "For authors"
        label = "To check before sign-off"
        description = "A note to authors and reviewers. Learners never see it."
        template = "cms/blocks/check.html"
        preview_value = {"text": "Check the limits for 2027/28 when the circular is out."}
