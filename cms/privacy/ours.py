"""The register: what authors, reviewers and keepers of the directory leave behind."""

from cms.models import EntryReport
from cms.privacy import forgetting
from curriculum.privacy.registry import (
    DIRECTORY,
    FORMER,
    REVIEWING,
    WORK,
    WRITING,
    Delete,
    Do,
    Keep,
    Overwrite,
    about,
    holds,
    holds_nobody,
)
from curriculum.privacy.retention import rule

FOR_GOOD = "As long as the content"
STRANGERS = "Professional contact details; whoever keeps the directory changes or removes them"

holds(
    "cms.Credit",
    "Credits that you entered",
    WRITING,
    about("entered_by", Keep(WORK, ("name", "capacity", "consent_how"))),
    kept=FOR_GOOD,
    strangers="People who helped and agreed to be named; withdrawn on its own screen at any time",
    person="entered_by",
    name="name capacity",
    words="consent_how",
    deed="read_on consented_on entered_at withdrawn_at",
    plain="page kind digest",
)
holds(
    "cms.SeatRequest",
    "Seats in cases that you asked for or filled",
    WRITING,
    about("asked_by", Keep(WORK, ("note",))),
    about("colleague", Keep(WORK, ("note",))),
    kept=FOR_GOOD,
    person="asked_by colleague",
    words="note",
    deed="asked_at filled_at cancelled_at asked_mailed_at filled_mailed_at",
    plain="page voice",
)
holds(
    "cms.Suggestion",
    "Wording that you suggested",
    WRITING,
    about(
        "by",
        Overwrite({"name": FORMER}, WORK),
        Keep(WORK, ("before", "after", "reason", "answer")),
    ),
    about("answered_by", Keep(WORK, ("before", "after", "reason", "answer")), in_copy=False),
    kept=FOR_GOOD,
    person="by answered_by",
    name="name",
    words="before after reason answer",
    deed="at state answered_at",
    plain="page path label is_rich",
)
holds(
    "cms.Review",
    "Reviews of pages that you asked for",
    WRITING,
    about("asked_by", Keep(WORK, ("note",))),
    about("closed_by", Keep(WORK, ("note",))),
    kept=FOR_GOOD,
    person="asked_by closed_by",
    words="note",
    deed="asked_at mailed_at closed_at",
    plain="page batch tag since parts tells_learners",
)
holds(
    "cms.ReviewMail",
    "Reminders to review that you were sent",
    REVIEWING,
    about("reviewer", Delete()),
    kept="Until the account is closed",
    person="reviewer",
    deed="stage sent_at",
    plain="review",
)
holds(
    "cms.ModuleImport",
    "Modules that you imported",
    WRITING,
    about("user", Do("Goes, with its file", forgetting.forget_imports)),
    kept="Until the account is closed; the file until the import is done",
    person="user",
    words="name found",
    closed="archive",
    deed="created_at done_at",
    plain="uuid programme is_copy",
)

# ── The directory ─────────────────────────────────────────────────────────
CHECKED = about("checked_by", Keep(WORK))
ENTRY = "is_shown checked_on reminded_on gone_on changed_at uuid"
holds(
    "cms.Practice",
    "Practices that you checked",
    DIRECTORY,
    CHECKED,
    kept="As long as it is in use",
    strangers=STRANGERS,
    person="checked_by",
    plain=f"latest_revision {ENTRY} name network council address postcode phone email url hours "
    "professional_line safeguarding_lead meeting_day professional_note",
)
holds(
    "cms.Service",
    "Services that you checked",
    DIRECTORY,
    CHECKED,
    kept="As long as it is in use",
    strangers=STRANGERS,
    person="checked_by",
    plain=f"latest_revision {ENTRY} organisation name summary basis place_note referral_from "
    "how_to_refer what_to_include reply_time urgent_route urgent_phone same_day_until all_hours "
    "hours_note out_of_hours eligibility minimum_age maximum_age cost cost_note languages "
    "has_interpreters is_step_free access_note professional_note kinds areas networks practices",
)
holds(
    "cms.EntryReport",
    "Reports on entries that you settled",
    DIRECTORY,
    about("settled_by", Keep(WORK)),
    kept="One year after it was settled",
    strangers="Nobody is asked who they are; a report is deleted if its words name somebody",
    person="settled_by",
    plain="service practice what",
    deed="made_at settled_at",
)
holds_nobody(
    "cms.ServiceKind latest_revision slug name description position",
    "cms.Need sort_order kind words",
    "cms.Area uuid name extent code within is_fictional",
    "cms.Network uuid name",
    "cms.Postcode code council ward",
    "cms.Organisation latest_revision uuid name description email url",
    "cms.Contact sort_order service label phone email url for_professionals",
    "cms.Opening sort_order service days opens_at closes_at",
)

