"""Where authors keep the items of surveys."""

from wagtail.snippets.views.snippets import SnippetViewSet

from cms.admin.snippets import MENU
from cms.models import SurveyItem


class SurveyItemViewSet(SnippetViewSet):
    """Statements to rate, a look back, open boxes."""

    model = SurveyItem
    icon = "form"
    menu_label = "Survey items"
    menu_hook = MENU
    menu_order = 90
    list_display = ["key", "statement", "domain", "reverse"]
    list_filter = ["domain", "kind"]
    list_per_page = 50
    inspect_view_enabled = True
