"""The addresses of our own screens in the Wagtail admin."""

from django.urls import path

from cms.admin.accesses import AccessesView
from cms.admin.attendance import MeetingView, RoomView, SheetView
from cms.admin.case_report import CasePathsView, CasesReportView
from cms.admin.cases import case_map, case_play
from cms.admin.certificates import CohortCertificatesView
from cms.admin.changes import page_changes
from cms.admin.closing import ClosePersonView
from cms.admin.cohort_screens import ArchiveView, NewCodeView
from cms.admin.coverage import CoverageView
from cms.admin.credits import CreditsView, WithdrawView
from cms.admin.directory.urls import urlpatterns as directory_urls
from cms.admin.due_dates import DueDatesView
from cms.admin.evaluation import EvaluationView, SurveysView
from cms.admin.exemplars import ExemplarsView, ExemplarView
from cms.admin.factors import ResetFactorView
from cms.admin.groups import GroupsView, GroupView, MakeGroupsView, PrintView
from cms.admin.importing import ImportQuestionsView
from cms.admin.invitations import InvitationsView
from cms.admin.item_analysis import ItemsIndexView, ItemsView, ItemView
from cms.admin.jobs import JobFileView, JobsView, JobView
from cms.admin.learner_urls import urlpatterns as learner_urls
from cms.admin.overview import OverviewView, StandingView
from cms.admin.problems import ProblemsView, ProblemView
from cms.admin.reading import KeepCommentView, NameView, PassOnView, ReadingView
from cms.admin.reflections import InboxView
from cms.admin.regrading import RegradeRecordView, RegradeView
from cms.admin.reminders import RemindView
from cms.admin.reports import ReportView
from cms.admin.reviewing import (
    DeskView,
    ReadThroughView,
    WithdrawApprovalView,
    shown,
)
from cms.admin.roster import RosterColumnsView, RosterPlanView, RosterUploadView
from cms.admin.saved_comments import SavedCommentsView, SavedCommentView, delete_comment
from cms.admin.seats import AskView, SeatsView
from cms.admin.session_missed import MissedView
from cms.admin.sessions import (
    ChangeView,
    CohortSessionsView,
    PlanView,
    SessionsView,
)
from cms.admin.suggestions import AnswerView, SuggestionsView, SuggestView, SuggestWordsView
from cms.admin.transfer import (
    ExportView,
    ImportPlanView,
    ImportView,
)
from cms.admin.truth import (
    LawChangedView,
    NotesView,
    PageTruthView,
    TasksView,
    content_checks,
)
from cms.admin.trying import try_out, try_writing
from cms.admin.trying_quiz import (
    try_question,
    try_result,
    try_review,
    try_start,
    try_submit,
)

