"""What every block of ours can do: freeze itself into a plain node, and say what is wrong."""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from wagtail import blocks

from curriculum.content import Source
from curriculum.text import clean_html, clean_line, clean_text

_DOUBLED = re.compile(r'href="##+')  # the editor adds a # to the one that was typed
_CITED = re.compile(r'href="#ref-([\w-]+)"')


@dataclass(frozen=True)
class Problem:
    """Why something cannot be published. `path` leads there: field name, block id, field name …"""

    path: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass
class Findings:
    """What freezing one page came upon."""

    problems: list[Problem] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    files: dict[str, Any] = field(default_factory=dict)  # sha256 → the author's file
    drawings: dict[str, Any] = field(default_factory=dict)  # id of the figure → the author's file
    cited: list[tuple[str, "Place"]] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    covers: dict[str, str] = field(default_factory=dict)  # content note → section or page


@dataclass(frozen=True)
class Place:
    """Where in a page something stands. Problems are reported to it and go into `findings`."""

    path: tuple[str, ...] = ()
    findings: Findings = field(default_factory=Findings)

    @property
    def id(self) -> str:
        """The id of the block that stands here."""
        return self.path[-1] if self.path else "preview"

    def at(self, *steps: str) -> "Place":
        return Place((*self.path, *steps), self.findings)

    def problem(self, message: str) -> None:
        self.findings.problems.append(Problem(self.path, message))

    def line(self, name: str, value: Any, missing: str = "") -> str:
        """The field's plain text on one line; empty is a problem where `missing` says why."""
        text = clean_line(value or "")
        if missing and not text:
            self.at(name).problem(missing)
        return text

    def choice(self, name: str, value: Any, allowed: Iterable[tuple[str, str]]) -> str:
        """One of the allowed values; the first where it is none of them, which is a problem."""
        values = [known for known, _ in allowed]
        if value in values:
            return str(value)
        self.at(name).problem(f"Choose one of: {', '.join(values)}.")
        return values[0]

    def text(self, name: str, value: Any, missing: str = "") -> str:
        """The field's plain text of several lines."""
        text = clean_text(value or "")
        if missing and not text:
            self.at(name).problem(missing)
        return text

    def html(self, name: str, value: Any, missing: str = "") -> str:
        """The field's rich text, links to our own pages made independent of addresses."""
        source = _DOUBLED.sub('href="#', getattr(value, "source", value) or "")
        html = clean_html(resolve_links(source))
        there = self.at(name) if name else self
        if missing and not html:
            there.problem(missing)
        self.findings.cited.extend((key, there) for key in _CITED.findall(html))
        return html


def resolve_links(source: str) -> str:
    """Wagtail's stored rich text with page links as `/go/<translation_key>/`.

    Such an address survives moves and new slugs and needs no query to be shown.
    """
    if "linktype" not in source:
        return source
    from bs4 import BeautifulSoup
    from wagtail.models import Page

    soup = BeautifulSoup(source, "html.parser")
    links = soup.find_all("a", linktype=True)
    wanted = {str(link.get("id")) for link in links if link["linktype"] == "page"}
    keys = {
        str(pk): key
        for pk, key in Page.objects.filter(
            pk__in=[pk for pk in wanted if pk.isdecimal()]
        ).values_list("pk", "translation_key")
    }
    for link in links:
        key = keys.get(str(link.get("id"))) if link["linktype"] == "page" else None
        if key is None:
            link.unwrap()  # a document or a page that is gone: the words stay, the link does not
        else:
            link.attrs = {"href": f"/go/{key}/"}
    return str(soup)


class Freezable(blocks.Block):
    """A block with a node in `curriculum.content`. Its template includes the one renderer's."""

    def freeze(self, value: Any, place: Place) -> Any:
        """The plain node for `value`. Always returns one; what is wrong with it goes to `place`."""
        raise NotImplementedError

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        place = Place()
        context["node"] = self.freeze(value, place)
        context["draft_media"] = {sha: file.url for sha, file in place.findings.files.items()}
        return context


class FreezableStruct(Freezable, blocks.StructBlock):
    """A StructBlock with a node."""


class FreezableStream(blocks.StreamBlock):
    """A stream whose children freeze one after the other."""

    missing: ClassVar[str] = ""

    def freeze(self, value: Any, place: Place) -> tuple[Any, ...]:
        """The children's nodes in order; missing and repeated ids are problems.

        A child that is no business of learners has no node.
        """
        if self.missing and not value:
            place.problem(self.missing)
        found = (child.block.freeze(child.value, there) for child, there in _placed(value, place))
        return tuple(node for node in found if node is not None)


def _placed(children: Iterable[Any], place: Place) -> Iterator[tuple[Any, Place]]:
    for child in children:
        if child.id is None:
            place.problem("A block has no id. Whoever writes blocks by program gives each one.")
        elif child.id == "":
            child.id = str(uuid.uuid4())  # new in the editor; this very object is stored
        there = place.at(child.id or "")
        if child.id and child.id in place.findings.ids:
            there.problem("This block has the same id as another. Delete it and add it afresh.")
        place.findings.ids.add(child.id)
        yield child, there


def freeze_list(value: Any, place: Place) -> Iterator[tuple[Any, Place]]:
    """The items of a ListBlock with the place of each."""
    for child in value.bound_blocks:
        if child.original_id is None:
            place.problem("An item has no id. Whoever writes blocks by program gives each one.")
    for child, there in _placed(value.bound_blocks, place):
        yield child.value, there


def freeze_source(value: Any, place: Place, *, required: str = "") -> Source | None:
    """A source from the fields `source` and `source_url`."""
    text = place.line("source", value.get("source"), required)
    url = place.line("source_url", value.get("source_url"))
    return Source(text=text, url=url) if text else None
