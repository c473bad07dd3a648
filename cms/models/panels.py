"""Panels of our own in the editor."""

from typing import Any

from django.utils.functional import cached_property
from wagtail.admin.panels import Panel
from wagtail.permissions import page_permission_policy

from curriculum.exports.case_map import EDITOR, draw
from curriculum.models import ProblemReport
from curriculum.queries.problems import About, about, open_problems, with_about


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
