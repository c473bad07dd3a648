"""Hints that a piece of writing may say who somebody is, in the forms that are usual in the UK.

Hints, not proof: a first name alone, a rare illness or a small village passes unseen. Numbers,
dates and addresses are found by their form; names and places only by the word beside them.
Nothing is stored, logged or sent on. No pattern repeats without a bound, so no text takes long.
"""

from dataclasses import dataclass

from curriculum.anonymity import forms, names
from curriculum.enums import HintKind

ADVICE = {
    HintKind.NHS_NUMBER: "An NHS number belongs to one person: leave it out.",
    HintKind.BIRTH_DATE: "A date of birth points to one person: ‘in her eighties’ would do.",
    HintKind.AGE: "Few people are over 89, so an exact age stands out: ‘in her nineties’ would do.",
    HintKind.POSTCODE: "A postcode covers only a few homes: ‘a town nearby’ would do.",
    HintKind.PHONE: "A telephone number leads to somebody: leave it out.",
    HintKind.EMAIL: "An e-mail address leads to somebody: leave it out.",
    HintKind.NAME: "A name says who it was: ‘Mrs A’ or ‘the social worker’ would do.",
    HintKind.PLACE: "A named place narrows down who it was: ‘the ward’ or ‘the practice’ would do.",
}


@dataclass(frozen=True)
class Hint:
    """Words from `start` to `end` of a text that may identify somebody."""

    kind: HintKind
    start: int
    end: int
    text: str

    @property
    def advice(self) -> str:
        """Why it matters and what to write instead, in a sentence."""
        return ADVICE[self.kind]


def hints(text: str) -> tuple[Hint, ...]:
    """What may identify somebody, in order and without overlaps.

    Of two that overlap the fixed form wins over a name or place, and then the longer.
    """
    found = [
        (kind, *span)
        for kind, pattern, weigh in (*forms.FINDERS, *names.FINDERS)
        for match in pattern.finditer(text)
        if (span := weigh(match))
    ]
    found.sort(key=lambda f: (f[0] in {HintKind.NAME, HintKind.PLACE}, f[1] - f[2], f[1]))
    taken = bytearray(len(text))
    kept = []
    for kind, start, end in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            kept.append(Hint(kind, start, end, text[start:end]))
    return tuple(sorted(kept, key=lambda hint: hint.start))
