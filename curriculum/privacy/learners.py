"""The register: accounts, taking part and learning. What learners write for themselves and what
they are awarded is in `portfolio`."""

from curriculum.domain.problems import forget_reporter
from curriculum.domain.surveys import erase_surveys
from curriculum.privacy import forgetting
from curriculum.privacy.registry import (
    ACCOUNT,
    DECIDED,
    EVALUATING,
    FORMER,
    LEARNING,
    REMOVED,
    TEACHING,
    UNTIL_CLOSED,
    WRITING,
    Delete,
    Do,
    Keep,
    Overwrite,
    about,
    holds,
)

NO_NAME = "What was done stays for the statistics of questions and cohorts, without a name"
LEARNERS = "It is about a learner, and stays and goes with the learner’s record"
REASON = "What others wrote about the person goes with the person"

holds(
    "curriculum.User",
    "Your account",
    ACCOUNT,
    about("pk", Do("Becomes an empty shell without name or address", forgetting.forget_person)),
    kept=f"{UNTIL_CLOSED}, or three years without signing in",
    name="email full_name certificate_name student_number",
    closed="password",
    deed="last_login date_joined is_active is_staff is_superuser wants_reminders closes_at",
    plain="uuid profession groups user_permissions",
)
holds(
    "curriculum.Closure",
    "Closing your account",
    ACCOUNT,
    about("person", Keep("Shows that an erasure was asked for and done; it names nobody")),
    about("asked_by", Keep(DECIDED), in_copy=False),
    kept="For good, without a name",
    person="person asked_by",
    deed="way asked_at due_at mailed_at kept_at erased_at",
    plain="uuid",
)

# ── Taking part ───────────────────────────────────────────────────────────
holds(
    "curriculum.Enrolment",
    "Cohorts that you are or were in",
    TEACHING,
    about("learner", Do("What was not finished ends; the rest stays", forgetting.leave_cohorts)),
    kept="For good, without a name once the account is closed",
    person="learner",
    deed="enrolled_at withdrawn_at last_active_at group ends_on",
    plain="uuid cohort",
)
holds(
    "curriculum.OwnDueDate",
    "Due dates of your own",
    TEACHING,
    about("enrolment__learner", Delete()),
    kept=UNTIL_CLOSED,
    deed="due_on",
    plain="enrolment module",
)
holds(
    "curriculum.Adjustment",
    "Decisions about your record",
    TEACHING,
    about("enrolment__learner", Overwrite({"reason": REMOVED}, REASON)),
    about("actor", Keep(LEARNERS, ("reason",)), in_copy=False),
    about("undone_by", Keep(LEARNERS, ("reason",)), in_copy=False),
    kept="For good, without reasons once the account is closed",
    person="actor undone_by",
    words="reason",
    deed="kind until actor_role made_at undone_at mailed_at",
    plain="uuid enrolment activity module other",
)
holds(
    "curriculum.Attendance",
    "Sessions that you attended",
    TEACHING,
    about("enrolment__learner", Keep(NO_NAME)),
    about("recorded_by", Keep(DECIDED), in_copy=False),
    kept="For good, without a name once the account is closed",
    person="recorded_by",
    deed="way at",
    plain="meeting enrolment",
)
holds(
    "curriculum.Reminder",
    "Reminders that you were sent",
    TEACHING,
    about("enrolment__learner", Delete()),
    about("asked_by", Keep(DECIDED), in_copy=False),
    kept="One year after the day they were about",
    person="asked_by",
    deed="due_on asked_at claimed_at mailed_at skipped",
    plain="enrolment module job",
)
holds(
    "curriculum.Invitation",
    "Invitations that you were sent",
    TEACHING,
    about("enrolment__learner", Delete()),
    about("asked_by", Keep(DECIDED), in_copy=False),
    kept="One year after they were made",
    person="asked_by",
    deed="number asked_at claimed_at mailed_at accepted_at",
    closed="uuid",
    plain="enrolment",
)

# ── Learning ──────────────────────────────────────────────────────────────
holds(
    "curriculum.Attempt",
    "Your attempts",
    LEARNING,
    about("enrolment__learner", Keep(NO_NAME)),
    kept="For good, without a name once the account is closed",
    deed="number state started_at ended_at score out_of passed",
    plain="uuid enrolment activity edition layout",
)
holds(
    "curriculum.Response",
    "Your answers",
    LEARNING,
    about(
        "attempt__enrolment__learner",
        Do("Surveys: every answer goes", erase_surveys),
        Do("Words in answers go; the option chosen stays", forgetting.forget_predictions),
    ),
    kept="The option chosen: for good, without a name. Words: until the account is closed",
    words="answer",
    deed="is_flagged saved_at committed_at score",
    plain="attempt key version sequence page",
)
holds(
    "curriculum.RegradedAttempt",
    "Corrections of your results",
    LEARNING,
    about("attempt__enrolment__learner", Keep(NO_NAME)),
    kept="For good, without a name once the account is closed",
    deed="score_before score_after passed_before passed_after kept_pass mailed_at seen_at",
    plain="regrade attempt",
)
holds(
    "curriculum.Completion",
    "What you have completed",
    LEARNING,
    about("enrolment__learner", Overwrite({"reason": REMOVED}, REASON)),
    about("actor", Keep(LEARNERS, ("reason",)), in_copy=False),
    kept="For good, without a name once the account is closed",
    person="actor",
    words="reason",
    deed="basis completed_at",
    plain="enrolment activity edition attempt",
)
for label, title, more in (
    ("ModuleCompletion", "Modules that you have completed", " module"),
    ("ProgrammeCompletion", "Programmes that you have completed", ""),
):
    holds(
        f"curriculum.{label}",
        title,
        LEARNING,
        about("enrolment__learner", Keep(NO_NAME)),
        kept="For good, without a name once the account is closed",
        deed="completed_at",
        plain=f"enrolment{more}",
    )
holds(
    "curriculum.SurveyConsent",
    "Surveys that may be used",
    EVALUATING,
    about("attempt__enrolment__learner", Do("Goes with the answers", erase_surveys)),
    kept=f"{UNTIL_CLOSED}; withdrawn at any time",
    deed="given_at withdrawn_at",
    plain="attempt",
)
holds(
    "curriculum.ProblemReport",
    "Problems that you reported",
    WRITING,
    about(
        "learner",
        Do("The words go", forgetting.forget_problem_words),
        Do("What is left is nobody’s", forget_reporter),
    ),
    about(
        "answered_by",
        Overwrite({"answered_name": FORMER}, DECIDED),
        Keep(LEARNERS, ("text",)),
        in_copy=False,
    ),
    kept=UNTIL_CLOSED,
    person="learner answered_by",
    name="answered_name",
    words="text",
    deed="kind may_be_named reported_at state answer answered_at mailed_at seen_at",
    plain="uuid activity edition key",
)
