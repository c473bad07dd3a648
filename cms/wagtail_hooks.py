"""Registers what `cms.admin` holds; nothing else happens here."""

from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.snippets.models import register_snippet

from cms.admin.bulk import refuse_unsound
from cms.admin.case_report import CasePathsView, CasesReportView
from cms.admin.cases import case_map, case_play
from cms.admin.cohorts import CohortViewSet
from cms.admin.coverage import CoverageView
from cms.admin.exemplars import ExemplarsView, ExemplarView
from cms.admin.people import ProfessionViewSet
from cms.admin.reading import KeepCommentView, NameView, PassOnView, ReadingView
from cms.admin.reflections import InboxView
from cms.admin.reports import CompletionReportView
from cms.admin.saved_comments import SavedCommentsView, SavedCommentView, delete_comment
from cms.admin.snippets import OutcomeViewSet, TagViewSet, TermViewSet
from cms.admin.truth import (
    LawChangedView,
    NotesView,
    PageTruthView,
    TasksView,
    content_checks,
    may_edit_pages,
)


class LeadMenuItem(MenuItem):
    """Shown to those who may see cohorts."""

    def is_shown(self, request):
        return request.user.has_perm("curriculum.view_cohort")


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [CohortViewSet("cohorts"), ProfessionViewSet("professions")]


@hooks.register("register_admin_urls")
def register_report_urls():
    return [
        path("reports/completion/", CompletionReportView.as_view(), name="completion_report"),
        path(
            "reports/completion/results/",
            CompletionReportView.as_view(results_only=True),
            name="completion_report_results",
        ),
    ]


@hooks.register("register_admin_urls")
def register_case_urls():
    return [
        path("cases/<int:page>/map/", case_map, name="case_map"),
        path("cases/<int:page>/play/", case_play, name="case_play"),
        path("reports/cases/", CasesReportView.as_view(), name="cases_report"),
        path("reports/cases/<uuid:key>/", CasePathsView.as_view(), name="case_paths"),
    ]


@hooks.register("register_admin_urls")
def register_reflection_urls():
    comments = "reflections/comments/"
    one = "reflections/<uuid:key>/"
    return [
        path("reflections/", InboxView.as_view(), name="reflections_inbox"),
        path(comments, SavedCommentsView.as_view(), name="saved_comments"),
        path(f"{comments}<int:pk>/", SavedCommentView.as_view(), name="saved_comment"),
        path(f"{comments}<int:pk>/delete/", delete_comment, name="saved_comment_delete"),
        path("reflections/exemplars/", ExemplarsView.as_view(), name="exemplars_check"),
        path("reflections/exemplars/<int:pk>/", ExemplarView.as_view(), name="exemplar_check"),
        path(one, ReadingView.as_view(), name="reflection_read"),
        path(f"{one}name/", NameView.as_view(), name="reflection_name"),
        path(f"{one}pass-on/", PassOnView.as_view(), name="reflection_pass_on"),
        path(f"{one}comment/", KeepCommentView.as_view(), name="reflection_keep_comment"),
    ]


@hooks.register("register_admin_menu_item")
def register_reflections():
    # Anybody who works here may tutor a cohort or be asked, so no one's menu needs a look-up.
    return MenuItem("Reflections", reverse("reflections_inbox"), icon_name="edit", order=220)


class AuthorMenuItem(MenuItem):
    """Shown to those who may change pages."""

    def is_shown(self, request):
        return may_edit_pages(request.user)


truth_menu = Menu(register_hook_name="register_truth_menu_item")
for viewset in (TagViewSet, OutcomeViewSet, TermViewSet):
    register_snippet(viewset)


@hooks.register("register_admin_urls")
def register_truth_urls():
    return [
        path("truth/", TasksView.as_view(), name="truth_tasks"),
        path("truth/law-changed/", LawChangedView.as_view(), name="law_changed"),
        path("truth/notes/", NotesView.as_view(), name="truth_notes"),
        path("truth/coverage/", CoverageView.as_view(), name="coverage"),
        path("truth/<int:pk>/", PageTruthView.as_view(), name="truth_page"),
        path("truth/<int:pk>/checks/", content_checks, name="truth_checks"),
    ]


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


@hooks.register("register_reports_menu_item")
def register_completion_report():
    return LeadMenuItem("Completion", reverse("completion_report"), icon_name="list-ul", order=100)


@hooks.register("register_reports_menu_item")
def register_cases_report():
    return MenuItem("Cases", reverse("cases_report"), icon_name="tasks", order=110)


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


hooks.register("before_bulk_action", refuse_unsound)
