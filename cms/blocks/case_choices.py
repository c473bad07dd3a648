"""One way to decide in a case, and how it looks from each seat."""

from typing import Any

from django import forms
from wagtail import blocks

from cms.blocks.base import FreezableStruct, Place, freeze_list
from cms.blocks.services import ServiceKindBlock, ServiceKindsBlock, is_kind
from cms.blocks.text import RICH_TEXT
from curriculum.content import CaseChoice, Service, ServiceRef, View
from curriculum.enums import ChoiceQuality


class ReferenceBlock(blocks.FieldBlock):
    """The id of a scene, of a member of the cast or of a fact on the same page. A script in the
    editor turns the field into a list of what there is."""

    def __init__(self, to: str = "", required: bool = True, **kwargs: Any) -> None:
        attributes = {
            "data-controller": "case-reference",
            "data-case-reference-to-value": to,
            "data-case-reference-optional-value": "false" if required else "true",
        }
        self.field = forms.CharField(
            required=False, max_length=80, widget=forms.TextInput(attrs=attributes)
        )
        super().__init__(**kwargs)

    class Meta:
        icon = "link"
        default = ""


class ViewBlock(FreezableStruct):
    """A moment from one seat."""

    who = ReferenceBlock("cast", label="Whose")
    text = blocks.TextBlock(rows=2)
    only_if = ReferenceBlock(
        "facts", required=False, label="Only if", help_text="Takes the place of their other view."
    )

    def freeze(self, value: Any, place: Place) -> View:
        return View(
            who=value["who"] or "",
            text=place.text("text", value["text"], "Write what is seen from this seat."),
            only_if=value["only_if"] or "",
        )

    class Meta:
        icon = "openquote"
        description = "How somebody in the case sees the moment, in their own words."


class CaseChoiceBlock(blocks.StructBlock):
    """One way to decide."""

    text = blocks.TextBlock(rows=2, label="The choice")
    quality = blocks.ChoiceBlock(
        choices=ChoiceQuality.choices, help_text="Never shown before the learner has committed."
    )
    happened = blocks.RichTextBlock(features=RICH_TEXT, label="What happens")
    views = blocks.ListBlock(ViewBlock(), default=[], label="The same moment, from each seat")
    silent = blocks.CharBlock(
        required=False,
        max_length=200,
        label="Why neither the person nor a carer speaks",
        help_text="Where neither has a view here. Learners read it: “She was not in the room.”",
    )
    leads_to = ReferenceBlock("scenes", label="Leads to")
    sets = ReferenceBlock("facts", required=False, label="Sets the fact")
    services = blocks.ListBlock(
        ServiceKindBlock(label="Kind of service"),
        default=[],
        label="Whom one might ring",
        help_text="Shown after the decision, as the local directory has them.",
    )
    found_by = ServiceKindsBlock(
        label="Where a service is found: the kinds that lead to this choice",
        help_text="Of several choices that name a kind of the service, the first one is taken.",
    )
    otherwise = blocks.BooleanBlock(
        required=False, label="Where a service is found: every other service leads here"
    )

    class Meta:
        label_format = "{text}"


def freeze_choice(value: Any, place: Place, finds: bool) -> CaseChoice:
    """The choice that stands here; where no service is found, what leads to it is left out."""
    services = [
        name
        for item, there in freeze_list(value["services"], place.at("services"))
        if (name := there.line("", item))
    ]
    quality = place.choice("quality", value["quality"], ChoiceQuality.choices)
    return CaseChoice(
        id=place.id,
        text=place.text("text", value["text"], "Write the choice."),
        quality=ChoiceQuality(quality),
        happened=place.html("happened", value["happened"]),
        leads_to=value["leads_to"] or "",
        views=freeze_views(value["views"], place.at("views")),
        silent=place.line("silent", value["silent"]),
        sets=value["sets"] or "",
        services=tuple(Service(name=name) for name in services if not is_kind(name)),
        contacts=tuple(ServiceRef(kind=name) for name in services if is_kind(name)),
        found_by=tuple(sorted(set(value["found_by"] or ()))) if finds else (),
        otherwise=bool(value["otherwise"]) and finds,
    )


def freeze_views(value: Any, place: Place) -> tuple[View, ...]:
    """The views of a list."""
    return tuple(ViewBlock().freeze(item, there) for item, there in freeze_list(value, place))
