"""The evaluation report: everything it says, gathered once for screen, spreadsheet and PDF."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from curriculum import clock
from curriculum.content import Survey
from curriculum.content.surveys import PREFER_NOT
from curriculum.domain.evaluation import Measured, Person, Row, read_change, scores
from curriculum.domain.suppression import COUNTS, FIGURES, hidden, parts_to_show, said
from curriculum.enums import Hindsight, SurveyItemKind, SurveyOccasion
from curriculum.models import Cohort, Programme
from curriculum.queries import surveys as reading
from curriculum.queries.surveys import Asked, Sheet

UNKNOWN = "Profession not given"

CAVEATS = (
    "Rating oneself is not being able: these are people’s own ratings.",
    "There is no comparison group, so what changed may have changed without the programme.",
    "Those who finish differ from those who leave, and only those who answered both times count.",
    "Attitude items begin high, so they have little room to rise.",
    "People like to please those who taught them.",
    "Response shift: who learns how much they did not know may rate themselves lower afterwards. "
    "Read the look back and the quizzes beside it.",
    "Ten comparisons invite chance findings.",
)
DEFINITIONS = (
    "Only people who answered both times, and who allow it, are compared. Difference: after less "
    "before, in points of the scale; items scored in reverse are turned round.",
    "95% interval: the mean difference ± t(n − 1) × SD of the differences ÷ √n.",
    "A domain’s score is the mean of its answered items, of which two thirds must be answered; the "
    "total is the mean of the domains’ scores.",
    "dz: the mean difference ÷ the SD of the differences; below 20 pairs multiplied by "
    "1 − 3 ÷ (4(n − 1) − 1). No words such as small or large belong to it.",
    "Under 10 pairs only counts are shown, under 5 nothing; larger groups are kept back too where "
    "they would give a small one away. Answers to different words are never put together.",
)


@dataclass(frozen=True)
class Pair:
    """A survey before and one after of the same measure."""

    before: Asked
    after: Asked

    @property
    def measure(self) -> str:
        return self.before.measure

    @property
    def content(self) -> Survey:
        content: Survey = self.after.content
        return content


@dataclass(frozen=True)
class Counted:
    """How many of a group there are; None where there are fewer than five, or where saying it
    would give others away."""

    group: str
    invited: int
    before: int | None
    after: int | None
    paired: int | None


@dataclass(frozen=True)
class Named:
    """A row of the report with what it is called. `words` is what tells it from other rows of the
    same name, or the statement of an item."""

    row: Row
    name: str
    words: str
    wording: int  # which one of several, from 1; 0 where there is one

    @property
    def label(self) -> str:
        """The name, told from those in other words."""
        return f"{self.name}, wording {self.wording}" if self.wording else self.name


@dataclass(frozen=True)
class Module:
    """What first attempts at a module's quizzes reached; None where too few took them."""

    title: str
    people: int | None
    per_cent: int | None


@dataclass(frozen=True)
class Evaluation:
    """One report. `left_out` are cohorts that were chosen and are too small to be counted."""

    programme: str
    pair: Pair
    cohorts: tuple[str, ...]
    cohort_keys: tuple[int, ...]
    left_out: tuple[str, ...]
    small: tuple[str, ...]
    counts: tuple[Counted, ...]
    rows: tuple[Named, ...]
    looking_back: tuple[tuple[str, int], ...]
    looking_back_asked: str
    texts: tuple[tuple[str, tuple[str, ...]], ...]
    modules: tuple[Module, ...]
    made_at: dt.datetime

    @property
    def everybody(self) -> Counted:
        return self.counts[0]

    @property
    def shows_figures(self) -> bool:
        return any(named.row.everybody.change for named in self.rows)


def pairs_of(programme: Programme) -> list[Pair]:
    """The measures that a programme takes before and after, in its order. One query."""
    asked = reading.surveys_of(programme.pk)
    afters = {a.measure: a for a in asked if a.occasion == SurveyOccasion.AFTER}
    found: dict[str, Pair] = {}
    for each in asked:
        if each.occasion == SurveyOccasion.BEFORE and each.measure in afters:
            found.setdefault(each.measure, Pair(each, afters[each.measure]))
    return list(found.values())


def evaluate(
    programme: Programme,
    pair: Pair,
    led: Sequence[Cohort],
    chosen: Collection[int],
) -> Evaluation:
    """The report over the chosen cohorts of this programme; `led` are all that could be chosen."""
    names = {cohort.pk: cohort.name for cohort in led}
    surveys = (pair.before.activity, pair.after.activity)
    people = reading.people_by_cohort(surveys, led)
    parts = parts_to_show(list(chosen), people)
    sheets, contents = reading.sheets([pair.before, pair.after], parts)
    persons = _persons(sheets, contents, pair, parts)
    after = [sheet for sheet in sheets if sheet.activity == pair.after.activity]
    asked, looks = _looking_back(after, contents, parts)
    return Evaluation(
        programme=programme.title,
        pair=pair,
        cohorts=tuple(sorted(names[pk] for pk in parts)),
        cohort_keys=tuple(sorted(parts)),
        left_out=tuple(sorted(names[pk] for pk in set(chosen) - set(parts))),
        small=tuple(sorted(names[pk] for pk in people if people[pk] < FIGURES)),
        counts=_counts(persons, parts),
        rows=_named(read_change(persons, _measures(pair.content)), pair.content),
        looking_back=looks,
        looking_back_asked=asked,
        texts=free_texts(after, contents, parts),
        modules=_modules(programme, parts),
        made_at=clock.now(),
    )