urlpatterns = [
    path("cohorts/<int:pk>/overview/", OverviewView.as_view(), name="cohort_overview"),
    path("cohorts/<int:pk>/overview/learners/", StandingView.as_view(), name="cohort_standing"),
    path("cohorts/<int:pk>/remind/", RemindView.as_view(), name="cohort_remind"),
    *learner_urls,
    *directory_urls,
    path("reports/completion/", ReportView.as_view(), name="completion_report"),
    path("reports/activities/", ReportView.as_view(key="activities"), name="activity_report"),
    path("reports/quizzes/", ReportView.as_view(key="quizzes"), name="quiz_report"),
    path(
        "reports/certificates/", ReportView.as_view(key="certificates"), name="certificate_report"
    ),
    path("reports/sign-off/", ReportView.as_view(key="sign-off"), name="signoff_report"),
    path("changes/<int:page>/", page_changes, name="page_changes"),
    path("regrades/<int:page>/", RegradeView.as_view(), name="regrade"),
    path("regrades/<int:page>/<int:number>/", RegradeRecordView.as_view(), name="regrade_record"),
    path("cases/<int:page>/map/", case_map, name="case_map"),
    path("cases/<int:page>/play/", case_play, name="case_play"),
    path("reports/evaluation/", EvaluationView.as_view(), name="evaluation_report"),
    path("reports/surveys/", SurveysView.as_view(), name="surveys_report"),
    path("reports/cases/", CasesReportView.as_view(), name="cases_report"),
    path("reports/cases/<uuid:key>/", CasePathsView.as_view(), name="case_paths"),
    path("quizzes/<int:page>/import/", ImportQuestionsView.as_view(), name="import_questions"),
    path("try/<int:page>/", try_out, name="try_out"),
    path("try/<int:page>/start/", try_start, name="try_start"),
    path("try/<int:page>/questions/<int:number>/", try_question, name="try_question"),
    path("try/<int:page>/review/", try_review, name="try_review"),
    path("try/<int:page>/submit/", try_submit, name="try_submit"),
    path("try/<int:page>/result/", try_result, name="try_result"),
    path("try/<int:page>/write/<str:prompt>/", try_writing, name="try_writing"),
    path("reflections/", InboxView.as_view(), name="reflections_inbox"),
    path("reflections/comments/", SavedCommentsView.as_view(), name="saved_comments"),
    path("reflections/comments/<int:pk>/", SavedCommentView.as_view(), name="saved_comment"),
    path("reflections/comments/<int:pk>/delete/", delete_comment, name="saved_comment_delete"),
    path("reflections/exemplars/", ExemplarsView.as_view(), name="exemplars_check"),
    path("reflections/exemplars/<int:pk>/", ExemplarView.as_view(), name="exemplar_check"),
    path("reflections/<uuid:key>/", ReadingView.as_view(), name="reflection_read"),
    path("reflections/<uuid:key>/name/", NameView.as_view(), name="reflection_name"),
    path("reflections/<uuid:key>/pass-on/", PassOnView.as_view(), name="reflection_pass_on"),
    path(
        "reflections/<uuid:key>/comment/", KeepCommentView.as_view(), name="reflection_keep_comment"
    ),
    path("review/", DeskView.as_view(), name="review_desk"),
    path("review/modules/<int:module>/", ReadThroughView.as_view(), name="review_module"),
    path("review/signatures/<int:pk>/", WithdrawApprovalView.as_view(), name="review_withdraw"),
    path("review/<int:page>/shown/", shown, name="review_shown"),
    path(
        "cohorts/<int:pk>/certificates/",
        CohortCertificatesView.as_view(),
        name="cohort_certificates",
    ),
    path("cohorts/<uuid:key>/code/", NewCodeView.as_view(), name="cohort_code"),
    path("cohorts/<uuid:key>/archive/", ArchiveView.as_view(), name="cohort_archive"),
    path("cohorts/<uuid:key>/due/", DueDatesView.as_view(), name="cohort_due_dates"),
    path("cohorts/<uuid:key>/groups/", GroupsView.as_view(), name="cohort_groups"),
    path("cohorts/<uuid:key>/groups/make/", MakeGroupsView.as_view(), name="cohort_groups_make"),
    path("cohorts/<uuid:key>/groups/print/", PrintView.as_view(), name="cohort_groups_print"),
    path("cohorts/<uuid:key>/groups/<int:pk>/", GroupView.as_view(), name="cohort_group"),
    path("cohorts/<int:pk>/import/", RosterUploadView.as_view(), name="roster_import"),
    path("cohorts/<int:pk>/import/<uuid:key>/", RosterColumnsView.as_view(), name="roster_columns"),
    path("cohorts/<int:pk>/import/<uuid:key>/plan/", RosterPlanView.as_view(), name="roster_plan"),
    path("cohorts/<int:pk>/invitations/", InvitationsView.as_view(), name="invitations"),
    path("people/<uuid:key>/close/", ClosePersonView.as_view(), name="person_close"),
    path("reports/accesses/", AccessesView.as_view(), name="accesses"),
    path("people/<uuid:key>/second-step/", ResetFactorView.as_view(), name="factor_reset"),
    path("jobs/", JobsView.as_view(), name="jobs"),
    path("jobs/<uuid:key>/", JobView.as_view(), name="job"),
    path("jobs/<uuid:key>/file/", JobFileView.as_view(), name="job_file"),
    path("reports/problems/", ProblemsView.as_view(), name="problem_reports"),
    path("reports/problems/<uuid:key>/", ProblemView.as_view(), name="problem_report"),
    path("reports/items/", ItemsIndexView.as_view(), name="item_analysis"),
    path("reports/items/<uuid:key>/", ItemsView.as_view(), name="item_activity"),
    path("reports/items/<uuid:key>/<str:item>/", ItemView.as_view(), name="item_one"),
    path("suggest/<int:page>/", SuggestView.as_view(), name="suggest_wording"),
    path("suggest/<int:page>/words/", SuggestWordsView.as_view(), name="suggest_words"),
    path("suggestions/<int:page>/", SuggestionsView.as_view(), name="suggestions"),
    path("suggestions/<int:page>/<int:pk>/", AnswerView.as_view(), name="suggestion_answer"),
    path("sessions/", SessionsView.as_view(), name="sessions"),
    path("sessions/<uuid:key>/", MeetingView.as_view(), name="session_meeting"),
    path("sessions/<uuid:key>/change/", ChangeView.as_view(), name="session_change"),
    path("sessions/<uuid:key>/code/", RoomView.as_view(), name="session_code"),
    path("sessions/<uuid:key>/plan/", SheetView.as_view(), name="session_sheet"),
    path("cohorts/<int:pk>/sessions/", CohortSessionsView.as_view(), name="cohort_sessions"),
    path("cohorts/<int:pk>/sessions/new/", PlanView.as_view(), name="session_plan"),
    path(
        "cohorts/<int:pk>/sessions/<uuid:key>/missed/", MissedView.as_view(), name="session_missed"
    ),
    path("seats/", SeatsView.as_view(), name="seats"),
    path("seats/ask/<int:page>/", AskView.as_view(), name="seat_ask"),
    path("credits/<int:page>/", CreditsView.as_view(), name="credits"),
    path("credits/<int:page>/<int:pk>/", WithdrawView.as_view(), name="credit_withdraw"),
    path("modules/<int:page>/export/", ExportView.as_view(), name="module_export"),
    path("modules/import/", ImportView.as_view(), name="module_import"),
    path("modules/import/<uuid:uuid>/", ImportPlanView.as_view(), name="module_import_plan"),
    path("truth/", TasksView.as_view(), name="truth_tasks"),
    path("truth/law-changed/", LawChangedView.as_view(), name="law_changed"),
    path("truth/notes/", NotesView.as_view(), name="truth_notes"),
    path("truth/coverage/", CoverageView.as_view(), name="coverage"),
    path("truth/<int:pk>/", PageTruthView.as_view(), name="truth_page"),
    path("truth/<int:pk>/checks/", content_checks, name="truth_checks"),
]
