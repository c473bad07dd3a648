"""The import ladder of docs/architecture.md, asserted from the imports themselves."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Module prefix → rank. The longest prefix that fits decides.
CURRICULUM = {
    "curriculum.anonymity": 0,
    "curriculum.enums": 0,
    "curriculum.clock": 0,
    "curriculum.dates": 0,
    "curriculum.identity": 0,
    "curriculum.directory": 0,
    "curriculum.content": 0,
    "curriculum.text": 0,
    "curriculum.glossing": 0,
    "curriculum.signals": 0,
    "curriculum.models": 1,
    "curriculum.queries": 2,
    "curriculum.domain": 3,
    "curriculum.privacy": 3,
    "curriculum.permissions": 4,
    "curriculum.pending": 4,
    "curriculum.forms": 4,
    "curriculum.exports": 4,
    "curriculum.imports": 4,
    "curriculum.limits": 4,
    "curriculum.templatetags": 4,
    "curriculum.inviting": 5,
    "curriculum.mail": 5,
    "curriculum.outbox": 5,
    "curriculum.reminding": 5,
    "curriculum.rescheduling": 5,
    "curriculum.tasks": 5,
    "curriculum.workers": 5,
    "curriculum.integrations": 6,
    "curriculum.views": 7,
    "curriculum.urls": 7,
    "curriculum.management": 7,
}
CMS = {
    "cms.pictures": 0,
    "cms.svg": 0,
    "cms.readability": 0,
    "cms.blocks": 0,
    "cms.freeze": 1,
    "cms.freeze_case": 1,
    "cms.freeze_role": 1,
    "cms.freeze_session": 1,
    "cms.freeze_survey": 1,
    "cms.passages": 1,
    "cms.drafting": 1,
    "cms.review": 1,
    "cms.parts": 1,
    "cms.workflow": 1,
    "cms.models": 2,
    "cms.publishing": 3,
    "cms.reminders": 3,
    "cms.suggesting": 3,
    "cms.seats": 3,
    "cms.crediting": 3,
    "cms.tasks": 3,
    "cms.checks": 3,
    "cms.coverage": 3,
    "cms.upkeep": 3,
    "cms.directory": 4,
    "cms.directory.views": 5,
    "cms.directory.case_views": 5,
    "cms.directory.urls": 5,
    "cms.privacy": 3,
    "cms.portable": 4,
    "cms.interchange": 4,
    "cms.starter": 4,
    "cms.directory.standard.api": 5,
    "cms.directory.standard.urls": 5,
    "cms.directory.wrong": 5,
    "cms.admin": 5,
    "cms.management": 5,
    "cms.templatetags": 5,
    "cms.views": 5,
    "cms.wagtail_hooks": 6,
}
PURE = {
    "curriculum.domain.changes",
    "curriculum.domain.keys",
    "curriculum.domain.change_names",
    "curriculum.domain.change_words",
    "curriculum.domain.marking",
    "curriculum.domain.review",
    "curriculum.domain.cases",
    "curriculum.domain.case_graph",
    "curriculum.domain.layouts",
    "curriculum.domain.roster_columns",
    "curriculum.domain.roster_table",
    "curriculum.domain.evaluation",
    "curriculum.domain.suppression",
}
FREE = {"apps", "migrations"}  # connect things; written by Django


def modules(package: str) -> list[tuple[str, Path]]:
    found = []
    for path in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not FREE & set(name.split(".")):
            found.append((name, path))
    return found


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rank(name: str, ladder: dict[str, int]) -> int | None:
    fitting = [p for p in ladder if name == p or name.startswith(f"{p}.")]
    return ladder[max(fitting, key=len)] if fitting else None


@pytest.mark.parametrize(("name", "path"), modules("curriculum"), ids=lambda v: str(v))
def test_curriculum_imports_only_downwards_and_never_wagtail(name: str, path: Path) -> None:
    here = rank(name, CURRICULUM)
    if name == "curriculum":
        return
    assert here is not None, f"{name} has no rank: give it one here and in docs/architecture.md"
    for imported in imports(path):
        top = imported.split(".")[0]
        assert top not in {"wagtail", "wagtailmedia", "cms", "elearn", "tests"}, imported
        if top == "curriculum":
            there = rank(imported, CURRICULUM)
            assert there is not None, f"{name} imports {imported}, which has no rank"
            assert there <= here, f"{name} (rank {here}) imports {imported} (rank {there})"


@pytest.mark.parametrize("name", sorted(PURE))
def test_marking_review_and_cases_know_neither_django_nor_the_database(name: str) -> None:
    path = ROOT / f"{name.replace('.', '/')}.py"
    if not path.exists():
        pytest.skip("not there yet")
    for imported in imports(path):
        assert not imported.startswith("django")
        if imported.startswith("curriculum."):
            allowed = rank(imported, CURRICULUM) == 0 or imported.rpartition(".")[0] in PURE
            assert allowed, f"{name} imports {imported}"


@pytest.mark.parametrize("name", ["anonymity", "enums", "content", "text", "signals"])
def test_the_lowest_rank_needs_only_the_standard_library_django_utilities_and_bleach(
    name: str,
) -> None:
    import sys

    folder = ROOT / "curriculum" / name
    paths = folder.glob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]
    for path in paths:
        for imported in imports(path):
            top = imported.split(".")[0]
            allowed = top in sys.stdlib_module_names or top in {"curriculum", "django", "bleach"}
            assert allowed, f"{path.name} imports {imported}"
            assert not imported.startswith("django.db.models.") or "TextChoices" in imported


@pytest.mark.parametrize(("name", "path"), modules("cms"), ids=lambda v: str(v))
def test_cms_imports_only_leftwards_and_the_lower_part_of_curriculum(name: str, path: Path) -> None:
    if name == "cms":
        return
    here = rank(name, CMS)
    assert here is not None, f"{name} has no rank: give it one here and in docs/architecture.md"
    for imported in imports(path):
        top = imported.split(".")[0]
        assert top not in {"elearn", "tests"}, imported
        if top == "cms":
            there = rank(imported, CMS)
            assert there is not None, f"{name} imports {imported}, which has no rank"
            assert there <= here, f"{name} (rank {here}) imports {imported} (rank {there})"
        if top == "curriculum":
            there = rank(imported, CURRICULUM)
            assert there is not None, imported
            assert there <= 5, f"{name} imports {imported} (rank {there})"


@pytest.mark.parametrize("name", ["cms/freeze.py", "cms/review.py"])
def test_freezing_and_review_import_no_page_class(name: str) -> None:
    for imported in imports(ROOT / name):
        assert not imported.startswith(("cms.models", "wagtail.models")), imported


def test_bleach_is_used_in_one_file() -> None:
    users = [
        path.relative_to(ROOT).as_posix()
        for package in ("curriculum", "cms", "elearn")
        for _, path in modules(package)
        if any(i.split(".")[0] == "bleach" for i in imports(path))
    ]
    assert users == ["curriculum/text.py"]


def test_learners_pages_have_no_inline_script_or_style() -> None:
    import re

    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)
    # The sheet of a certificate is a PDF's source, not a page; error 500 stands alone.
    exempt = {"certificate_sheet.html"}
    for package in ("curriculum", "elearn", "cms"):
        for path in (ROOT / package).rglob("templates/**/*.html"):
            if path.name not in exempt and "admin" not in path.parts:
                found = inline.search(path.read_text(encoding="utf-8"))
                assert not found, f"{path.relative_to(ROOT)}: {found[0] if found else ''}"


def test_no_file_has_grown_to_hold_two_ideas() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for package in ("curriculum", "cms", "elearn")
        for _, path in modules(package)
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 320
    }
    assert long == {}
