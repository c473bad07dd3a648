"""The blocks of a branching case. References between them are chosen from lists, not typed."""

from typing import Any

from wagtail import blocks

from cms.blocks.base import FreezableStream, FreezableStruct, Place, freeze_list
from cms.blocks.body import BodyBlock
from cms.blocks.case_choices import (
    CaseChoiceBlock,
    ReferenceBlock,
    ViewBlock,
    freeze_choice,
    freeze_views,
)
from cms.blocks.upkeep import UPKEEP, check_field, tags_field, upkeep_group
from curriculum.content import Decision, Fact, Member, OnlyIf, Role, Scene
from curriculum.enums import Portrait, Voice

THEN = [("decision", "asks for a decision"), ("ending", "ends the story")]
ANSWERED = [("chosen", "chosen from the list"), ("found", "found in the directory")]


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
            knows=freeze_views(value["knows"], place.at("knows")),
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
            freeze_choice(item, there, finds)
            for item, there in freeze_list(value["choices"], place.at("choices"))
        ),
        asks_confidence=bool(value["asks_confidence"]),
        asks_prediction=bool(value["asks_prediction"]),
    )


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
