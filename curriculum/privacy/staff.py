"""The register: those who teach, review and administer; and what holds nothing about anybody."""

from curriculum.privacy import forgetting
from curriculum.privacy.registry import (
    DECIDED,
    FORMER,
    REFLECTING,
    REPORTING,
    REVIEWING,
    TEACHING,
    WATCHING,
    WRITING,
    Delete,
    Do,
    Keep,
    Overwrite,
    about,
    holds,
    holds_nobody,
)

FOR_GOOD = f"As long as the content; who did it is shown as “{FORMER}” afterwards"

# Before the cohorts, whose lists say which meetings were theirs.
holds(
    "curriculum.Meeting",
    "Sessions that you planned",
    TEACHING,
    about(
        "planned_by",
        Do("The name is taken out of every session", forgetting.forget_facilitator),
        Keep(DECIDED, ("facilitators", "place", "link")),
    ),
    kept="For good",
    person="planned_by",
    name="facilitators",
    words="place link",
    plain="uuid code cohort activity group group_name guests starts_at ends_at code_opens_at "
    "code_closes_at called_off_at changed_at version",
)
holds(
    "curriculum.Cohort",
    "Cohorts that you lead or tutor",
    TEACHING,
    about("leads", Do("Taken off the lists", forgetting.leave_staff_lists)),
    about("tutors", Do("Taken off the lists", forgetting.leave_staff_lists)),
    kept="For good",
    person="leads tutors",
    plain="uuid name programme join_code starts_on ends_on can_join join_until join_domains "
    "reminds_itself created_at archived_at",
)
holds(
    "curriculum.SavedComment",
    "Sentences that you keep for feedback",
    REFLECTING,
    about("owner", Delete()),
    kept="Until deleted, or the account is closed",
    person="owner",
    words="text",
    deed="saved_at",
)

# ── Files and who took them ───────────────────────────────────────────────
holds(
    "curriculum.Job",
    "Files and long work that you asked for",
    REPORTING,
    about("owner", Do("Goes, with its file", forgetting.forget_own_files)),
    about(
        "",
        Do("Files of others with the person in them go", forgetting.forget_files_of_others),
        in_copy=False,
    ),
    kept="The file for seven days, the rest for 90 days",
    person="owner",
    words="title parameters result problem file_name",
    deed="kind state done total attempts lease_until cancel_asked_at created_at started_at "
    "ended_at expires_at handed_back",
    closed="key file",
    plain="uuid",
)
holds(
    "curriculum.RosterImport",
    "Lists of learners that you brought in",
    TEACHING,
    about("owner", Do("Goes, with its file", forgetting.forget_own_files)),
    kept="The rows for an hour, the rest for 90 days",
    person="owner",
    words="name columns choices result",
    closed="rows",
    deed="created_at done_at",
    plain="uuid cohort plan job",
)
holds(
    "curriculum.Download",
    "Files that you downloaded",
    WATCHING,
    about("user", Keep("Who took a file away must stay known, be it as a former member")),
    kept="Two years",
    person="user",
    deed="what cohorts job at",
)
holds(
    "curriculum.Access",
    "Records that you opened, and when yours was opened",
    WATCHING,
    about("actor", Keep("That it was opened must stay known, be it by a former member")),
    about("subject", Delete()),
    kept="Two years",
    person="actor subject",
    deed="kind at",
)

# ── Content ───────────────────────────────────────────────────────────────
holds(
    "curriculum.SignOff",
    "What you signed off",
    REVIEWING,
    about(
        "signatory",
        Keep(
            "Which professional approved the text must stay known; certificates name them too",
            ("name", "profession", "registration_body", "registration_number"),
        ),
    ),
    about("withdrawn_by", Keep(DECIDED, ("withdrawn_reason",)), in_copy=False),
    kept="For good",
    person="signatory withdrawn_by",
    name="name profession registration_body registration_number",
    words="withdrawn_reason",
    deed="role is_author signed_at expires_at withdrawn_at",
    plain="activity digest source edition",
)
holds(
    "curriculum.ReviewNote",
    "Notes that you wrote as a reviewer",
    REVIEWING,
    about("author", Overwrite({"name": FORMER}, DECIDED), Keep(DECIDED, ("text",))),
    kept=FOR_GOOD,
    person="author",
    name="name",
    words="text",
    deed="role asks_for_changes written_at",
    plain="activity digest",
)
holds(
    "curriculum.KeyRanking",
    "Rankings that you gave as a reviewer",
    REVIEWING,
    about("reviewer", Overwrite({"name": FORMER}, DECIDED)),
    kept=FOR_GOOD,
    person="reviewer",
    name="name",
    deed="role order agreement ranked_at",
    plain="activity question items",
)
holds(
    "curriculum.Regrade",
    "Keys that you corrected",
    WRITING,
    about("by", Overwrite({"name": FORMER}, DECIDED), Keep(DECIDED, ("reason",))),
    kept=FOR_GOOD,
    person="by",
    name="name",
    words="reason",
    deed="at fails_too changed now_pass now_fail",
    plain="activity number editions corrected fingerprint",
)
holds_nobody(
    "curriculum.Profession name side position is_active",
    "curriculum.Programme key title covers certificate_scope is_live",
    "curriculum.Module key title overview overview_digest",
    "curriculum.Activity key kind title minutes current_edition",
    "curriculum.Inclusion position is_required since until programme module",
    "curriculum.Requirement position is_required since until module activity",
    "curriculum.Group cohort name position",
    "curriculum.DueDate cohort module due_on",
    "curriculum.Edition activity number digest source published_at",
    "curriculum.FrozenFile sha256 name mime size",
    "curriculum.Catalogue mark",
    "curriculum.Term slug term forms definition source source_url see_also",
)
