"""Quiz questions. A question that cannot be answered, or teaches nothing, is not published."""

from collections import Counter
from typing import Any, ClassVar

from wagtail import blocks

from cms.blocks.base import FreezableStream, FreezableStruct, Place, freeze_list, freeze_source
from curriculum.content import (
    ConfidenceRated,
    Item,
    Matching,
    Multiple,
    Option,
    Ordering,
    Pair,
    Question,
    Ranking,
    Revisit,
    Single,
    TrueFalse,
)

LEAST_OPTIONS = 2
LEAST_STEPS = 3  # two can be put in order by guessing


class OptionBlock(blocks.StructBlock):
    """One option, with what is said to those who look at it afterwards."""

    text = blocks.TextBlock(rows=2)
    feedback = blocks.TextBlock(rows=2, help_text="Why it is right or not. Learners read them all.")
    correct = blocks.BooleanBlock(required=False, label="This is right")


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
        help_text="Tags such as PLO1.",
    )

    def get_form_layout(self) -> blocks.BlockGroup:
        own = [name for name in self.child_blocks if name not in {"stem", *self.AFTER}]
        after = blocks.BlockGroup(self.AFTER, heading="Shown after answering")
        return blocks.BlockGroup(["stem", *own, after])

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
    _refuse_alike([(option.id, option.text) for option in options], place)
    return tuple(options)


def _refuse_alike(texts: list[tuple[str, str]], place: Place, name: str = "text") -> None:
    counted = Counter(text.casefold() for _, text in texts if text)
    for id, text in texts:
        if counted[text.casefold()] > 1:
            place.at(id, name).problem(
                "Two of these are alike. Learners could not tell them apart."
            )


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


class ConfidenceBlock(SingleBlock):
    """A single best answer with "how sure are you?"."""

    node: ClassVar[type[Any]] = ConfidenceRated

    class Meta:
        icon = "help"
        group = "Choose"
        label = "Confidence-rated"
        description = "A single best answer and how sure one is: shows calibration, no marks."
        template = "cms/blocks/question.html"


class MultipleBlock(QuestionBlock):
    """All that apply."""

    options = blocks.ListBlock(OptionBlock())

    def freeze(self, value: Any, place: Place) -> Multiple:
        options = freeze_options(value["options"], place.at("options"), one_right=False)
        return Multiple(**self.shared(value, place), options=options)

    class Meta:
        icon = "tick"
        group = "Choose"
        label = "Multiple response"
        description = "All that apply; a wrong tick takes a right one away. One mark in parts."
        template = "cms/blocks/question.html"


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


class PairBlock(blocks.StructBlock):
    """Two things that belong together."""

    left = blocks.CharBlock(max_length=200)
    right = blocks.CharBlock(max_length=200, label="belongs to")


class MatchingBlock(QuestionBlock):
    """What belongs to what."""

    pairs = blocks.ListBlock(PairBlock())
    feedback = blocks.TextBlock(rows=2, help_text="Shown with the right pairs.")

    def freeze(self, value: Any, place: Place) -> Matching:
        there = place.at("pairs")
        pairs = tuple(
            Pair(
                id=spot.id,
                left=spot.line("left", item["left"], "This half of the pair is missing."),
                right=spot.line("right", item["right"], "This half of the pair is missing."),
            )
            for item, spot in freeze_list(value["pairs"], there)
        )
        if len(pairs) < LEAST_OPTIONS:
            there.problem("Matching needs at least two pairs.")
        _refuse_alike([(pair.id, pair.left) for pair in pairs], there, "left")
        _refuse_alike([(pair.id, pair.right) for pair in pairs], there, "right")
        feedback = place.text("feedback", value["feedback"], "Write feedback for wrong pairs.")
        return Matching(**self.shared(value, place), pairs=pairs, feedback=feedback)

    class Meta:
        icon = "link"
        group = "Arrange"
        label = "Matching"
        description = "What belongs to what. One mark in parts."
        template = "cms/blocks/question.html"


