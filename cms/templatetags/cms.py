"""For authors' previews."""

from typing import Any

from django import template

from cms.checks import Check, checks
from curriculum.content import Matching, Ordering, Question, Ranking, kind_of
from curriculum.domain.review import Explanation, explain

register = template.Library()


@register.filter
def at(values: dict[str, str], key: str) -> str:
    """The value under a key that is itself a variable."""
    return values.get(key, "")


@register.filter
def kind(question: Question) -> str:
    """What kind of question it is, in words."""
    return kind_of(question).replace("-", " ")


@register.simple_tag
def content_checks(page: Any) -> list[Check] | None:
    """What there is to mend on a page before it is published; None for a page without content."""
    return checks(page) if page.pk and hasattr(page, "freeze") else None


@register.simple_tag
def key_of(question: Question) -> Explanation:
    """The question with key and feedback open, as nobody has answered it."""
    parts = []
    if not isinstance(question, Matching | Ordering | Ranking):
        parts = [option.id for option in question.options]
    return explain(question, None, parts)
