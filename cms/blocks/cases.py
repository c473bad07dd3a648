"""The blocks of a branching case. References between them are chosen from lists, not typed."""

from typing import Any

from django import forms
from wagtail import blocks

from cms.blocks.base import FreezableStream, FreezableStruct, Place, freeze_list
from cms.blocks.body import BodyBlock
from cms.blocks.services import ServiceKindBlock, ServiceKindsBlock, is_kind
from cms.blocks.text import RICH_TEXT
from cms.blocks.upkeep import UPKEEP, check_field, tags_field, upkeep_group
from curriculum.content import (
    CaseChoice,
    Decision,
    Fact,
    Member,
    OnlyIf,
    Role,
    Scene,
    Service,
    ServiceRef,
    View,
)
from curriculum.enums import ChoiceQuality, Portrait, Voice

THEN = [("decision", "asks for a decision"), ("ending", "ends the story")]
ANSWERED = [("chosen", "chosen from the list"), ("found", "found in the directory")]


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


def professions() -> list[tuple[str, str]]:
    """Those that the site knows, by name."""
    from curriculum.models import Profession

    return [(name, name) for name in Profession.objects.values_list("name", flat=True)]


class MemberBlock(FreezableStruct):
    """Somebody in the case."""

    name = blocks.CharBlock(max_length=80)
    voice = blocks.ChoiceBlock(choices=Voice.choices)
    description = blocks.CharBlock(max_length=120, help_text="“84, lives alone”, “GP”.")
    portrait = blocks.ChoiceBlock(choices=Portrait.choices)

    def freeze(self, value: Any, place: Place) -> Member:
        return Member(
            id=place.id,
            name=place.line("name", value["name"], "Give them a name."),
            voice=Voice(place.choice("voice", value["voice"], Voice.choices)),
            description=place.line("description", value["description"], "Say who they are."),
            portrait=Portrait(place.choice("portrait", value["portrait"], Portrait.choices)),
        )

    class Meta:
        icon = "user"
        label_format = "{name}"
        description = "Somebody in the case, with a voice and a portrait."


class RoleBlock(FreezableStruct):
    """Who the learner is, worded for one profession."""

    profession = blocks.ChoiceBlock(choices=professions)
    text = blocks.TextBlock(rows=2)

    def freeze(self, value: Any, place: Place) -> Role:
        return Role(
            profession=place.line("profession", value["profession"], "Choose the profession."),
            text=place.text("text", value["text"], "Say who they are in this story."),
        )

    class Meta:
        icon = "user"
        label_format = "{profession}"
        description = "Who the learner is in this story, worded for one profession."


class FactBlock(FreezableStruct):
    """Something that the story remembers."""

    name = blocks.CharBlock(max_length=100, help_text="“You told her what she needs.”")

    def freeze(self, value: Any, place: Place) -> Fact:
        return Fact(id=place.id, name=place.line("name", value["name"], "Name the fact."))

    class Meta:
        icon = "tag"
        label_format = "{name}"
        description = "Something that the story remembers once a choice has set it."


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


class OnlyIfBlock(FreezableStruct):
    """A passage for those only whose choices have set a fact."""

    fact = ReferenceBlock("facts")
    body = BodyBlock()

    def freeze(self, value: Any, place: Place) -> OnlyIf:
        body = value["body"].stream_block.freeze(value["body"], place.at("body"))
        if not body:
            place.at("body").problem("Write the passage, or delete this block.")
        return OnlyIf(id=place.id, fact=value["fact"] or "", body=body)

    class Meta:
        icon = "view"
        group = "Story"
        description = "A passage that is told only where a choice has set a fact."


class NarrativeBlock(BodyBlock):
    """What a scene tells."""

    only_if = OnlyIfBlock()


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


class SceneBlock(FreezableStruct):
    """One moment: a decision, or an ending."""

    title = blocks.CharBlock(max_length=100)
    narrative = NarrativeBlock()
    knows = blocks.ListBlock(
        ViewBlock(),
        default=[],
        label="What a seat knows that the others don’t",
        help_text="Shown after the decision, beside the views.",
    )
    then = blocks.ChoiceBlock(choices=THEN, default="decision", label="This scene")
    question = blocks.TextBlock(rows=2, required=False)
    answered = blocks.ChoiceBlock(
        choices=ANSWERED,
        default="chosen",
        label="This decision is",
        help_text="Found in the directory: learners search, commit to an entry, and its kinds "
        "decide which choice that is.",
    )
    asks_confidence = blocks.BooleanBlock(required=False, label="Ask “how sure are you?”")
    asks_prediction = blocks.BooleanBlock(
        required=False, label="Ask what the other profession will say"
    )
    choices = blocks.ListBlock(CaseChoiceBlock(), default=[])
    tags = tags_field()
    check = check_field()

    def get_form_layout(self) -> blocks.BlockGroup:
        story = [name for name in self.child_blocks if name not in UPKEEP]
        return blocks.BlockGroup([*story, upkeep_group()])

    def freeze(self, value: Any, place: Place) -> Scene:
        nodes = value["narrative"].stream_block.freeze(value["narrative"], place.at("narrative"))
        if not nodes:
            place.at("narrative").problem("Tell what happens in this scene.")
        is_ending = place.choice("then", value["then"], THEN) == "ending"
        if is_ending and value["choices"]:
            place.at("choices").problem("An ending has no choices. Delete them, or ask a decision.")
        return Scene(
            id=place.id,
            title=place.line("title", value["title"], "Give the scene a title."),
            narrative=nodes,
            knows=_views(value["knows"], place.at("knows")),
            decision=None if is_ending else _decision(value, place),
        )

    class Meta:
        icon = "doc-full"
        label_format = "{title}"
        description = "One moment of the story, with a decision or as an ending."


def _decision(value: Any, place: Place) -> Decision:
    finds = place.choice("answered", value["answered"] or "chosen", ANSWERED) == "found"
    return Decision(
        question=place.text("question", value["question"], "Ask the question to decide."),
        finds=finds,
        choices=tuple(
            _choice(item, there, finds)
            for item, there in freeze_list(value["choices"], place.at("choices"))
        ),
        asks_confidence=bool(value["asks_confidence"]),
        asks_prediction=bool(value["asks_prediction"]),
    )


def _choice(value: Any, place: Place, finds: bool) -> CaseChoice:
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
        views=_views(value["views"], place.at("views")),
        silent=place.line("silent", value["silent"]),
        sets=value["sets"] or "",
        services=tuple(Service(name=name) for name in services if not is_kind(name)),
        contacts=tuple(ServiceRef(kind=name) for name in services if is_kind(name)),
        found_by=tuple(sorted(set(value["found_by"] or ()))) if finds else (),
        otherwise=bool(value["otherwise"]) and finds,
    )


def _views(value: Any, place: Place) -> tuple[View, ...]:
    return tuple(ViewBlock().freeze(item, there) for item, there in freeze_list(value, place))


class CastBlock(FreezableStream):
    """The people of the case."""

    missing = "A case needs at least the person whose story it is."

    member = MemberBlock()


class RolesBlock(FreezableStream):
    """Who the learner is, by profession."""

    role = RoleBlock()


class FactsBlock(FreezableStream):
    """What the story remembers."""

    fact = FactBlock()


class ViewsBlock(FreezableStream):
    """One moment from several seats."""

    view = ViewBlock()


class ScenesBlock(FreezableStream):
    """The scenes; the first one opens the story."""

    scene = SceneBlock()

    class Meta:
        collapsed = True
