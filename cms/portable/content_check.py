"""The content check: what an editor would send back, found in the files, without a database.

It adds to what loading refuses: sources that nobody cites, draft marks, prose that is too hard,
minutes that do not fit the words, links that cannot work, terms in another spelling.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from cms.portable.checking import family, problem
from cms.portable.content_words import (
    Known,
    Spellings,
    left_over,
    link_faults,
    marks,
    without_quotations,
)
from cms.portable.offline import Offline
from cms.portable.page_file import PageFile
from cms.portable.problems import FileProblem, PortableError
from cms.readability import prose, reading_grade, sentences
from curriculum.content import Case, References, dump
from curriculum.enums import Voice
from curriculum.glossing import Gloss
from curriculum.text import count_words, plain

CEILING = 11  # of the reading grade
NEAR = 1 / 3  # of the reckoned minutes; a minute is always near
SHORTEST, LONGEST = 20, 75  # minutes of a module
SHARED = [f"{name}.yaml" for name in "references tags outcomes glossary media".split()]
_BODY = re.compile(r"^body: *[\"']?([^\"'\n#]+?)[\"']? *$", re.MULTILINE)
_CITED = re.compile(r'href="#ref-([\w-]+)"')
# Names in frozen content whose values are no words of ours.
_NO_WORDS = set(
    "id kind key url who leads_to sets only_if fact skip_to sha256 mime portrait voice quality tone"
    " model completes_on revisit found_by".split()
)
_NOT_OURS = {"references", "source", "reference", "svg", "services"}  # others spell these
_plain = lru_cache(maxsize=20_000)(plain)  # which takes its time, and is asked twice for each text


@dataclass(frozen=True)
class Row:
    """One page of the table."""

    file: str
    kind: str
    words: int
    minutes: int  # that learners are told; 0: none
    reckoned: int  # that follow from words, questions and decisions
    sources: int
    grade: float | None  # none for a text too short to have one


@dataclass
class Checked:
    """What was found in one folder."""

    rows: list[Row] = field(default_factory=list)
    modules: dict[str, int] = field(default_factory=dict)  # minutes, by name of the folder
    problems: list[FileProblem] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """A page as the rules see it."""

    file: PageFile
    content: Any
    name: str  # of the file, within the folder
    source: str  # what stands in the file

    @cached_property
    def row(self) -> Row:
        return _row(self)

    def problem(self, message: str, near: str = "") -> FileProblem:
        """A problem at the first line with the words `near`; at the file where none has them."""
        words = r"\s+".join(map(re.escape, near.split()))
        found = re.search(words, self.source) if near else None
        line = self.source.count("\n", 0, found.start()) + 1 if found else 0
        return FileProblem(self.name, line, message)


def check_content(root: Path) -> Checked:
    """Everything that is to be mended in a programme, a module or a folder of standard pages."""
    checked, offline = Checked(), Offline(root)
    try:
        files = offline.read()
    except PortableError as error:
        checked.problems = error.problems
        return checked
    pages = []
    for file, _ in family(files):
        if file.kind != "programme":
            page, refused = _page(offline, file)
            pages.append(page)
            checked.problems += refused
    checked.rows = [page.row for page in pages]
    rules = [rule for page in pages for rule in _rules(page)]
    checked.problems += [found for rule in rules for found in rule]
    checked.problems += _spelling(offline, pages)
    checked.problems += _beside(offline, files)
    checked.problems += _modules(files, checked)
    checked.problems = list(dict.fromkeys(checked.problems))
    return checked


def _page(offline: Offline, file: PageFile) -> tuple[Page, list[FileProblem]]:
    root = offline.folder.root
    frozen = offline.freeze(file)
    source = file.file.read_text("utf-8-sig")
    page = Page(file, frozen.content, file.file.relative_to(root).as_posix(), source)
    return page, [problem(file, root, each.message, each.path) for each in frozen.problems]


def _row(page: Page) -> Row:
    texts, reckoned = prose(page.content), getattr(page.content, "minutes", 0)
    is_activity = "minutes_override" in page.file.fields
    return Row(
        file=page.name,
        kind=page.file.kind,
        words=count_words(texts),
        minutes=(page.file.fields["minutes_override"] or reckoned) if is_activity else 0,
        reckoned=reckoned if is_activity else 0,
        sources=len(_listed(page.content)),
        grade=reading_grade(sentences(map(without_quotations, texts))),
    )


# ── Rules of a page ───────────────────────────────────────────────────────
def _rules(page: Page) -> Iterator[Iterator[FileProblem]]:
    yield _hard(page)
    yield _minutes(page)
    yield _uncited(page)
    yield _views(page)
    yield _marks(page)


def _hard(page: Page) -> Iterator[FileProblem]:
    grade = page.row.grade
    if grade is not None and grade > CEILING:
        yield page.problem(f"The reading grade is {grade:.1f}; {CEILING} is the ceiling.")


def _minutes(page: Page) -> Iterator[FileProblem]:
    row = page.row
    if abs(row.minutes - row.reckoned) > max(1, row.reckoned * NEAR):
        yield page.problem(
            f"Learners are told {row.minutes} minutes; reckoned are {row.reckoned}.", "minutes:"
        )


def _uncited(page: Page) -> Iterator[FileProblem]:
    """Sources that the page lists and neither its text nor one of its facts names."""
    said = str(dump(page.content))
    cited = set(_CITED.findall(said))
    stated = {
        node.source.text for node in page.content.nodes if hasattr(node, "source") and node.source
    }
    for key, text in _listed(page.content).items():
        if key not in cited and text not in stated:
            yield page.problem(f"{key} is listed here and cited nowhere on the page.", f"- {key}")


def _views(page: Page) -> Iterator[FileProblem]:
    """A choice of a case that is not seen from the seats of both professions."""
    if not isinstance(page.content, Case):
        return
    voices = {member.id: member.voice for member in page.content.cast}
    wanted = {Voice.GP, Voice.SOCIAL_WORKER} & set(voices.values())
    for scene in page.content.scenes:
        for choice in scene.decision.choices if scene.decision else ():
            seen = {voices.get(view.who) for view in choice.views}
            for voice in sorted(wanted - seen):
                message = f"This choice is not seen from the seat of the {Voice(voice).label}."
                yield page.problem(message, choice.text[:40])


def _marks(page: Page) -> Iterator[FileProblem]:
    summary = page.file.fields.get("search_description", "")
    for text in map(_plain, [page.file.title, summary, *_words(dump(page.content))]):
        for mark in marks(text):
            yield page.problem(f"Learners would see “{mark}”.", mark)
        for mark in left_over(text):
            yield page.problem(f"Left over in the text: “{mark}”.", mark)


def _listed(content: Any) -> dict[str, str]:
    """The sources in a page's lists, by key."""
    lists = (node for node in content.nodes if isinstance(node, References))
    return {row.key: row.text for node in lists for row in node.references}


