"""A cohort's figures as charts, the same on its page and in a PDF."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from curriculum.enums import CohortStanding
from curriculum.exports import charts
from curriculum.exports.charts import SCREEN, About, Bar, Line, Mark, Palette, Part, Stack
from curriculum.queries.cohort_figures import FEWEST, OverTime, Standings, Step

PARTS = tuple(
    Part(name=standing.label, tone=tone)
    for standing, tone in zip(CohortStanding, ("one", "two", "warn", "quiet"), strict=True)
)


def over_time(found: OverTime, palette: Palette = SCREEN) -> SafeString:
    """Modules finished week by week, against what was due."""
    finished = found.finished[-1][1] if found.finished else 0
    said = f"{finished} modules finished until today, counted learner by learner."
    if found.due:
        today = found.finished[-1][0]
        due = next((n for day, n in reversed(found.due) if day <= today), 0)
        said = f"{finished} of {found.pairs} modules finished until today; {due} were due."
    series = [Line(name="Modules finished", points=found.finished)]
    if found.due:
        series.append(Line(name="Modules due", points=found.due, tone="warn", is_dashed=True))
    about = About(
        key="over-time",
        title="Progress against the due dates" if found.due else "Progress over time",
        description=said,
        note="Every learner's modules are added up. "
        + (
            "Modules without a due date are left out of both lines."
            if found.due
            else "No module has a due date yet; with one, a second line shows what was due."
        ),
    )
    marks = [Mark(day=day, label=module) for day, module in found.marks]
    return charts.lines(about, series, marks=marks, palette=palette)


def steps(found: Sequence[Step], learners: int, palette: Palette = SCREEN) -> SafeString:
    """Activity by activity, with what is lost from one to the next."""
    steepest = next((step for step in found if step.is_steepest), None)
    modules = dict.fromkeys((step.number.split(".")[0], step.module) for step in found)
    named = "; ".join(f"{number} {title}" for number, title in modules)
    about = About(
        key="steps",
        title="Where people stop",
        description=(
            f"The steepest drop is at {steepest.number} {steepest.title}: {steepest.drop} fewer "
            "than at the required activity before it."
            if steepest
            else "Nobody has stopped between two activities."
        ),
        note=f"How many of {learners} have completed each activity. Modules: {named}.",
    )
    rows = [
        Bar(
            label=f"{step.number} {step.title}{'' if step.is_required else ' (optional)'}",
            value=step.completed,
            shown=f"{step.completed} of {learners}",
            ghost=step.before if step.drop else 0,
            remark=_drop(step),
            tone="one" if step.is_required else "two",
        )
        for step in found
    ]
    headings = ("Activity", "Completed", "Drop")
    return charts.bars(about, rows, headings=headings, full=learners, palette=palette)


def _drop(step: Step) -> str:
    if not step.drop:
        return ""
    return f"{step.drop} fewer{': the steepest drop' if step.is_steepest else ''}"


def by_profession(found: Sequence[Standings], palette: Palette = SCREEN) -> SafeString:
    """The four standings, profession beside profession."""
    shown = [row for row in found if row.is_shown]
    about = About(
        key="professions",
        title="By profession",
        description=" ".join(f"{row.name}: {_in_words(row)}." for row in shown)
        or f"No profession has {FEWEST} learners here.",
        note=f"A profession of fewer than {FEWEST} learners is counted together with others of "
        "whom that is true, or left out.",
    )
    rows = [
        Stack(label=row.name, values=row.counts)
        if row.is_shown
        else Stack(label=row.name, note=f"fewer than {FEWEST}")
        for row in found
    ]
    return charts.stacked(about, PARTS, rows, heading="Profession", palette=palette)


def _in_words(row: Standings) -> str:
    parts = zip(row.counts, CohortStanding, strict=True)
    return ", ".join(f"{n} {standing.label.lower()}" for n, standing in parts)


def last_seen(found: Sequence[tuple[str, int]], palette: Palette = SCREEN) -> SafeString:
    """When learners were last active."""
    about = About(
        key="last-seen",
        title="Last seen",
        description=", ".join(f"{name.lower()}: {n}" for name, n in found) + ".",
        note="Active means marked something as read, began or submitted something, or changed an "
        "answer. Looking at pages leaves no trace.",
    )
    rows = [Bar(label=name, value=n) for name, n in found]
    return charts.bars(about, rows, headings=("Last active", "Learners"), palette=palette)
