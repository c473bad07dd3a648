"""How hard a text is to read: Flesch and Kincaid's grade, with syllables as Pyphen counts them.

Pyphen knows where words may be hyphenated, which is nearly where syllables part. The result is a
guide to an author, good to a year or so, and no verdict.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import pyphen

from curriculum.text import plain

LEAST_WORDS = 100  # below which the grade says nothing
YEARS_BEFORE_SCHOOL = 5  # a grade of 1 is what six-year-olds read

_SENTENCE = re.compile(r"[.!?…]+[”’\")\]]*(?:\s|$)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BLOCK_END = re.compile(r"</(?:p|li|blockquote)>")


def reading_grade(texts: Iterable[str]) -> float | None:
    """The school grade (United States) of plain or rich texts together; None for a short text.

    The end of a paragraph or of a list's item ends a sentence, whatever stands there.
    """
    words, sentences, syllables = 0, 0, 0
    for text in texts:
        for block in _BLOCK_END.split(text):
            for sentence in _SENTENCE.split(plain(block)):
                if found := _WORD.findall(sentence):
                    sentences += 1
                    words += len(found)
                    syllables += sum(map(_syllables, found))
    if words < LEAST_WORDS:
        return None
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def reading_age(texts: Iterable[str]) -> int | None:
    """The age in years at which most people can read it; None for a short text."""
    grade = reading_grade(texts)
    return None if grade is None else max(6, round(grade) + YEARS_BEFORE_SCHOOL)


@lru_cache(maxsize=1)
def _hyphens() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_GB", left=1, right=1)


@lru_cache(maxsize=20_000)
def _syllables(word: str) -> int:
    return len(_hyphens().positions(word.lower())) + 1