# ── Content ───────────────────────────────────────────────────────────────
PAGE = "page_ptr review_months checked_on review_by is_required minutes_override body tags outcomes"
holds_nobody(
    "cms.SiteSettings site_name accent logo support_url worry_help safeguarding_advice "
    "allow_unreviewed writers_may_sign review_days approval_months council",
    "cms.Tag name slug kind year url",
    "cms.Outcome key text",
    "cms.OutcomeCode sort_order outcome framework code",
    "cms.ModuleOutcome sort_order page outcome",
    f"cms.ReadingPage {PAGE}",
    f"cms.QuizPage {PAGE} questions feedback completes_on pass_mark attempts_allowed draw "
    "shuffle_questions shuffle_options",
    f"cms.ReflectionPage {PAGE} prompts",
    f"cms.CasePage {PAGE} cast content_note content_instead role roles facts scenes debrief "
    "closing_moment closing_views",
    f"cms.SessionPage {PAGE} prepare ground_rules plan",
    f"cms.SurveyPage {PAGE} occasion measure about scale items consent",
    "cms.ProgrammePage page_ptr summary covers certificate_scope outcomes",
    "cms.ModulePage page_ptr review_months checked_on review_by summary body is_required authors "
    "law_checked_on tags",
    "cms.HomePage page_ptr heading lede promises taster",
    "cms.StandardPage page_ptr body shown",
    "cms.WhoIsWhoPage page_ptr body shown",
    "cms.RolePage page_ptr review_months checked_on review_by body shown other_names side summary "
    "employer registration portrait call_when have_ready does decides cannot mistaken_for "
    "wish_doctors wish_social_workers tags kinds",
    "cms.RoleReading sort_order role page",
    "cms.SignOffTask task_ptr role groups",
    "cms.SurveyItem key kind statement domain reverse",
    "cms.SurveyItemWording sort_order item who text",
    "cms.LoadedSource page digest loaded_at",
    "cms.Rendition filter_spec file width height focal_point_key image",
)
FILE = "collection title file created_at file_size file_hash tags"
PICTURE = (
    "description width height focal_point_x focal_point_y focal_point_width focal_point_height"
)
for label, title, fields in (
    ("cms.Picture", "Pictures that you uploaded", f"{FILE} {PICTURE}"),
    ("wagtailimages.Image", "Other pictures that you uploaded", f"{FILE} {PICTURE}"),
    (
        "cms.Recording",
        "Recordings that you uploaded",
        "collection title file type duration width height thumbnail created_at tags",
    ),
    (
        "wagtailmedia.Media",
        "Other recordings that you uploaded",
        "collection title file type duration width height thumbnail created_at tags",
    ),
    ("wagtaildocs.Document", "Documents that you uploaded", FILE),
):
    holds(
        label,
        title,
        WRITING,
        about("uploaded_by_user", Keep(WORK)),
        kept=FOR_GOOD,
        person="uploaded_by_user",
        plain=fields,
    )

rule(
    "entry-reports",
    365,
    "Reports on entries of the directory that were settled",
    lambda before: EntryReport.objects.filter(settled_at__lt=before),
)
