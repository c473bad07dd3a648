"""Scoring a survey, and reading the change between two of them. Pure: answers in, numbers out.

The definitions, with their sources, are in docs/evaluation.md.
"""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curriculum.content import Survey, SurveyItem
from curriculum.content.surveys import PREFER_NOT
from curriculum.domain.suppression import COUNTS, FIGURES, hidden, standing

SMALL_SAMPLE = 20  # pairs below which dz is corrected


# ── Scoring ───────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Scored:
    """One person's score in one thing that is measured, and the exact words it rests on: scores of
    different words are never put together."""

    value: float
    asked: tuple[tuple[str, str, bool], ...]  # key, words, scored in reverse
    scale: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """What is measured: one item, a domain, or the total."""

    kind: str  # item, domain or total
    name: str


def score_of(item: SurveyItem, answer: str, steps: int) -> int | None:
    """The score of an answer, turned round where the item is scored in reverse. None where there
    is no answer or it is “prefer not to say”."""
    if not answer or answer == PREFER_NOT or not answer.isdecimal():
        return None
    score = int(answer)
    if not 1 <= score <= steps:
        return None
    return steps + 1 - score if item.reverse else score


def needed(items: int) -> int:
    """How many of a domain's items must be answered for it to have a score: two thirds, rounded
    up, so 3 of 4 and 2 of 3."""
    return math.ceil(items * 2 / 3)


def scores(
    survey: Survey, answers: Mapping[str, str], wordings: Mapping[str, str]
) -> dict[Measured, Scored]:
    """Everything that these answers give a score for: items, domains, and the total, which needs
    every domain."""
    steps = len(survey.scale)
    found: dict[Measured, Scored] = {}
    domains: dict[str, list[SurveyItem]] = {}
    for item in survey.rated:
        domains.setdefault(item.domain, []).append(item)
        value = score_of(item, answers.get(item.key, ""), steps)
        if value is not None:
            asked = (_asked(item, wordings),)
            found[Measured("item", item.key)] = Scored(value, asked, survey.scale)
    for domain, items in domains.items():
        given = [
            found[measured].value
            for item in items
            if (measured := Measured("item", item.key)) in found
        ]
        if given and len(given) >= needed(len(items)):
            whole = tuple(_asked(item, wordings) for item in items)
            found[Measured("domain", domain)] = Scored(statistics.fmean(given), whole, survey.scale)
    means = [found[m] for domain in domains if (m := Measured("domain", domain)) in found]
    if means and len(means) == len(domains):
        everything = tuple(part for mean in means for part in mean.asked)
        total = statistics.fmean(mean.value for mean in means)
        found[Measured("total", "")] = Scored(total, everything, survey.scale)
    return found


def _asked(item: SurveyItem, wordings: Mapping[str, str]) -> tuple[str, str, bool]:
    return (item.key, item.words(wordings.get(item.key, "")), item.reverse)


# ── The change ────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Change:
    """What paired differences (after − before) come to.

    `low` and `high` are the 95% interval of the mean by Student's t. `dz` is the mean over the
    standard deviation of the differences, corrected for small samples below twenty pairs; None
    where all differences are the same.
    """

    pairs: int
    before: float
    after: float
    mean: float
    low: float
    high: float
    median: float
    rose: int
    same: int
    fell: int
    sd: float
    dz: float | None

    @property
    def is_corrected(self) -> bool:
        return self.pairs < SMALL_SAMPLE

    @property
    def shares(self) -> tuple[str, str, str]:
        """Who rose, stayed the same and fell, each as a whole per cent of the pairs."""
        counted = (self.rose, self.same, self.fell)
        rose, same, fell = (f"{round(100 * n / self.pairs)}%" for n in counted)
        return rose, same, fell


def change(pairs: Sequence[tuple[float, float]]) -> Change:
    """The change over pairs of before and after. Raises ValueError for fewer than two."""
    if len(pairs) < 2:
        raise ValueError("A change needs at least two pairs.")
    # Domain means are thirds and quarters; what floats add at the sixteenth place is no change.
    differences = [round(after - before, 9) for before, after in pairs]
    n = len(differences)
    mean, sd = statistics.fmean(differences), statistics.stdev(differences)
    half = _t(n - 1) * sd / math.sqrt(n)
    dz = None
    if sd > 1e-9:
        dz = mean / sd
        if n < SMALL_SAMPLE:
            dz *= small_sample(n)
    return Change(
        pairs=n,
        before=statistics.fmean(before for before, _ in pairs),
        after=statistics.fmean(after for _, after in pairs),
        mean=mean,
        low=mean - half,
        high=mean + half,
        median=statistics.median(differences),
        rose=sum(d > 0 for d in differences),
        same=sum(d == 0 for d in differences),
        fell=sum(d < 0 for d in differences),
        sd=sd,
        dz=dz,
    )


