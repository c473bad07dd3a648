"""Which groups are too small to be shown, alone or by what is left when others go. Pure.

Why it is done so stands in docs/evaluation.md.
"""

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

FIGURES = 10  # people from which figures are shown
COUNTS = 5  # people from which it is shown how many there are

Group = TypeVar("Group", bound=Hashable)
Part = TypeVar("Part", bound=Hashable)


def hidden(counts: Mapping[Group, int], least: int = FIGURES) -> set[Group]:
    """The groups of a whole of which nothing may be shown, where the whole is.

    Those smaller than `least` are hidden; and where all hidden ones together are fewer, so that
    the whole less the rest would give them away, the next smallest is hidden with them.
    """
    found = {group for group, people in counts.items() if people < least}
    open_to = sorted(set(counts) - found, key=lambda group: (counts[group], str(group)))
    while found and open_to and sum(counts[group] for group in found) < least:
        found.add(open_to.pop(0))
    return found


def standing(cells: Mapping[Part, Mapping[Group, int]], least: int = FIGURES) -> set[Group]:
    """The groups that may be shown over several parts put together (cohorts).

    A group may only be shown where it may be in every part by itself: whatever is subtracted from
    whatever, what is left is a sum of figures that could be shown anyway.
    """
    groups = {group for counts in cells.values() for group in counts}
    for counts in cells.values():
        kept_back: set[Group] = hidden(counts, least)
        groups -= kept_back
    return groups


def parts_to_show(chosen: Collection[Part], people: Mapping[Part, int]) -> dict[Part, int]:
    """Which of the chosen parts (cohorts) are counted, each with the number of the block it stands
    in. `people` has every part that could be chosen.

    One alone stands by itself. Of several, those with people enough stand each by itself; the
    small ones count only if every small one is chosen and they are enough together, since
    otherwise two choices would differ by a few people.
    """
    if len(chosen) == 1:
        return dict.fromkeys(chosen, 0)
    small = [part for part in people if people[part] < FIGURES]
    found = {
        part: number
        for number, part in enumerate(chosen, start=1)
        if people.get(part, 0) >= FIGURES
    }
    together = sum(people[part] for part in small)
    if small and set(small) <= set(chosen) and together >= FIGURES:
        found |= dict.fromkeys(small, 0)
    return found


def said(count: int) -> int | None:
    """How many there are, where they may be counted: none, or at least five."""
    return count if count >= COUNTS else None
