"""Questions from Moodle XML, as its documentation describes the format. Pure.

A question is `<question type="…">` with `<name>`, `<questiontext>`, `<generalfeedback>` and
`<answer fraction="…">` elements; a question of type `category` only names where the next ones
belong.
"""

from collections.abc import Callable
from fractions import Fraction

from cms.interchange.found import (
    MOST_QUESTIONS,
    DoesNotMap,
    Found,
    Mapped,
    Unmapped,
    Unreadable,
    categories_note,
    why_not,
)
from cms.interchange.mapping import NOTHING, Answer, Draft
from cms.interchange.markup import Words
from cms.interchange.tree import Element, read_tree
from curriculum.content import Question
from curriculum.text import clean_line

FORMATS = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "markdown": "markdown",
}
TRUE = {"true", "1"}
OVERALL = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


def read_moodle_xml(text: str) -> Found:
    """Everything in the file. Raises Unreadable where it is not Moodle XML."""
    root = read_tree(text)
    if root.name != "quiz":
        message = f"This is XML, but not Moodle’s: it begins with <{root.name}> and not <quiz>."
        raise Unreadable(message, root.line)
    questions = root.all("question")
    categories = [
        clean_line(question.value("category"))
        for question in questions
        if question.attributes.get("type") == "category"
    ]
    asked = [q for q in questions if q.attributes.get("type") != "category"]
    if len(asked) > MOST_QUESTIONS:
        raise Unreadable(f"The file holds {len(asked)} questions; {MOST_QUESTIONS} are the most.")
    strange = [f"<{c.name}> in line {c.line}" for c in root.children if c.name != "question"]
    notes = [categories_note(categories)]
    if strange:
        notes.append(f"What is no question was left out: {', '.join(strange[:20])}.")
    return Found(tuple(map(_entry, asked)), tuple(filter(None, notes)))


def _entry(element: Element) -> Mapped | Unmapped:
    kind = clean_line(element.attributes.get("type", ""))
    name = clean_line(element.value("name"))
    read = READERS.get(kind)
    if read is None:
        return Unmapped(name, kind or "without a kind", element.line, why_not(kind))
    draft = Draft(_words(element, "questiontext"), _words(element, "generalfeedback"))
    try:
        question = read(element, draft)
    except DoesNotMap as reason:
        return Unmapped(name, kind, element.line, str(reason))
    _note_what_is_left(element, draft)
    return Mapped(name, kind, element.line, question, draft.noted())


def _words(element: Element, name: str) -> Words:
    found = element.first(name)
    return _own(found, "moodle") if found else NOTHING


def _own(element: Element, default: str = "html") -> Words:
    """The words of an element that has a `text`, in the format that it names."""
    inner = element.first("text")
    named = FORMATS.get(element.attributes.get("format", ""), default)
    return Words((inner or element).text.strip(), named)


# ── One reader for each kind ──────────────────────────────────────────────
def _choice(element: Element, draft: Draft) -> Question:
    default = draft.stem.format
    answers = [
        Answer(_own(answer, default), _fraction(answer), _feedback(answer, default))
        for answer in element.all("answer")
    ]
    is_single = (element.value("single") or "true").lower() in TRUE
    return draft.single(answers) if is_single else draft.multiple(answers)


def _true_false(element: Element, draft: Draft) -> Question:
    answers = {a.value("text").lower(): a for a in element.all("answer")}
    if set(answers) != {"true", "false"}:
        raise DoesNotMap("Its answers are not “true” and “false”.")
    default = draft.stem.format
    return draft.true_false(
        _fraction(answers["true"]) > _fraction(answers["false"]),
        _feedback(answers["true"], default),
        _feedback(answers["false"], default),
    )


def _matching(element: Element, draft: Draft) -> Question:
    default = draft.stem.format
    pairs = []
    for part in element.all("subquestion"):
        answer = part.first("answer")
        # The right-hand side is plain words in Moodle, whatever the left is written in.
        right = Words(_own(answer).source, "plain") if answer else NOTHING
        pairs.append((_own(part, default), right))
    return draft.matching(pairs)


def _ordering(element: Element, draft: Draft) -> Question:
    """Steps stand in their right order; where each says its place, the places decide."""
    answers = element.all("answer")
    places = [_fraction(answer) for answer in answers]
    if len(set(places)) == len(places):
        answers = [answer for _, answer in sorted(zip(places, answers, strict=True), key=_place)]
    if element.value("selecttype").upper() in {"1", "2", "RANDOM", "CONTIGUOUS"}:
        draft.notes.append("Moodle asked for some of the steps only. Here all are asked.")
    if any(answer.value("feedback") for answer in answers):
        draft.notes.append("Feedback on single steps is not taken over.")
    return draft.ordering([_own(answer, draft.stem.format) for answer in answers])


def _place(pair: tuple[Fraction, Element]) -> Fraction:
    return pair[0]


READERS: dict[str, Callable[[Element, Draft], Question]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
}


def _feedback(answer: Element, default: str) -> Words:
    found = answer.first("feedback")
    return _own(found, default) if found else NOTHING


def _fraction(answer: Element) -> Fraction:
    """Per cent of the mark. Raises DoesNotMap for what is no number."""
    return _number(answer.attributes.get("fraction") or "0")


def _number(value: str) -> Fraction:
    value = value.strip().replace(",", ".")
    try:
        if len(value) > 20:
            raise ValueError
        number = Fraction(f"{float(value):.5f}")
    except (ValueError, OverflowError) as error:
        raise DoesNotMap(f"“{value[:20]}” is not a number, so its mark cannot be read.") from error
    return number


# ── What is left behind ───────────────────────────────────────────────────
def _note_what_is_left(element: Element, draft: Draft) -> None:
    notes = draft.notes
    grade, penalty = element.value("defaultgrade"), element.value("penalty")
    if grade and not _is(grade, 1):
        notes.append(f"It was worth {_trim(grade)} marks. Here each question is worth one.")
    if penalty and not _is(penalty, 0):
        notes.append(f"Its penalty for another try ({_trim(penalty)}) is not kept.")
    if any(_own(found).source for name in OVERALL for found in element.all(name)):
        notes.append("Its feedback for right, partly right and wrong as a whole is not taken over.")
    if hints := [hint for hint in element.all("hint") if _own(hint).source]:
        said = "hint is" if len(hints) == 1 else f"{len(hints)} hints are"
        notes.append(f"Its {said} not taken over.")
    if element.value("hidden") == "1":
        notes.append("It was hidden in Moodle.")
    if element.value("shuffleanswers").lower() in {"0", "false"}:
        notes.append("Its answers kept their order. Here the quiz says whether they are shuffled.")
    tags = [
        clean_line(tag.value("text")) for holder in element.all("tags") for tag in holder.all("tag")
    ]
    if named := list(filter(None, tags)):
        notes.append(f"Its tags are not taken over: {', '.join(named)}.")
    if files := [clean_line(f.attributes.get("name", "")) for f in _files(element)]:
        notes.append(f"Files inside it are not taken over: {', '.join(files)}.")


def _files(element: Element) -> list[Element]:
    found = element.all("file")
    for child in element.children:
        found += _files(child)
    return found


def _is(value: str, wanted: int) -> bool:
    try:
        return _number(value) == wanted
    except DoesNotMap:
        return False


def _trim(value: str) -> str:
    try:
        return f"{float(_number(value)):.4g}"
    except DoesNotMap:
        return f"“{value[:20]}”"
