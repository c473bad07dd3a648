"""Questions in which something is chosen."""

from typing import Any, ClassVar

from wagtail import blocks

from cms.blocks.base import Place
from cms.blocks.question import OptionBlock, QuestionBlock, freeze_options
from curriculum.content import ConfidenceRated, Multiple, Single, TrueFalse

SAMPLE_OPTIONS = [
    {"text": "The NHS", "feedback": "Only in a few cases.", "correct": False},
    {"text": "It depends on savings and income", "feedback": "Yes.", "correct": True},
]


class SingleBlock(QuestionBlock):
    """One option is best."""

    options = blocks.ListBlock(OptionBlock())

    node: ClassVar[type[Any]] = Single

    def freeze(self, value: Any, place: Place) -> Single | ConfidenceRated:
        options = freeze_options(value["options"], place.at("options"), one_right=True)
        node: Single | ConfidenceRated = self.node(**self.shared(value, place), options=options)
        return node

    class Meta:
        icon = "radio-full"
        group = "Choose"
        label = "Single best answer"
        description = "One option is best. One mark."
        template = "cms/blocks/question.html"
        preview_value = {"stem": "Who pays for help at home?", "options": SAMPLE_OPTIONS}


class ConfidenceBlock(SingleBlock):
    """A single best answer with "how sure are you?"."""

    node: ClassVar[type[Any]] = ConfidenceRated

    class Meta:
        icon = "help"
        group = "Choose"
        label = "Confidence-rated"
        description = "A single best answer and how sure one is: shows calibration, no marks."
        template = "cms/blocks/question.html"
        preview_value = {"stem": "Who pays for help at home?", "options": SAMPLE_OPTIONS}


class MultipleBlock(QuestionBlock):
    """All that apply."""

    options = blocks.ListBlock(OptionBlock())

    def freeze(self, value: Any, place: Place) -> Multiple:
        options = freeze_options(value["options"], place.at("options"), one_right=False)
        return Multiple(**self.shared(value, place), options=options)

    class Meta:
        icon = "tasks"
        group = "Choose"
        label = "Multiple response"
        description = "All that apply; a wrong tick takes a right one away. One mark in parts."
        template = "cms/blocks/question.html"
        preview_value = {"stem": "Which of these apply?", "options": SAMPLE_OPTIONS}


class TrueFalseBlock(QuestionBlock):
    """A statement to agree with or not."""

    answer = blocks.ChoiceBlock(
        choices=[("true", "True"), ("false", "False")], label="The statement is"
    )
    feedback_true = blocks.TextBlock(rows=2, label="Feedback for “True”")
    feedback_false = blocks.TextBlock(rows=2, label="Feedback for “False”")

    def freeze(self, value: Any, place: Place) -> TrueFalse:
        if value["answer"] not in {"true", "false"}:
            place.at("answer").problem("Say whether the statement is true.")
        missing = "Write feedback: learners read both."
        return TrueFalse(
            **self.shared(value, place),
            is_true=value["answer"] == "true",
            feedback_true=place.text("feedback_true", value["feedback_true"], missing),
            feedback_false=place.text("feedback_false", value["feedback_false"], missing),
        )

    class Meta:
        icon = "radio-empty"
        group = "Choose"
        label = "True or false"
        description = "A statement. One mark."
        template = "cms/blocks/question.html"
        preview_value = {
            "stem": "Assessment by the council is free.",
            "answer": "true",
            "feedback_true": "Yes, for everybody.",
            "feedback_false": "It is, whatever somebody has saved.",
        }
