"""What every question has, and what its options must be."""

from collections import Counter
from typing import Any, ClassVar

from wagtail import blocks

from cms.blocks.base import FreezableStruct, Place, freeze_list, freeze_source
from cms.blocks.upkeep import UPKEEP, check_field, tags_field, upkeep_group
from curriculum.content import Option, Revisit

LEAST_OPTIONS = 2


class QuestionBlock(FreezableStruct):
    """What every question has: the question itself, and what is shown after answering."""

    AFTER: ClassVar[list[str]] = ["explanation", "source", "source_url", "revisit", "outcomes"]

    stem = blocks.TextBlock(rows=3, label="Question")
    explanation = blocks.RichTextBlock(features=["bold", "italic", "link", "ul"], required=False)
    source = blocks.CharBlock(required=False, max_length=250, label="Reference")
    source_url = blocks.URLBlock(required=False, label="Address of the reference")
    revisit = blocks.PageChooserBlock(
        required=False, page_type="cms.ReadingPage", label="Look again at"
    )
    outcomes = blocks.ListBlock(
        blocks.CharBlock(max_length=20, required=False),
        default=[],
        label="Learning outcomes",
        help_text="Keys such as PLO1.",
    )
    tags = tags_field()
    check = check_field()

    class Meta:
        label_format = "{stem}"

    def get_form_layout(self) -> blocks.BlockGroup:
        shared = {"stem", *self.AFTER, *UPKEEP}
        own = [name for name in self.child_blocks if name not in shared]
        heading = "Shown after answering"
        after = blocks.BlockGroup(self.AFTER, heading=heading, classname="collapsed")
        return blocks.BlockGroup(["stem", *own, after, upkeep_group()])

    def shared(self, value: Any, place: Place) -> dict[str, Any]:
        """The fields that every kind of question has, frozen."""
        return {
            "id": place.id,
            "stem": place.text("stem", value["stem"], "Write the question."),
            "explanation": place.html("explanation", value["explanation"]),
            "reference": freeze_source(value, place),
            "revisit": Revisit(key=str(again.translation_key), title=again.title)
            if (again := value["revisit"])
            else None,
            "outcomes": tuple(text for t in value["outcomes"] if (text := place.line("", t))),
        }


class OptionBlock(blocks.StructBlock):
    """One option, with what is said to those who look at it afterwards."""

    text = blocks.TextBlock(rows=2)
    feedback = blocks.TextBlock(rows=2, help_text="Why it is right or not. Learners read them all.")
    correct = blocks.BooleanBlock(required=False, label="This is right")


def freeze_options(value: Any, place: Place, *, one_right: bool) -> tuple[Option, ...]:
    """Options with feedback each, no two alike, and something right among them."""
    options = []
    for item, there in freeze_list(value, place):
        feedback = there.text(
            "feedback", item["feedback"], "Write feedback: learners read that of every option."
        )
        options.append(
            Option(
                id=there.id,
                text=there.text("text", item["text"], "Write the option."),
                feedback=feedback,
                correct=bool(item["correct"]),
            )
        )
    right = sum(option.correct for option in options)
    if len(options) < LEAST_OPTIONS:
        place.problem("A question needs at least two options.")
    elif not right:
        place.problem("Mark the right option.")
    elif one_right and right > 1:
        place.problem("Only one option can be the single best answer.")
    elif not one_right and right == len(options):
        place.problem("If every option is right there is nothing to decide.")
    refuse_alike([(option.id, option.text) for option in options], place)
    return tuple(options)


def refuse_alike(texts: list[tuple[str, str]], place: Place, name: str = "text") -> None:
    counted = Counter(text.casefold() for _, text in texts if text)
    for id, text in texts:
        if counted[text.casefold()] > 1:
            place.at(id, name).problem(
                "Two of these are alike. Learners could not tell them apart."
            )
