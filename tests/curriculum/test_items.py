"""The statistics against examples worked by hand, and the hiding of small groups."""

import datetime as dt
import random
import statistics
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.domain.items import ENOUGH, Tally, flags, may_be_chosen, standing
from curriculum.exports.item_filters import Period, Selection, periods
from curriculum.queries.items import Cell


def tally(*pairs: tuple[float, float], times: int = 1) -> Tally:
    """People with these scores in the item and in the rest."""
    found = Tally()
    for x, rest in pairs:
        found.add(times, x, rest)
    return found


# ── Figures ───────────────────────────────────────────────────────────────
WORKED = ((1, 3), (1, 2), (1, 2), (0, 2), (0, 1), (0, 1))  # as in docs/item-analysis.md


def test_the_worked_example_of_the_docs() -> None:
    found = tally(*WORKED)
    assert found.facility == 3 / 6
    # n 6, Σx 3, Σy 11, Σxy 7, Σx² 3, Σy² 23: r = (42 - 33) / √(9 · 17)
    assert found.correlation == pytest.approx(9 / 153**0.5)
    assert found.discrimination is None  # too few for it to say anything


def test_the_upper_and_lower_27_per_cent_worked_by_hand() -> None:
    """Thirty people, so eight in each tail. Five each share the rests 0 to 5. Upper: five with 5
    (all right) and three of the five with 4 (three of five right); lower: five with 0 (none
    right) and three of the five with 1 (two of five right)."""
    right = {0: 0, 1: 2, 2: 2, 3: 3, 4: 3, 5: 5}
    found = Tally()
    for rest, many in right.items():
        found.add(many, 1, rest)
        found.add(5 - many, 0, rest)
    tails = found.tails
    assert tails is not None
    assert tails.people == 8
    assert tails.upper == pytest.approx((5 + 3 * 3 / 5) / 8)
    assert tails.lower == pytest.approx((0 + 3 * 2 / 5) / 8)
    assert tails.index == pytest.approx(5.6 / 8)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=60))
def test_the_correlation_is_that_of_the_standard_library(pairs: list[tuple[float, float]]) -> None:
    xs, ys = [round(x, 2) for x, _ in pairs], [round(y, 2) for _, y in pairs]
    found = tally(*zip(xs, ys, strict=True)).correlation
    if len(set(xs)) < 2 or len(set(ys)) < 2:
        assert found is None
    elif found is not None:
        assert found == pytest.approx(statistics.correlation(xs, ys), abs=1e-6)


def test_taking_people_away_leaves_what_was_there_before() -> None:
    found = tally(*WORKED, times=10)
    found.add(7, 0, 5)
    found.add(-7, 0, 5)
    assert found.correlation == pytest.approx(tally(*WORKED).correlation)
    assert found.tails == tally(*WORKED, times=10).tails


def test_two_tallies_together_are_one_of_all_people() -> None:
    found = tally(*WORKED[:3], times=9)
    found.absorb(tally(*WORKED[3:], times=9))
    assert found == tally(*WORKED, times=9)


@pytest.mark.parametrize(
    "pairs", [[(1, n) for n in range(40)], [(n % 2, 3) for n in range(40)], [(0.5, 0.1)] * 40]
)
def test_where_nothing_varies_there_is_no_correlation(pairs: list[tuple[float, float]]) -> None:
    assert tally(*pairs).discrimination is None


def test_a_quiz_of_one_question_has_no_rest() -> None:
    found = Tally()
    found.add(40, 1, None)
    assert (found.facility, found.discrimination, found.tails) == (1.0, None, None)


def test_discrimination_needs_thirty_people_and_facility_five() -> None:
    almost = tally(*[(n % 2, n % 7) for n in range(ENOUGH - 1)])
    assert (almost.discrimination, almost.tails) == (None, None)
    assert tally(*[(n % 2, n % 7) for n in range(ENOUGH)]).discrimination is not None
    assert tally(*WORKED[:4]).facility is None


