"""Registers what `cms.admin` holds; nothing else happens here."""

from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.widgets import Button
from wagtail.snippets.models import register_snippet

from cms.admin.bulk import refuse_unsound
from cms.admin.buttons import page_buttons
from cms.admin.case_report import CasePathsView, CasesReportView
from cms.admin.cases import case_map, case_play
from cms.admin.changes import page_changes
from cms.admin.cohorts import CohortViewSet
from cms.admin.coverage import CoverageView
from cms.admin.credits import CreditsView, WithdrawView
from cms.admin.exemplars import ExemplarsView, ExemplarView
from cms.admin.importing import ImportQuestionsView
from cms.admin.item_analysis import ItemsIndexView, ItemsView, ItemView
from cms.admin.people import ProfessionViewSet
from cms.admin.problems import ProblemsView, ProblemView
from cms.admin.reading import KeepCommentView, NameView, PassOnView, ReadingView
from cms.admin.reflections import InboxView
from cms.admin.regrading import RegradeRecordView, RegradeView, may_regrade
from cms.admin.reports import CompletionReportView
from cms.admin.reviewing import (
    DeskView,
    ReadThroughView,
    ReviewPageView,
    WithdrawApprovalView,
    shown,
)
from cms.admin.saved_comments import SavedCommentsView, SavedCommentView, delete_comment
from cms.admin.seats import AskView, SeatsView
from cms.admin.snippets import OutcomeViewSet, TagViewSet, TermViewSet
from cms.admin.suggestions import AnswerView, SuggestionsView, SuggestView, SuggestWordsView
from cms.admin.transfer import (
    ExportView,
    ImportMenuItem,
    ImportPlanView,
    ImportView,
    export_buttons,
)
from cms.admin.truth import (
    LawChangedView,
    NotesView,
    PageTruthView,
    TasksView,
    content_checks,
    may_edit_pages,
)
from cms.admin.trying import try_out, try_writing
from cms.admin.trying_quiz import (
    try_question,
    try_result,
    try_review,
    try_start,
    try_submit,
)
from cms.models import QuizPage
from cms.models.reviewing import roles_of


class LeadMenuItem(MenuItem):
    """Shown to those who may see cohorts."""

    def is_shown(self, request):
        return request.user.has_perm("curriculum.view_cohort")


class ReviewerMenuItem(MenuItem):
    """Shown to those who sign content off."""

    def is_shown(self, request):
        return bool(roles_of(request.user))


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
def register_change_urls():
    return [path("changes/<int:page>/", page_changes, name="page_changes")]


@hooks.register("register_admin_urls")
def register_regrade_urls():
    one = "regrades/<int:page>/"
    return [
        path(one, RegradeView.as_view(), name="regrade"),
        path(f"{one}<int:number>/", RegradeRecordView.as_view(), name="regrade_record"),
    ]


@hooks.register("register_page_header_buttons")
def add_regrade_button(page, user, view_name, next_url=None):
    if isinstance(page, QuizPage) and page.live and may_regrade(page, user):
        yield Button(
            "Correct a wrong key",
            reverse("regrade", args=[page.pk]),
            icon_name="check",
            priority=67,
        )


@hooks.register("register_admin_urls")
def register_case_urls():
    return [
        path("cases/<int:page>/map/", case_map, name="case_map"),
        path("cases/<int:page>/play/", case_play, name="case_play"),
        path("reports/cases/", CasesReportView.as_view(), name="cases_report"),
        path("reports/cases/<uuid:key>/", CasePathsView.as_view(), name="case_paths"),
    ]


@hooks.register("register_admin_urls")
def register_author_urls():
    one = "try/<int:page>/"
    return [
        path("quizzes/<int:page>/import/", ImportQuestionsView.as_view(), name="import_questions"),
        path(one, try_out, name="try_out"),
        path(f"{one}start/", try_start, name="try_start"),
        path(f"{one}questions/<int:number>/", try_question, name="try_question"),
        path(f"{one}review/", try_review, name="try_review"),
        path(f"{one}submit/", try_submit, name="try_submit"),
        path(f"{one}result/", try_result, name="try_result"),
        path(f"{one}write/<str:prompt>/", try_writing, name="try_writing"),
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


@hooks.register("register_admin_urls")
def register_review_urls():
    one = "review/<int:page>/"
    return [
        path("review/", DeskView.as_view(), name="review_desk"),
        path("review/modules/<int:module>/", ReadThroughView.as_view(), name="review_module"),
        path("review/signatures/<int:pk>/", WithdrawApprovalView.as_view(), name="review_withdraw"),
        path(one, ReviewPageView.as_view(), name="review_page"),
        path(f"{one}shown/", shown, name="review_shown"),
    ]


@hooks.register("register_admin_urls")
def register_problem_urls():
    return [
        path("reports/problems/", ProblemsView.as_view(), name="problem_reports"),
        path("reports/problems/<uuid:key>/", ProblemView.as_view(), name="problem_report"),
    ]


@hooks.register("register_admin_urls")
def register_item_urls():
    one = "reports/items/<uuid:key>/"
    return [
        path("reports/items/", ItemsIndexView.as_view(), name="item_analysis"),
        path(one, ItemsView.as_view(), name="item_activity"),
        path(f"{one}<str:item>/", ItemView.as_view(), name="item_one"),
    ]


@hooks.register("register_admin_urls")
def register_writing_together_urls():
    page = "<int:page>/"
    return [
        path(f"suggest/{page}", SuggestView.as_view(), name="suggest_wording"),
        path(f"suggest/{page}words/", SuggestWordsView.as_view(), name="suggest_words"),
        path(f"suggestions/{page}", SuggestionsView.as_view(), name="suggestions"),
        path(f"suggestions/{page}<int:pk>/", AnswerView.as_view(), name="suggestion_answer"),
        path("seats/", SeatsView.as_view(), name="seats"),
        path(f"seats/ask/{page}", AskView.as_view(), name="seat_ask"),
        path(f"credits/{page}", CreditsView.as_view(), name="credits"),
        path(f"credits/{page}<int:pk>/", WithdrawView.as_view(), name="credit_withdraw"),
    ]


@hooks.register("register_admin_urls")
def register_transfer_urls():
    return [
        path("modules/<int:page>/export/", ExportView.as_view(), name="module_export"),
        path("modules/import/", ImportView.as_view(), name="module_import"),
        path("modules/import/<uuid:uuid>/", ImportPlanView.as_view(), name="module_import_plan"),
    ]


@hooks.register("register_admin_menu_item")
def register_reviews():
    return ReviewerMenuItem("Reviews", reverse("review_desk"), icon_name="check", order=210)


@hooks.register("register_admin_menu_item")
def register_seats():
    # Anybody who works here may be asked, so no one's menu needs a look-up.
    return MenuItem("Seats", reverse("seats"), icon_name="group", order=221)


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


@hooks.register("register_reports_menu_item")
def register_item_analysis():
    return MenuItem(
        "Questions and decisions", reverse("item_analysis"), icon_name="help", order=120
    )


@hooks.register("register_reports_menu_item")
def register_problem_reports():
    # Who may edit which page is asked when the list is opened, not for everybody's menu.
    return MenuItem("Reported problems", reverse("problem_reports"), icon_name="warning", order=130)


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
hooks.register("register_page_header_buttons", page_buttons)
