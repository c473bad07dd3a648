"""A learner's own writing as they take it away: plain text and an accessible PDF."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string

from curriculum import clock
from curriculum.content import Prompt, Stage
from curriculum.dates import day, moment
from curriculum.domain.reflections import prompt_of
from curriculum.exports.pdf import render_pdf
from curriculum.identity import site_identity
from curriculum.models import User, Version, Writing

RULE = "-" * 60


@dataclass(frozen=True)
class Piece:
    """One piece of writing: what was asked, and what was finished of it last."""

    writing: Writing
    prompt: Prompt
    version: Version

    @property
    def passages(self) -> list[tuple[Stage, str]]:
        """Each step that was written, with its question."""
        text = self.version.text
        return [(stage, text[stage.key]) for stage in self.prompt.stages if stage.key in text]


def pieces(writings: Iterable[Writing]) -> list[Piece]:
    """Those of which something was finished, oldest first. One query."""
    found = list(writings)
    newest: dict[int, Version] = {}
    for version in Version.objects.filter(writing__in=found).order_by("number"):
        newest[version.writing_id] = version
    made = [Piece(w, prompt_of(w), newest[w.pk]) for w in found if w.pk in newest]
    return sorted(made, key=lambda piece: piece.version.finished_at)


def text_lines(owner: User, writings: Iterable[Writing]) -> Iterator[str]:
    """The portfolio as plain text."""
    yield f"Reflections of {owner.get_full_name()}\n"
    yield f"{site_identity().name}, {day(clock.now())}\n"
    for piece in pieces(writings):
        yield f"\n{RULE}\n{piece.writing.activity.title}\n{moment(piece.version.finished_at)}\n\n"
        yield f"{piece.prompt.question}\n"
        for stage, words in piece.passages:
            yield f"\n{stage.question}\n\n{words}\n"


def portfolio_pdf(owner: User, writings: Iterable[Writing]) -> bytes:
    """The same as a tagged PDF/UA document."""
    identity = site_identity()
    markup = render_to_string(
        "curriculum/portfolio.html",
        {"owner": owner, "pieces": pieces(writings), "identity": identity, "now": clock.now()},
    )
    pdf, _ = render_pdf(markup, "curriculum/portfolio.css", identity.accent)
    return pdf
