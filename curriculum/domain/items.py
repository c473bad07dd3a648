"""Classical item statistics and the hiding of small groups. Pure: numbers in, numbers out.

The definitions, with their sources, are in docs/item-analysis.md.
"""

import math
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from curriculum.queries.choices import FEWEST

ENOUGH = 30  # people from which a discrimination is shown and a question is judged
TAIL = 0.27  # of all people, those with the highest and the lowest scores (Kelley 1939)

TOO_HARD, TOO_EASY = 0.30, 0.90  # facility
POOR = 0.20  # discrimination below which an item is a poor one (Ebel and Frisbie)

Group = TypeVar("Group", bound=Hashable)


# ── Figures of one item ───────────────────────────────────────────────────
@dataclass
class Tally:
    """What people scored in one item, and in the rest of the quiz. Adding is all that is done to
    it; a negative number of people takes away what was added before."""

    people: int = 0
    x: float = 0.0  # sum of the scores in the item, each from 0 to 1
    paired: int = 0  # people of whom there is a rest: a quiz of one question has none
    px: float = 0.0  # their scores in the item
    pxx: float = 0.0
    r: float = 0.0  # their scores in the rest, as shares
    rr: float = 0.0
    xr: float = 0.0
    by_rest: dict[float, list[float]] = field(default_factory=dict)  # rest → people, sum of x

    def add(self, people: int, x: float, rest: float | None) -> None:
        """So many people who all scored `x` in the item and `rest` in the rest."""
        self.people += people
        self.x += people * x
        if rest is None:
            return
        self.paired += people
        self.px += people * x
        self.pxx += people * x * x
        self.r += people * rest
        self.rr += people * rest * rest
        self.xr += people * x * rest
        row = self.by_rest.setdefault(rest, [0, 0.0])
        row[0] += people
        row[1] += people * x

    def absorb(self, other: "Tally") -> None:
        """Count the people of another tally as well."""
        for name in ("people", "x", "paired", "px", "pxx", "r", "rr", "xr"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for rest, (people, x) in other.by_rest.items():
            row = self.by_rest.setdefault(rest, [0, 0.0])
            row[0] += people
            row[1] += x

    @property
    def facility(self) -> float | None:
        """The mean score in the item, from 0 to 1; None for fewer than five people."""
        return self.x / self.people if self.people >= FEWEST else None

    @property
    def correlation(self) -> float | None:
        """Pearson's correlation of item and rest. None where either does not vary."""
        n = self.paired
        spread_x, spread_r = n * self.pxx - self.px**2, n * self.rr - self.r**2
        # What rounding leaves of equal numbers is no spread.
        if n < 2 or spread_x <= 1e-9 * n**2 or spread_r <= 1e-9 * n**2:
            return None
        found = (n * self.xr - self.px * self.r) / math.sqrt(spread_x * spread_r)
        return max(-1.0, min(1.0, found))

    @property
    def discrimination(self) -> float | None:
        """The correlation, where there are people enough for it to say something."""
        return self.correlation if self.paired >= ENOUGH else None

    @property
    def tails(self) -> "Tails | None":
        """Those with the highest and the lowest rest; None where they are too few or all alike."""
        rows = sorted((r, round(n), x) for r, (n, x) in self.by_rest.items() if round(n))
        if self.paired < ENOUGH or len(rows) < 2:
            return None
        size = round(TAIL * self.paired)
        return Tails(size, _mean_of_first(reversed(rows), size), _mean_of_first(rows, size))


@dataclass(frozen=True)
class Tails:
    """The mean item score of the 27% with the highest rest and of the 27% with the lowest, and how
    many people each of them holds."""

    people: int
    upper: float
    lower: float

    @property
    def index(self) -> float:
        """The upper-lower index of discrimination."""
        return self.upper - self.lower


def _mean_of_first(rows: Iterable[tuple[float, int, float]], size: int) -> float:
    """The mean over the first `size` people. Of those who share the score at the cut, as many as
    there is room for count with their common mean, so that no order among equals decides."""
    room, found = size, 0.0
    for _, people, x in rows:
        taken = min(room, people)
        found += x * taken / people
        room -= taken
        if not room:
            break
    return found / size


# ── Small groups ──────────────────────────────────────────────────────────
def standing(counts: Mapping[Group, int], barred: Collection[Group] = ()) -> set[Group]:
    """The groups that may be shown alone: each has at least five people, and so have all the others
    together, so that no subtraction from the whole gives a small group away.

    Where the rest would be too few, the smallest groups that could stand alone join it. Those in
    `barred` stand with the rest whatever their size.
    """
    able = {g for g, people in counts.items() if people >= FEWEST and g not in barred}
    alone = sorted(able, key=lambda group: (counts[group], str(group)))
    rest = sum(people for group, people in counts.items() if group not in able)
    while alone and 0 < rest < FEWEST:
        rest += counts[alone.pop(0)]
    # One that would stand beside nothing is the whole, which is shown anyway.
    return set(alone) if len(alone) > 1 or rest else set()


def may_be_chosen(counts: Mapping[Group, int], group: Group) -> bool:
    """Whether figures may be narrowed to this group: it stands alone, or it is all there is."""
    if counts.get(group, 0) < FEWEST:
        return False
    others = sum(people for other, people in counts.items() if other != group)
    return not others or group in standing(counts)


# ── Judgement ─────────────────────────────────────────────────────────────
def flags(
    people: int, facility: float | None, discrimination: float | None, unused: int
) -> list[str]:
    """What a question should be looked at for, in words; nothing for fewer than ENOUGH people."""
    if people < ENOUGH:
        return []
    found = []
    if facility is not None and facility < TOO_HARD:
        found.append("Hard")
    if facility is not None and facility > TOO_EASY:
        found.append("Easy")
    if discrimination is not None and discrimination < 0:
        found.append("Negative discrimination")
    elif discrimination is not None and discrimination < POOR:
        found.append("Low discrimination")
    if unused:
        found.append("Unused option" if unused == 1 else f"{unused} unused options")
    return found
