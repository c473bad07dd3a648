"""What a file says of one question, made into a question of ours. Pure.

Nothing is invented: what the file lacks stays empty, and publishing will ask for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from cms.interchange.found import MOST_PARTS, DoesNotMap
from cms.interchange.markup import PICTURE_NOTE, Words, line, lines, rich
from curriculum.content import (
    Item,
    Matching,
    Multiple,
    Option,
    Ordering,
    Pair,
    Question,
    Single,
    TrueFalse,
)

NOTHING = Words("")
LONGEST_HALF = 200  # as the editor has it
LONGEST_STEP = 250


@dataclass(frozen=True)
class Answer:
    """One answer that is offered, and how much of the mark it earns, in per cent."""

    words: Words
    per_cent: Fraction
    feedback: Words = NOTHING


@dataclass
class Draft:
    """One question on its way; `notes` gathers what is left behind."""

    stem: Words
    general_feedback: Words = NOTHING
    notes: list[str] = field(default_factory=list)

    def noted(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.notes))

    def _stem(self) -> str:
        text = lines(self.stem, self.notes)
        if not text:
            only = " but a picture" if PICTURE_NOTE in self.notes else ""
            raise DoesNotMap(f"There is nothing{only} where the question should stand.")
        return text

    def _parts(self, all_words: Sequence[Words], what: str) -> list[str]:
        """Each part's words. Raises DoesNotMap where one has none, or where they are too many."""
        if len(all_words) > MOST_PARTS:
            raise DoesNotMap(f"It has {len(all_words)} {what}s; {MOST_PARTS} are the most.")
        texts = [lines(words, self.notes) for words in all_words]
        if "" in texts:
            raise DoesNotMap(f"{what.capitalize()} {texts.index('') + 1} has no words.")
        return texts

    # ── Something is chosen ───────────────────────────────────────────────
    def single(self, answers: Sequence[Answer]) -> Question:
        """A single best answer: right is what earns the whole mark."""
        options = self._options(answers, [answer.per_cent == 100 for answer in answers])
        for option, answer in zip(options, answers, strict=True):
            if answer.per_cent not in (0, 100):
                self.notes.append(
                    f"“{_short(option.text)}” earned {_per_cent(answer.per_cent)}. Here an option "
                    "is right or not; it was taken as not right."
                )
        return Single(stem=self._stem(), explanation=self._explanation(), options=options, id="")

    def multiple(self, answers: Sequence[Answer]) -> Question:
        """All that apply: right is what earns anything."""
        options = self._options(answers, [answer.per_cent > 0 for answer in answers])
        many = sum(option.correct for option in options)
        # Our own rule, in per cent: each right tick a share, each wrong one a share away.
        ours = {Fraction(100, many), -Fraction(100, many)} if many else set()
        if any(not _is_near(answer.per_cent, ours) for answer in answers):
            self.notes.append(
                "Its weights are not kept. Here every right option counts alike, and a wrong tick "
                "takes a right one away."
            )
        return Multiple(stem=self._stem(), explanation=self._explanation(), options=options, id="")

    def true_false(self, is_true: bool, if_true: Words, if_false: Words) -> Question:
        """A statement; `if_true` is said to those who hold it true."""
        return TrueFalse(
            id="",
            stem=self._stem(),
            explanation=self._explanation(),
            is_true=is_true,
            feedback_true=lines(if_true, self.notes),
            feedback_false=lines(if_false, self.notes),
        )

    def _options(self, answers: Sequence[Answer], right: list[bool]) -> tuple[Option, ...]:
        texts = self._parts([answer.words for answer in answers], "option")
        return tuple(
            Option(
                id=f"{n}",
                text=text,
                feedback=lines(answer.feedback, self.notes),
                correct=correct,
            )
            for n, (text, answer, correct) in enumerate(zip(texts, answers, right, strict=True))
        )

    def _explanation(self) -> str:
        return rich(self.general_feedback, self.notes)

    # ── Things are arranged. Their feedback is for the question as a whole ─
    def matching(self, pairs: Sequence[tuple[Words, Words]]) -> Question:
        """Pairs; one without a left half was an answer that fits nothing."""
        whole = []
        for left, right in pairs:
            if line(left, self.notes):
                whole.append((left, right))
            elif spare := line(right, self.notes):
                note = f"The extra answer “{_short(spare)}”, which fits nothing, is not taken over."
                self.notes.append(note)
        lefts = self._parts([left for left, _ in whole], "pair")
        rights = self._parts([right for _, right in whole], "answer")
        _refuse_long([*lefts, *rights], LONGEST_HALF, "half of a pair")
        return Matching(
            id="",
            stem=self._stem(),
            pairs=tuple(
                Pair(id=f"{n}", left=" ".join(left.split()), right=" ".join(right.split()))
                for n, (left, right) in enumerate(zip(lefts, rights, strict=True))
            ),
            feedback=lines(self.general_feedback, self.notes),
        )

    def ordering(self, steps: Sequence[Words]) -> Question:
        """Steps in their right order."""
        texts = self._parts(steps, "step")
        _refuse_long(texts, LONGEST_STEP, "step")
        return Ordering(
            id="",
            stem=self._stem(),
            items=tuple(Item(id=f"{n}", text=" ".join(t.split())) for n, t in enumerate(texts)),
            feedback=lines(self.general_feedback, self.notes),
        )


def _refuse_long(texts: list[str], most: int, what: str) -> None:
    longest = max(map(len, texts), default=0)
    if longest > most:
        raise DoesNotMap(f"One {what} has {longest} characters; {most} are the most.")


def _is_near(per_cent: Fraction, wanted: set[Fraction]) -> bool:
    # Files round thirds to five places.
    return any(abs(per_cent - share) < Fraction(1, 100) for share in wanted)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39].rstrip()}…"


def _per_cent(value: Fraction) -> str:
    return f"{float(value):.4g}%"
