"""The keys by which the attempts that stand on an edition are marked."""

from dataclasses import dataclass

from curriculum.domain.keys import Key, keys_in_force
from curriculum.models import Edition, Regrade
from curriculum.queries.regrades import regrades_of


@dataclass(frozen=True)
class Keys:
    """What counts as right on an edition now, question by question, and who corrected it."""

    by_question: dict[str, Key]
    regrades: list[Regrade]  # newest first

    def __getitem__(self, question: str) -> Key:
        return self.by_question[question]

    def correction(self, question: str) -> Regrade | None:
        """The regrade that corrected the key of this question."""
        source = self.by_question[question].source
        return None if source is None else self.regrades[source]


def keys_of(edition: Edition) -> Keys:
    """The keys in force on an edition of a quiz."""
    regrades = regrades_of([edition])[edition.pk]
    later = [regrade.corrected.content for regrade in regrades]
    return Keys(keys_in_force(edition.content, later), regrades)
