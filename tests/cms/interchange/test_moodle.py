"""Reading Moodle XML. The files beside this one were written by us after Moodle's documentation."""

from pathlib import Path
from typing import Any

import pytest

from cms.interchange.found import Found, Mapped, Unmapped, Unreadable
from cms.interchange.moodle import read_moodle_xml
from cms.interchange.source import decoded
from curriculum.content import Matching, Multiple, Ordering, Single, TrueFalse

HERE = Path(__file__).parent


def found(name: str) -> Found:
    text, _ = decoded((HERE / name).read_bytes())
    return read_moodle_xml(text)


@pytest.fixture(scope="module")
def kinds() -> dict[str, Mapped]:
    return {entry.name: entry for entry in found("kinds.xml").mapped}


def question(text: str, kind: str = "truefalse", more: str = "") -> Any:
    """What becomes of a file with this one question."""
    answers = '<answer fraction="100"><text>true</text></answer><answer><text>false</text></answer>'
    return read_moodle_xml(
        f'<quiz><question type="{kind}"><questiontext format="html"><text><![CDATA[{text}]]></text>'
        f"</questiontext>{answers}{more}</question></quiz>"
    ).entries[0]


def test_everything_in_the_file_is_found_in_its_order_and_by_its_line() -> None:
    everything = found("kinds.xml")
    assert [(e.name, e.kind, e.line) for e in everything.entries] == [
        ("Who pays", "multichoice", 12),
        ("Duties", "multichoice", 67),
        ("Weights of its own", "multichoice", 97),
        ("Assessment is free", "truefalse", 113),
        ("Who does what", "matching", 136),
        ("In which order", "ordering", 162),
        ("Two languages", "truefalse", 182),
    ]
    assert everything.unmapped == ()
    assert "$course$/top/Social care/Money" in everything.notes[0]


def test_a_single_best_answer_with_its_feedback_and_explanation(kinds: dict[str, Mapped]) -> None:
    asked = kinds["Who pays"].question
    assert isinstance(asked, Single)
    assert asked.stem == "Mr Adeyemi needs help with washing.\nWho pays for it at home?"
    assert [(o.text, o.correct, o.feedback) for o in asked.options] == [
        ("It depends on his savings & income", True, "Yes: it is means-tested."),
        ("The council, always", False, "Only for people below the limits."),
        ("The NHS, always", False, "Only where the need is mainly for health care."),
    ]
    assert asked.explanation == (
        '<p>Ask for a <strong>financial assessment</strong>; see <a href="https://www.example.org/'
        'means">the rules</a>.</p><ul><li>Need</li><li>Means</li></ul>'
    )


def test_what_a_single_best_answer_leaves_behind_is_noted(kinds: dict[str, Mapped]) -> None:
    notes = "\n".join(kinds["Who pays"].notes)
    for said in (
        "“The council, always” earned 33.33%",
        "“The NHS, always” earned -50%",
        "formatting are not kept",
        "worth 2 marks",
        "penalty for another try (0.3333)",
        "right, partly right and wrong as a whole",
        "Its hint is not taken over",
        "tags are not taken over: PLO2, money",
    ):
        assert said in notes
    assert "picture" not in notes


def test_several_right_answers_that_are_marked_as_ours_lose_nothing_but_their_order(
    kinds: dict[str, Mapped],
) -> None:
    asked = kinds["Duties"].question
    assert isinstance(asked, Multiple)
    assert asked.stem == "Which of these are duties of a council?\nTick all that apply."
    assert [o.correct for o in asked.options] == [True, True, False]
    assert kinds["Duties"].notes == (
        "Its answers kept their order. Here the quiz says whether they are shuffled.",
    )


def test_weights_and_pictures_that_are_not_taken_over_are_noted(kinds: dict[str, Mapped]) -> None:
    entry = kinds["Weights of its own"]
    assert isinstance(entry.question, Multiple)
    assert [o.correct for o in entry.question.options] == [True, True, False]
    assert [o.feedback for o in entry.question.options] == ["", "", ""]
    notes = "\n".join(entry.notes)
    assert "weights are not kept" in notes
    assert "A picture is not taken over" in notes
    assert "team.png" in notes


def test_true_and_false_keep_what_is_said_of_either(kinds: dict[str, Mapped]) -> None:
    asked = kinds["Assessment is free"].question
    assert isinstance(asked, TrueFalse)
    assert asked.is_true
    assert asked.feedback_true == "Yes, for everybody."
    assert asked.feedback_false == "It is free whatever somebody has saved."


