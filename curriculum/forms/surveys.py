"""A survey as a learner meets it: each item in the words of their attempt, with what they chose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from curriculum.content import Survey, SurveyItem
from curriculum.content.surveys import CONSENT, LONGEST_TEXT, NO, YES
from curriculum.domain.surveys import keys_of

ITEM, SHOWN = "item-", "shown-"
MISSING = "Choose an answer. “Prefer not to say” is one."


@dataclass(frozen=True)
class Offer:
    """One thing that can be chosen."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class ItemField:
    """One item. `shown` is what the page was made with; `elsewhere` what another page stored in
    the meantime, where the two disagree."""

    key: str
    words: str
    value: str
    shown: str
    offers: tuple[Offer, ...] = ()
    error: str = ""
    elsewhere: str = ""
    longest: int = LONGEST_TEXT

    @property
    def name(self) -> str:
        return f"{ITEM}{self.key}"

    @property
    def id(self) -> str:
        return self.name.replace("~", "")

    @property
    def shown_name(self) -> str:
        return f"{SHOWN}{self.key}"

    @property
    def said(self) -> str:
        """The answer in words."""
        return next((offer.label for offer in self.offers if offer.is_chosen), self.value)


def item_fields(
    survey: Survey,
    wordings: Mapping[str, str],
    stored: Mapping[str, str],
    typed: Mapping[str, str] | None = None,
) -> list[ItemField]:
    """The items in order. `typed` was posted and, where it differs, is not stored."""
    return [
        _field(item, survey, wordings.get(item.key, ""), stored, stored if typed is None else typed)
        for item in survey.items
    ]


def _field(
    item: SurveyItem, survey: Survey, who: str, stored: Mapping[str, str], typed: Mapping[str, str]
) -> ItemField:
    value = typed.get(item.key, "")
    offers = tuple(Offer(v, label, v == value) for v, label in survey.options(item))
    return ItemField(item.key, item.words(who), value, stored.get(item.key, ""), offers)


def consent_field(
    survey: Survey, stored: Mapping[str, str], typed: Mapping[str, str] | None = None
) -> ItemField:
    """The question of consent, which stands apart from the items."""
    value = (stored if typed is None else typed).get(CONSENT, "")
    answers = ((YES, "Yes, my answers may be used"), (NO, "No, leave my answers out"))
    offers = tuple(Offer(v, label, v == value) for v, label in answers)
    return ItemField(CONSENT, survey.consent, value, stored.get(CONSENT, ""), offers)


def marked(
    fields: list[ItemField], *, errors: Mapping[str, str], conflicts: Mapping[str, str]
) -> list[ItemField]:
    """The fields with what is wrong with them; `conflicts` holds what was stored elsewhere."""

    def elsewhere(field: ItemField) -> str:
        if field.key not in conflicts:
            return ""
        there = conflicts[field.key]
        return next((o.label for o in field.offers if o.value == there), there) or "Nothing"

    return [
        replace(field, error=errors.get(field.key, ""), elsewhere=elsewhere(field))
        for field in fields
    ]


def posted(survey: Survey, post: QueryDict) -> tuple[dict[str, str], dict[str, str]]:
    """What was answered and what the page had shown, by key. A radio group in which nothing is
    chosen posts nothing; it counts as left empty."""
    given = {key: post.get(f"{ITEM}{key}", "") for key in keys_of(survey)}
    return given, {key: post.get(f"{SHOWN}{key}", "") for key in keys_of(survey)}


def summary_of(fields: list[ItemField]) -> list[dict[str, Any]]:
    """The lines of the error summary, each with the id it leads to."""
    return [{"id": f.id, "words": f.words, "error": f.error} for f in fields if f.error]
