"""Content written as files: what `cms.portable` reads again as the very same content.

The reader is the judge: a block's id is written only where the reader would make another one.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils.text import slugify

from cms.portable.blocks import read_body
from cms.portable.context import Context
from cms.portable.library import title_of
from cms.portable.notes import Note
from cms.portable.problems import Report
from cms.portable.text import markdown
from curriculum import content as frozen

HERE = Path("/")


class CannotWrite(Exception):
    """The files cannot say this. The message names it."""


class _Dumper(yaml.SafeDumper):
    """Several lines of text as lines, not as \\n."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text_node(dumper: Any, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text_node)


def as_yaml(data: Any) -> str:
    """Data as YAML in its own order."""
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text


def without_empty(data: dict[str, Any]) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in data.items() if value not in ("", None, [], {}, False)}


@dataclass
class Writer:
    """Writes bodies, and gathers what they need beside them."""

    references: dict[str, dict[str, str]] = field(default_factory=dict)  # key → text, url
    media: dict[str, Any] = field(default_factory=dict)  # name beside the page → author's file
    about: dict[str, dict[str, Any]] = field(default_factory=dict)  # the same name → media.yaml
    files: dict[str, Any] = field(default_factory=dict)  # sha256 → author's file, of this page
    drawings: dict[str, Any] = field(default_factory=dict)  # figure's id → the same
    pages: dict[str, str] = field(default_factory=dict)  # a page's key → its file
    facts: dict[str, str] = field(default_factory=dict)  # in a case: id → name in the file

    def context(self, key: uuid.UUID) -> Context:
        """What the reader would know where this stands; its pictures do not matter."""
        made = dict.fromkeys(self.facts.values(), "")
        return Context(
            HERE, key, self.references, Report(HERE), lambda *_: 0, fact=lambda n: made[str(n)]
        )

    def body(self, nodes: Iterable[Any], key: uuid.UUID) -> str:
        """Blocks as Markdown with `:::` sections. Raises CannotWrite."""
        nodes, named = list(nodes), set[int]()
        while True:
            source = "\n\n".join(
                self._block(node, key, is_named=n in named) for n, node in enumerate(nodes)
            )
            read = [block["id"] for block in read_body(source, 1, self.context(key))]
            others = {n for n, node in enumerate(nodes) if read[n : n + 1] != [node.id]}
            if not others or named == set(range(len(nodes))):
                return source
            # Prose that runs on would be read as one block, so that all after it seem others.
            named |= others if len(read) == len(nodes) else set(range(len(nodes)))

    def _block(self, node: Any, key: uuid.UUID, *, is_named: bool) -> str:
        mark = f" {{#{node.id}}}" if is_named else ""
        if isinstance(node, frozen.Heading):
            return f"{'#' * node.level} {node.text}{mark}"
        said = markdown(node.html) if isinstance(node, frozen.Text) else None
        if isinstance(said, str) and not is_named:
            return said
        write = WRITERS.get(type(node))
        if write is None:
            raise CannotWrite(f"Files cannot hold a block of this kind yet: {node.KIND}.")
        data = write(self, node, self.context(key))
        return f"::: {node.KIND}{mark}\n{as_yaml(data)}:::"

    def list_references(self, nodes: Iterable[Any]) -> None:
        """Give the sources that pages list by key their entries, before others take the keys."""
        for node in nodes:
            if isinstance(node, frozen.References):
                for reference in node.references:
                    entry = without_empty({"text": reference.text, "url": reference.url})
                    self.references.setdefault(reference.key, entry)

    def take(self, folder: str, file: Any, sha256: str) -> str:
        """The name under which this file of the library stands beside the page."""
        if file is None:
            raise CannotWrite("A file that the page shows is gone from the library.")
        suffix = Path(file.name).suffix.lower()
        plain = f"{folder}/{slugify(file.instance.title)[:60] or 'file'}"
        name = plain + suffix
        if name in self.media and self.media[name].instance != file.instance:
            name = f"{plain}-{sha256[:8]}{suffix}"
        self.media[name] = file
        if about := _about(file.instance, name):
            self.about[name] = about
        return name

    def source(self, source: frozen.Source | None) -> str:
        """The key under which this source stands in references.yaml."""
        if source is None:
            return ""
        entry = without_empty({"text": source.text, "url": source.url})
        for key, known in self.references.items():
            if known == entry:
                return key
        key = f"S{len(self.references) + 1}"
        while key in self.references:
            key += "a"
        self.references[key] = entry
        return key


# ── Blocks ────────────────────────────────────────────────────────────────
def _text(writer: Writer, node: frozen.Text, context: Context) -> dict[str, Any]:
    return {"text": markdown(node.html)}


def _about(row: Any, name: str) -> dict[str, Any]:
    """What the library says of a file beyond what its name says."""
    said = {"title": row.title} if row.title != title_of(name) else {}
    said["description"] = getattr(row, "description", "")
    if hasattr(row, "duration"):
        # Whole seconds stay whole numbers, so that the same recording gives the same bytes.
        seconds = row.duration or 0
        said["seconds"] = int(seconds) if seconds == int(seconds) else seconds
        said |= {"width": row.width or 0, "height": row.height or 0}
    return without_empty({**said, "tags": sorted(row.tags.names())})


