"""The questions of a quiz. One that cannot be answered, or teaches nothing, is not published."""

from typing import Any

from cms.blocks.arranging import MatchingBlock, OrderingBlock, RankingBlock
from cms.blocks.base import FreezableStream, Place
from cms.blocks.choosing import ConfidenceBlock, MultipleBlock, SingleBlock, TrueFalseBlock
from cms.blocks.question import refuse_alike
from curriculum.content import Question


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

    class Meta:
        collapsed = True  # a quiz of eight open questions is twenty screens long

    def freeze(self, value: Any, place: Place) -> tuple[Question, ...]:
        questions: tuple[Question, ...] = super().freeze(value, place)
        stems = [(question.id, question.stem) for question in questions]
        refuse_alike(stems, place, "stem")
        return questions