@pytest.mark.parametrize(
    ("people", "facility", "discrimination", "unused", "said"),
    [
        (29, 0.1, -0.5, 3, []),
        (30, 0.29, 0.25, 0, ["Hard"]),
        (30, 0.30, 0.20, 0, []),
        (30, 0.91, 0.19, 1, ["Easy", "Low discrimination", "Unused option"]),
        (30, 0.5, -0.01, 2, ["Negative discrimination", "2 unused options"]),
        (30, None, None, 0, []),
    ],
)
def test_what_a_question_is_to_be_looked_at_for(
    people: int, facility: float | None, discrimination: float | None, unused: int, said: list[str]
) -> None:
    assert flags(people, facility, discrimination, unused) == said


# ── Small groups ──────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("counts", "alone"),
    [
        ({"a": 30, "b": 20}, {"a", "b"}),
        ({"a": 30, "b": 4}, set()),  # the whole less a would be b
        ({"a": 30, "b": 20, "c": 4}, {"a"}),  # b hides c
        ({"a": 30, "b": 3, "c": 2}, {"a"}),  # b and c are five together
        ({"a": 30, "b": 6, "c": 6, "d": 1}, {"a", "c"}),
        ({"a": 4, "b": 4}, set()),
        ({"a": 5}, set()),
        ({}, set()),
    ],
)
def test_who_may_stand_alone(counts: dict[str, int], alone: set[str]) -> None:
    assert standing(counts) == alone


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 12), max_size=8))
def test_no_subtraction_of_shown_groups_from_the_whole_gives_fewer_than_five(
    counts: dict[int, int],
) -> None:
    alone = standing(counts)
    rest = sum(counts.values()) - sum(counts[group] for group in alone)
    assert all(counts[group] >= 5 for group in alone)
    assert not alone or rest == 0 or rest >= 5
    for group in counts:
        if may_be_chosen(counts, group):
            left = sum(counts.values()) - counts[group]
            assert counts[group] >= 5
            assert left == 0 or left >= 5


MAY, JUNE, JULY = (dt.date(2026, month, 1) for month in (5, 6, 7))


def test_months_are_joined_until_five_people_began_in_them() -> None:
    assert periods({MAY: 3, JUNE: 2, JULY: 9}) == (Period(MAY, JUNE), Period(JULY, JULY))
    assert periods({MAY: 9, JUNE: 9, JULY: 1}) == (Period(MAY, MAY), Period(JUNE, JULY))
    assert periods({MAY: 4}) == ()
    assert str(Period(MAY, JUNE)) == "May 2026 to June 2026"
    assert str(Period(MAY, MAY)) == "May 2026"


def cells(*rows: tuple[int, int, dt.date, int]) -> Counter[Cell]:
    """Cohort, edition, month, people."""
    return Counter({Cell(cohort, edition, month): n for cohort, edition, month, n in rows})


def test_figures_are_narrowed_only_where_nobody_is_given_away() -> None:
    two = cells((1, 1, MAY, 20), (2, 1, MAY, 4))
    assert Selection().may_show(two)
    assert not Selection(cohort=1).may_show(two)  # all less the first would be the second
    assert not Selection(cohort=2).may_show(two)
    three = cells((1, 1, MAY, 20), (2, 1, MAY, 4), (3, 1, MAY, 6))
    assert Selection(cohort=1).may_show(three)
    assert not Selection(cohort=3).may_show(three)  # all less the first and the third


def test_two_filters_at_once_are_looked_at_one_after_the_other() -> None:
    found = cells((1, 1, MAY, 10), (1, 1, JUNE, 2), (2, 1, MAY, 10), (2, 1, JUNE, 10))
    may = Period(MAY, MAY)
    assert Selection(period=may).may_show(found)
    assert Selection(cohort=1).may_show(found)
    assert not Selection(cohort=1, period=may).may_show(found)  # the first cohort less May is two
    assert Selection(cohort=2, period=may).may_show(found)


def test_many_random_groupings_are_never_told_by_any_one_filter() -> None:
    chance = random.Random(7)
    for _ in range(300):
        found = cells(
            *(
                (c, e, m, chance.randint(0, 9))
                for c in (1, 2, 3)
                for e in (1, 2)
                for m in (MAY, JUNE)
            )
        )
        for cohort in (1, 2, 3):
            if Selection(cohort=cohort).may_show(found):
                rest = sum(n for cell, n in found.items() if cell.cohort != cohort)
                assert rest == 0 or rest >= 5
