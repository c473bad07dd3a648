"""Reading a folder: YAML and Markdown into plain data, every problem by file and line."""

import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from cms.portable.blocks import read_body
from cms.portable.cases import CaseFile
from cms.portable.context import Context
from cms.portable.problems import Report
from cms.portable.quiz import read_questions
from cms.portable.reflection import read_prompts
from cms.portable.snippets import Snippets

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")


@dataclass
class PageFile:
    """One page as files say it: what kind, its key, and the values of its fields."""

    kind: str  # programme, module, reading, case, quiz, standard
    file: Path
    key: uuid.UUID
    title: str
    slug: str
    fields: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    children: list["PageFile"] = field(default_factory=list)
    related: dict[str, list[str]] = field(default_factory=dict)  # tags and outcomes, by name


class Folder:
    """Reads one folder. `picture` turns a picture's path into its primary key."""

    def __init__(self, root: Path, picture: Any) -> None:
        self.root = root.resolve()
        self.report = Report(self.root)
        self.picture = picture
        self.references: dict[str, dict[str, str]] = {}
        self.snippets = Snippets(self.report)

    def programme(self) -> PageFile:
        """The programme with its modules and their activities. Raises PortableError."""
        self.references = self._beside("references.yaml")
        self.snippets.read_tags(self.root / "tags.yaml", self._beside("tags.yaml"))
        terms = self._beside("glossary.yaml")
        self.snippets.read_terms(self.root / "glossary.yaml", terms, self.references)
        file = self.root / "programme.yaml"
        data = self._yaml(file)
        page = self._page("programme", file, data)
        page.fields |= {
            "summary": _flat(data.get("summary")),
            "certificate_scope": data.get("certificate", "programme"),
            "covers": self._lines_of(page, "topic", data.get("covers", [])),
        }
        outcomes = data.get("outcomes") or []
        page.related["outcomes"] = self.snippets.read_outcomes(file, page.slug, outcomes)
        names = data.get("modules", [])
        page.children = [self._module(self.root / str(name) / "module.yaml") for name in names]
        self._refuse_unknown_outcomes(page)
        self.report.stop_if_any()
        return page

    def standard_pages(self) -> list[PageFile]:
        """Every Markdown file of the folder as a standard page. Raises PortableError."""
        pages = [self._markdown("standard", file) for file in sorted(self.root.glob("*.md"))]
        self.report.stop_if_any()
        return pages

    def _module(self, file: Path) -> PageFile:
        data = self._yaml(file)
        page = self._page("module", file, data)
        body: list[dict[str, Any]] = []
        if data.get("body"):
            path = file.parent / str(data["body"])
            body = read_body(self._text(path), 1, self._context(path, page.key, page.lines))
        page.fields |= {
            "summary": _flat(data.get("summary")),
            "is_required": data.get("required", True),
            "authors": _flat(data.get("authors")),
            "law_checked_on": data.get("law_checked"),
            "review_months": self._review_months(file, data),
            "body": body,
        }
        outcomes = data.get("outcomes") or []
        page.related["module_outcomes"] = self.snippets.read_outcomes(file, page.slug, outcomes)
        for name in data.get("activities", []):
            path = file.parent / str(name)
            is_data = path.suffix == ".yaml"
            child = self._data(path) if is_data else self._markdown("reading", path)
            if child.fields.get("review_months") is None:
                child.fields["review_months"] = page.fields["review_months"]
            page.children.append(child)
        return page

    def _refuse_unknown_outcomes(self, programme: PageFile) -> None:
        for module in programme.children:
            for page in module.children:
                for key in page.related.get("outcomes", ()):
                    if key not in self.snippets.outcomes:
                        self.report.add(page.file, 0, f"No module.yaml has an outcome “{key}”.")

    def _data(self, file: Path) -> PageFile:
        """A quiz; a case where there are scenes, a reflection where there are prompts."""
        source = self._text(file)
        data = self._parse(file, source, 0)
        if "prompts" in data:
            return self._reflection(file, source, data)
        return self._case(file, source, data) if "scenes" in data else self._quiz(file)

    def _reflection(self, file: Path, source: str, data: dict[str, Any]) -> PageFile:
        page = self._page("reflection", file, data)
        context = self._context(file, page.key, page.lines)
        introduction, prompts = data.get("introduction") or "", data.get("prompts") or []
        page.fields |= {
            "body": read_body(introduction, 1, context) if introduction else [],
            "prompts": read_prompts(prompts, _lines_by_id(source, "prompts"), context),
            **self._activity_fields(file, data),
        }
        return page

    def _case(self, file: Path, source: str, data: dict[str, Any]) -> PageFile:
        page = self._page("case", file, data)
        context = self._context(file, page.key, page.lines)
        try:
            page.fields |= CaseFile(data, _lines_by_id(source, "scenes"), context).fields()
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            self.report.add(file, 0, f"The case lacks or misplaces {error}.")
        page.fields |= self._activity_fields(file, data)
        return page

    def _markdown(self, kind: str, file: Path) -> PageFile:
        text = self._text(file)
        front = _FRONT.match(text)
        if front is None:
            self.report.add(file, 1, "The file must begin with front matter between --- lines.")
            return self._page(kind, file, {})
        page = self._page(kind, file, self._parse(file, front[1], 1))
        first = text[: front.end()].count("\n") + 1
        body = read_body(text[front.end() :], first, self._context(file, page.key, page.lines))
        page.fields["body"] = body
        if kind == "reading":
            page.fields |= self._activity_fields(file, page.fields.pop("data"))
        page.fields.pop("data", None)
        return page

    def _quiz(self, file: Path) -> PageFile:
        source = self._text(file)
        data = self._parse(file, source, 0)
        page = self._page("quiz", file, data)
        context = self._context(file, page.key, page.lines)
        questions = data.get("questions") or []
        lines = _question_lines(source) or [0] * len(questions)
        introduction = data.get("introduction") or ""
        page.fields |= {
            "body": read_body(introduction, 1, context) if introduction else [],
            "questions": read_questions(questions, lines, context),
            "feedback": data.get("feedback", "end"),
            "completes_on": data.get("completes_on", "passed"),
            "pass_mark": data.get("pass_mark", 60),
            "attempts_allowed": data.get("attempts", 0),
            "draw": data.get("draw", 0),
            "shuffle_questions": data.get("shuffle_questions", False),
            "shuffle_options": data.get("shuffle_options", True),
            **self._activity_fields(file, data),
        }
        page.fields.pop("data", None)
        return page

    # ── Parts ─────────────────────────────────────────────────────────────
    def _activity_fields(self, file: Path, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "is_required": data.get("required", True),
            "minutes_override": data.get("minutes"),
            "search_description": _flat(data.get("summary")),
            "review_months": self._review_months(file, data),
        }

    def _review_months(self, file: Path, data: dict[str, Any]) -> int | None:
        months: int | None = data.get("review_by_months")
        if months not in {None, 6, 12}:
            self.report.add(file, 0, "“review_by_months” is 6 or 12.")
        return months

    def _related(self, kind: str, file: Path, data: dict[str, Any]) -> dict[str, list[str]]:
        """The tags and outcomes that a page names."""
        if kind in {"programme", "standard"}:
            return {}
        tags = [str(tag) for tag in data.get("tags") or []]
        for tag in tags:
            if tag not in self.snippets.tags:
                self.report.add(file, 0, f"tags.yaml has no tag “{tag}”.")
        if kind == "module":
            return {"tags": tags}
        return {"tags": tags, "outcomes": [str(key) for key in data.get("outcomes") or []]}

    def _page(self, kind: str, file: Path, data: dict[str, Any]) -> PageFile:
        try:
            key = uuid.UUID(str(data.get("key")))
        except ValueError:
            self.report.add(file, 0, "A page needs a key: a UUID made once.")
            key = uuid.uuid4()
        title, slug = _flat(data.get("title")), str(data.get("slug") or "")
        if not title:
            self.report.add(file, 0, "A page needs a title.")
        if not _SLUG.match(slug):
            self.report.add(file, 0, "A slug has lower-case letters, digits and hyphens.")
        extra = {"data": data} if kind == "reading" else {}
        related = self._related(kind, file, data)
        return PageFile(kind, file, key, title, slug, extra, related=related)

    def _lines_of(self, page: PageFile, kind: str, texts: list[Any]) -> list[dict[str, Any]]:
        made = self._context(page.file, page.key, page.lines)
        return [
            {"type": kind, "value": _flat(text), "id": made.id(f"{kind}-{n}")}
            for n, text in enumerate(texts, start=1)
        ]

    def _context(self, file: Path, key: uuid.UUID, lines: dict[str, int]) -> Context:
        tags = frozenset(self.snippets.tags)
        return Context(file, key, self.references, self.report, self.picture, lines, tags=tags)

    def _text(self, file: Path) -> str:
        if not file.resolve().is_relative_to(self.root) or not file.is_file():
            self.report.add(file, 0, "There is no such file.")
            return ""
        return file.read_text(encoding="utf-8").replace("\r\n", "\n")

    def _beside(self, name: str) -> dict[str, Any]:
        """A file of the programme as a whole, which may be missing."""
        file = self.root / name
        return self._yaml(file) if file.exists() else {}

    def _yaml(self, file: Path) -> dict[str, Any]:
        return self._parse(file, self._text(file), 0)

    def _parse(self, file: Path, source: str, before: int) -> dict[str, Any]:
        try:
            data = yaml.safe_load(source)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            self.report.add(file, before + (mark.line + 1 if mark else 0), "Not valid YAML.")
            return {}
        if not isinstance(data, dict):
            self.report.add(file, before, "Expected fields such as “title: …”.")
            return {}
        return data


def _question_lines(source: str) -> list[int]:
    """The line on which each question of a quiz begins."""
    root = yaml.compose(source, Loader=yaml.SafeLoader)
    for name, value in root.value if isinstance(root, yaml.MappingNode) else []:
        if name.value == "questions":
            return [node.start_mark.line + 1 for node in value.value]
    return []


def _lines_by_id(source: str, field: str) -> dict[str, int]:
    """The line on which each item of a list begins, by its id."""
    root = yaml.compose(source, Loader=yaml.SafeLoader)
    found = {}
    for name, value in root.value if isinstance(root, yaml.MappingNode) else []:
        for item in value.value if name.value == field else []:
            ids = [v.value for k, v in item.value if k.value == "id"]
            found.update(dict.fromkeys(ids, item.start_mark.line + 1))
    return found


def _flat(value: Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""
