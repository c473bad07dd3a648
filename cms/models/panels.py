"""Panels of our own in the editor."""

from typing import Any

from django.utils.functional import cached_property
from wagtail.admin.panels import Panel
from wagtail.permissions import page_permission_policy

from cms.models.seats import seats_of
from cms.models.suggestions import Suggestion, SuggestionState, with_present
from curriculum.content import digest
from curriculum.domain.changes import Change, compare, is_material
from curriculum.enums import ReviewRole
from curriculum.exports.case_map import EDITOR, draw
from curriculum.models import Activity, Edition, ProblemReport, Requirement
from curriculum.queries.problems import About, about, open_problems, with_about
from curriculum.queries.signoffs import history_of, notes_on
from curriculum.queries.standing import standing_on


class UpkeepPanel(Panel):
    """Whose the page is and when its review falls due, with the way to change either."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/admin/truth/panel.html"

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.instance.pk)


class CaseMapPanel(Panel):
    """The graph of the case as last saved; a script draws it anew after every save."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/admin/case/panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            return {**context, **case_map_context(self.instance)}


def case_map_context(page: Any) -> dict[str, Any]:
    """The drawing of a case page's draft, with what its graph lacks before it can be published."""
    frozen = page.freeze()
    case = frozen.content
    return {
        "page": page,
        "map": draw(case, EDITOR) if case.scenes else None,
        "faults": sum(problem.path[:1] == ("scenes",) for problem in frozen.problems),
    }


class ReviewPanel(Panel):
    """Who has signed the draft as it stands, and what reviewers wrote about it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/admin/review/panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            return {**context, **review_context(self.instance)}


def review_context(page: Any) -> dict[str, Any]:
    """The approvals that an activity's draft has and has had, and its reviewers' notes."""
    activity = Activity.objects.filter(key=page.translation_key).first()
    if activity is None:
        return {"signed": [], "history": [], "notes": []}
    here, history = digest(page.freeze().content), history_of(activity)
    standing = {s.role: s for s in history if s.digest == here and not s.withdrawn_at}
    return {
        "signed": [(role.label, standing.get(role)) for role in ReviewRole],
        "history": [s for s in history if s not in standing.values()],
        "notes": notes_on(activity),
        "digest": here,
    }


class SuggestionsPanel(Panel):
    """Other words that somebody has suggested and nobody has answered yet."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/admin/suggestions/panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            waiting = Suggestion.objects.filter(page=self.instance.pk, state=SuggestionState.OPEN)
            rows = with_present(self.instance, waiting) if self.instance.pk else []
            context = super().get_context_data(parent_context)
            return {
                **context,
                "page": self.instance,
                "rows": [(row, row.is_overtaken(present)) for row, present in rows],
            }


class SeatsPanel(Panel):
    """Who speaks in the case, who is waited for, and which seats are empty."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/admin/seats/panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            seats = seats_of(self.instance, self.instance.freeze().content)
            return {**context, "page": self.instance, "seats": seats}


class ChangesPanel(Panel):
    """What publishing the draft changes, and what it leaves alone; fetched anew after every save.

    It stands first on the page, in one line that opens, and nothing stands between "Publish" and
    publishing: drafts are saved as they are written, so the line is true when the button is
    pressed, on whichever of Wagtail's ways. A page that was never published has none.
    """

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/admin/changes_panel.html"

        def is_shown(self) -> bool:
            published = {"activity__key": self.instance.translation_key}
            return bool(self.instance.pk) and Edition.objects.filter(**published).exists()

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            return {**context, **changes_context(self.instance)}


def changes_context(page: Any) -> dict[str, Any]:
    """What the draft of an activity's page changes against the edition that learners have, and
    what stands on each edition. Three queries beside what freezing takes."""
    found = Activity.objects.select_related("current_edition")
    activity = found.filter(key=page.translation_key).first()
    if activity is None or activity.current_edition is None:
        return {"page": page, "changes": (), "standing": []}
    changes = compare(activity.current_edition.content, page.freeze().content)
    home = Requirement.objects.filter(activity=activity, until=None)
    required = home.values_list("is_required", flat=True).first()
    if required is not None and required != page.is_required:
        was, now = ("yes", "no") if required else ("no", "yes")
        changes = (*changes, Change("Required in the module", was, now, True))
    standing = standing_on(activity)
    return {
        "page": page,
        "activity": activity,
        "changes": changes,
        "is_material": is_material(changes),
        "standing": standing,
    }


class ProblemsPanel(Panel):
    """What learners have reported and nobody has dealt with yet, beside the question it concerns;
    for those who may edit the page. Where nothing is open it does not show."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/admin/problems/panel.html"

        @cached_property
        def problems(self) -> list[tuple[ProblemReport, About, bool]]:
            """Each report, what it is about, and whether that is still in the draft."""
            page = self.instance
            user = self.request.user if self.request else None
            if not page.pk or not page_permission_policy.user_has_permission_for_instance(
                user, "change", page
            ):
                return []
            found = with_about(open_problems(page.translation_key))
            draft = page.freeze().content if any(about.key for _, about in found) else None
            return [(report, *_in_draft(draft, subject)) for report, subject in found]

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.problems)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            return {**context, "problems": self.problems}


def _in_draft(draft: Any, subject: About) -> tuple[About, bool]:
    try:
        return about(draft, subject.key), True
    except KeyError:
        return subject, False