def _figure(writer: Writer, node: frozen.Figure, context: Context) -> dict[str, Any]:
    if node.svg:
        drawing = writer.drawings[node.id]
        with drawing.storage.open(drawing.name, "rb") as stream:
            sha256 = hashlib.sha256(stream.read()).hexdigest()
        name = writer.take("drawings", drawing, sha256)
    elif node.file:
        name = writer.take("pictures", writer.files.get(node.file.sha256), node.file.sha256)
    else:
        raise CannotWrite("A figure has no picture yet.")
    source = node.source or frozen.Source(text="")
    return without_empty(
        {
            "file": name,
            "alternative": node.alternative,
            "decorative": not node.alternative,
            "caption": node.caption,
            "source": source.text,
            "source_url": source.url,
        }
    )


def _recording(writer: Writer, node: frozen.Video | frozen.Audio, context: Context) -> Any:
    captions = node.captions if isinstance(node, frozen.Video) else None
    files, sha256 = writer.files, node.file.sha256
    return without_empty(
        {
            "file": writer.take("recordings", files.get(sha256), sha256),
            "title": node.title,
            "captions": captions
            and writer.take("captions", files.get(captions.sha256), captions.sha256),
            "transcript": markdown(node.transcript),
        }
    )


def _content_note(writer: Writer, node: frozen.ContentNote, context: Context) -> dict[str, Any]:
    covers = "section" if node.skip_to else "page"
    return {"coming": node.coming, "instead": markdown(node.instead), "covers": covers}


def _callout(writer: Writer, node: frozen.Callout, context: Context) -> dict[str, Any]:
    return {"tone": node.tone, "title": node.title, "text": markdown(node.html)}


def _key_fact(writer: Writer, node: frozen.KeyFact, context: Context) -> dict[str, Any]:
    source = writer.source(node.source)
    return {"figure": node.figure, "text": markdown(node.html), "source": source}


def _role_card(writer: Writer, node: frozen.RoleCard, context: Context) -> dict[str, Any]:
    return without_empty(
        {
            "role": node.role,
            "employer": node.employer,
            "does": list(node.does),
            "does_not": list(node.does_not),
            "registration": node.registration,
            "call_when": node.call_when,
        }
    )


def _two_views(writer: Writer, node: frozen.TwoViews, context: Context) -> dict[str, Any]:
    return {
        "matter": node.matter,
        "gp": markdown(node.gp),
        "social_worker": markdown(node.social_worker),
    }


def _table(writer: Writer, node: frozen.Table, context: Context) -> dict[str, Any]:
    return {
        "caption": node.caption,
        "headers": list(node.headers),
        "rows": [list(row) for row in node.rows],
    }


def _steps(writer: Writer, node: frozen.Steps, context: Context) -> dict[str, Any]:
    steps = []
    for n, step in enumerate(node.steps, start=1):
        key = "" if step.id == context.id(node.id, f"step-{n}") else step.id
        row = {"key": key, "title": step.title, "text": markdown(step.html)}
        steps.append(without_empty(row))
    return {"title": node.title, "steps": steps}


def _references(writer: Writer, node: frozen.References, context: Context) -> list[Any]:
    rows: list[Any] = []
    for reference in node.references:
        name = reference.key
        entry = without_empty({"text": reference.text, "url": reference.url})
        row: dict[str, Any] = {"source": name}
        if writer.references.setdefault(name, entry) != entry:
            row |= entry  # on another page the same key means another source
        if reference.id != context.id(node.id, name):
            row["key"] = reference.id
        rows.append(row if len(row) > 1 else name)
    return rows


def _services_here(writer: Writer, node: frozen.ServicesHere, context: Context) -> dict[str, Any]:
    return {"heading": node.heading, "kinds": [ref.kind for ref in node.kinds]}


def _check(writer: Writer, node: Note, context: Context) -> dict[str, Any]:
    return {"text": node.text}


def _only_if(writer: Writer, node: frozen.OnlyIf, context: Context) -> dict[str, Any]:
    return {"fact": writer.facts[node.fact], "body": writer.body(node.body, uuid.UUID(node.id))}


WRITERS: dict[type, Callable[[Writer, Any, Context], Any]] = {
    frozen.Text: _text,
    frozen.Figure: _figure,
    frozen.Video: _recording,
    frozen.Audio: _recording,
    frozen.Callout: _callout,
    frozen.ContentNote: _content_note,
    frozen.KeyFact: _key_fact,
    frozen.RoleCard: _role_card,
    frozen.TwoViews: _two_views,
    frozen.Table: _table,
    frozen.Steps: _steps,
    frozen.References: _references,
    frozen.ServicesHere: _services_here,
    frozen.OnlyIf: _only_if,
    Note: _check,
}