def small_sample(pairs: int) -> float:
    """What dz is multiplied by in a small sample: 1 − 3 ÷ (4(n − 1) − 1)."""
    return 1 - 3 / (4 * (pairs - 1) - 1)


def _t(freedom: int) -> float:
    """The 97.5% point of Student's t. Imported here: numpy takes a second and tens of megabytes,
    which a process that never draws this report need not spend."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))


# ── One report ────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Person:
    """Somebody with consent: their scores before and after, as far as there are any."""

    part: Any  # the block of cohorts
    profession: str
    before: Mapping[Measured, Scored] | None
    after: Mapping[Measured, Scored] | None

    @property
    def is_paired(self) -> bool:
        return self.before is not None and self.after is not None

    def pair(self, measured: Measured) -> tuple[Any, tuple[float, float]] | None:
        """The words and the two scores, where both were given on exactly the same words."""
        before = (self.before or {}).get(measured)
        after = (self.after or {}).get(measured)
        if before is None or after is None:
            return None
        if (before.asked, before.scale) != (after.asked, after.scale):
            return None
        return (before.asked, before.scale), (before.value, after.value)


@dataclass(frozen=True)
class Line:
    """One group in one thing that is measured. `pairs` is None where there are fewer than five,
    `change` is None where there are fewer than ten or showing it would give others away."""

    group: str
    pairs: int | None
    change: Change | None


@dataclass(frozen=True)
class Row:
    """One thing that is measured, in one wording: everybody, then profession by profession."""

    measured: Measured
    words: tuple[str, ...]  # of the items it rests on
    everybody: Line
    professions: tuple[Line, ...]


def read_change(people: Sequence[Person], measures: Iterable[Measured]) -> list[Row]:
    """A row for each thing that is measured and each set of words it was asked in."""
    paired = [person for person in people if person.is_paired]
    professions = standing(_cells(paired, lambda person: person.profession))
    rows: list[Row] = []
    for measured in measures:
        by_words: dict[Any, list[tuple[Person, tuple[float, float]]]] = {}
        for person in paired:
            if pair := person.pair(measured):
                by_words.setdefault(pair[0], []).append((person, pair[1]))
        sizes = {words: len(found) for words, found in by_words.items()}
        too_few = hidden(sizes) if len(sizes) > 1 else set()
        unsaid = hidden(sizes, COUNTS) if len(sizes) > 1 else set()
        for words, found in sorted(by_words.items(), key=lambda each: (-len(each[1]), each[0])):
            line = _line("", found, may_show=words not in too_few)
            rows.append(
                Row(
                    measured,
                    tuple(text for _, text, _ in words[0]),
                    Line("", None, None) if words in unsaid else line,
                    _by_profession(found, professions) if line.change else (),
                )
            )
    return rows


def _by_profession(
    found: Sequence[tuple[Person, tuple[float, float]]], allowed: set[str]
) -> tuple[Line, ...]:
    counts: dict[str, int] = {}
    for person, _ in found:
        counts[person.profession] = counts.get(person.profession, 0) + 1
    kept_back = hidden(counts) | (set(counts) - allowed)
    # What is kept back must be many enough together here too.
    shown = sorted(set(counts) - kept_back, key=lambda name: (counts[name], name))
    while kept_back and shown and sum(counts[name] for name in kept_back) < FIGURES:
        kept_back.add(shown.pop(0))
    unsaid = hidden(counts, COUNTS)
    lines = []
    for name in sorted(counts):
        mine = [each for each in found if each[0].profession == name]
        line = _line(name, mine, may_show=name not in kept_back)
        lines.append(Line(name, None, None) if name in unsaid else line)
    return tuple(lines)


def _line(
    group: str, found: Sequence[tuple[Person, tuple[float, float]]], *, may_show: bool
) -> Line:
    pairs = [pair for _, pair in found]
    if len(pairs) < COUNTS:
        return Line(group, None, None)
    # A block of cohorts that a whole is made of must not be told from it by a handful either.
    sizes: dict[Any, int] = {}
    for person, _ in found:
        sizes[person.part] = sizes.get(person.part, 0) + 1
    is_safe = len(sizes) == 1 or min(sizes.values()) >= COUNTS
    if len(pairs) < FIGURES or not may_show or not is_safe:
        return Line(group, len(pairs), None)
    return Line(group, len(pairs), change(pairs))


def _cells(people: Iterable[Person], group: Any) -> dict[Any, dict[str, int]]:
    cells: dict[Any, dict[str, int]] = {}
    for person in people:
        counts = cells.setdefault(person.part, {})
        counts[group(person)] = counts.get(group(person), 0) + 1
    return cells
