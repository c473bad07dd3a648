"""Panels of our own in the editor."""

from typing import Any

from wagtail.admin.panels import Panel

from curriculum.exports.case_map import EDITOR, draw


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
