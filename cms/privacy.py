"""The register of personal data: what authors and reviewers leave in pages, and Wagtail's own
models. How it is read, `curriculum.privacy.registry`."""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import storages

from cms.models import ModuleImport
from curriculum.models import User
from curriculum.privacy.registry import (
    ACCOUNT,
    DIRECTORY,
    FORMER,
    REVIEWING,
    WRITING,
    Delete,
    Do,
    Keep,
    Overwrite,
    about,
    holds,
    holds_nobody,
)

ACTED = "The work stays; who did it is shown as “A former member”"
FOR_GOOD = "As long as the content"
STRANGERS = "Professional contact details; whoever keeps the directory changes or removes them"


# ── What erasure does here ────────────────────────────────────────────────
def forget_log_of(person: User) -> None:
    """Wagtail's log keeps the name of whom an administrator changed."""
    rows = apps.get_model("wagtailcore.ModelLogEntry").objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)
    )
    rows.update(label=FORMER, data={})


def forget_settings(person: User) -> None:
    """A person's settings of the admin, with the picture."""
    for profile in apps.get_model("wagtailusers.UserProfile").objects.filter(user=person):
        if profile.avatar:
            profile.avatar.delete(save=False)
        profile.delete()


def forget_uploads(person: User) -> None:
    """Files that were uploaded and never became anything."""
    for upload in apps.get_model("wagtailcore.UploadedFile").objects.filter(
        uploaded_by_user=person
    ):
        upload.file.delete(save=False)
        upload.delete()


def forget_imports(person: User) -> None:
    """Modules' files that this person uploaded."""
    mine = ModuleImport.objects.filter(user=person)
    for name in mine.exclude(archive="").values_list("archive", flat=True):
        storages["records"].delete(name)
    mine.delete()


# ── Ours ──────────────────────────────────────────────────────────────────
holds(
    "cms.Credit",
    "Credits that you entered",
    WRITING,
    about("entered_by", Keep(ACTED, ("name", "capacity", "consent_how"))),
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
    about("asked_by", Keep(ACTED, ("note",))),
    about("colleague", Keep(ACTED, ("note",))),
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
        Overwrite({"name": FORMER}, ACTED),
        Keep(ACTED, ("before", "after", "reason", "answer")),
    ),
    about("answered_by", Keep(ACTED, ("before", "after", "reason", "answer")), in_copy=False),
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
    about("asked_by", Keep(ACTED, ("note",))),
    about("closed_by", Keep(ACTED, ("note",))),
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
    about("user", Do("Goes, with its file", forget_imports)),
    kept="Until the account is closed; the file until the import is done",
    person="user",
    words="name found",
    secret="archive",
    deed="created_at done_at",
    plain="uuid programme is_copy",
)

# ── The directory ─────────────────────────────────────────────────────────
CHECKED = about("checked_by", Keep(ACTED))
ENTRY = "is_shown checked_on reminded_on gone_on changed_at uuid"
holds(
    "cms.Practice",
    "Practices that you checked",
    DIRECTORY,
    CHECKED,
    kept="As long as it is in use",
    strangers=STRANGERS,
    person="checked_by",
    plain=f"{ENTRY} name network council address postcode phone email url hours professional_line "
    "safeguarding_lead meeting_day professional_note",
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
    about("settled_by", Keep(ACTED)),
    kept="One year after it was settled",
    strangers="Nobody is asked who they are; a report is deleted if its words name somebody",
    person="settled_by",
    plain="service practice what",
    deed="made_at settled_at",
)
holds_nobody(
    "cms.ServiceKind slug name description position",
    "cms.Need sort_order kind words",
    "cms.Area uuid name extent code within",
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
    "allow_unreviewed writers_may_sign review_days approval_months",
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
    "cms.SignOffTask task_ptr role groups",
    "cms.SurveyItem key kind statement domain reverse",
    "cms.SurveyItemWording sort_order item who text",
    "cms.LoadedSource page digest loaded_at",
    "cms.Rendition filter_spec file width height focal_point_key image",
)
FILE = "collection title file created_at file_size file_hash tags"
PICTURE = "description width height focal_point_x focal_point_y focal_point_width focal_point_height"
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
        about("uploaded_by_user", Keep(ACTED)),
        kept=FOR_GOOD,
        person="uploaded_by_user",
        plain=fields,
    )

