"""A survey written as a file, and the items of surveys beside it."""

from collections.abc import Iterable
from typing import Any

from cms.models import SurveyItem, SurveyPage
from cms.portable.notes import with_notes
from cms.portable.write import Writer, without_empty
from curriculum.content import Survey
from curriculum.content.surveys import AGREEMENT


def survey_data(page: SurveyPage, content: Survey, writer: Writer) -> dict[str, Any]:
    """The fields of the file that are a survey's own. Raises CannotWrite."""
    body = with_notes(content.body, page.body)
    context = writer.context(page.translation_key)
    items: list[Any] = []
    for item in content.items:
        made = context.id("items", f"item-{item.key}")
        items.append(item.key if item.id == made else {"item": item.key, "key": item.id})
    return {
        "occasion": content.occasion.value,
        **without_empty({"measure": content.measure, "about": content.about}),
        **without_empty({"introduction": writer.body(body, page.translation_key)}),
        **({} if content.scale == AGREEMENT else {"scale": list(content.scale)}),
        "consent": content.consent,
        "items": items,
    }


def items_data(pages: Iterable[Any]) -> dict[str, Any]:
    """The items that these pages ask, by key, as survey-items.yaml has them."""
    asked = {
        child.value.pk
        for page in pages
        if isinstance(page, SurveyPage)
        for child in page.items
        if child.value
    }
    found = SurveyItem.objects.filter(pk__in=asked).prefetch_related("wordings").order_by("key")
    return {item.key: _item(item) for item in found}


def _item(item: SurveyItem) -> dict[str, Any]:
    wordings = {row.who: row.text for row in item.wordings.all()}
    return {
        "kind": item.kind,
        **without_empty({"domain": item.domain}),
        "statement": item.statement,
        **without_empty({"reverse": item.reverse, "wordings": wordings}),
    }
