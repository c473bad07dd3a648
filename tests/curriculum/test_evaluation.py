"""Scoring and reading a change: against the brief, against published figures, against scipy."""

import math
import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.content import ItemWording, Survey, SurveyItem
from curriculum.domain import evaluation, suppression
from curriculum.domain.evaluation import Measured, Person, change, scores
from curriculum.domain.suppression import COUNTS, FIGURES

KEYS = ("U1", "U2", "U3", "U4", "C1", "C2", "C3", "A1", "A2", "A3")
DOMAINS = {"U": "Understanding", "C": "Confidence", "A": "Attitude"}


def survey(**fields: Any) -> Survey:
    """The brief's ten items; A2 is worded for social workers, A3 is scored in reverse."""
    own = (ItemWording(who="Social worker", text="Part of my job as a social worker."),)
    items = tuple(
        SurveyItem(
            id=key,
            key=key,
            statement=f"Statement {key}.",
            domain=DOMAINS[key[0]],
            reverse=key == "A3",
            wordings=own if key == "A2" else (),
        )
        for key in KEYS
    )
    return Survey(**{"title": "Before", "minutes": 3, "items": items, "consent": "Yes?", **fields})


def pairs(*differences: float) -> list[tuple[float, float]]:
    return [(3.0, 3.0 + difference) for difference in differences]


def person(before: str, after: str, profession: str = "Medical student", part: int = 0) -> Person:
    """Somebody who answered every item alike, before and after."""
    asked, wordings = survey(), {"A2": profession}
    wordings = wordings if profession == "Social worker" else {}
    made = [
        scores(asked, dict.fromkeys(KEYS, value), wordings) if value else None
        for value in (before, after)
    ]
    return Person(part, profession, made[0], made[1])


# ── Scoring ───────────────────────────────────────────────────────────────
def test_an_item_in_reverse_is_turned_round() -> None:
    found = scores(survey(), {"A1": "5", "A3": "2"}, {})
    assert found[Measured("item", "A1")].value == 5
    assert found[Measured("item", "A3")].value == 4


def test_the_total_is_the_mean_of_the_domains_and_not_of_the_items() -> None:
    answers = {k: {"U": "5", "C": "3", "A": "1"}[k[0]] for k in KEYS} | {"A3": "5"}
    found = scores(survey(), answers, {})
    assert found[Measured("domain", "Understanding")].value == 5
    assert found[Measured("domain", "Attitude")].value == 1
    assert found[Measured("total", "")].value == 3


@pytest.mark.parametrize(
    ("left_out", "has_score"),
    [(["U1"], True), (["U1", "U2"], False), (["C1"], True), (["C1", "C2"], False)],
)
def test_a_domain_needs_three_of_four_or_two_of_three(left_out: list[str], has_score: bool) -> None:
    answers = dict.fromkeys(KEYS, "4") | dict.fromkeys(left_out, "prefer-not")
    found = scores(survey(), answers, {})
    domain = DOMAINS[left_out[0][0]]
    assert (Measured("domain", domain) in found) is has_score
    assert (Measured("total", "") in found) is has_score


@given(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["", "prefer-not", *"12345", "9"])))
def test_every_score_lies_on_the_scale_and_is_a_plain_mean(answers: dict[str, str]) -> None:
    found = scores(survey(), answers, {})
    for measured, scored in found.items():
        assert 1 <= scored.value <= 5
        if measured.kind == "domain":
            mine = [
                found[Measured("item", k)].value
                for k in KEYS
                if DOMAINS[k[0]] == measured.name and Measured("item", k) in found
            ]
            assert scored.value == pytest.approx(statistics.fmean(mine))
            assert len(mine) >= (3 if measured.name == "Understanding" else 2)


# ── The change ────────────────────────────────────────────────────────────
def test_the_brief_s_worked_example() -> None:
    found = change(pairs(0.5, 0.25, 0.75, 0.5, 0))
    assert found.mean == pytest.approx(0.40)
    assert round(found.sd, 3) == 0.285
    assert found.dz is not None
    assert round(found.mean / found.sd, 2) == 1.40
    assert round(found.dz, 2) == 1.12
    assert (found.rose, found.same, found.fell) == (4, 1, 0)


