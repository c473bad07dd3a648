"""Hints at what identifies somebody: measured on labelled sentences, and true of any text."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.anonymity import forms, hints, names
from curriculum.enums import HintKind
from tests.curriculum.anonymity_sentences import CLEAN, FIXED_FORM, NAMES_AND_PLACES, Sentence

LONG = 50_000


def found(text: str) -> set[tuple[HintKind, int, str]]:
    return {(hint.kind, hint.start, hint.text) for hint in hints(text)}


def kinds(text: str) -> list[HintKind]:
    return [hint.kind for hint in hints(text)]


def measure(sentences: list[Sentence], what: str) -> tuple[float, str]:
    """The share of labels that a hint agrees with in kind, place and words, and what it missed."""
    total = sum(len(sentence.expected) for sentence in sentences)
    missed = [
        f"{kind}: {words!r} in {sentence.text!r}"
        for sentence in sentences
        for kind, start, words in sentence.expected
        if (kind, start, words) not in found(sentence.text)
    ]
    share = 1 - len(missed) / total
    print(f"\n{what}: found {total - len(missed)} of {total} ({share:.1%})")  # noqa: T201
    return share, "\n".join(["missed:", *missed])


def test_the_sentences_are_many_and_show_every_kind() -> None:
    assert len(FIXED_FORM) + len(NAMES_AND_PLACES) >= 70
    assert len(CLEAN) >= 80
    assert not any(sentence.expected for sentence in CLEAN)
    labelled = [label for sentence in FIXED_FORM + NAMES_AND_PLACES for label in sentence.expected]
    assert {kind for kind, _, _ in labelled} == set(HintKind)


def test_what_has_a_fixed_form_is_found() -> None:
    share, missed = measure(FIXED_FORM, "fixed form")
    assert share >= 0.95, missed


def test_most_names_and_places_are_found() -> None:
    share, missed = measure(NAMES_AND_PLACES, "names and places")
    assert share >= 0.88, missed


def test_ordinary_writing_is_left_alone() -> None:
    flagged = [(sentence.text, found(sentence.text)) for sentence in CLEAN if hints(sentence.text)]
    share = len(flagged) / len(CLEAN)
    print(f"\nclean: flagged {len(flagged)} of {len(CLEAN)} ({share:.1%})")  # noqa: T201
    assert share <= 0.03, "\n".join(f"{labels} in {text!r}" for text, labels in flagged)


def test_beside_what_identifies_hardly_anything_else_is_flagged() -> None:
    beyond = [
        f"{extra} in {sentence.text!r}"
        for sentence in FIXED_FORM + NAMES_AND_PLACES
        if (extra := found(sentence.text) - set(sentence.expected))
    ]
    assert len(beyond) <= 2, "\n".join(beyond)


@pytest.mark.parametrize("kind", HintKind)
def test_every_kind_has_one_plain_sentence_of_advice(kind: HintKind) -> None:
    sentences = (*FIXED_FORM, *NAMES_AND_PLACES)
    hint = next(h for s in sentences for h in hints(s.text) if h.kind == kind)
    assert hint.advice.endswith(".")
    assert hint.advice.count(".") == 1
    assert len(hint.advice) < 100


def test_of_two_that_overlap_the_surer_and_then_the_longer_wins() -> None:
    assert kinds("Write to 07700900111@example.net") == [HintKind.EMAIL]
    assert kinds("Ring +44 7700 900123") == [HintKind.PHONE]
    assert kinds("Dr Patel's Surgery") == [HintKind.PLACE]


@pytest.mark.parametrize(
    ("text", "is_one_of_birth"),
    [
        ("12 March 1941", True),
        ("12/03/1999", True),
        ("12 March 2024", False),  # a day on placement
        ("12 March 1841", False),
        ("March 1941", False),
        ("born 12 March 2024", True),
        ("the Care Act 2014", False),
    ],
)
def test_a_full_date_is_one_of_birth_if_old_enough_or_said_to_be(
    text: str, is_one_of_birth: bool
) -> None:
    assert (kinds(text) == [HintKind.BIRTH_DATE]) == is_one_of_birth


def nhs_number(nine: str) -> str | None:
    """These nine digits with their check digit, if there is one."""
    total = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True))
    check = -total % 11
    return None if check == 10 else f"{nine}{check}"


valid_numbers = st.from_regex(r"[0-9]{9}", fullmatch=True).map(nhs_number).filter(bool)
written = st.sampled_from(["{}{}{}", "{} {} {}", "{}-{}-{}", "{}\u00a0{}\u00a0{}"])


@given(valid_numbers, written)
def test_every_valid_nhs_number_is_found(number: str, form: str) -> None:
    shown = form.format(number[:3], number[3:6], number[6:])
    assert (HintKind.NHS_NUMBER, 4, shown) in found(f"She {shown}.")


@given(valid_numbers, written, st.integers(1, 9))
def test_no_number_with_a_wrong_check_digit_is(number: str, form: str, off_by: int) -> None:
    wrong = number[:9] + str((int(number[9]) + off_by) % 10)
    shown = form.format(wrong[:3], wrong[3:6], wrong[6:])
    assert HintKind.NHS_NUMBER not in kinds(f"She {shown}.")


pieces = st.sampled_from(
    [word for s in (*FIXED_FORM, *NAMES_AND_PLACES, *CLEAN) for word in s.text.split(" ")]
)


@given(st.one_of(st.text(), st.lists(st.one_of(pieces, st.text(max_size=3))).map(" ".join)))
def test_hints_lie_in_the_text_in_order_without_overlap(text: str) -> None:
    result = hints(text)
    for hint in result:
        assert 0 <= hint.start < hint.end <= len(text)
        assert text[hint.start : hint.end] == hint.text
    for one, other in pairwise(result):
        assert one.end <= other.start


@pytest.mark.parametrize(
    "nasty",
    ["A", "A ", "Aa ", "a.", "a@", "a@a.", "0", "07 ", "9 ", "12/", "1 May ", "born ", " ", "\n",
     "Mr ", "Mrs A. ", "St ", "O'", "de ", "Ward ", "Aa-", "ninety ", "DOB ", "SW1A ", "+44(0)",
     "ISBN ", "’"],
)  # fmt: skip
def test_hostile_text_is_read_to_its_end(nasty: str) -> None:
    text = nasty * (LONG // len(nasty))
    ending = "\n\nWrite to jean@example.org"
    assert hints(text + ending)[-1].text == "jean@example.org"


def test_no_pattern_repeats_without_a_bound() -> None:
    """So the work on a text grows with its length alone, whatever is in it."""
    for _, pattern, _ in (*forms.FINDERS, *names.FINDERS):
        outside_classes = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "", pattern.pattern)
        assert not re.search(r"[*+]|\{[0-9]*,\}", outside_classes), pattern.pattern
