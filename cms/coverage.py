"""Which activities of a programme work towards which outcome, and where nothing does."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps

from cms.models import ModuleOutcome, ModulePage, Outcome, ProgrammePage
from cms.models.base import ActivityPage
from cms.parts import parts, stored


@dataclass(frozen=True)
class Cell:
    """One outcome in one activity."""

    teaches: bool  # the activity is said to work towards it
    asks: int  # questions and prompts that name it

    def __bool__(self) -> bool:
        return self.teaches or bool(self.asks)

    @property
    def words(self) -> str:
        """What the cell says, on screen and in files."""
        asked = f"asked {self.asks}×" if self.asks else ""
        return " and ".join(filter(None, ["taught" if self.teaches else "", asked]))


@dataclass(frozen=True)
class Row:
    """One outcome over all activities."""

    outcome: Outcome
    codes: str
    promised_by: str  # the module or the programme that promises it
    cells: tuple[Cell, ...]

    @property
    def gap(self) -> str:
        """What is missing, in words; nothing where nothing is."""
        if not any(self.cells):
            return "Nothing works towards it"
        return "" if any(cell.asks for cell in self.cells) else "Taught, never asked"


@dataclass(frozen=True)
class Coverage:
    """The matrix of a programme: outcomes down, activities across."""

    modules: tuple[tuple[Any, int], ...]  # with how many activities each has
    activities: tuple[Any, ...]
    rows: tuple[Row, ...]

    @property
    def without_outcome(self) -> list[Any]:
        """The activities that work towards nothing."""
        return [
            page
            for n, page in enumerate(self.activities)
            if not any(row.cells[n] for row in self.rows)
        ]

    @property
    def gaps(self) -> int:
        return sum(bool(row.gap) for row in self.rows)


def coverage(programme: ProgrammePage) -> Coverage:
    """The matrix as pages stand now, drafts that were never live included. The number of queries
    depends on the kinds of activity there are, not on how many."""
    modules = list(ModulePage.objects.child_of(programme).order_by("path"))
    found, towards = _activities(programme)
    promised = _promised(programme, modules)
    named = {pk for keys in towards.values() for pk in keys}
    outcomes = Outcome.objects.filter(pk__in=named | set(promised)).prefetch_related("codes")
    asked = {page.pk: _asked(page) for page in found}
    rows = [
        Row(
            outcome=outcome,
            codes=", ".join(str(code) for code in outcome.codes.all()),
            promised_by=promised.get(outcome.pk, "Nobody"),
            cells=tuple(
                Cell(outcome.pk in towards[page.pk], asked[page.pk].count(outcome.key))
                for page in found
            ),
        )
        for outcome in sorted(outcomes, key=lambda outcome: _natural(outcome.key))
    ]
    counted = ((m, sum(page.path.startswith(m.path) for page in found)) for m in modules)
    return Coverage(tuple(counted), tuple(found), tuple(rows))


def _activities(programme: ProgrammePage) -> tuple[list[Any], dict[int, set[int]]]:
    """The activities in order, and by page the outcomes that each works towards."""
    pages: list[Any] = []
    towards: dict[int, set[int]] = {}
    for model in apps.get_app_config("cms").get_models():
        if issubclass(model, ActivityPage):
            inside = model.objects.descendant_of(programme)
            pages += inside
            for pk, outcome in inside.exclude(outcomes=None).values_list("pk", "outcomes"):
                towards.setdefault(pk, set()).add(outcome)
    pages.sort(key=lambda page: page.path)
    return pages, {page.pk: towards.get(page.pk, set()) for page in pages}


def _promised(programme: ProgrammePage, modules: list[Any]) -> dict[int, str]:
    """By outcome, who promises it: its modules, else the programme."""
    rows = ModuleOutcome.objects.filter(page__in=modules).order_by("page__path", "sort_order")
    titles = {module.pk: module.title for module in modules}
    promised = programme.outcomes.values_list("pk", flat=True)
    found: dict[int, str] = dict.fromkeys(promised, str(programme.title))
    by_module: dict[int, list[str]] = {}
    for outcome, page in rows.values_list("outcome", "page"):
        by_module.setdefault(outcome, []).append(titles[page])
    return found | {outcome: ", ".join(names) for outcome, names in by_module.items()}


def _asked(page: Any) -> list[str]:
    """The outcomes' keys that the page's questions and prompts name, as often as they do."""
    kept = parts(stored(page))
    return [
        item["value"] if isinstance(item, dict) else item
        for part in kept
        if part.kind in {"question", "prompt"}
        for item in part.value.get("outcomes") or ()
    ]


def _natural(key: str) -> list[tuple[int, int, str]]:
    """M1.10 after M1.9."""
    digits = "".join(c if c.isdigit() else " " for c in key).split()
    words = "".join(" " if c.isdigit() else c for c in key).split()
    head = words[0] if words else ""
    return [(0, 0, head), *((1, int(number), "") for number in digits), (2, 0, key)]
