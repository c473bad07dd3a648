"""How hard a text is to read: Flesch and Kincaid's grade, an author's guide and no verdict.

Syllables are counted twice: by where Pyphen may hyphenate a word (its American patterns follow
sound, the British ones origin), and by groups of vowels. Either misses some, so the larger counts.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import pyphen

from curriculum.content import dump
from curriculum.text import plain

LEAST_WORDS = 100  # below which the grade says nothing
LEAST_SENTENCE = 8  # words: titles and cells are shorter, and would make any page look easy
YEARS_BEFORE_SCHOOL = 5  # a grade of 1 is what six-year-olds read

_SENTENCE = re.compile(r"[.!?…]+[”’\")\]]*(?:\s|$)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BLOCK_END = re.compile(r"</(?:p|li|blockquote)>")
_NOT_PROSE = {"references", "source", "reference", "revisit", "svg", "file", "outcomes", "covers"}


def prose(content: Any) -> list[str]:
    """The texts of frozen content that are read, by their spaces told from ids and names."""
    return list(_prose(dump(content)))


def sentences(texts: Iterable[str]) -> list[str]:
    """Those of the texts that are long enough to be sentences."""
    return [text for text in texts if len(text.split()) >= LEAST_SENTENCE]


def _prose(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("kind") in _NOT_PROSE:
            return
        for name, child in value.items():
            if name not in _NOT_PROSE:
                yield from _prose(child)
    elif isinstance(value, list):
        for child in value:
            yield from _prose(child)
    elif isinstance(value, str) and " " in value:
        yield value


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


_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^aeiouyl]e|[aeiouy]le|[^aeiouydt]ed|[^aeiouysxzcg]es)$")


@lru_cache(maxsize=1)
def _hyphens() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")


@lru_cache(maxsize=20_000)
def _syllables(word: str) -> int:
    word = word.lower()
    vowels = len(_VOWELS.findall(word)) - bool(_SILENT.search(word))
    return max(1, vowels, len(_hyphens().positions(word)) + 1)
