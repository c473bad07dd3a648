"""What a page of reading is made of: one plain node for every block an author can use.

Every node carries the id of the block it came from. `html` fields hold cleaned rich text
(`curriculum.text.clean_html`), other strings are plain text.
"""

from collections.abc import Iterator

from curriculum.content.codec import kind, part
from curriculum.content.directory import ServicesHere


@part
class MediaFile:
    """A file by its content: SHA-256 of the bytes that the author uploaded."""

    sha256: str
    mime: str
    width: int = 0  # pixels; 0 where there is no picture
    height: int = 0
    seconds: int = 0  # duration of a recording


@part
class Source:
    """Where a statement comes from."""

    text: str
    url: str = ""


@kind("heading")
class Heading:
    id: str
    text: str
    level: int = 2


@kind("text")
class Text:
    id: str
    html: str


@kind("figure")
class Figure:
    """A picture (`file`), or a drawing (`svg`, cleaned) that follows the reader's colour scheme."""

    id: str
    file: MediaFile | None = None
    svg: str = ""
    alternative: str = ""  # empty only where decorative
    caption: str = ""
    source: Source | None = None


@kind("video")
class Video:
    id: str
    title: str
    file: MediaFile
    captions: MediaFile | None = None
    transcript: str = ""  # html


@kind("audio")
class Audio:
    id: str
    title: str
    file: MediaFile
    transcript: str = ""  # html


@kind("callout")
class Callout:
    """Something to notice: what to do, what the law says, what to be careful about."""

    id: str
    tone: str  # practice, law, caution
    title: str
    html: str


@kind("content-note")
class ContentNote:
    """Says what is coming, how to skip it and what to do instead."""

    id: str
    coming: str
    instead: str  # html
    skip_to: str = ""  # id of the heading that comes after; empty: the end of the page


@kind("key-fact")
class KeyFact:
    id: str
    figure: str
    html: str
    source: Source


@kind("role-card")
class RoleCard:
    id: str
    role: str
    employer: str
    does: tuple[str, ...]
    does_not: tuple[str, ...]
    registration: str = ""
    call_when: str = ""


@kind("two-views")
class TwoViews:
    """The same matter as a GP and as a social worker sees it."""

    id: str
    matter: str
    gp: str  # html
    social_worker: str  # html


@kind("table")
class Table:
    """The first cell of a row names the row."""

    id: str
    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@part
class Step:
    id: str
    title: str
    html: str = ""


@kind("steps")
class Steps:
    id: str
    title: str
    steps: tuple[Step, ...]


@part
class Reference:
    id: str
    key: str  # as cited in the text: R13
    text: str
    url: str = ""


@kind("references")
class References:
    id: str
    references: tuple[Reference, ...]


BodyNode = (
    Heading
    | Text
    | Figure
    | Video
    | Audio
    | Callout
    | ContentNote
    | KeyFact
    | RoleCard
    | TwoViews
    | Table
    | Steps
    | References
    | ServicesHere
)


def words_of(body: tuple[BodyNode, ...]) -> Iterator[str]:
    """Every piece of text that is read in a body; references and services are looked up, not
    read."""
    for node in body:
        match node:
            case Heading(text=text) | ServicesHere(heading=text):
                yield text
            case Text(html=html):
                yield html
            case Figure(alternative=alternative, caption=caption, svg=svg):
                # A drawing takes about as long to read as its description.
                yield from (caption, alternative if svg else "")
            case Callout(title=title, html=html):
                yield from (title, html)
            case ContentNote(coming=coming, instead=instead):
                yield from (coming, instead)
            case KeyFact(figure=figure, html=html):
                yield from (figure, html)
            case RoleCard():
                yield from (node.role, node.employer, node.registration, node.call_when)
                yield from (*node.does, *node.does_not)
            case TwoViews(matter=matter, gp=gp, social_worker=social_worker):
                yield from (matter, gp, social_worker)
            case Table(caption=caption, headers=headers, rows=rows):
                yield from (caption, *headers)
                for row in rows:
                    yield from row
            case Steps(title=title, steps=steps):
                yield title
                for step in steps:
                    yield from (step.title, step.html)


def seconds_of(body: tuple[BodyNode, ...]) -> int:
    """Playing time of the recordings in a body."""
    return sum(node.file.seconds for node in body if isinstance(node, Video | Audio))


def media_of(body: tuple[BodyNode, ...]) -> Iterator[MediaFile]:
    """Every file that a body shows."""
    for node in body:
        if isinstance(node, Figure | Video | Audio) and node.file:
            yield node.file
        if isinstance(node, Video) and node.captions:
            yield node.captions
