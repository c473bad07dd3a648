"""A branching case as plain data: scenes, decisions, and the same moment from several seats.

References between its parts are ids. Consequences, views and quality leave the server only after
the learner has committed.
"""

from collections.abc import Iterator
from typing import ClassVar, TypeVar

from curriculum.content.body import BodyNode, ContentNote
from curriculum.content.codec import kind, part
from curriculum.content.directory import ServiceRef
from curriculum.enums import ActivityKind, ChoiceQuality, Portrait, Voice


@part
class Member:
    """Somebody in the case."""

    id: str
    name: str
    voice: Voice
    description: str
    portrait: Portrait


@part
class Role:
    """Who the learner is in the story, worded for those of one profession (by its name)."""

    profession: str
    text: str


@part
class Fact:
    """Something that the story remembers once a choice has set it."""

    id: str
    name: str


@part
class View:
    """How a member of the cast sees a moment, or what they know at it."""

    who: str  # id of the member
    text: str
    only_if: str = ""  # id of a fact


@part
class Service:
    """A service by a name that was typed, as in editions from before there was a directory."""

    name: str


@kind("only-if")
class OnlyIf:
    """A passage for those only whose choices have set a fact."""

    id: str
    fact: str
    body: tuple[BodyNode, ...]


@part
class CaseChoice:
    """One way to decide, and everything that follows from it."""

    id: str
    text: str
    quality: ChoiceQuality
    happened: str  # html
    leads_to: str  # id of a scene
    views: tuple[View, ...] = ()
    silent: str = ""  # why neither the person nor a carer speaks; learners see it
    sets: str = ""  # id of a fact
    services: tuple[Service, ...] = ()
    contacts: tuple[ServiceRef, ...] = ()  # whom one might ring
    found_by: tuple[str, ...] = ()  # the kinds of service that lead here, where one is found
    otherwise: bool = False  # where one is found, every other service leads here


@part
class Decision:
    """What the learner is asked in a scene. Where `finds`, the answer is a service that they find
    in the directory, and its kinds decide which choice that is."""

    question: str
    choices: tuple[CaseChoice, ...]
    asks_confidence: bool = False
    asks_prediction: bool = False
    finds: bool = False

    def choice(self, key: str) -> CaseChoice:
        """The choice with this id. Raises KeyError."""
        return _by_id(self.choices, key)


@part
class Scene:
    """One moment. Without a decision it is an ending."""

    id: str
    title: str
    narrative: tuple[BodyNode | OnlyIf, ...]
    knows: tuple[View, ...] = ()  # what a seat knows at this moment that the others don't
    decision: Decision | None = None

    @property
    def is_ending(self) -> bool:
        return self.decision is None


@part
class Closing:
    """One moment at the end, from each seat."""

    moment: str
    views: tuple[View, ...]


@kind(ActivityKind.CASE)
class Case:
    """The first scene opens the story."""

    title: str
    minutes: int
    role: str
    cast: tuple[Member, ...]
    scenes: tuple[Scene, ...]
    roles: tuple[Role, ...] = ()
    facts: tuple[Fact, ...] = ()
    body: tuple[BodyNode, ...] = ()  # the introduction
    content_note: ContentNote | None = None
    debrief: tuple[BodyNode, ...] = ()
    closing: Closing | None = None

    activity_kind: ClassVar[ActivityKind] = ActivityKind.CASE
    attempts_allowed: ClassVar[int] = 1  # the first run is the record; replays are not kept

    @property
    def nodes(self) -> tuple[BodyNode, ...]:
        return (*self.body, *self._told(), *self.debrief)

    def _told(self) -> Iterator[BodyNode]:
        for scene in self.scenes:
            for node in scene.narrative:
                yield from node.body if isinstance(node, OnlyIf) else (node,)

    def scene(self, key: str) -> Scene:
        """The scene with this id. Raises KeyError."""
        return _by_id(self.scenes, key)

    def member(self, key: str) -> Member:
        """The member of the cast with this id. Raises KeyError."""
        return _by_id(self.cast, key)

    def role_of(self, profession: str) -> str:
        """Who the learner is in the story, for somebody of this profession."""
        return next((r.text for r in self.roles if r.profession == profession), self.role)


T = TypeVar("T", CaseChoice, Scene, Member)


def _by_id(items: tuple[T, ...], key: str) -> T:
    for item in items:
        if item.id == key:
            return item
    raise KeyError(key)