# ── Wagtail's own ─────────────────────────────────────────────────────────
holds(
    "wagtailcore.Page",
    "Pages that you own",
    WRITING,
    about("owner", Keep(ACTED)),
    about("locked_by", Keep(ACTED), in_copy=False),
    kept=FOR_GOOD,
    person="owner locked_by",
    plain="path depth numchild translation_key locale latest_revision live has_unpublished_changes "
    "first_published_at last_published_at live_revision go_live_at expire_at expired locked "
    "locked_at title draft_title slug content_type url_path seo_title show_in_menus "
    "search_description latest_revision_created_at alias_of",
)
holds(
    "wagtailcore.Revision",
    "Drafts that you saved",
    WRITING,
    about("user", Keep(ACTED)),
    kept=FOR_GOOD,
    person="user",
    deed="created_at approved_go_live_at",
    plain="content_type base_content_type object_id object_str content",
)
holds(
    "wagtailcore.PageLogEntry",
    "What you did to pages",
    WRITING,
    about("user", Keep(ACTED)),
    kept=FOR_GOOD,
    person="user",
    deed="action timestamp content_changed deleted",
    plain="content_type label data uuid revision page",
)
holds(
    "wagtailcore.ModelLogEntry",
    "What you did to settings, cohorts and people",
    WRITING,
    about("user", Keep(ACTED)),
    about("", Do("The name goes from the log of changes to the person", forget_log_of),
          in_copy=False),
    kept=FOR_GOOD,
    person="user",
    name="label data",
    deed="action timestamp content_changed deleted",
    plain="content_type uuid revision object_id",
)
holds(
    "wagtailcore.Comment",
    "Comments on drafts",
    WRITING,
    about("user", Keep(ACTED, ("text",))),
    about("resolved_by", Keep(ACTED, ("text",)), in_copy=False),
    kept=FOR_GOOD,
    person="user resolved_by",
    words="text",
    deed="created_at updated_at resolved_at",
    plain="page contentpath position revision_created",
)
holds(
    "wagtailcore.CommentReply",
    "Replies to comments",
    WRITING,
    about("user", Keep(ACTED, ("text",))),
    kept=FOR_GOOD,
    person="user",
    words="text",
    deed="created_at updated_at",
    plain="comment",
)
holds(
    "wagtailcore.WorkflowState",
    "Reviews that you asked for",
    REVIEWING,
    about("requested_by", Keep(ACTED)),
    kept=FOR_GOOD,
    person="requested_by",
    deed="status created_at",
    plain="content_type base_content_type object_id workflow current_task_state",
)
holds(
    "wagtailcore.TaskState",
    "Steps of reviews that you took",
    REVIEWING,
    about("finished_by", Keep(ACTED, ("comment",))),
    kept=FOR_GOOD,
    person="finished_by",
    words="comment",
    deed="status started_at finished_at",
    plain="workflow_state revision task content_type",
)
holds(
    "wagtailcore.PageSubscription",
    "Pages that you are told about",
    WRITING,
    about("user", Delete()),
    kept="Until the account is closed",
    person="user",
    deed="comment_notifications",
    plain="page",
)
holds(
    "wagtailcore.UploadedFile",
    "Files on the way in",
    WRITING,
    about("uploaded_by_user", Do("Goes, with its file", forget_uploads)),
    kept="Until it is used, or the account is closed",
    person="uploaded_by_user",
    plain="for_content_type file",
)
holds(
    "wagtailusers.UserProfile",
    "Your settings on the authors’ side",
    ACCOUNT,
    about("user", Do("Goes, with the picture", forget_settings)),
    kept="Until the account is closed",
    person="user",
    name="avatar",
    deed="submitted_notifications approved_notifications rejected_notifications "
    "updated_comments_notifications preferred_language current_time_zone dismissibles theme "
    "contrast density keyboard_shortcuts",
)
holds(
    "wagtailadmin.EditingSession",
    "Pages that you have open",
    WRITING,
    about("user", Delete()),
    kept="Minutes",
    person="user",
    deed="last_seen_at is_editing",
    plain="content_type object_id",
)
holds(
    "wagtailadmin.FormState",
    "What you typed and did not save",
    WRITING,
    about("user", Delete()),
    kept="30 days",
    person="user",
    words="data",
    deed="last_updated_at",
    plain="content_type object_id parent_object_id",
)
holds_nobody(
    "wagtailredirects.Redirect old_path site is_permanent redirect_page redirect_page_route_path "
    "redirect_link automatically_created created_at",
    "wagtailembeds.Embed url max_width hash type html title author_name provider_name "
    "thumbnail_url width height last_updated cache_until",
    "wagtailimages.Rendition filter_spec file width height focal_point_key image",
    "wagtailsearch.IndexEntry content_type object_id title_norm autocomplete title body",
    "wagtailsearch.SQLiteFTSIndexEntry autocomplete title body index_entry",
    "wagtailadmin.Admin",
    "wagtailcore.Locale language_code",
    "wagtailcore.Site hostname port site_name root_page is_default_site",
    "wagtailcore.GroupSitePermission group site permission",
    "wagtailcore.CollectionViewRestriction restriction_type password collection groups",
    "wagtailcore.Collection path depth numchild name",
    "wagtailcore.GroupCollectionPermission group collection permission",
    "wagtailcore.WorkflowContentType content_type workflow",
    "wagtailcore.Workflow name active",
    "wagtailcore.WorkflowTask sort_order workflow task",
    "wagtailcore.Task name content_type active",
    "wagtailcore.GroupApprovalTask task_ptr groups",
    "wagtailcore.GroupPagePermission group page permission",
    "wagtailcore.PageViewRestriction restriction_type password page groups",
    "wagtailcore.WorkflowPage page workflow",
    "wagtailcore.ReferenceIndex content_type base_content_type object_id to_content_type "
    "to_object_id model_path content_path content_path_hash",
    "taggit.Tag name slug",
    "taggit.TaggedItem tag content_type object_id",
)