def _measures(survey: Survey) -> list[Measured]:
    domains = dict.fromkeys(item.domain for item in survey.rated)
    return [
        Measured("total", ""),
        *(Measured("domain", domain) for domain in domains),
        *(Measured("item", item.key) for item in survey.rated),
    ]


def _persons(
    sheets: Sequence[Sheet], contents: dict[int, Any], pair: Pair, parts: dict[int, int]
) -> list[Person]:
    by_enrolment: dict[int, dict[int, Sheet]] = {}
    for sheet in sheets:
        by_enrolment.setdefault(sheet.enrolment, {})[sheet.activity] = sheet

    def scored(sheet: Sheet | None) -> Any:
        if sheet is None:
            return None
        return scores(contents[sheet.edition], sheet.answers, sheet.wordings)

    found = []
    for mine in by_enrolment.values():
        any_sheet = next(iter(mine.values()))
        found.append(
            Person(
                parts[any_sheet.cohort],
                any_sheet.profession or UNKNOWN,
                scored(mine.get(pair.before.activity)),
                scored(mine.get(pair.after.activity)),
            )
        )
    return found


def _counts(persons: Sequence[Person], cohorts: Iterable[int]) -> tuple[Counted, ...]:
    """Everybody, then profession by profession."""
    invited: Counter[str] = Counter()
    for _, profession, people in reading.invited(cohorts):
        invited[profession or UNKNOWN] += people

    def column(is_in: Callable[[Person], bool]) -> tuple[int | None, dict[str, int | None]]:
        counted = Counter(person.profession for person in persons if is_in(person))
        every = {name: counted[name] for name in invited}
        kept_back = hidden(every, COUNTS)
        shown = {name: None if name in kept_back else n for name, n in every.items()}
        return said(sum(counted.values())), shown

    before, befores = column(lambda person: person.before is not None)
    after, afters = column(lambda person: person.after is not None)
    paired, paireds = column(lambda person: person.is_paired)
    return (
        Counted("Everybody", sum(invited.values()), before, after, paired),
        *(
            Counted(name, invited[name], befores[name], afters[name], paireds[name])
            for name in sorted(invited)
        ),
    )


def _named(rows: Sequence[Row], survey: Survey) -> tuple[Named, ...]:
    statements = {item.key: item.statement for item in survey.rated}
    found = []
    for row in rows:
        alike = [other for other in rows if other.measured == row.measured]
        common = set.intersection(*(set(other.words) for other in alike))
        own = " / ".join(words for words in row.words if words not in common)
        match row.measured.kind:
            case "total":
                name, words = "Total", own
            case "domain":
                name, words = row.measured.name, own
            case _:
                name = row.measured.name
                words = row.words[0] if row.words else statements.get(name, "")
        wording = alike.index(row) + 1 if len(alike) > 1 else 0
        found.append(Named(row, name, words, wording))
    return tuple(found)


def _looking_back(
    sheets: Sequence[Sheet], contents: dict[int, Any], parts: dict[int, int]
) -> tuple[str, tuple[tuple[str, int], ...]]:
    """The retrospective item: its words, and how many chose what; nothing where too few did."""
    asked, given = "", []
    for sheet in sheets:
        for item in contents[sheet.edition].items:
            value = sheet.answers.get(item.key, "")
            if item.kind == SurveyItemKind.RETROSPECTIVE:
                asked = item.statement
                if value and value != PREFER_NOT:
                    given.append((parts[sheet.cohort], value))
    if not is_enough(part for part, _ in given):
        return asked, ()
    counted = Counter(value for _, value in given)
    return asked, tuple((hindsight.label, counted[hindsight.value]) for hindsight in Hindsight)


def is_enough(parts: Any, least: int = FIGURES) -> bool:
    """Whether figures of these people may be shown: they are enough, and no block of cohorts among
    them is a handful."""
    sizes = Counter(parts)
    return sum(sizes.values()) >= least and min(sizes.values()) >= COUNTS


def free_texts(
    sheets: Sequence[Sheet], contents: dict[int, Any], parts: dict[int, int]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What was written, by item, without who wrote it, in an order that tells nothing. Of a block
    of cohorts in which fewer than five wrote, nothing."""
    written: dict[str, list[tuple[int, str]]] = {}
    words: dict[str, str] = {}
    for sheet in sheets:
        for item in contents[sheet.edition].items:
            text = sheet.answers.get(item.key, "")
            if item.kind == SurveyItemKind.TEXT and text:
                written.setdefault(item.key, []).append((parts[sheet.cohort], text))
                words[item.key] = item.statement
    found = []
    for key, rows in written.items():
        sizes = Counter(part for part, _ in rows)
        texts = [text for part, text in rows if sizes[part] >= COUNTS]
        if texts:
            found.append((words[key], tuple(sorted(texts, key=str.casefold))))
    return tuple(found)


def _modules(programme: Programme, parts: dict[int, int]) -> tuple[Module, ...]:
    rows = reading.knowledge(programme.pk, parts)
    found = []
    for title in dict.fromkeys(row.module for row in rows):
        mine = [row for row in rows if row.module == title]
        sizes: Counter[int] = Counter()
        for row in mine:
            sizes[parts[row.cohort]] += row.people
        people = sum(sizes.values())
        is_shown = people >= FIGURES and min(sizes.values()) >= COUNTS
        share = round(100 * sum(r.score for r in mine) / sum(r.out_of for r in mine))
        found.append(Module(title, said(people), share if is_shown else None))
    return tuple(found)
