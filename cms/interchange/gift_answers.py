"""What stands in the braces of a GIFT question. Escapes are hidden throughout."""

import re
from fractions import Fraction

from cms.interchange.found import DoesNotMap
from cms.interchange.gift_text import shown, words
from cms.interchange.mapping import Answer, Draft
from cms.interchange.markup import Words
from curriculum.content import Question

_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,7})?)%")
_MARK = re.compile(r"([=~])")


def read_answers(kind: str, body: str, format_: str, draft: Draft) -> Question:
    """The question that `draft` becomes with these answers. Raises DoesNotMap."""
    if kind == "truefalse":
        return _true_false(body, format_, draft)
    first, *rest = _MARK.split(body)
    if first.strip():
        raise DoesNotMap("There are words before the first answer. Answers begin with = or ~.")
    rows = list(zip(rest[::2], rest[1::2], strict=True))
    if kind == "matching":
        return draft.matching([_pair(row, format_) for _, row in rows])
    answers = [_answer(mark, row, format_) for mark, row in rows]
    is_single = any(mark == "=" for mark, _ in rows)
    return draft.single(answers) if is_single else draft.multiple(answers)


def _true_false(body: str, format_: str, draft: Draft) -> Question:
    """`T#said when wrong#said when right`; with one text it is for the wrong answer."""
    answer, *said = body.split("#", 2)
    wrong, right = (words(text, format_) for text in [*said, "", ""][:2])
    is_true = answer.strip().upper() in {"T", "TRUE"}
    return draft.true_false(is_true, *((right, wrong) if is_true else (wrong, right)))


def _pair(row: str, format_: str) -> tuple[Words, Words]:
    left, arrow, right = row.partition("->")
    if not arrow:
        raise DoesNotMap(f"In one of its pairs “->” is missing: “{shown(row).strip()[:60]}”.")
    return words(left, format_), words(right, "plain")


def _answer(mark: str, row: str, format_: str) -> Answer:
    weight = _WEIGHT.match(row)
    per_cent = Fraction(weight[1]) if weight else Fraction(100 if mark == "=" else 0)
    text, _, said = (row[weight.end() :] if weight else row).partition("#")
    return Answer(words(text, format_), per_cent, words(said, format_))