def _words(value: Any, left_out: Iterable[str] = ()) -> Iterator[str]:
    """Every text of frozen content, short ones too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _words(each, left_out)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in _NO_WORDS and name not in left_out:
                yield from _words(each, left_out)


# ── Rules of the whole ────────────────────────────────────────────────────
def _spelling(offline: Offline, pages: list[Page]) -> Iterator[FileProblem]:
    spellings = Spellings(
        Gloss(slug, row["term"], row["definition"], (row["term"], *row["forms"].split("\n")))
        for slug, row in offline.folder.snippets.terms.items()
    )
    for page in pages:
        for text in _words(dump(page.content), _NOT_OURS):
            for found, right in spellings.faults(_plain(without_quotations(text))):
                message = f"“{found}”: the glossary spells it “{right}”."
                yield page.problem(message, found)


def _beside(offline: Offline, files: list[PageFile]) -> Iterator[FileProblem]:
    """Links and marks in every file, and files that nothing names."""
    root = offline.folder.root
    every = [file for file, _ in family(files)]
    known = Known(
        keys=frozenset(str(file.key) for file in every),
        slugs=frozenset(file.slug for file in files),
        is_whole=(root / "programme.yaml").is_file(),
    )
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix in {".md", ".yaml"}:
            for line, message in link_faults(path.read_text("utf-8-sig"), known):
                yield FileProblem(name, line, message)
    yield from _shared_marks(offline)
    yield from _unnamed(offline, every, known.is_whole)


def _unnamed(offline: Offline, every: list[PageFile], is_programme: bool) -> Iterator[FileProblem]:
    """Files in the folders of modules that nothing names."""
    root = offline.folder.root
    named = {file.file for file in every} | {shown.path for shown in offline.shelf.files}
    for module in (file for file in every if file.kind == "module"):
        folder = module.file.parent
        body = _BODY.search(module.file.read_text("utf-8-sig"))
        named |= {folder / name for name in (*SHARED, body[1] if body else "")}
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".md", ".yaml", ".svg"} and path not in named:
                message = "Nothing names this file, so no learner would see it."
                yield FileProblem(path.relative_to(root).as_posix(), 0, message)
    for path in sorted(root.glob("*/module.yaml")):
        if is_programme and path not in named:
            message = "programme.yaml does not list this module."
            yield FileProblem(path.relative_to(root).as_posix(), 0, message)


def _shared_marks(offline: Offline) -> Iterator[FileProblem]:
    """Marks in what pages have in common: sources, terms, outcomes."""
    snippets = offline.folder.snippets
    texts = [("references.yaml", row["text"]) for row in offline.folder.references.values()]
    texts += [("glossary.yaml", row["definition"]) for row in snippets.terms.values()]
    texts += [("an outcome", row["text"]) for row in snippets.outcomes.values()]
    for name, text in texts:
        for mark in marks(str(text)):
            yield FileProblem(name, 0, f"Learners would see “{mark}” in “{str(text)[:60]}”.")


def _modules(files: list[PageFile], checked: Checked) -> Iterator[FileProblem]:
    """Outcomes, minutes and sources of each module; what it leaves open takes none."""
    rows = {row.file: row for row in checked.rows}
    for module in (file for file, _ in family(files) if file.kind == "module"):
        root = next(iter(files)).file.parent
        name = module.file.relative_to(root).as_posix()
        owed = [child for child in module.children if child.fields["is_required"]]
        inside = [rows[child.file.relative_to(root).as_posix()] for child in owed]
        minutes = checked.modules[module.file.parent.name] = sum(row.minutes for row in inside)
        if not module.related["module_outcomes"]:
            yield FileProblem(name, 0, "The module has no outcomes.")
        if not SHORTEST <= minutes <= LONGEST:
            said = f"The module takes {minutes} minutes; {SHORTEST} to {LONGEST} are meant."
            yield FileProblem(name, 0, said)
        if not any(row.sources for row in inside):
            yield FileProblem(name, 0, "No page of the module names a source.")
