"""Content written as files: what `cms.portable` reads again as the very same content.

The reader is the judge: a block's id is written only where the reader would make another one.
"""

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.core.files.storage import default_storage

from cms.portable.blocks import read_body
from cms.portable.context import Context
from cms.portable.notes import Note
from cms.portable.problems import Report
from cms.portable.text import markdown
from curriculum import content as frozen
from curriculum.domain.files import frozen_name

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
    files: dict[str, bytes] = field(default_factory=dict)  # name beside the page → bytes
    facts: dict[str, str] = field(default_factory=dict)  # in a case: id → name in the file

    def context(self, key: uuid.UUID) -> Context:
        """What the reader would know where this stands; its pictures do not matter."""
        made = dict.fromkeys(self.facts.values(), "")
        return Context(
            HERE, key, self.references, Report(HERE), lambda path: 0, fact=lambda n: made[str(n)]
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


def _figure(writer: Writer, node: frozen.Figure, context: Context) -> dict[str, Any]:
    if not node.file and not node.svg:
        raise CannotWrite("A figure has no picture yet.")
    if node.file:
        with default_storage.open(frozen_name(node.file), "rb") as stream:
            data = stream.read()
        name = f"pictures/{node.file.sha256[:12]}{Path(frozen_name(node.file)).suffix}"
    else:
        # The page has made the ids in the drawing its own.
        own = re.compile(rf'((?:id="|href="#|url\(#)){re.escape(node.id[:8])}-')
        data, name = own.sub(r"\1", node.svg).encode(), f"drawings/{node.id}.svg"
    writer.files[name] = data
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
        entry = without_empty({"text": reference.text, "url": reference.url})
        if writer.references.setdefault(reference.key, entry) != entry:
            raise CannotWrite(f"Two sources have the key {reference.key}.")
        is_made = reference.id == context.id(node.id, reference.key)
        name = reference.key
        rows.append(name if is_made else {"source": name, "key": reference.id})
    return rows


def _check(writer: Writer, node: Note, context: Context) -> dict[str, Any]:
    return {"text": node.text}


def _only_if(writer: Writer, node: frozen.OnlyIf, context: Context) -> dict[str, Any]:
    return {"fact": writer.facts[node.fact], "body": writer.body(node.body, uuid.UUID(node.id))}


WRITERS: dict[type, Callable[[Writer, Any, Context], Any]] = {
    frozen.Text: _text,
    frozen.Figure: _figure,
    frozen.Callout: _callout,
    frozen.ContentNote: _content_note,
    frozen.KeyFact: _key_fact,
    frozen.RoleCard: _role_card,
    frozen.TwoViews: _two_views,
    frozen.Table: _table,
    frozen.Steps: _steps,
    frozen.References: _references,
    frozen.OnlyIf: _only_if,
    Note: _check,
}