# Student (1908), The probable error of a mean, Biometrika 6: 1–25: extra hours of sleep with two
# preparations, ten people; the data set `sleep` of R, whose help page and t.test give
# t = -4.0621, df = 9, 95 per cent interval -2.4598858 to -0.7001142, mean -1.58.
SLEEP = (
    (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0),
    (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4),
)
# Darwin (1876), The effects of cross and self fertilisation in the vegetable kingdom, as in Fisher
# (1935), The design of experiments, chapter 3: heights of maize in eighths of an inch, crossed less
# self-fertilised. Fisher gives the sum 314 and t = 2.148; R (HistData, ZeaMays) the interval
# 0.003899165 to 5.229434169 inches.
MAIZE = (49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48)


def test_student_s_data_on_sleep() -> None:
    found = change(list(zip(*SLEEP, strict=True)))
    assert found.mean == pytest.approx(1.58)
    assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-6)
    assert found.mean / (found.sd / math.sqrt(10)) == pytest.approx(4.0621, abs=1e-4)
    assert found.median == pytest.approx(1.3)
    assert (found.rose, found.same, found.fell) == (9, 1, 0)


def test_darwin_s_data_on_maize_as_fisher_read_them() -> None:
    found = change([(0, difference / 8) for difference in MAIZE])
    assert sum(MAIZE) == 314
    assert (found.low, found.high) == pytest.approx((0.003899165, 5.229434169), abs=1e-6)
    assert found.mean / (found.sd / math.sqrt(15)) == pytest.approx(2.148, abs=5e-4)


scale = st.integers(4, 20).map(lambda n: n / 4)


@given(st.lists(st.tuples(scale, scale), min_size=2, max_size=60))
def test_the_interval_and_the_counts_are_those_of_scipy_and_of_plain_counting(
    given_pairs: list[tuple[float, float]],
) -> None:
    from scipy import stats

    found = change(given_pairs)
    differences = [after - before for before, after in given_pairs]
    assert found.rose + found.same + found.fell == len(given_pairs)
    assert found.mean == pytest.approx(found.after - found.before)
    if len(set(differences)) > 1:
        test = stats.ttest_rel(*zip(*[(a, b) for b, a in given_pairs], strict=True))
        interval = test.confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=1e-6)
        assert found.dz is not None
        raw = statistics.fmean(differences) / statistics.stdev(differences)
        factor = 1 if len(given_pairs) >= 20 else evaluation.small_sample(len(given_pairs))
        assert found.dz == pytest.approx(raw * factor)
    else:
        assert found.dz is None
        assert found.low == pytest.approx(found.high)


def test_a_change_of_one_is_no_change_at_all() -> None:
    with pytest.raises(ValueError, match="two pairs"):
        change(pairs(1))


# ── Small groups ──────────────────────────────────────────────────────────
counts = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1)


@given(counts)
def test_no_group_is_given_away_by_taking_the_others_from_the_whole(
    sizes: dict[str, int],
) -> None:
    kept = suppression.hidden(sizes)
    assert all(sizes[group] >= FIGURES for group in set(sizes) - kept)
    rest = sum(sizes[group] for group in kept)
    assert not kept or rest >= FIGURES or kept == set(sizes)


@given(st.dictionaries(st.integers(0, 4), counts, min_size=1))
def test_no_two_choices_of_cohorts_differ_by_a_small_group(
    cells: dict[int, dict[str, int]],
) -> None:
    """Whatever parts are chosen, what is shown of a group over them can be shown of each alone."""
    for group in suppression.standing(cells):
        for sizes in cells.values():
            assert group not in suppression.hidden(sizes)
            assert sizes.get(group, FIGURES) >= FIGURES


