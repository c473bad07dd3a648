"""The register: Wagtail's own models."""

from django.apps import apps
from django.db import connection

from cms.privacy import forgetting
from cms.privacy.ours import FOR_GOOD
from curriculum.privacy.registry import (
    ACCOUNT,
    REVIEWING,
    WORK,
    WRITING,
    Delete,
    Do,
    Keep,
    about,
    holds,
    holds_nobody,
)
from curriculum.privacy.retention import rule

holds(
    "wagtailcore.Page",
    "Pages that you own",
    WRITING,
    about("owner", Keep(WORK)),
    about("locked_by", Keep(WORK), in_copy=False),
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
    about("user", Keep(WORK)),
    kept=FOR_GOOD,
    person="user",
    deed="created_at approved_go_live_at",
    plain="content_type base_content_type object_id object_str content",
)
holds(
    "wagtailcore.PageLogEntry",
    "What you did to pages",
    WRITING,
    about("user", Keep(WORK)),
    kept=FOR_GOOD,
    person="user",
    deed="action timestamp content_changed deleted",
    plain="content_type label data uuid revision page",
)
holds(
    "wagtailcore.ModelLogEntry",
    "What you did to settings, cohorts and people",
    WRITING,
    about("user", Keep(WORK, ("label", "data"))),
    about(
        "",
        Do("The name goes from the log about the person", forgetting.forget_log_of),
        in_copy=False,
    ),
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
    about("user", Keep(WORK, ("text",))),
    about("resolved_by", Keep(WORK, ("text",)), in_copy=False),
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
    about("user", Keep(WORK, ("text",))),
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
    about("requested_by", Keep(WORK)),
    kept=FOR_GOOD,
    person="requested_by",
    deed="status created_at",
    plain="content_type base_content_type object_id workflow current_task_state",
)
holds(
    "wagtailcore.TaskState",
    "Steps of reviews that you took",
    REVIEWING,
    about("finished_by", Keep(WORK, ("comment",))),
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
    about("uploaded_by_user", Do("Goes, with its file", forgetting.forget_uploads)),
    kept="Until it is used, or the account is closed",
    person="uploaded_by_user",
    plain="for_content_type file",
)
holds(
    "wagtailusers.UserProfile",
    "Your settings on the authors’ side",
    ACCOUNT,
    about("user", Do("Goes, with the picture", forgetting.forget_settings)),
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
# Wagtail keeps the search's index in other models on each database.
holds_nobody(
    *{
        "postgresql": (
            "wagtailsearch.IndexEntry content_type object_id title_norm autocomplete title body "
            "title_text body_text",
        ),
        "sqlite": (
            "wagtailsearch.IndexEntry content_type object_id title_norm autocomplete title body",
            "wagtailsearch.SQLiteFTSIndexEntry autocomplete title body index_entry",
        ),
    }[connection.vendor]
)
holds_nobody(
    "wagtailredirects.Redirect old_path site is_permanent redirect_page redirect_page_route_path "
    "redirect_link automatically_created created_at",
    "wagtailembeds.Embed url max_width hash type html title author_name provider_name "
    "thumbnail_url width height last_updated cache_until",
    "wagtailimages.Rendition filter_spec file width height focal_point_key image",
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

rule(
    "unsaved",
    30,
    "What authors typed and did not save",
    lambda before: apps.get_model("wagtailadmin.FormState").objects.filter(
        last_updated_at__lt=before
    ),
)
