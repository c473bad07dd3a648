"""Reading GIFT. The files beside this one were written by us after the format's documentation."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.interchange.found import Found, Mapped, Unmapped, Unreadable
from cms.interchange.gift import read_gift
from cms.interchange.source import decoded
from curriculum.content import Matching, Multiple, Single, TrueFalse

HERE = Path(__file__).parent


def found(name: str) -> Found:
    text, _ = decoded((HERE / name).read_bytes())
    return read_gift(text)


@pytest.fixture(scope="module")
def kinds() -> list[Mapped]:
    everything = found("kinds.gift")
    assert everything.unmapped == ()
    return list(everything.mapped)


def test_every_question_is_found_with_its_name_and_line(kinds: list[Mapped]) -> None:
    assert [(entry.name, entry.kind, entry.line) for entry in kinds] == [
        ("Who pays", "multichoice", 5),
        ("Duties", "multichoice", 12),
        ("Weights of its own", "multichoice", 18),
        ("", "truefalse", 20),
        ("False", "truefalse", 22),
        ("Who does what", "matching", 24),
        ("Missing word", "multichoice", 31),
        ("At the end", "multichoice", 33),
    ]
    assert "$course$/top/Social care" in found("kinds.gift").notes[0]


def test_a_single_best_answer_with_feedback_weights_and_general_feedback(
    kinds: list[Mapped],
) -> None:
    asked = kinds[0].question
    assert isinstance(asked, Single)
    assert asked.stem == "Who pays for help at home?"
    assert [(o.text, o.correct, o.feedback) for o in asked.options] == [
        ("It depends on savings and income", True, "Yes: it is means-tested."),
        ("The NHS, always", False, "Only where the need is mainly for health care."),
        ("The council, always", False, "Only below the limits."),
    ]
    assert asked.explanation == "<p>Ask for a <strong>financial assessment</strong>.</p>"
    notes = "\n".join(kinds[0].notes)
    assert "“The council, always” earned 50%" in notes
    assert "tags are not taken over: money, PLO2" in notes


def test_several_right_answers_by_their_weights(kinds: list[Mapped]) -> None:
    as_ours, of_its_own = kinds[1], kinds[2]
    assert isinstance(as_ours.question, Multiple)
    assert [o.correct for o in as_ours.question.options] == [True, True, False]
    assert as_ours.notes == ()
    assert isinstance(of_its_own.question, Multiple)
    assert [o.correct for o in of_its_own.question.options] == [True, True, False]
    assert "weights are not kept" in of_its_own.notes[0]


def test_true_and_false_with_what_is_said_when_wrong_and_when_right(kinds: list[Mapped]) -> None:
    true, false = kinds[3].question, kinds[4].question
    assert isinstance(true, TrueFalse)
    assert true.is_true
    assert true.feedback_true == "Yes, for everybody."
    assert true.feedback_false == "It is free whatever somebody has saved."
    assert isinstance(false, TrueFalse)
    assert not false.is_true
    assert (false.feedback_true, false.feedback_false) == ("Anybody can.", "")


def test_pairs_are_matched(kinds: list[Mapped]) -> None:
    asked = kinds[5].question
    assert isinstance(asked, Matching)
    assert [(p.left, p.right) for p in asked.pairs] == [
        ("Occupational therapist", "A rail beside the bath"),
        ("Social worker", "A care and support plan"),
    ]
    assert asked.feedback == "Ask who is responsible."
    assert "“A prescription”, which fits nothing" in kinds[5].notes[0]


def test_a_missing_word_leaves_a_gap_where_its_answers_stood(kinds: list[Mapped]) -> None:
    assert kinds[6].question.stem == "A carer's _____ can be asked for."
    assert kinds[7].question.stem == "Somebody who looks after a friend is a _____."


def test_what_does_not_map_is_listed_with_its_line_and_reason() -> None:
    everything = found("unmapped.gift")
    assert everything.mapped == ()
    assert [(e.name, e.kind, e.line) for e in everything.unmapped] == [
        ("Short", "shortanswer", 1),
        ("One answer", "shortanswer", 3),
        ("Number", "numerical", 5),
        ("Range", "numerical", 7),
        ("Several numbers", "numerical", 9),
        ("Essay", "essay", 14),
        ("Essay with feedback", "essay", 16),
        ("Social care is not free at the point of use.", "description", 18),
        ("Never closed", "unknown", 20),
        ("~the beginning }", "unknown", 23),
        ("Two gaps", "unknown", 26),
        ("Words first", "multichoice", 28),
        ("Half a pair", "matching", 30),
        ("Brace inside", "unknown", 32),
    ]
    reasons = {entry.name: entry.reason for entry in everything.unmapped}
    assert "A blank line ends a question" in reasons["Never closed"]
    assert "no opening one" in reasons["~the beginning }"]
    assert "more than one pair of braces" in reasons["Two gaps"]
    assert "before the first answer" in reasons["Words first"]
    assert "“->” is missing: “nothing”" in reasons["Half a pair"]
    assert all(len(reason) > 30 for reason in reasons.values())


def test_escapes_give_back_what_they_hid() -> None:
    first = found("escapes.gift").mapped[0]
    assert first.name == "Name: with a colon"
    assert first.question.stem == (
        "Is 1 \\+ 1 = 2, {really}, and what of ~, # and a back\\slash?\nA second line: here."
    )
    assert isinstance(first.question, Single)
    assert [(o.text, o.feedback) for o in first.question.options] == [
        ("Yes = right", "Because 2=2"),
        ("No ~ wrong", "#1 reason"),
    ]


def test_each_text_may_name_its_own_format() -> None:
    _, markdown, plain, mixed = found("escapes.gift").mapped
    assert markdown.question.stem == "Which is best?"
    assert isinstance(markdown.question, Single)
    assert [o.text for o in markdown.question.options] == ["This one", "that"]
    assert plain.question.stem == "Is <b> a tag?"
    assert isinstance(mixed.question, Single)
    assert [(o.text, o.feedback) for o in mixed.question.options] == [("5 < 6", "Yes"), ("No", "")]


@pytest.mark.parametrize("text", ["", "\n \n", "// only a comment\n", "$CATEGORY: a\n"])
def test_a_file_without_a_question_says_so(text: str) -> None:
    with pytest.raises(Unreadable, match="There is no question in it"):
        read_gift(text)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    plain = found("kinds.gift")
    data = b"\xef\xbb\xbf" + (HERE / "kinds.gift").read_bytes().replace(b"\n", b"\r\n")
    text, note = decoded(data)
    assert read_gift(text) == plain
    assert note == ""


def test_windows_letters_are_read_and_the_guess_is_said() -> None:
    text, note = decoded("It’s a café. {T}".encode("cp1252"))
    assert read_gift(text).mapped[0].question.stem == "It’s a café."
    assert "CP1252" in note


def test_too_many_questions_are_refused() -> None:
    with pytest.raises(Unreadable, match="301 questions; 300 are the most"):
        read_gift("So? {T}\n\n" * 301)


@given(st.text(alphabet="{}=~#:\\->%T[]html\n /$\ue000 ab", max_size=120))
def test_whatever_is_typed_each_passage_is_taken_over_or_listed(text: str) -> None:
    try:
        everything = read_gift(text)
    except Unreadable:
        return
    assert everything.entries
    for entry in everything.entries:
        assert isinstance(entry, Mapped | Unmapped)
        assert 1 <= entry.line <= text.count("\n") + 1
