"""A taught meeting as plain data: what learners are told beforehand, and how it is led.

The facilitator's plan is for those who lead it. No page of a learner's shows any of it: they are
shown `for_learners` and the ground rules.
"""

from typing import ClassVar

from curriculum.content.body import BodyNode, Heading
from curriculum.content.codec import kind
from curriculum.enums import ActivityKind


@kind(ActivityKind.SESSION)
class Session:
    """Complete for those who were there; there is nothing to mark as done."""

    title: str
    minutes: int
    body: tuple[BodyNode, ...]  # what it is for
    plan: tuple[BodyNode, ...]  # the facilitator's
    prepare: tuple[BodyNode, ...] = ()
    ground_rules: tuple[str, ...] = ()

    activity_kind: ClassVar[ActivityKind] = ActivityKind.SESSION

    @property
    def nodes(self) -> tuple[BodyNode, ...]:
        """Every body node of the content, the facilitator's plan too."""
        return (*self.body, *self.prepare, *self.plan)

    @property
    def for_learners(self) -> tuple[BodyNode, ...]:
        """What learners read, as one body, so that sources are numbered through it."""
        if not self.prepare:
            return self.body
        return (*self.body, Heading(id="prepare", text="What to prepare"), *self.prepare)
