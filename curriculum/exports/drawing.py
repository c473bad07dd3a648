"""What every chart is made of: shapes, a legend, and the figure around a drawing.

Widths are shares of the room there is and text keeps its size, so that a drawing is legible on a
phone and on paper. On a page CSS classes give the colours (`chart-one` and so on); WeasyPrint lets
no stylesheet into an SVG, so there the palette `PRINT` does.
"""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

TEXT, LINE_HEIGHT, BAR = 14, 19, 16  # px
LETTERS = 32  # of a label on one line, beside its number, at 320 px
TONES = ("one", "two", "three", "four", "warn", "quiet", "track")


@dataclass(frozen=True)
class Palette:
    """The colours of a drawing where no stylesheet reaches it: what is written, the lines behind,
    and for each tone its colour and what is written upon it."""

    ink: str
    rule: str
    fills: Mapping[str, tuple[str, str]]
    font: str = ""


# Legible without any stylesheet; where there is one, its classes win over these attributes.
SCREEN = Palette(
    "currentColor",
    "currentColor",
    {**dict.fromkeys(TONES, ("currentColor", "Canvas")), "track": ("none", "currentColor")},
)
PRINT = Palette(
    ink="#16232f",
    rule="#d9d4c7",
    fills={
        "one": ("#0b5a57", "#ffffff"),
        "two": ("#7fc1ba", "#16232f"),
        "three": ("#1d4f91", "#ffffff"),
        "four": ("#b9cdea", "#16232f"),
        "warn": ("#a33c14", "#ffffff"),
        "quiet": ("#cfcabc", "#16232f"),
        "track": ("#f3f0e8", "#16232f"),
    },
    font="Noto Sans, DejaVu Sans, sans-serif",
)


@dataclass(frozen=True, kw_only=True)
class About:
    """What a chart is called, and what it shows in a sentence for whoever does not see it.

    `key` is unlike that of any other chart on the page; `note` stands below, for caveats.
    """

    key: str
    title: str
    description: str
    note: str = ""


@dataclass(frozen=True)
class Numbers:
    """The table below a drawing. The first cell of a row heads it."""

    headings: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass
class Drawing:
    """Shapes in a room as wide as there is and `height` high."""

    palette: Palette
    shapes: list[SafeString] = field(default_factory=list)
    height: float = 0

    def rect(self, x: float, y: float, width: float, tone: str, height: float = BAR) -> None:
        """A bar from `x` per cent of the width, `width` per cent wide."""
        self.shapes.append(
            format_html(
                '<rect class="chart-{}" x="{}%" y="{}" width="{}%" height="{}" fill="{}"/>',
                tone,
                number(x),
                number(y),
                number(width),
                number(height),
                self.palette.fills[tone][0],
            )
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: str = "start",
        upon: str = "",
        kind: str = "text",
    ) -> None:
        """Words whose base line is at `y`; `upon` names the tone that they stand on."""
        self.shapes.append(
            format_html(
                '<text class="chart-{}" x="{}%" y="{}" font-size="{}" text-anchor="{}" fill="{}">'
                "{}</text>",
                f"on-{upon}" if upon else kind,
                number(x),
                number(y),
                TEXT,
                anchor,
                self.palette.fills[upon][1] if upon else self.palette.ink,
                words,
            )
        )

    def dot(self, x: float, y: float, tone: str) -> None:
        """A point at (per cent, px)."""
        self.shapes.append(
            format_html(
                '<circle class="chart-{}" cx="{}%" cy="{}" r="6" fill="{}"/>',
                tone,
                number(x),
                number(y),
                self.palette.fills[tone][0],
            )
        )

    def line(
        self, start: tuple[float, float], end: tuple[float, float], kind: str, dashed: bool = False
    ) -> None:
        """From (per cent, px) to (per cent, px); `kind` is a tone, `rule` or `mark`."""
        plain = {"rule": self.palette.rule, "mark": self.palette.ink}
        self.shapes.append(
            format_html(
                '<line class="chart-line-{}" x1="{}%" y1="{}" x2="{}%" y2="{}" stroke="{}" '
                'stroke-width="{}" stroke-linecap="round"{}/>',
                kind,
                number(start[0]),
                number(start[1]),
                number(end[0]),
                number(end[1]),
                plain.get(kind) or self.palette.fills[kind][0],
                1 if kind in plain else 2.5,
                mark_safe(' stroke-dasharray="5 5"') if dashed else "",
            )
        )

    def svg(self, about: About) -> SafeString:
        font = self.palette.font
        return format_html(
            '<svg class="chart-drawing" role="img" aria-labelledby="{0}-title {0}-words" '
            'xmlns="http://www.w3.org/2000/svg" width="100%" height="{1}"{2}>'
            '<title id="{0}-title">{3}</title><desc id="{0}-words">{4}</desc>{5}</svg>',
            about.key,
            number(self.height),
            format_html(' font-family="{}"', font) if font else "",
            about.title,
            about.description,
            format_html_join("", "{}", ((shape,) for shape in self.shapes)),
        )


def figure(about: About, drawing: SafeString, numbers: Numbers, *, legend: str = "") -> SafeString:
    """A drawing between its title and its numbers; for a drawing of your own as well."""
    head, *others = numbers.headings
    rows = (
        (first, format_html_join("", '<td class="number">{}</td>', ((cell,) for cell in rest)))
        for first, *rest in numbers.rows
    )
    return format_html(
        '<figure class="chart" id="{}"><figcaption class="chart-title">{}</figcaption>'
        "{}{}{}"
        '<details class="chart-numbers"><summary>The same numbers as a table</summary>'
        '<div class="chart-table" tabindex="0" role="region" aria-label="{}">'
        '<table class="listing">'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table></div></details>'
        "</figure>",
        about.key,
        about.title,
        legend,
        drawing,
        format_html('<p class="chart-note">{}</p>', about.note) if about.note else "",
        f"{about.title}: numbers",
        head,
        format_html_join(
            "", '<th scope="col" class="number">{}</th>', ((other,) for other in others)
        ),
        format_html_join("", '<tr><th scope="row">{}</th>{}</tr>', rows),
    )


def label_above(drawing: Drawing, label: str, number: str) -> None:
    """A label on as many lines as it needs; the number ends the last."""
    for line in textwrap.wrap(label, LETTERS) or [""]:
        drawing.height += LINE_HEIGHT
        drawing.text(0, drawing.height - 5, line)
    drawing.text(100, drawing.height - 5, number, anchor="end", kind="figure")


def legend_of(named: Sequence[tuple[str, str, str]], palette: Palette) -> SafeString:
    """Which tone stands for what: names, their tones, and `bar`, `line` or `dashed`."""

    def swatch(tone: str, kind: str) -> SafeString:
        drawing = Drawing(palette)
        if kind != "bar":
            drawing.line((5, 7), (95, 7), tone, dashed=kind == "dashed")
        else:
            drawing.rect(0, 0, 100, tone, height=14)
        return format_html(
            '<svg class="chart-swatch" xmlns="http://www.w3.org/2000/svg" width="22" height="14" '
            'aria-hidden="true">{}</svg>',
            drawing.shapes[0],
        )

    items = ((swatch(tone, kind), name) for name, tone, kind in named)
    return format_html(
        '<ul class="chart-legend">{}</ul>', format_html_join("", "<li>{} {}</li>", items)
    )


def number(value: float) -> str:
    """A number without needless digits."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
