"""Whatever belongs to somebody, and the addresses at which others must be refused it."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model

from curriculum.models import Cohort, Enrolment, User

OWNERS = {User, Enrolment, Cohort}
OURS = ("curriculum", "cms")


def owned() -> set[type[Model]]:
    """Every model of ours from which a way leads to a person, an enrolment or a cohort."""
    found: set[type[Model]] = set(OWNERS)
    models = [model for label in OURS for model in apps.get_app_config(label).get_models()]
    while more := {m for m in models if m not in found and found & set(_leads_to(m))}:
        found |= more
    return found


def _leads_to(model: type[Model]) -> Iterator[type[Model]]:
    meta = model._meta
    for field in [*meta.local_fields, *meta.local_many_to_many]:
        if field.remote_field and isinstance(field.related_model, type):
            yield field.related_model


# Model → addresses in the tables at which it is shown or changed (each refuses Olga and Dana), or
# why there is none.
REGISTRY: dict[str, tuple[str, ...] | str] = {
    # ── curriculum ──
    "curriculum.User": ("wagtailusers_users:index",),
    "curriculum.Cohort": ("cohorts:edit", "cohort_overview", "cohort_archive", "cohort_code"),
    "curriculum.Group": ("cohort_group", "cohort_groups"),
    "curriculum.DueDate": ("cohort_due_dates",),
    "curriculum.Enrolment": ("learner", "learner_move", "learner_withdraw", "cohort_learners"),
    "curriculum.OwnDueDate": ("learner_extend", "learners_extend"),
    "curriculum.Invitation": ("invitations",),
    "curriculum.RosterImport": ("roster_columns", "roster_plan"),
    "curriculum.Reminder": ("cohort_remind",),
    "curriculum.Adjustment": ("learner_undo", "learner_credit"),
    "curriculum.Attempt": ("attempt", "attempt_result", "case_replay", "learner_attempt"),
    "curriculum.Response": ("attempt_question", "case_step", "attempt_review"),
    "curriculum.SurveyConsent": ("survey", "survey_consent"),
    "curriculum.RegradedAttempt": ("attempt_result", "regrade_record"),
    "curriculum.Regrade": ("regrade", "regrade_record"),
    "curriculum.Completion": ("learner", "cohort_standing"),
    "curriculum.ModuleCompletion": ("learner", "cohort_standing"),
    "curriculum.ProgrammeCompletion": ("learner", "cohort_standing"),
    "curriculum.Certificate": ("certificate", "certificate_pdf", "cohort_certificates"),
    "curriculum.NameRequest": ("name_request", "certificate_name", "certificate_name_withdraw"),
    "curriculum.Meeting": ("meeting", "meeting_calendar", "session_meeting", "session_change"),
    "curriculum.Attendance": ("session_meeting", "session_missed", "meeting"),
    "curriculum.ProblemReport": ("problem", "problem_report", "report_part"),
    "curriculum.Writing": ("reflection", "reflection_act", "reflection_read"),
    "curriculum.Version": ("reflection", "reflection_read"),
    "curriculum.Feedback": ("reflection", "reflection_read"),
    "curriculum.Consultation": ("reflection_pass_on",),
    "curriculum.Exemplar": ("reflection_offer", "exemplar_check"),
    "curriculum.StaffReading": ("reflection", "reflection_read"),
    "curriculum.SavedComment": ("saved_comment", "saved_comment_delete"),
    "curriculum.Job": ("job", "job_file"),
    "curriculum.Download": "a log without a page; its rows name who took which file away",
    "curriculum.Access": ("accesses",),
    "curriculum.Closure": ("person_close",),
    "curriculum.SignOff": ("review_withdraw",),
    "curriculum.ReviewNote": ("review_page",),
    "curriculum.KeyRanking": ("review_page",),
    # ── cms ──
    "cms.ModuleImport": ("module_import_plan",),
    "cms.Suggestion": ("suggestion_answer", "suggestions"),
    "cms.SeatRequest": ("seat_fill", "seat_ask"),
    "cms.Credit": ("credit_withdraw", "credits"),
    "cms.Review": ("truth_page",),
    "cms.ReviewMail": "a claim before a mail goes; no page shows it",
    "cms.Picture": "the authors' library, which writers share; see wagtail.rules",
    "cms.Rendition": "a smaller copy of a picture of the library",
    "cms.Recording": "the authors' library, which writers share; see wagtail.rules",
    "cms.SiteSettings": "the site's, which names its logo; see wagtail.rules",
    "cms.Service": "an entry of the directory for everybody to read; its editing, directory.txt",
    "cms.Practice": "an entry of the directory for everybody to read; its editing, directory.txt",
    "cms.Contact": "part of an entry of the directory",
    "cms.Opening": "part of an entry of the directory",
    "cms.EntryReport": ("directory_upkeep",),
}
