"""Who is who from a folder: the list's own page and one Markdown file for each role."""

from pathlib import Path
from typing import Any

from cms.freeze_role import SECTIONS
from cms.models import Side
from cms.portable.files import Folder
from cms.portable.page_file import PageFile
from cms.portable.text import plain_value
from curriculum.enums import Portrait

INDEX = "who-is-who.md"
LINES = ("summary", "employer", "registration")
KNOWN = frozenset(
    "key title slug also side summary employer registration portrait kinds readings tags"
    " review_by_months".split()
)


class RolesFolder(Folder):
    """A folder that may also hold the pages of who is who."""

    def who_is_who(self) -> PageFile:
        """The list with its roles, in its order. Raises PortableError."""
        self._shared()
        file = self.root / INDEX
        page, data = self._with_data("who-is-who", file)
        with self._guard(file):
            page.fields["search_description"] = plain_value(data.get("summary")).strip()
        page.children = [self._role(self.root / str(n)) for n in self._list(file, data, "roles")]
        listed = {child.file for child in page.children} | {file}
        for path in sorted(self.root.glob("*.md")):
            if path not in listed:
                self.report.add(path, 0, f"{INDEX} does not list this role.")
        self._refuse_alike([page])
        self.report.stop_if_any()
        return page

    def _role(self, file: Path) -> PageFile:
        page, data = self._with_data("role", file)
        with self._guard(file):
            for name in sorted(set(data) - KNOWN):
                self.report.add(file, 0, f"A role has no field “{name}”.")
            page.fields |= {name: " ".join(plain_value(data.get(name)).split()) for name in LINES}
            page.fields |= {
                "other_names": "\n".join(map(plain_value, self._list(file, data, "also"))),
                "side": self._one_of(file, data, "side", Side.values),
                "portrait": self._one_of(file, data, "portrait", Portrait.values),
                "review_months": self._review_months(file, data),
                **self._sections(page),
            }
            for name in ("tags", "kinds", "readings"):
                page.related[name] = [plain_value(row) for row in self._list(file, data, name)]
        return page

    def _sections(self, page: PageFile) -> dict[str, Any]:
        """The prose under the headings that name a section; whatever else there is, the body."""
        made = self._context(page.file, page.key, {})
        by_id = {made.id(section.name): section.name for section in SECTIONS}
        found: dict[str, Any] = {section.name: "" for section in SECTIONS}
        body, current = [], None
        for block in page.fields.pop("body"):
            if block["type"] == "heading":
                current = by_id.get(block["id"])
                if current:
                    page.lines[current] = page.lines[block["id"]]
            if current and block["type"] == "text":
                found[current] += block["value"]
            elif block["type"] != "heading" or current is None:
                body.append(block)
        return {**found, "body": body}

    def _one_of(self, file: Path, data: dict[str, Any], name: str, values: list[str]) -> str:
        value = plain_value(data.get(name))
        if value not in values:
            self.report.add(file, 0, f"“{name}” is one of: {', '.join(values)}.")
        return value

    def _with_data(self, kind: str, file: Path) -> tuple[PageFile, dict[str, Any]]:
        """A page from Markdown, with what stands in its front matter."""
        page = self._markdown(kind, file)
        return page, page.fields.pop("front", {})
