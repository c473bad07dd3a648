"""What loading did, or would do."""

from dataclasses import dataclass, field

from django.urls import reverse

from cms.portable.problems import FileProblem


@dataclass(frozen=True)
class Draft:
    """A new version that waits beside a page which was edited here."""

    title: str
    page: int
    before: str  # the revision to compare with, or "live"
    after: int

    @property
    def comparison(self) -> str:
        """The address of the page that shows the two side by side."""
        versions = (self.page, self.before, self.after)
        return reverse("wagtailadmin_pages:revisions_compare", args=versions)


@dataclass
class Loaded:
    """What loading did, as page titles; in `rows` each page with its kind and its fate."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # edited here, and the files say nothing new
    drafts: list[Draft] = field(default_factory=list)
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    media: list[tuple[str, bool]] = field(default_factory=list)  # file, whether it is new here
    notes: list[FileProblem] = field(default_factory=list)
    page: int | None = None  # the primary key of what stands at the top

    def note(self, title: str, fate: str, draft: Draft | None = None) -> str:
        """Remember what became of a page, and say it again."""
        if draft is None:
            getattr(self, fate).append(title)
        else:
            self.drafts.append(draft)
        return fate

    def __str__(self) -> str:
        said = [
            f"{len(titles)} {what}"
            for what, titles in (
                ("created", self.created),
                ("updated", self.updated),
                ("unchanged", self.unchanged),
                ("edited here and left as they are", self.kept),
                ("edited here, so that the new version waits as a draft", self.drafts),
            )
            if titles
        ]
        return ", ".join(said) or "nothing to load"

    @property
    def drafts_said(self) -> list[str]:
        """A line for each draft, with the address of its comparison."""
        return [f"Waits as a draft: {draft.title} ({draft.comparison})" for draft in self.drafts]
