"""Refusals. Each message is fit for the person who tried."""


class Refused(Exception):
    """The action is not possible now; nothing was changed."""


class SomeRefused(Refused):
    """What was to be done for several at once is not possible for all; nothing was changed.

    `problems` says for which and why, in the order in which they were given.
    """

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("Nothing was changed, because this is not possible for all of them.")


class NotRecording(Refused):
    """Nothing may be recorded for this person here: staff, withdrawn, cohort not open."""


class NoAttemptsLeft(Refused):
    """Every attempt that the quiz allows was used."""


class AttemptClosed(Refused):
    """The attempt was submitted or abandoned; its answers are final."""


class AnswerCommitted(Refused):
    """Feedback on this question was shown; the answer is final."""


class NothingAnswered(Refused):
    """An attempt without a single answer is not submitted."""