def test_pairs_are_matched_and_an_answer_that_fits_nothing_is_noted(
    kinds: dict[str, Mapped],
) -> None:
    entry = kinds["Who does what"]
    assert isinstance(entry.question, Matching)
    assert [(p.left, p.right) for p in entry.question.pairs] == [
        ("Occupational therapist", "A rail beside the bath"),
        ("Social worker", "A care and support plan"),
    ]
    assert entry.question.feedback == "Ask who is responsible."
    assert any("“A prescription”, which fits nothing" in note for note in entry.notes)


def test_steps_stand_in_the_order_that_their_places_say(kinds: dict[str, Mapped]) -> None:
    entry = kinds["In which order"]
    assert isinstance(entry.question, Ordering)
    assert [i.text for i in entry.question.items] == ["First contact", "Assessment", "Plan"]
    assert entry.question.feedback == "Need comes before money."
    assert any("some of the steps only" in note for note in entry.notes)


def test_of_several_languages_english_is_kept_and_the_others_are_noted(
    kinds: dict[str, Mapped],
) -> None:
    entry = kinds["Two languages"]
    assert entry.question.stem == "Care is dear.\nTrue?"
    assert set(entry.notes) == {
        "Its text in other languages is not taken over: de.",
        "Its text in other languages is not taken over: cy.",
    }


def test_without_english_the_first_language_or_the_other_one_is_kept() -> None:
    assert question("{mlang de}Ja?{mlang}{mlang fr}Oui?{mlang}").question.stem == "Ja?"
    assert question("{mlang de}Ja?{mlang} {mlang other}Sim?{mlang}").question.stem == "Sim?"
    assert question("Is {mlang de}a{mlang} {mlang en}b{mlang} so?").question.stem == "Is b so?"
    assert question("What of {mlang}?").question.stem == "What of {mlang}?"


def test_kinds_without_one_of_ours_are_listed_with_name_line_and_reason() -> None:
    everything = found("unmapped.xml")
    assert everything.mapped == ()
    assert len(everything.unmapped) == 16
    for n, entry in enumerate(everything.unmapped):
        assert entry.name == f"A {entry.kind} question"
        assert entry.line == 3 + 5 * n
        assert len(entry.reason) > 30
    reasons = {entry.kind: entry.reason for entry in everything.unmapped}
    assert "reflection" in reasons["essay"]
    assert "no such kind" in reasons["coderunner"]


def test_a_question_of_a_known_kind_that_cannot_be_one_of_ours_is_listed_with_its_reason() -> None:
    everything = found("broken-questions.xml")
    assert everything.mapped == ()
    assert [(e.name, e.line, e.reason) for e in everything.unmapped] == [
        ("Only a picture", 3, "There is nothing but a picture where the question should stand."),
        ("An option without words", 10, "Option 2 has no words."),
        (
            "A mark that is no number",
            16,
            "“lots” is not a number, so its mark cannot be read.",
        ),
        ("Neither true nor false", 22, "Its answers are not “true” and “false”."),
        ("Without a kind", 28, "There is no such kind of question here."),
        ("A long half", 31, "One half of a pair has 211 characters; 200 are the most."),
    ]


@pytest.mark.parametrize(
    ("html", "stem", "note"),
    [
        ("<p>One</p>\n\n<div>Two<br>Three</div>", "One\nTwo\nThree", ""),
        ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo", "formatting"),
        ("<table><tr><td>A</td><td>B</td></tr><tr><td>C</td></tr></table>", "A B\nC", "table"),
        ("See <a href='https://example.org'>this</a>.", "See this.", "loses its address"),
        ("Hear <audio src='a.mp3'></audio>this", "Hear this", "recording"),
        ("Is \\(x^2\\) more?", "Is \\(x^2\\) more?", "formula"),
        ("<style>p{}</style><!-- x -->So<script>x()</script>?", "So?", ""),
        ("&lt;b&gt; &eacute;&#x20;&nbsp;", "<b> é", ""),
        ("a\u202eb\x85c", "ab c", ""),
    ],
)
def test_html_becomes_plain_lines_and_what_goes_lost_is_noted(
    html: str, stem: str, note: str
) -> None:
    entry = question(html)
    assert entry.question.stem == stem
    assert note in " ".join(entry.notes)
    assert bool(note) == bool(entry.notes)


# ── Files that are not what they should be ────────────────────────────────
@pytest.mark.parametrize("name", ["entity-bomb.xml", "external-entity.xml"])
def test_entities_are_refused_with_their_line_and_nothing_is_expanded(name: str) -> None:
    with pytest.raises(Unreadable, match="defines entities") as refusal:
        found(name)
    assert refusal.value.line == 2
    assert "aaaaaaaaaa" not in str(refusal.value)


