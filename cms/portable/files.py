"""Reading a folder: YAML and Markdown into plain data, every problem by file and line."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cms.portable.blocks import read_body
from cms.portable.cases import CaseFile
from cms.portable.context import Context
from cms.portable.page_file import Media, PageFile
from cms.portable.plain_yaml import BadYaml, lines_by_id, load_yaml, question_lines
from cms.portable.problems import Report
from cms.portable.quiz import quiz_settings, read_questions
from cms.portable.reflection import read_prompts
from cms.portable.session import session_fields
from cms.portable.snippets import Snippets
from cms.portable.survey import survey_fields
from cms.portable.text import plain_value

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
Reader = Callable[[Context], dict[str, Any]]  # the fields that are a kind's own
_SLUG = re.compile(r"^[-\w]+$", re.ASCII)  # as Wagtail takes them


class Folder:
    """Reads one folder. `media` finds what pages show in the library, or puts it there."""

    def __init__(self, root: Path, media: Media) -> None:
        self.root = root.resolve()
        self.report = Report(self.root)
        self.media = media
        self.references: dict[str, dict[str, str]] = {}
        self.about: dict[str, Any] = {}  # media.yaml
        self.snippets = Snippets(self.report)

    def programme(self) -> PageFile:
        """The programme with its modules and their activities. Raises PortableError."""
        self._shared()
        file = self.root / "programme.yaml"
        data = self._yaml(file)
        page = self._page("programme", file, data)
        page.fields |= {
            "summary": _flat(data.get("summary")),
            "certificate_scope": data.get("certificate", "programme"),
            "covers": self._lines_of(page, "topic", self._list(file, data, "covers")),
        }
        outcomes = self._list(file, data, "outcomes")
        page.related["outcomes"] = self.snippets.read_outcomes(file, page.slug, outcomes)
        for name in self._list(file, data, "modules"):
            page.children.append(self._module(self.root / str(name) / "module.yaml"))
        self._refuse_unknown_outcomes(page.children)
        self._refuse_alike([page])
        self.report.stop_if_any()
        return page

    def module(self) -> PageFile:
        """A module that stands by itself, with its activities. Raises PortableError."""
        self._shared()
        page = self._module(self.root / "module.yaml")
        self._refuse_unknown_outcomes([page])
        self._refuse_alike([page])
        self.report.stop_if_any()
        return page

    def standard_pages(self) -> list[PageFile]:
        """Every Markdown file of the folder as a standard page. Raises PortableError."""
        pages = [self._markdown("standard", file) for file in sorted(self.root.glob("*.md"))]
        self.report.stop_if_any()
        return pages

    def _shared(self) -> None:
        """Read what the pages have in common."""
        references = self.root / "references.yaml"
        self.about, self.references = self._beside("media.yaml"), self._beside("references.yaml")
        for key, source in self.references.items():
            if not isinstance(source, dict) or not source.get("text"):
                self.report.add(references, 0, f"The source “{key}” has no text.")
        self.snippets.read_tags(self.root / "tags.yaml", self._beside("tags.yaml"))
        others = self.root / "outcomes.yaml"
        rows = self._list(others, self._beside("outcomes.yaml"), "outcomes")
        self.snippets.read_outcomes(others, "", rows)
        items = self._beside("survey-items.yaml")
        self.snippets.read_survey_items(self.root / "survey-items.yaml", items)
        terms = self._beside("glossary.yaml")
        self.snippets.read_terms(self.root / "glossary.yaml", terms, self.references)

    def _refuse_alike(self, pages: list[PageFile], seen: set[uuid.UUID] | None = None) -> None:
        """No two pages with one key, and no two beside one another with one slug."""
        seen, slugs = set() if seen is None else seen, set()
        for page in pages:
            if page.key in seen:
                self.report.add(page.file, 0, "Another page has the same key.")
            if page.slug in slugs:
                self.report.add(page.file, 0, f"Another page here has the slug “{page.slug}”.")
            seen.add(page.key)
            slugs.add(page.slug)
            self._refuse_alike(page.children, seen)

    def _module(self, file: Path) -> PageFile:
        data = self._yaml(file)
        page = self._page("module", file, data)
        page.fields["review_months"] = self._review_months(file, data)
        with self._guard(file):
            page.fields |= self._module_fields(page, data)
            outcomes = self._list(file, data, "outcomes")
            page.related["module_outcomes"] = self.snippets.read_outcomes(file, page.slug, outcomes)
        for name in self._list(file, data, "activities"):
            path = file.parent / str(name)
            is_data = path.suffix == ".yaml"
            child = self._data(path) if is_data else self._markdown("reading", path)
            if child.fields.get("review_months") is None:
                child.fields["review_months"] = page.fields["review_months"]
            page.children.append(child)
        return page

    def _module_fields(self, page: PageFile, data: dict[str, Any]) -> dict[str, Any]:
        body: list[dict[str, Any]] = []
        if data.get("body"):
            path = page.file.parent / str(data["body"])
            body = read_body(self._text(path), 1, self._context(path, page.key, page.lines))
        return {
            "summary": plain_value(data.get("summary")).strip(),
            "is_required": data.get("required", True),
            "authors": _flat(data.get("authors")),
            "law_checked_on": data.get("law_checked"),
            "body": body,
        }

    def _refuse_unknown_outcomes(self, modules: list[PageFile]) -> None:
        for page in (page for module in modules for page in module.children):
            for key in page.related.get("outcomes", ()):
                if key not in self.snippets.outcomes:
                    self.report.add(page.file, 0, f"No module.yaml has an outcome “{key}”.")

    def _data(self, file: Path) -> PageFile:
        """A quiz, or what else its fields say it is."""
        source = self._text(file)
        data = self._parse(file, source, 0)
        kinds = {"prompts": self._reflection, "scenes": self._case}
        kinds |= {"occasion": self._survey, "plan": self._session}
        named = (read for name, read in kinds.items() if name in data)
        return next(named, self._quiz)(file, source, data)

    def _reflection(self, file: Path, source: str, data: dict[str, Any]) -> PageFile:
        def read(context: Context) -> dict[str, Any]:
            rows, lines = data.get("prompts") or [], lines_by_id(source, "prompts")
            body = self._introduction(data, context)
            return {"body": body, "prompts": read_prompts(rows, lines, context)}

        return self._filled("reflection", file, data, read)

    def _session(self, file: Path, source: str, data: dict[str, Any]) -> PageFile:
        return self._filled("session", file, data, lambda c: session_fields(data, source, c))

    def _survey(self, file: Path, source: str, data: dict[str, Any]) -> PageFile:
        def read(context: Context) -> dict[str, Any]:
            fields = survey_fields(data, self.snippets.survey_items, context)
            return {**fields, "body": self._introduction(data, context)}

        return self._filled("survey", file, data, read)

    def _case(self, file: Path, source: str, data: dict[str, Any]) -> PageFile:
        return self._filled(
            "case", file, data, lambda c: CaseFile(data, lines_by_id(source, "scenes"), c).fields()
        )

    def _filled(self, kind: str, file: Path, data: dict[str, Any], read: Reader) -> PageFile:
        page = self._page(kind, file, data)
        context = self._context(file, page.key, page.lines)
        with self._guard(file):
            page.fields |= {**read(context), **self._activity_fields(file, data)}
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
            data = page.fields.pop("front", {})
            with self._guard(file):
                page.fields |= self._activity_fields(file, data)
        return page

    def _quiz(self, file: Path, source: str, data: dict[str, Any]) -> PageFile:
        def read(context: Context) -> dict[str, Any]:
            questions = data.get("questions") or []
            lines = question_lines(source) or [0] * len(questions)
            return {
                "body": self._introduction(data, context),
                "questions": read_questions(questions, lines, context),
                **quiz_settings(data),
            }

        return self._filled("quiz", file, data, read)

    # ── Parts ─────────────────────────────────────────────────────────────
    def _activity_fields(self, file: Path, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "is_required": data.get("required", True),
            "minutes_override": data.get("minutes"),
            "search_description": plain_value(data.get("summary")).strip(),
            "review_months": self._review_months(file, data),
        }

    def _review_months(self, file: Path, data: dict[str, Any]) -> int | None:
        months = data.get("review_by_months")
        if months in (None, 6, 12):
            return months
        self.report.add(file, 0, "“review_by_months” is 6 or 12.")
        return None

    def _related(self, kind: str, file: Path, data: dict[str, Any]) -> dict[str, list[str]]:
        """The tags and outcomes that a page names."""
        if kind in {"programme", "standard", "role", "who-is-who"}:
            return {}
        tags = [plain_value(tag) for tag in self._list(file, data, "tags")]
        for tag in tags:
            if tag not in self.snippets.tags:
                self.report.add(file, 0, f"tags.yaml has no tag “{tag}”.")
        if kind == "module":
            return {"tags": tags}
        outcomes = [plain_value(key) for key in self._list(file, data, "outcomes")]
        return {"tags": tags, "outcomes": outcomes}

    def _introduction(self, data: dict[str, Any], context: Context) -> list[dict[str, Any]]:
        introduction = plain_value(data.get("introduction"))
        return read_body(introduction, 1, context) if introduction else []

    def _list(self, file: Path, data: dict[str, Any], name: str) -> list[Any]:
        found = data.get(name) or []
        if isinstance(found, list):
            return found
        self.report.add(file, 0, f"“{name}” is a list, with a hyphen before each line.")
        return []

    @contextmanager
    def _guard(self, file: Path) -> Iterator[None]:
        """Files may hold anything anywhere; what does not fit is a problem and no failure."""
        try:
            yield
        except BadYaml as error:
            self.report.add(file, error.line, str(error))
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
            self.report.add(file, 0, f"The file lacks or misplaces {error}.")

    def _page(self, kind: str, file: Path, data: dict[str, Any]) -> PageFile:
        try:
            key = uuid.UUID(str(data.get("key")))
        except ValueError:
            self.report.add(file, 0, "A page needs a key: a UUID made once.")
            key = uuid.uuid4()
        title, slug = "", str(data.get("slug") or "")
        with self._guard(file):
            title = _flat(data.get("title"))
        if not title:
            self.report.add(file, 0, "A page needs a title.")
        if not _SLUG.match(slug):
            self.report.add(file, 0, "A slug has lower-case letters, digits and hyphens.")
        extra = {"front": data} if kind in {"reading", "role", "who-is-who"} else {}
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
        return Context(file, key, self.references, self.report, self._media, lines, tags=tags)

    def _media(self, kind: str, path: Path) -> int:
        name = path.relative_to(self.root).as_posix()
        return self.media(kind, path, name, self.about.get(name))

    def _text(self, file: Path) -> str:
        if not self.report.has(file):
            self.report.add(file, 0, "There is no such file.")
            return ""
        try:
            return file.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            self.report.add(file, 0, "This is not text in UTF-8.")
            return ""

    def _beside(self, name: str) -> dict[str, Any]:
        """A file of the programme as a whole, which may be missing."""
        file = self.root / name
        return self._yaml(file) if file.exists() else {}

    def _yaml(self, file: Path) -> dict[str, Any]:
        return self._parse(file, self._text(file), 0)

    def _parse(self, file: Path, source: str, before: int) -> dict[str, Any]:
        try:
            data = load_yaml(source)
        except BadYaml as error:
            self.report.add(file, before + error.line, str(error))
            return {}
        if not isinstance(data, dict):
            self.report.add(file, before, "Expected fields such as “title: …”.")
            return {}
        return data


def _flat(value: Any) -> str:
    return " ".join(plain_value(value).split())
