"""Charts say the same in a drawing, in words and in a table, on a page and on paper."""

import datetime as dt
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.exports import charts
from curriculum.exports.charts import PRINT, About, Bar, Line, Mark, Part, Stack
from curriculum.exports.drawing import LETTERS
from curriculum.exports.pdf import render_pdf

SVG = "{http://www.w3.org/2000/svg}"
ABOUT = About(key="stops", title="Where people stop", description="12 of 20 have read “Two doors”.")
DAY = dt.date(2026, 10, 5)


def drawing_of(markup: str) -> ElementTree.Element:
    found = re.search(r'<svg class="chart-drawing".*?</svg>', markup, re.DOTALL)
    assert found
    return ElementTree.fromstring(found[0])


def cells_of(markup: str) -> list[list[str]]:
    table = ElementTree.fromstring(re.search(r"<tbody>.*</tbody>", markup)[0])  # type: ignore[index]
    return [["".join(cell.itertext()) for cell in row] for row in table]


def widths(markup: str, tone: str) -> list[float]:
    bars = drawing_of(markup).iter(f"{SVG}rect")
    return [
        float(b.get("width", "").rstrip("%")) for b in bars if b.get("class") == f"chart-{tone}"
    ]


def words(markup: str) -> list[str]:
    return [text.text or "" for text in drawing_of(markup).iter(f"{SVG}text")]


def a_bar_chart(**more: Any) -> str:
    rows = [
        Bar(label="Two doors", value=12, shown="12 of 20"),
        Bar(label="Who to ring", value=5, shown="5 of 20", ghost=12, remark="7 fewer"),
    ]
    return charts.bars(ABOUT, rows, headings=("Activity", "Done", "Drop"), full=20, **more)


def test_a_drawing_has_a_title_and_a_description() -> None:
    drawing = drawing_of(a_bar_chart())
    assert drawing.get("role") == "img"
    assert drawing.get("aria-labelledby") == "stops-title stops-words"
    assert drawing.findtext(f"{SVG}title") == ABOUT.title
    assert drawing.findtext(f"{SVG}desc") == ABOUT.description


def test_bars_are_as_long_as_their_numbers_and_the_table_says_the_same() -> None:
    chart = a_bar_chart()
    assert widths(chart, "one") == [60, 25]
    assert widths(chart, "quiet") == [60]  # what the bar before it reached
    assert cells_of(chart) == [["Two doors", "12 of 20", ""], ["Who to ring", "5 of 20", "7 fewer"]]


def test_a_long_label_runs_on_to_the_next_line_so_that_a_phone_can_show_it() -> None:
    long = "A home visit with the district nurse, the carer and the social worker"
    chart = charts.bars(ABOUT, [Bar(label=long, value=1)], headings=("Activity", "Done"))
    lines = [line for line in words(chart) if line != "1"]
    assert len(lines) > 1
    assert " ".join(lines) == long
    assert all(len(line) <= LETTERS for line in lines)


def test_a_stacked_bar_shows_shares_or_says_why_not() -> None:
    parts = [Part(name="Done", tone="one"), Part(name="Behind", tone="warn")]
    rows = [Stack(label="Nursing", values=(3, 1)), Stack(label="Law", note="fewer than 5")]
    chart = charts.stacked(ABOUT, parts, rows, heading="Profession")
    assert widths(chart, "one") == [75]
    assert widths(chart, "warn") == [25]
    assert cells_of(chart) == [["Nursing", "3", "1"], ["Law", "fewer than 5", ""]]
    assert "fewer than 5" in words(chart)
    assert chart.count("chart-swatch") == 2


def test_lines_rise_over_the_days_and_what_is_due_is_marked() -> None:
    week = dt.timedelta(days=7)
    done = Line(name="Done", points=[(DAY, 0), (DAY + week, 4), (DAY + 2 * week, 8)])
    due = Line(name="Due", points=[(DAY + week, 10)], tone="warn", is_dashed=True)
    marks = [Mark(day=DAY + week, label="Module 1"), Mark(day=DAY + week, label="Module 2")]
    chart = charts.lines(ABOUT, [done, due], marks=marks)
    assert cells_of(chart) == [
        ["5 Oct 2026", "0", "0"],
        ["12 Oct 2026", "4", "10"],
        ["19 Oct 2026", "8", "10"],
    ]
    assert "1, 2" in words(chart)  # one day, two marks
    assert "2 Module 2, 12 Oct 2026" in chart
    rising = [line for line in drawing_of(chart) if line.get("class") == "chart-line-one"]
    heights = [(float(line.get("y1", "")), float(line.get("y2", ""))) for line in rising]
    assert all(before > after for before, after in heights)


def test_what_is_planned_stays_level_until_the_day_that_changes_it() -> None:
    days = [DAY + dt.timedelta(days=n) for n in range(4)]
    planned = Line(
        name="Due", points=list(zip(days, (0, 0, 10, 10), strict=True)), tone="warn", is_dashed=True
    )
    chart = charts.lines(ABOUT, [planned])
    lines = [line for line in drawing_of(chart) if line.get("class") == "chart-line-warn"]
    level = [line.get("y1") == line.get("y2") for line in lines]
    upright = [line.get("x1") == line.get("x2") for line in lines]
    assert (level, upright) == ([True, False, True], [False, True, False])


@pytest.mark.parametrize(
    "chart",
    [
        charts.bars(ABOUT, [], headings=("Activity", "Done")),
        charts.bars(ABOUT, [Bar(label="", value=0)], headings=("Activity", "Done")),
        charts.stacked(ABOUT, [Part(name="Done", tone="one")], [], heading="Profession"),
        charts.lines(ABOUT, []),
        charts.lines(ABOUT, [Line(name="Done", points=[(DAY, 0)])]),
    ],
)
def test_nothing_to_show_is_no_fault(chart: str) -> None:
    assert drawing_of(chart).findtext(f"{SVG}title") == ABOUT.title


@given(st.floats(0.01, 100_000))
def test_an_axis_has_few_round_numbers_and_none_above_the_highest(highest: float) -> None:
    ticks = list(charts._ticks(highest))
    assert ticks[0] == 0
    assert 2 <= len(ticks) <= 5
    assert ticks[-1] <= highest * 1.000001


def test_what_people_typed_cannot_break_out_of_the_drawing() -> None:
    nasty = '<script>alert("x")</script>'
    about = About(key="k", title=nasty, description=nasty, note=nasty)
    chart = charts.bars(about, [Bar(label=nasty, value=1, remark=nasty)], headings=(nasty, nasty))
    assert "<script" not in chart
    assert drawing_of(chart).findtext(f"{SVG}title") == nasty


def test_nothing_is_styled_or_scripted_within_the_markup() -> None:
    assert not re.search(r"<style|\sstyle=|<script|\son[a-z]+=", a_bar_chart())


def test_on_paper_it_carries_its_own_colours_and_the_table_stands_below() -> None:
    import io

    from pypdf import PdfReader

    chart = a_bar_chart(palette=PRINT)
    assert "currentColor" not in chart
    page = f"<html lang='en'><title>Report</title><body>{chart}</body></html>"
    pdf, missing = render_pdf(page, "curriculum/charts.css")
    assert not missing
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "Where people stop" in text
    assert text.count("Who to ring") == 2  # in the drawing and in the table