def test_broken_xml_is_refused_with_the_line_where_it_breaks() -> None:
    with pytest.raises(Unreadable, match=r"^Line 4: The XML is broken here: a closing tag is not"):
        found("not-closed.xml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ends before everything is closed"),
        ("<quiz>", "ends before everything is closed"),
        ("<quiz", "ends in the middle of a tag"),
        ("<quiz/><quiz/>", "something follows after its end"),
        ("<html></html>", "begins with <html>"),
        ("\x00<quiz/>", "broken"),
        ("<quiz>\x00</quiz>", "broken"),
        ("<quiz>&nbsp;</quiz>", "is not known in XML"),
        ("<a>" * 30, "nested too deeply"),
        ("<quiz>" + "<question type='x'/>" * 301 + "</quiz>", "301 questions; 300 are the most"),
        ("<quiz>" + "<a/>" * 100_001, "holds too much"),
    ],
)
def test_what_is_no_moodle_xml_gets_a_plain_answer(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_moodle_xml(text)


def test_what_stands_between_questions_is_named() -> None:
    everything = read_moodle_xml("<quiz>\n<gift>x</gift></quiz>")
    assert everything.entries == ()
    assert everything.notes == ("What is no question was left out: <gift> in line 2.",)


def test_a_text_without_measure_and_too_many_options_are_listed() -> None:
    assert "longer than 20000 characters" in question("<b>" * 7000).reason
    many = "".join(f'<answer fraction="0"><text>{n}</text></answer>' for n in range(60))
    entry = question("Which?", "multichoice", many)
    assert isinstance(entry, Unmapped)
    assert entry.reason == "It has 62 options; 50 are the most."


def test_deep_nesting_is_listed() -> None:
    assert question("<i>" * 60 + "So?").reason == "One of its texts is nested too deeply."


def test_deeply_nested_or_unclosed_markup_is_read_in_good_time() -> None:
    for piece in ("<b>", "<p><ul><li>", "{mlang en}", "</p>", "\\(", "<a href=x>", "&amp", "$$ "):
        entry = question(piece * (19_000 // len(piece)) + "words")
        assert isinstance(entry, Mapped | Unmapped)
        entry = question(
            "So?",
            more="<generalfeedback format='html'><text><![CDATA["
            + piece * (19_000 // len(piece))
            + "]]></text></generalfeedback>",
        )
        assert isinstance(entry, Mapped | Unmapped)


# ── Bytes ─────────────────────────────────────────────────────────────────
XML = (
    '<?xml version="1.0" encoding="{}"?>\n<quiz><question type="truefalse"><questiontext><text>'
    "Café?</text></questiontext><answer fraction='100'><text>true</text></answer>"
    "<answer><text>false</text></answer></question></quiz>"
)


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (XML.format("UTF-8").encode(), ""),
        (b"\xef\xbb\xbf" + XML.format("UTF-8").encode(), ""),
        (b"\n\n" + XML.format("utf-8").encode(), ""),
        (XML.format("UTF-16").encode("utf-16"), ""),
        (XML.format("ISO-8859-1").encode("latin-1"), ""),
        (XML.format("windows-1252").encode("cp1252"), ""),
        (XML.format("UTF-8").encode("cp1252"), "CP1252"),
        (XML.format("zlib").encode("cp1252"), "CP1252"),
    ],
)
def test_the_encoding_is_found_and_a_guess_is_said(data: bytes, note: str) -> None:
    text, said = decoded(data)
    assert read_moodle_xml(text).mapped[0].question.stem == "Café?"
    assert note in said
    assert bool(note) == bool(said)


def test_bytes_that_are_no_text_and_files_that_are_too_large_are_refused() -> None:
    with pytest.raises(Unreadable, match="not a text file"):
        decoded(b"\x89PNG\r\n\x1a\n\x81\x8d\x8f")
    with pytest.raises(Unreadable, match="larger than 5 MB"):
        decoded(b" " * 5_000_001)
    with pytest.raises(Unreadable, match="more than 1 MB of text"):
        decoded(b"x" * 1_000_001)


def test_pictures_inside_a_file_do_not_count_as_text_and_lines_keep_their_numbers() -> None:
    picture = b"A" * 500 + b"\n"
    data = b"<quiz><file encoding='base64'>" + picture * 4000 + b"</file>\n<question/></quiz>"
    text, _ = decoded(data)
    assert len(text) < 5000
    assert read_moodle_xml(text).entries[0].line == 4002
    inline, _ = decoded(b'<img src="data:image/png;base64,' + b"A" * 2_000_000 + b'">words')
    assert inline == '<img src="data:image/png;base64,">words'