class StepItemBlock(blocks.StructBlock):
    """One thing to put in order."""

    text = blocks.CharBlock(max_length=250)


class OrderingBlock(QuestionBlock):
    """Things to put in their order."""

    items = blocks.ListBlock(StepItemBlock(), help_text="In the right order; learners see another.")
    feedback = blocks.TextBlock(rows=2, help_text="Shown with the right order.")

    def freeze(self, value: Any, place: Place) -> Ordering:
        there = place.at("items")
        items = tuple(
            Item(id=spot.id, text=spot.line("text", item["text"], "Write the step."))
            for item, spot in freeze_list(value["items"], there)
        )
        if len(items) < LEAST_STEPS:
            there.problem("Ordering needs at least three steps.")
        _refuse_alike([(item.id, item.text) for item in items], there)
        feedback = place.text("feedback", value["feedback"], "Write feedback on the order.")
        return Ordering(**self.shared(value, place), items=items, feedback=feedback)

    class Meta:
        icon = "list-ol"
        group = "Arrange"
        label = "Ordering"
        description = "What comes first. One mark in parts."
        template = "cms/blocks/question.html"


class RankedItemBlock(blocks.StructBlock):
    """One possible action and where each profession ranks it."""

    text = blocks.TextBlock(rows=2)
    feedback = blocks.TextBlock(rows=2)
    gp_rank = blocks.IntegerBlock(min_value=1, max_value=12, label="A GP's rank, 1 is best")
    social_worker_rank = blocks.IntegerBlock(
        min_value=1, max_value=12, label="A social worker's rank, 1 is best"
    )


class RankingBlock(QuestionBlock):
    """Situational judgement: actions from best to worst, with two keys."""

    items = blocks.ListBlock(RankedItemBlock())

    def freeze(self, value: Any, place: Place) -> Ranking:
        there, rows = place.at("items"), []
        for item, spot in freeze_list(value["items"], there):
            text = spot.text("text", item["text"], "Write the action.")
            feedback = spot.text("feedback", item["feedback"], "Write feedback on this action.")
            ranks = (item["gp_rank"] or 0, item["social_worker_rank"] or 0)
            rows.append((Item(id=spot.id, text=text, feedback=feedback), ranks))
        if len(rows) < LEAST_STEPS:
            there.problem("Ranking needs at least three actions.")
        _refuse_alike([(item.id, item.text) for item, _ in rows], there)
        keys = [
            self._key(rows, there, which, name)
            for which, name in enumerate(("gp", "social_worker"))
        ]
        return Ranking(
            **self.shared(value, place),
            items=tuple(item for item, _ in rows),
            gp_key=keys[0],
            social_worker_key=keys[1],
        )

    def _key(self, rows: Any, place: Place, which: int, name: str) -> tuple[str, ...]:
        ranks = sorted(row[1][which] for row in rows)
        if ranks != list(range(1, len(rows) + 1)):
            for item, _ in rows:
                place.at(item.id, f"{name}_rank").problem(
                    f"The ranks must be 1 to {len(rows)}, each once."
                )
        return tuple(item.id for item, found in sorted(rows, key=lambda row: row[1][which]))

    class Meta:
        icon = "order"
        group = "Arrange"
        label = "Situational judgement ranking"
        description = "Actions from best to worst; a GP's key and a social worker's. One mark."
        template = "cms/blocks/question.html"


class QuestionsBlock(FreezableStream):
    """The questions of a quiz."""

    missing = "A quiz needs at least one question."

    single = SingleBlock()
    multiple = MultipleBlock()
    true_false = TrueFalseBlock()
    confidence = ConfidenceBlock()
    matching = MatchingBlock()
    ordering = OrderingBlock()
    ranking = RankingBlock()

    def freeze(self, value: Any, place: Place) -> tuple[Question, ...]:
        questions: tuple[Question, ...] = super().freeze(value, place)
        stems = [(question.id, question.stem) for question in questions]
        _refuse_alike(stems, place, "stem")
        return questions
