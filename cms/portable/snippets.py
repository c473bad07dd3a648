"""What stands beside a programme's pages: tags, outcomes and the glossary, read from files."""

import re
from pathlib import Path
from typing import Any

from cms.models import Framework, TagKind
from cms.portable.problems import Report
from curriculum.models.glossary import MOST_WORDS
from curriculum.text import clean_line, clean_text, count_words

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
ITEM_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
LONGEST_OUTCOME = 200  # characters, as the database has it


class Snippets:
    """Gathers them by their names, every problem by file."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.tags: dict[str, dict[str, Any]] = {}
        self.outcomes: dict[str, dict[str, Any]] = {}  # key → text and codes
        self.terms: dict[str, dict[str, Any]] = {}
        self.survey_items: dict[str, dict[str, Any]] = {}

    def read_tags(self, file: Path, rows: dict[str, Any]) -> None:
        """tags.yaml: a tag under each short name."""
        for slug, row in rows.items():
            if row := self._row(file, slug, row, {"name", "kind", "year", "url"}):
                kind = _line(row.get("kind"))
                if kind not in TagKind.values:
                    self._say(file, slug, f"its kind is one of {', '.join(TagKind.values)}")
                year = row.get("year")
                if year is not None and not isinstance(year, int):
                    self._say(file, slug, "its year is a number")
                name, url = _line(row.get("name")), _line(row.get("url"))
                if not name:
                    self._say(file, slug, "it needs a name")
                self.tags[str(slug)] = {"name": name, "kind": kind, "year": year, "url": url}

    def read_survey_items(self, file: Path, rows: dict[str, Any]) -> None:
        """survey-items.yaml: an item under each key."""
        known = {"kind", "statement", "domain", "reverse", "wordings"}
        for key, row in rows.items():
            if not ITEM_KEY.fullmatch(str(key)) or not isinstance(row, dict):
                self._say(file, key, "expected a key of letters, digits and hyphens, and fields")
                continue
            for name in sorted(set(row) - known):
                self._say(file, key, f"unknown field “{name}”")
            wordings = row.get("wordings") or {}
            if not isinstance(wordings, dict):
                self._say(file, key, "its wordings are a text under each profession or side")
                wordings = {}
            self.survey_items[str(key)] = {
                "kind": _line(row.get("kind")) or "likert",
                "statement": clean_text(str(row.get("statement") or "")),
                "domain": _line(row.get("domain")),
                "reverse": bool(row.get("reverse", False)),
                "wordings": [(_line(w), clean_text(str(t or ""))) for w, t in wordings.items()],
            }

    def read_terms(
        self, file: Path, rows: dict[str, Any], references: dict[str, dict[str, str]]
    ) -> None:
        """glossary.yaml: a term under each short name."""
        known = {"term", "forms", "definition", "source", "see_also"}
        for slug, row in rows.items():
            if not (row := self._row(file, slug, row, known)):
                continue
            term, definition = _line(row.get("term")), clean_text(str(row.get("definition") or ""))
            if not term or not definition:
                self._say(file, slug, "it needs a term and a definition")
            if (words := count_words([definition])) > MOST_WORDS:
                self._say(file, slug, f"its definition has {words} words, more than {MOST_WORDS}")
            source = references.get(_line(row.get("source")), {})
            if row.get("source") and not source:
                self._say(file, slug, f"references.yaml has no source “{row['source']}”")
            self.terms[str(slug)] = {
                "term": term,
                "forms": "\n".join(_line(form) for form in row.get("forms") or []),
                "definition": " ".join(definition.split()),
                "source": source.get("text", ""),
                "source_url": source.get("url", ""),
                "see_also": _line(row.get("see_also")),
            }

    def read_outcomes(self, file: Path, slug: str, rows: list[Any]) -> list[str]:
        """The keys of these outcomes, in order. A mere text has a key made for it."""
        return [self._outcome(file, slug, n, row) for n, row in enumerate(rows, start=1)]

    def _outcome(self, file: Path, slug: str, number: int, row: Any) -> str:
        if not isinstance(row, dict):
            row = {"key": f"{slug[:50]}-{number}", "text": row}
        key, text = _line(row.get("key")), _line(row.get("text"))
        for name in sorted(set(row) - {"key", "text", "codes"}):
            self._say(file, key, f"unknown field “{name}”")
        if not KEY.fullmatch(key):
            self._say(file, key, "its key has letters, digits, full stops and hyphens")
        if key in self.outcomes:
            self._say(file, key, "this outcome is written twice")
        if not text or len(text) > LONGEST_OUTCOME:
            self._say(file, key, f"it needs a text of at most {LONGEST_OUTCOME} characters")
        self.outcomes[key] = {"text": text, "codes": self._codes(file, key, row.get("codes"))}
        return key

    def _codes(self, file: Path, key: str, rows: Any) -> list[tuple[str, str]]:
        found = []
        for row in rows or []:
            framework = _line(row.get("framework")) if isinstance(row, dict) else ""
            code = _line(row.get("code")) if isinstance(row, dict) else ""
            if framework not in Framework.values or not code:
                names = ", ".join(Framework.values)
                self._say(file, key, f"a code has a framework ({names}) and a code")
            found.append((framework, code))
        return list(dict.fromkeys(found))

    def _row(self, file: Path, slug: Any, row: Any, known: set[str]) -> dict[str, Any]:
        if not SLUG.fullmatch(str(slug)) or not isinstance(row, dict):
            self._say(file, slug, "expected a short name in lower case, with fields under it")
            return {}
        for name in sorted(set(row) - known):
            self._say(file, slug, f"unknown field “{name}”")
        return row

    def _say(self, file: Path, name: Any, message: str) -> None:
        self.report.add(file, 0, f"{name}: {message}.")


def _line(value: Any) -> str:
    return "" if value is None else clean_line(str(value))
