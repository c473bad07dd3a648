"""Dealing learners out to groups so that professions mix. Pure, and the same every time."""

from collections import Counter
from collections.abc import Hashable, Sequence


def how_many(learners: int, about: int) -> int:
    """How many groups of about this size so many learners make; at least one."""
    return max(1, (2 * learners + about) // (2 * about))


def place(newcomers: Sequence[Hashable], groups: Sequence[Counter[Hashable]]) -> list[int]:
    """The number of the group that each newcomer goes to; nobody who is in a group is moved.

    Newcomers are given by profession, groups by how many they have of each. Each newcomer goes to
    a smallest group and, of these, to one with the fewest of their profession. So sizes that differ
    by one at most go on doing so; and where all groups begin empty, the numbers of each profession
    differ by one at most as well.
    """
    have = [Counter(group) for group in groups]
    sizes = [group.total() for group in have]
    placed = [0] * len(newcomers)
    by_profession: dict[Hashable, list[int]] = {}
    for number, profession in enumerate(newcomers):
        by_profession.setdefault(profession, []).append(number)
    # Each profession in one run: dealt out between others, it would not spread.
    for number in (n for numbers in by_profession.values() for n in numbers):
        profession = newcomers[number]
        _, _, best = min((sizes[g], have[g][profession], g) for g in range(len(have)))
        placed[number] = best
        have[best][profession] += 1
        sizes[best] += 1
    return placed
