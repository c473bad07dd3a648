"""What was answered to one survey, item by item: counts of groups, never an answer of somebody."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curriculum.domain.suppression import COUNTS, FIGURES, hidden, parts_to_show, said
from curriculum.enums import SurveyItemKind
from curriculum.exports.evaluation import free_texts, is_enough
from curriculum.exports.listing import Listing, Narrowing
from curriculum.exports.reporting import Filter
from curriculum.exports.rows import Column
from curriculum.models import Cohort
from curriculum.queries import surveys as reading
from curriculum.queries.surveys import Asked, Sheet


@dataclass(frozen=True)
class Answered:
    """One item in one wording. `people` and `counts` are None where they are not shown."""

    key: str
    words: str
    domain: str
    people: int | None
    counts: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True)
class SurveyCounts:
    """One survey over some cohorts."""

    asked: Asked
    invited: int
    people: int | None
    cohorts: tuple[str, ...]
    cohort_keys: tuple[int, ...]
    left_out: tuple[str, ...]
    small: tuple[str, ...]
    items: tuple[Answered, ...]
    texts: tuple[tuple[str, tuple[str, ...]], ...]


def count_answers(asked: Asked, led: Sequence[Cohort], chosen: Collection[int]) -> SurveyCounts:
    """The counts over the chosen cohorts; `led` are all that could be chosen."""
    names = {cohort.pk: cohort.name for cohort in led}
    people = reading.people_by_cohort([asked.activity], led)
    parts = parts_to_show(list(chosen), people)
    sheets, contents = reading.sheets([asked], parts)
    return SurveyCounts(
        asked=asked,
        invited=sum(many for _, _, many in reading.invited(parts)),
        people=said(len(sheets)),
        cohorts=tuple(sorted(names[pk] for pk in parts)),
        cohort_keys=tuple(sorted(parts)),
        left_out=tuple(sorted(names[pk] for pk in set(chosen) - set(parts))),
        small=tuple(sorted(names[pk] for pk in people if people[pk] < FIGURES)),
        items=_items(asked, sheets, contents, parts),
        texts=free_texts(sheets, contents, parts),
    )


def _items(
    asked: Asked, sheets: list[Sheet], contents: dict[int, Any], parts: dict[int, int]
) -> tuple[Answered, ...]:
    given: dict[str, dict[Any, list[tuple[int, str]]]] = {}
    for sheet in sheets:
        content = contents[sheet.edition]
        for item in content.items:
            value = sheet.answers.get(item.key, "")
            if item.kind == SurveyItemKind.TEXT or not value:
                continue
            words = (item.words(sheet.wordings.get(item.key, "")), content.options(item))
            given.setdefault(item.key, {}).setdefault(words, []).append(
                (parts[sheet.cohort], value)
            )
    current = {item.key: item for item in asked.content.items}
    keys = [
        *(key for key in current if key in given),
        *(key for key in given if key not in current),
    ]
    return tuple(
        answered for key in keys for answered in _wordings(key, current.get(key), given[key])
    )


def _wordings(key: str, item: Any, by_words: dict[Any, list[tuple[int, str]]]) -> list[Answered]:
    sizes = {words: len(rows) for words, rows in by_words.items()}
    too_few = hidden(sizes) if len(sizes) > 1 else set()
    unsaid = hidden(sizes, COUNTS) if len(sizes) > 1 else set()
    found = []
    for words, rows in sorted(by_words.items(), key=lambda each: (-len(each[1]), each[0])):
        text, options = words
        counts = None
        if words not in too_few and is_enough(part for part, _ in rows):
            counted = Counter(value for _, value in rows)
            counts = tuple((label, counted[value]) for value, label in options)
        people = None if words in unsaid else said(len(rows))
        found.append(Answered(key, text, item.domain if item else "", people, counts))
    return found


ORDERS = (
    ("item", "Item, A to Z"),
    ("domain", "Domain, A to Z"),
    ("-people", "Most answered"),
    ("people", "Least answered"),
)


def listing_of(report: SurveyCounts, asked: Mapping[str, str]) -> Listing:
    """The items that an address asks for."""
    domains = sorted({item.domain for item in report.items if item.domain})
    by_domain = Filter("domain", "Domain", tuple((name, name) for name in domains))
    return Listing(
        report.items,
        [
            Column("Item", lambda i: i.key, order="item"),
            Column("Domain", lambda i: i.domain, order="domain"),
            Column("Answered", lambda i: i.people, "number", order="people"),
        ],
        [Narrowing(by_domain, lambda i: i.domain)] if domains else [],
        lambda i: f"{i.key} {i.words}",
        asked,
    )


@dataclass(frozen=True)
class CountRow:
    """One answer to one item, for a spreadsheet."""

    item: Answered
    label: str
    people: int | None


def count_rows(items: Iterable[Answered]) -> list[CountRow]:
    """A row for each answer that could be given; one without figures where they are not shown."""
    return [
        CountRow(item, label, people)
        for item in items
        for label, people in (item.counts or (("Not shown: too few", None),))
    ]


def count_columns() -> list[Column]:
    return [
        Column("Item", lambda r: r.item.key),
        Column("Words", lambda r: r.item.words),
        Column("Domain", lambda r: r.item.domain),
        Column("Answered", lambda r: r.item.people, "number"),
        Column("Answer", lambda r: r.label),
        Column("People", lambda r: r.people, "number"),
    ]
