"""What people type, read against what the directory says: needs, kinds and names.

It forgives endings, beginnings and typing errors, and words run together or torn apart.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from cms.directory.words import stem, stems, words_of

SHORTEST_PREFIX = 3
# How many slips a word of this length may have: letters wrong, missing, added or swapped.
SLIPS = ((4, 0), (8, 1), (11, 2))
MOST_SLIPS = 3
AS_PREFIX = 0.9
A_SLIP = 0.12  # what each takes from a word's weight
# A need said in the midst of a long sentence is still said: what of it was typed counts for more
# than what else was.
OF_TYPED, OF_NEED = 0.4, 0.6
ELSEWHERE = 0.25  # for words that other needs of the same kind have


@dataclass(frozen=True, slots=True)
class Word:
    """One word that was typed: what it may stand for, and how surely (1: it is that word)."""

    typed: str
    stands_for: dict[str, float]
    read_as: str = ""  # where it was taken for another word


@dataclass(frozen=True)
class Asked:
    """What was typed, as the directory understands it."""

    words: tuple[Word, ...] = ()

    @property
    def known(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if word.stands_for)

    @property
    def corrections(self) -> tuple[tuple[str, str], ...]:
        """Typed and read, where they differ by more than an ending."""
        return tuple((word.typed, word.read_as) for word in self.words if word.read_as)

    @property
    def for_full_text(self) -> str:
        """The words as they were read, for a search in whole texts."""
        return " ".join(word.read_as or word.typed for word in self.words)


@dataclass
class Vocabulary:
    """The words of the directory. Not to be changed once made."""

    phrases: Mapping[int, Sequence[str]]  # kind → its name and needs
    names: Mapping[int, str]  # service → its name
    _words: dict[str, str] = field(init=False, default_factory=dict)  # as written → stem
    _stems: set[str] = field(init=False)
    _weights: dict[str, float] = field(init=False)
    _said: list[tuple[int, float]] = field(init=False, default_factory=list)  # kind, whole weight
    # By stem: places in _said, kinds, services.
    _phrases_with: dict[str, set[int]] = field(init=False)
    _kinds_with: dict[str, set[int]] = field(init=False)
    _named: dict[str, set[int]] = field(init=False)

    def __post_init__(self) -> None:
        self._phrases_with, self._kinds_with = defaultdict(set), defaultdict(set)
        self._named = defaultdict(set)
        said = [(kind, self._learn(p)) for kind, phrases in self.phrases.items() for p in phrases]
        for kind, phrase in said:
            for one in phrase:
                self._kinds_with[one].add(kind)
        for service, name in self.names.items():
            for one in self._learn(name):
                self._named[one].add(service)
        self._stems = set(self._words.values())
        # Words that few kinds have say more than words that all have.
        self._weights = {
            one: log(1 + len(self.phrases) / (len(self._kinds_with.get(one, ())) or 1))
            for one in self._stems
        }
        for place, (kind, phrase) in enumerate(said):
            self._said.append((kind, sum(self._weights[one] for one in phrase)))
            for one in phrase:
                self._phrases_with[one].add(place)

    def _learn(self, text: str) -> frozenset[str]:
        self._words.update((word, stem(word)) for word in words_of(text))
        return stems(text)

    # ── Reading ───────────────────────────────────────────────────────────
    def read(self, text: str) -> Asked:
        """What was typed, word by word."""
        typed, found = words_of(text), []
        while typed:
            word = typed.pop(0)
            if typed and (joined := word + typed[0]) in self._words and not self._is_here(word):
                typed.pop(0)
                found.append(Word(joined, {self._words[joined]: 1.0}))
            else:
                found.append(self._read_word(word))
        return Asked(tuple(found))

    def _is_here(self, word: str) -> bool:
        return stem(word) in self._stems

    def _read_word(self, word: str) -> Word:
        if self._is_here(word):
            return Word(word, {stem(word): 1.0})
        begun = {s: AS_PREFIX for w, s in self._words.items() if w.startswith(word)}
        if begun and len(word) >= SHORTEST_PREFIX:
            return Word(word, begun)
        for place in range(SHORTEST_PREFIX, len(word) - SHORTEST_PREFIX + 1):
            first, rest = word[:place], word[place:]
            if first in self._words and rest in self._words:
                return Word(word, {stem(first): 1.0, stem(rest): 1.0}, f"{first} {rest}")
        return self._nearest(word)

    def _nearest(self, word: str) -> Word:
        """The words with the fewest slips, as long as these are few for its length."""
        allowed = next((slips for size, slips in SLIPS if len(word) < size), MOST_SLIPS)
        if not allowed:
            return Word(word, {})
        near = process.extract(
            word, self._words.keys(), scorer=OSA.distance, score_cutoff=allowed, limit=5
        )
        if not near:
            return Word(word, {})
        fewest = near[0][1]
        stand_for = {self._words[w]: 1 - A_SLIP * d for w, d, _ in near if d == fewest}
        return Word(word, stand_for, near[0][0])

    # ── Weighing ──────────────────────────────────────────────────────────
    def kinds_asked_for(self, asked: Asked) -> dict[int, float]:
        """How well each kind's needs fit what was typed, from 0 to 1; those that do at all."""
        total = self._total(asked)
        best: dict[int, float] = defaultdict(float)
        for place, shared in self._worth(asked, self._phrases_with).items():
            kind, whole = self._said[place]
            best[kind] = max(best[kind], shared / (OF_TYPED * total + OF_NEED * whole))
        anywhere = self._worth(asked, self._kinds_with)
        return {
            kind: (fit + ELSEWHERE * anywhere[kind] / total) / (1 + ELSEWHERE)
            for kind, fit in best.items()
        }

    def named(self, asked: Asked) -> dict[int, float]:
        """What share of what was typed stands in each service's name; those with any."""
        total = self._total(asked)
        return {pk: worth / total for pk, worth in self._worth(asked, self._named).items()}

    def _total(self, asked: Asked) -> float:
        return sum(max(self._weights[one] for one in word.stands_for) for word in asked.known)

    def _worth(self, asked: Asked, where: Mapping[str, set[int]]) -> dict[int, float]:
        """The weight of the words that stand with each thing, a word counted once."""
        worth: dict[int, float] = defaultdict(float)
        for word in asked.known:
            once: dict[int, float] = defaultdict(float)
            for one, surely in word.stands_for.items():
                for thing in where.get(one, ()):
                    once[thing] = max(once[thing], surely * self._weights[one])
            for thing, weight in once.items():
                worth[thing] += weight
        return worth

    def nearest_kinds(self, text: str, most: int = 3) -> list[int]:
        """The kinds whose needs look most like a text that found nothing."""
        said = {phrase: kind for kind, phrases in self.phrases.items() for phrase in phrases}
        near = process.extract(
            " ".join(words_of(text)), said.keys(), scorer=fuzz.token_set_ratio, limit=20
        )
        return list(dict.fromkeys(said[phrase] for phrase, _, _ in near))[:most]
