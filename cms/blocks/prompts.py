"""The prompts of a reflection. One that says nothing about what is looked for is not published."""

from typing import Any

from wagtail import blocks

from cms.blocks.base import FreezableStream, FreezableStruct, Place
from cms.blocks.question import refuse_alike
from cms.blocks.text import RICH_TEXT
from cms.blocks.upkeep import UPKEEP, check_field, tags_field, upkeep_group
from curriculum.content import Prompt
from curriculum.enums import ReflectionModel

MOST_WORDS = 2000


class PromptBlock(FreezableStruct):
    """One thing to reflect on, and what is shown once something has been written."""

    question = blocks.TextBlock(rows=3, label="What to reflect on")
    model = blocks.ChoiceBlock(
        choices=ReflectionModel.choices, default=ReflectionModel.THREE_QUESTIONS
    )
    is_required = blocks.BooleanBlock(required=False, default=True, label="Required")
    guidance = blocks.RichTextBlock(features=RICH_TEXT, required=False)
    words_from = blocks.IntegerBlock(
        required=False, min_value=0, max_value=MOST_WORDS, label="Suggested words, from"
    )
    words_to = blocks.IntegerBlock(required=False, min_value=0, max_value=MOST_WORDS, label="to")
    least = blocks.IntegerBlock(
        default=30,
        min_value=1,
        max_value=200,
        label="Counts as answered from",
        help_text="Words. Keep it small: it asks for substance, not for length.",
    )
    instead = blocks.TextBlock(
        required=False,
        rows=2,
        label="Another question instead",
        help_text="For those who would rather not write about this one. Nobody has to say why.",
    )
    gp = blocks.RichTextBlock(features=RICH_TEXT, label="What a GP would look for")
    social_worker = blocks.RichTextBlock(
        features=RICH_TEXT, label="What a social worker would look for"
    )
    exemplar = blocks.TextBlock(
        required=False, rows=8, label="An example", help_text="Made up, and shown as a sample."
    )
    outcomes = blocks.ListBlock(
        blocks.CharBlock(max_length=20, required=False),
        default=[],
        label="Learning outcomes",
        help_text="Keys such as PLO1.",
    )
    tags = tags_field()
    check = check_field()

    def get_form_layout(self) -> blocks.BlockGroup:
        after = ["gp", "social_worker", "exemplar"]
        first = [name for name in self.child_blocks if name not in {*after, *UPKEEP}]
        shown = blocks.BlockGroup(after, heading="Shown after writing")
        return blocks.BlockGroup([*first, shown, upkeep_group()])

    def freeze(self, value: Any, place: Place) -> Prompt:
        words_from, words_to = value["words_from"] or 0, value["words_to"] or 0
        if words_to < words_from:
            place.at("words_to").problem("The suggested length must end above where it begins.")
        least = value["least"] or 0
        if not 1 <= least <= 200:
            place.at("least").problem("Say a number of words from 1 to 200.")
        missing = "Say what is looked for: learners compare it with what they wrote."
        return Prompt(
            id=place.id,
            question=place.text("question", value["question"], "Write what to reflect on."),
            model=ReflectionModel(place.choice("model", value["model"], ReflectionModel.choices)),
            guidance=place.html("guidance", value["guidance"]),
            words_from=words_from,
            words_to=words_to,
            least=least,
            gp=place.html("gp", value["gp"], missing),
            social_worker=place.html("social_worker", value["social_worker"], missing),
            exemplar=place.text("exemplar", value["exemplar"]),
            instead=place.text("instead", value["instead"]),
            is_required=bool(value["is_required"]),
            outcomes=tuple(text for t in value["outcomes"] if (text := place.line("", t))),
        )

    class Meta:
        icon = "edit"
        label_format = "{question}"


class PromptsBlock(FreezableStream):
    """What a reflection asks."""

    missing = "A reflection needs at least one prompt."

    prompt = PromptBlock()

    def freeze(self, value: Any, place: Place) -> tuple[Prompt, ...]:
        prompts: tuple[Prompt, ...] = super().freeze(value, place)
        refuse_alike([(prompt.id, prompt.question) for prompt in prompts], place, "question")
        return prompts
