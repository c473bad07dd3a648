"""What a survey asks: items that are kept by themselves and chosen here."""

from typing import Any

from wagtail.snippets.blocks import SnippetChooserBlock

from cms.blocks.base import Freezable, FreezableStream, Place
from curriculum.content import ItemWording, SurveyItem
from curriculum.enums import SurveyItemKind


class SurveyItemBlock(Freezable, SnippetChooserBlock):
    """One item. Its words are frozen with the survey, so that a later change of the item changes
    nothing for those who have answered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("cms.SurveyItem", **kwargs)

    def deconstruct(self) -> Any:
        return "cms.blocks.surveys.SurveyItemBlock", (), {}

    def freeze(self, value: Any, place: Place) -> SurveyItem:
        if value is None:
            place.problem("Choose an item. One that stood here may have been deleted.")
            return SurveyItem(id=place.id, key="", statement="")
        return frozen_item(value, place)


def frozen_item(item: Any, place: Place) -> SurveyItem:
    """The item as it stands now; what is wrong with it is a problem of the place it is asked in."""
    statement = place.text("", item.statement)
    kind = SurveyItemKind(item.kind)
    if not statement:
        place.problem(f"The item {item.key} has no words.")
    if kind == SurveyItemKind.LIKERT and not item.domain.strip():
        place.problem(f"The item {item.key} belongs to no domain.")
    wordings = tuple(
        ItemWording(who=row.who, text=place.text("", row.text)) for row in item.wordings.all()
    )
    return SurveyItem(
        id=place.id,
        key=item.key,
        statement=statement,
        kind=kind,
        domain=place.line("", item.domain) if kind == SurveyItemKind.LIKERT else "",
        reverse=item.reverse and kind == SurveyItemKind.LIKERT,
        wordings=tuple(wording for wording in wordings if wording.text),
    )


class SurveyItemsBlock(FreezableStream):
    """The items in the order in which they are asked."""

    missing = "A survey needs at least one item."

    item = SurveyItemBlock()

    def freeze(self, value: Any, place: Place) -> tuple[SurveyItem, ...]:
        items: tuple[SurveyItem, ...] = super().freeze(value, place)
        seen: set[str] = set()
        for item in items:
            if item.key and item.key in seen:
                place.at(item.id).problem(f"The item {item.key} stands here twice.")
            seen.add(item.key)
        return items