@given(
    st.dictionaries(st.integers(0, 6), st.integers(0, 30), min_size=2),
    st.data(),
)
def test_cohorts_put_together_differ_by_none_or_by_ten_people_at_least(
    people: dict[int, int], data: Any
) -> None:
    choose = st.sets(st.sampled_from(sorted(people)), min_size=2)
    one, other = data.draw(choose), data.draw(choose)
    first, second = (set(suppression.parts_to_show(c, people)) for c in (one, other))
    differ = sum(people[part] for part in first - second)
    assert not differ or differ >= FIGURES


groups = st.lists(
    st.tuples(
        st.sampled_from("12345"),
        st.sampled_from("12345"),
        st.sampled_from(["Medical student", "Social worker", "Nurse"]),
        st.integers(0, 1),
    ),
    max_size=70,
)
MEASURES = [Measured("item", "U1"), Measured("item", "A2"), Measured("domain", "Attitude")]


@given(groups)
def test_what_is_shown_of_a_report_gives_no_few_away(
    drawn: list[tuple[str, str, str, int]],
) -> None:
    people = [person(*each) for each in drawn]
    for row in evaluation.read_change(people, MEASURES):
        lines = [row.everybody, *row.professions]
        for line in lines:
            assert line.pairs is None or line.pairs >= COUNTS
            assert line.change is None or line.change.pairs >= FIGURES
        if row.everybody.change is not None:
            shown = sum(line.change.pairs for line in row.professions if line.change)
            rest = row.everybody.change.pairs - shown
            assert not rest or rest >= FIGURES
            known = [line.pairs for line in row.professions if line.pairs is not None]
            if row.professions and len(known) < len(row.professions):
                left = row.everybody.change.pairs - sum(known)
                assert left >= COUNTS


def test_a_small_profession_takes_the_next_one_with_it() -> None:
    people = [person("3", "4") for _ in range(20)]
    people += [person("3", "2", "Nurse") for _ in range(3)]
    (row,) = evaluation.read_change(people, [Measured("item", "U1")])
    assert row.everybody.change is not None
    assert row.everybody.change.pairs == 23
    assert {line.group: line.change for line in row.professions} == {
        "Medical student": None,
        "Nurse": None,
    }
    assert [line.pairs for line in row.professions] == [None, None]


def test_other_words_are_never_pooled() -> None:
    people = [person("3", "4") for _ in range(12)]
    people += [person("2", "2", "Social worker") for _ in range(11)]
    rows = evaluation.read_change(people, [Measured("item", "A2"), Measured("item", "A1")])
    assert [(row.words, row.everybody.pairs) for row in rows] == [
        (("Statement A2.",), 12),
        (("Part of my job as a social worker.",), 11),
        (("Statement A1.",), 23),
    ]
    assert [row.everybody.change.mean for row in rows[:2] if row.everybody.change] == [1, 0]


def test_a_wording_of_a_few_hides_the_other_so_that_nothing_can_be_subtracted() -> None:
    people = [person("3", "4") for _ in range(20)]
    people += [person("2", "2", "Social worker") for _ in range(3)]
    rows = evaluation.read_change(people, [Measured("item", "A2")])
    assert [(row.everybody.pairs, row.everybody.change) for row in rows] == [
        (None, None),
        (None, None),
    ]


def test_who_met_other_words_afterwards_is_no_pair() -> None:
    before = scores(survey(), {"A2": "3"}, {})
    after = scores(survey(), {"A2": "4"}, {"A2": "Social worker"})
    people = [Person(0, "Nurse", before, after) for _ in range(12)]
    assert evaluation.read_change(people, [Measured("item", "A2")]) == []


@pytest.mark.parametrize(("many", "said"), [(4, None), (5, 5), (9, 9)])
def test_under_ten_pairs_there_are_counts_only_and_under_five_nothing(
    many: int, said: int | None
) -> None:
    people = [person("3", "4") for _ in range(many)]
    (row,) = evaluation.read_change(people, [Measured("total", "")])
    assert (row.everybody.pairs, row.everybody.change) == (said, None)
