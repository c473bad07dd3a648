"""People and points of view: role cards and two views of one matter."""

from typing import Any

from wagtail import blocks

from cms.blocks.base import FreezableStruct, Place
from cms.blocks.text import RICH_TEXT
from curriculum.content import RoleCard, TwoViews


class RoleCardBlock(FreezableStruct):
    """Who somebody is, what they do and what they do not."""

    role = blocks.CharBlock(max_length=80)
    employer = blocks.CharBlock(max_length=150, label="Usually employed by")
    does = blocks.ListBlock(blocks.CharBlock(max_length=200), label="Does")
    does_not = blocks.ListBlock(blocks.CharBlock(max_length=200), label="Does not")
    registration = blocks.CharBlock(max_length=150, required=False)
    call_when = blocks.CharBlock(max_length=200, required=False, label="Call them when")

    def freeze(self, value: Any, place: Place) -> RoleCard:
        lists = {
            name: tuple(
                text for item in value[name] if (text := place.at(name).line("", item or ""))
            )
            for name in ("does", "does_not")
        }
        if not lists["does"]:
            place.at("does").problem("Say at least one thing that this role does.")
        if not lists["does_not"]:
            place.at("does_not").problem("Say at least one thing that this role cannot do.")
        return RoleCard(
            id=place.id,
            role=place.line("role", value["role"], "Name the role."),
            employer=place.line("employer", value["employer"], "Say who employs them."),
            registration=place.line("registration", value["registration"]),
            call_when=place.line("call_when", value["call_when"]),
            **lists,
        )

    class Meta:
        icon = "user"
        group = "People"
        description = "A role: who employs it, what it does, what it cannot do, when to call."
        template = "cms/blocks/role_card.html"
        preview_value = {
            "role": "Social prescribing link worker",
            "employer": "A primary care network or a charity",
            "does": ["Takes time to find out what matters to the person"],
            "does_not": ["Assess needs under the Care Act"],
            "registration": "",
            "call_when": "somebody is lonely or stuck rather than ill",
        }


class TwoViewsBlock(FreezableStruct):
    """The same matter as a GP and as a social worker sees it."""

    matter = blocks.CharBlock(max_length=150, help_text="What both are looking at.")
    gp = blocks.RichTextBlock(features=RICH_TEXT, label="A GP sees")
    social_worker = blocks.RichTextBlock(features=RICH_TEXT, label="A social worker sees")

    def freeze(self, value: Any, place: Place) -> TwoViews:
        return TwoViews(
            id=place.id,
            matter=place.line("matter", value["matter"], "Name what both are looking at."),
            gp=place.html("gp", value["gp"], "Write what a GP sees."),
            social_worker=place.html(
                "social_worker", value["social_worker"], "Write what a social worker sees."
            ),
        )

    class Meta:
        icon = "group"
        group = "People"
        description = "One matter from two seats, side by side."
        template = "cms/blocks/two_views.html"
        preview_value = {
            "matter": "Mrs Cole-Adair, 84, has lost weight",
            "gp": "<p>Three falls, weight loss, and a ten-minute slot.</p>",
            "social_worker": "<p>Somebody who wants to bathe without fear in her own house.</p>",
        }
