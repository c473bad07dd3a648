"""Questions in which things are arranged: matched, ordered, ranked."""

from typing import Any

from wagtail import blocks

from cms.blocks.base import Place, freeze_list
from cms.blocks.question import LEAST_OPTIONS, QuestionBlock, refuse_alike
from curriculum.content import Item, Matching, Ordering, Pair, Ranking

LEAST_STEPS = 3  # two can be put in order by guessing


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
        refuse_alike([(pair.id, pair.left) for pair in pairs], there, "left")
        refuse_alike([(pair.id, pair.right) for pair in pairs], there, "right")
        feedback = place.text("feedback", value["feedback"], "Write feedback for wrong pairs.")
        return Matching(**self.shared(value, place), pairs=pairs, feedback=feedback)

    class Meta:
        icon = "link"
        group = "Arrange"
        label = "Matching"
        description = "What belongs to what. One mark in parts."
        template = "cms/blocks/question.html"
        preview_value = {
            "stem": "What belongs together?",
            "pairs": [
                {"left": "Reablement", "right": "Free for up to six weeks"},
                {"left": "Long-term help at home", "right": "Means-tested"},
            ],
            "feedback": "Ask who pays, and for how long.",
        }


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
        refuse_alike([(item.id, item.text) for item in items], there)
        feedback = place.text("feedback", value["feedback"], "Write feedback on the order.")
        return Ordering(**self.shared(value, place), items=items, feedback=feedback)

    class Meta:
        icon = "list-ol"
        group = "Arrange"
        label = "Ordering"
        description = "What comes first. One mark in parts."
        template = "cms/blocks/question.html"
        preview_value = {
            "stem": "What happens first?",
            "items": [{"text": "Contact"}, {"text": "Assessment"}, {"text": "Plan"}],
            "feedback": "Need comes before money.",
        }


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
        refuse_alike([(item.id, item.text) for item, _ in rows], there)
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
        preview_value = {
            "stem": "“Will they take my savings?” Rank the replies.",
            "items": [
                {
                    "text": text,
                    "feedback": "",
                    "gp_rank": rank,
                    "social_worker_rank": rank,
                }
                for rank, text in enumerate(
                    ("Say what is sure, and what is not", "Ask what they have heard", "Promise"), 1
                )
            ],
        }
