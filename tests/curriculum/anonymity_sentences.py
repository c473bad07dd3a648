"""The labelled sentences of `anonymity_sentences.txt`; its head explains the marks."""

import re
from dataclasses import dataclass
from pathlib import Path

from curriculum.enums import HintKind

SOURCE = Path(__file__).with_suffix(".txt")
MARK = re.compile(r"«([a-z-]+): ([^»]+)»")


@dataclass(frozen=True)
class Sentence:
    text: str
    expected: tuple[tuple[HintKind, int, str], ...]  # kind, start, words


def parse(line: str) -> Sentence:
    """A line without its marks, and where they stood."""
    line = line.replace("⏎", "\n").replace("␣", "\u00a0")
    text, end, expected = "", 0, []
    for mark in MARK.finditer(line):
        text += line[end : mark.start()]
        expected.append((HintKind(mark[1]), len(text), mark[2]))
        text += mark[2]
        end = mark.end()
    return Sentence(text + line[end:], tuple(expected))


def sentences(heading: str) -> list[Sentence]:
    """Those under one heading of the file."""
    section = SOURCE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    return [parse(line) for line in section.splitlines() if line]


FIXED_FORM = sentences("fixed form")
NAMES_AND_PLACES = sentences("names and places")
CLEAN = sentences("clean")
