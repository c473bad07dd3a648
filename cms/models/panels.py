"""Panels of our own in the editor."""

from typing import Any

from wagtail.admin.panels import Panel

from cms.models.seats import seats_of
from cms.models.suggestions import Suggestion, SuggestionState, with_present
from curriculum.content import digest
from curriculum.enums import ReviewRole
from curriculum.exports.case_map import EDITOR, draw
from curriculum.models import Activity
from curriculum.queries.signoffs import history_of, notes_on


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
