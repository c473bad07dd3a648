"""Registers what `cms.admin` holds; nothing else happens here."""

from functools import partial

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.widgets import Button
from wagtail.snippets.models import register_snippet

from cms.admin.accesses import AdministratorMenuItem
from cms.admin.bulk import refuse_unsound
from cms.admin.buttons import page_buttons
from cms.admin.closing import add_closing_panel, register_person_actions
from cms.admin.cohort_screens import register_cohort_actions
from cms.admin.cohorts import CohortViewSet
from cms.admin.directory.bulk import MarkCheckedAction, register_actions, row_buttons
from cms.admin.directory.viewsets import DirectoryGroup
from cms.admin.factors import register_factor_action
from cms.admin.history import hide_history
from cms.admin.names import NamesMenuItem
from cms.admin.people import ProfessionViewSet
from cms.admin.regrading import may_regrade
from cms.admin.snippets import OutcomeViewSet, TagViewSet, TermViewSet
from cms.admin.survey_items import SurveyItemViewSet
from cms.admin.transfer import ImportMenuItem, export_buttons
from cms.admin.truth import may_edit_pages
from cms.admin.urls import urlpatterns
from cms.models import QuizPage


class LeadMenuItem(MenuItem):
    """Shown to those who may see cohorts."""

    def is_shown(self, request):
        return request.user.has_perm("curriculum.view_cohort")


class ReviewerMenuItem(MenuItem):
    """Shown to those who sign content off."""

    def is_shown(self, request):
        return request.user.has_perm("curriculum.see_desk")  # no look-up for every page


@hooks.register("register_admin_urls")
def register_urls():
    return urlpatterns


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [CohortViewSet("cohorts"), ProfessionViewSet("professions")]


@hooks.register("register_page_header_buttons")
def add_regrade_button(page, user, view_name, next_url=None):
    if isinstance(page, QuizPage) and page.live and may_regrade(page, user):
        yield Button(
            "Correct a wrong key",
            reverse("regrade", args=[page.pk]),
            icon_name="check",
            priority=67,
        )


@hooks.register("register_admin_menu_item")
def register_reviews():
    return ReviewerMenuItem("Reviews", reverse("review_desk"), icon_name="check", order=210)


@hooks.register("register_admin_menu_item")
def register_seats():
    # Anybody who works here may be asked, so no one's menu needs a look-up.
    return MenuItem("Seats", reverse("seats"), icon_name="group", order=221)


@hooks.register("register_admin_menu_item")
def register_sessions():
    # Anybody who works here may tutor a cohort, so no one's menu needs a look-up.
    return MenuItem("Sessions", reverse("sessions"), icon_name="date", order=222)


@hooks.register("register_admin_menu_item")
def register_import():
    url = reverse("module_import")
    return ImportMenuItem("Import a module", url, icon_name="upload", order=230)


hooks.register("register_page_header_buttons", export_buttons)
hooks.register("register_page_listing_more_buttons", export_buttons)


@hooks.register("register_admin_menu_item")
def register_reflections():
    # Anybody who works here may tutor a cohort or be asked, so no one's menu needs a look-up.
    return MenuItem("Reflections", reverse("reflections_inbox"), icon_name="edit", order=220)


class AuthorMenuItem(MenuItem):
    """Shown to those who may change pages."""

    def is_shown(self, request):
        return may_edit_pages(request.user)


truth_menu = Menu(register_hook_name="register_truth_menu_item")
for viewset in (TagViewSet, OutcomeViewSet, TermViewSet, SurveyItemViewSet):
    register_snippet(viewset)


register_snippet(DirectoryGroup)


@hooks.register("register_admin_menu_item")
def register_truth_menu():
    return SubmenuMenuItem("Keeping it true", truth_menu, icon_name="tag", order=230)


@hooks.register("register_truth_menu_item")
def register_tasks():
    return AuthorMenuItem("To review", reverse("truth_tasks"), icon_name="tasks", order=10)


@hooks.register("register_truth_menu_item")
def register_law_changed():
    return AuthorMenuItem("The law changed", reverse("law_changed"), icon_name="warning", order=20)


@hooks.register("register_truth_menu_item")
def register_notes():
    return AuthorMenuItem("Notes to check", reverse("truth_notes"), icon_name="comment", order=30)


@hooks.register("register_truth_menu_item")
def register_coverage():
    return MenuItem("Outcomes and activities", reverse("coverage"), icon_name="table", order=40)


# The Reports menu in its order: who sees an item, what it is called, where it leads, its icon.
REPORTS = [
    (LeadMenuItem, "Completion", "completion_report", "list-ul"),
    (LeadMenuItem, "Activity detail", "activity_report", "list-ul"),
    (LeadMenuItem, "Quiz results", "quiz_report", "help"),
    (LeadMenuItem, "Certificates", "certificate_report", "doc-full"),
    (LeadMenuItem, "Sign-off of the content", "signoff_report", "check"),
    (MenuItem, "Cases", "cases_report", "tasks"),
    (MenuItem, "Questions and decisions", "item_analysis", "help"),
    # Who may edit which page is asked when the list is opened, not for everybody's menu.
    (MenuItem, "Reported problems", "problem_reports", "warning"),
    (NamesMenuItem, "Names on certificates", "name_requests", "user"),
    (LeadMenuItem, "Evaluation", "evaluation_report", "history"),
    (LeadMenuItem, "Surveys", "surveys_report", "form"),
    (LeadMenuItem, "Files and long work", "jobs", "download"),
    (AdministratorMenuItem, "Who saw what", "accesses", "view"),
]


def report_item(place):
    item, label, address, icon = REPORTS[place]
    return item(label, reverse(address), icon_name=icon, order=100 + place)


for place in range(len(REPORTS)):
    hooks.register("register_reports_menu_item", partial(report_item, place))


@hooks.register("insert_global_admin_css")
def add_own_css():
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin.css"))


@hooks.register("insert_editor_js")
def add_case_editor():
    return format_html('<script src="{}"></script>', static("cms/case-editor.js"))


@hooks.register("insert_editor_js")
def add_content_checks():
    return format_html('<script src="{}"></script>', static("cms/content-checks.js"))


@hooks.register("construct_homepage_panels")
def keep_homepage_calm(request, panels):
    panels[:] = [panel for panel in panels if panel.name != "upgrade_notification"]


hooks.register("construct_homepage_panels", add_closing_panel)
hooks.register("construct_reports_menu", hide_history)
hooks.register("before_bulk_action", refuse_unsound)
hooks.register("register_page_header_buttons", page_buttons)
hooks.register("register_log_actions", register_cohort_actions)
hooks.register("register_bulk_action", MarkCheckedAction)
hooks.register("register_snippet_listing_buttons", row_buttons)
hooks.register("register_log_actions", register_actions)
hooks.register("register_log_actions", register_person_actions)
hooks.register("register_log_actions", register_factor_action)
