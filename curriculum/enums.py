"""Named states and kinds. Values are stored and exported: never reuse one for another meaning."""

from django.db.models import TextChoices


class ActivityKind(TextChoices):
    READING = "reading", "Reading"
    CASE = "case", "Case"
    QUIZ = "quiz", "Quiz"
    REFLECTION = "reflection", "Reflection"
    SURVEY = "survey", "Survey"
    SESSION = "session", "Taught session"


class QuestionKind(TextChoices):
    SINGLE = "single-best-answer", "Single best answer"
    MULTIPLE = "multiple-response", "Multiple response"
    TRUE_FALSE = "true-false", "True or false"
    MATCHING = "matching", "Matching"
    ORDERING = "ordering", "Ordering"
    RANKING = "ranking", "Situational judgement ranking"
    CONFIDENCE = "confidence-rated", "Confidence-rated"


class Confidence(TextChoices):
    SURE = "sure", "Sure"
    FAIRLY_SURE = "fairly-sure", "Fairly sure"
    GUESSING = "guessing", "Guessing"


class FeedbackTiming(TextChoices):
    EACH = "each", "After each question"
    END = "end", "At the end"


class CompletesOn(TextChoices):
    PASSED = "passed", "Passing"
    SUBMITTED = "submitted", "Submitting"


class ReflectionModel(TextChoices):
    """How a piece of reflective writing is built; its steps are in `curriculum.content`."""

    THREE_QUESTIONS = "three-questions", "What? So what? Now what?"
    GIBBS = "gibbs", "Gibbs’ cycle"
    FREE = "free", "Free"


class SurveyOccasion(TextChoices):
    """When in a programme a survey is answered."""

    BEFORE = "pre", "Before the programme"
    AFTER = "post", "After the programme"
    OTHER = "other", "At another time"


class SurveyItemKind(TextChoices):
    LIKERT = "likert", "A statement, and how far one agrees"
    RETROSPECTIVE = "retrospective", "Looking back on an earlier rating"
    TEXT = "text", "Free text"


class Hindsight(TextChoices):
    """How somebody sees their earlier rating now."""

    OVERRATED = "overrated", "I overrated what I knew"
    RIGHT = "right", "I judged it about right"
    UNDERRATED = "underrated", "I underrated what I knew"


class AttemptState(TextChoices):
    OPEN = "open", "Open"
    SUBMITTED = "submitted", "Submitted"
    ABANDONED = "abandoned", "Abandoned"


class CompletionBasis(TextChoices):
    EARNED = "earned", "Earned"
    CREDITED = "credited", "Credited"
    EXEMPT = "exempt", "Exempt"
    CARRIED = "carried", "Carried over"


class CertificateState(TextChoices):
    ISSUED = "issued", "Issued"
    SUPERSEDED = "superseded", "Replaced"
    REVOKED = "revoked", "Withdrawn"


class CertificateScope(TextChoices):
    """What earns a certificate in a programme."""

    PROGRAMME = "programme", "The whole programme"
    MODULE = "module", "Each module"


class Side(TextChoices):
    """Which side of the health and social care divide a profession stands on."""

    HEALTH = "health", "Health"
    SOCIAL_CARE = "social-care", "Social care"
    OTHER = "other", "Other"


class ReviewRole(TextChoices):
    """The two approvals that content needs."""

    GP = "gp", "GP"
    SOCIAL_WORKER = "social-worker", "Social worker"


class Voice(TextChoices):
    """Whose seat something is seen from; each has a colour, a name and an icon."""

    PERSON = "person", "The person"
    CARER = "carer", "Carer"
    GP = "gp", "GP"
    SOCIAL_WORKER = "social-worker", "Social worker"
    OTHER = "other", "Somebody else"


class ProgressState(TextChoices):
    NOT_STARTED = "not-started", "Not started"
    STARTED = "started", "Started"
    DONE = "done", "Done"


class ChoiceQuality(TextChoices):
    """How good a choice in a case is; learners see it only after committing."""

    STRONG = "strong", "Strong"
    PARTLY = "partly", "Partly right"
    POOR = "poor", "Poor"


class Portrait(TextChoices):
    """The drawings to choose from for a member of a case's cast."""

    OLDER_WOMAN = "older-woman", "Older woman"
    OLDER_WOMAN_SHAWL = "older-woman-shawl", "Older woman with a shawl"
    OLDER_WOMAN_CURLS = "older-woman-curls", "Older woman with curls"
    OLDER_MAN = "older-man", "Older man"
    OLDER_MAN_TURBAN = "older-man-turban", "Older man with a turban"
    OLDER_MAN_BEARD = "older-man-beard", "Older man with a beard"
    WOMAN = "woman", "Woman"
    WOMAN_HEADSCARF = "woman-headscarf", "Woman with a headscarf"
    WOMAN_GLASSES = "woman-glasses", "Woman with glasses"
    WOMAN_CURLS = "woman-curls", "Woman with curls"
    WOMAN_SHORT_HAIR = "woman-short-hair", "Woman with short hair"
    MAN = "man", "Man"
    MAN_BEARD = "man-beard", "Man with a beard"
    MAN_GLASSES = "man-glasses", "Man with glasses"
    MAN_CURLS = "man-curls", "Man with curls"
    BOY = "boy", "Boy"


class HintKind(TextChoices):
    """What in a piece of writing may say who somebody is."""

    NHS_NUMBER = "nhs-number", "NHS number"
    BIRTH_DATE = "birth-date", "Date of birth"
    AGE = "age", "Age over 89"
    POSTCODE = "postcode", "Postcode"
    PHONE = "phone", "Telephone number"
    EMAIL = "email", "E-mail address"
    NAME = "name", "Name"
    PLACE = "place", "Named place"


class ProblemKind(TextChoices):
    """What somebody reports about a question, a scene or a page."""

    WRONG = "wrong", "It is wrong, or I can’t make sense of it"
    BROKEN = "broken", "Something does not work"
    OUTDATED = "outdated", "It is out of date"
    UPSETTING = "upsetting", "It upset me, or it may upset others"
    OTHER = "other", "Something else"


class ProblemState(TextChoices):
    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


class AdjustmentKind(TextChoices):
    """What a course lead can decide about one learner; each with a reason that the learner sees."""

    CREDIT = "credit", "Credited"
    EXEMPTION = "exemption", "Exempted"
    CARRIED = "carried", "Carried over"
    ATTEMPT = "attempt", "Given a further attempt"
    EXTENSION = "extension", "Given more time"
    MOVE = "move", "Moved to another cohort"
    WITHDRAWAL = "withdrawal", "Withdrawn"
    RETURN = "return", "Taken back"


class EnrolmentState(TextChoices):
    """Whether a learner is in a cohort or has left it."""

    ENROLLED = "enrolled", "Enrolled"
    WITHDRAWN = "withdrawn", "Withdrawn"


class NameRequestState(TextChoices):
    """What became of a wish to have the name on a certificate corrected."""

    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back"


class JobState(TextChoices):
    """Where a piece of long work stands."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class MailState(TextChoices):
    """Why a mail has not gone."""

    WAITING = "waiting", "Waits for the mail server"
    UNCERTAIN = "uncertain", "May have gone"
    REFUSED = "refused", "Refused by the mail server"
    GIVEN_UP = "given-up", "Given up"


class CohortStanding(TextChoices):
    """How a learner stands with what their cohort should have done by now. Everybody stands in
    exactly one; curriculum.queries.standing_in_cohort decides in which."""

    DONE = "done", "Done"
    ON_TRACK = "on-track", "On track"
    BEHIND = "behind", "Behind"
    NOT_STARTED = "not-started", "Not started"


class NotReminded(TextChoices):
    """Why somebody who was to be reminded was not, at the moment of sending."""

    FINISHED = "finished", "Had finished it meanwhile"
    NOT_DUE = "not-due", "Is due on another day now, or not at all"
    LEFT = "left", "Has left the cohort, or it has ended"
    OPTED_OUT = "opted-out", "Wants no reminders"
    UNDELIVERED = "undelivered", "The mail server refused it"


class RosterFate(TextChoices):
    """What becomes of a row when a list of learners is brought in."""

    CREATE = "create", "New account, enrolled"
    ENROL = "enrol", "Has an account, enrolled"
    RETURN = "return", "Taken back"
    REGROUP = "regroup", "Put into another group"
    UNCHANGED = "unchanged", "Unchanged"
    REPEATED = "repeated", "Repeats an earlier row"
    LEFT_OUT = "left-out", "Left out"
    STOPPED = "stopped", "To be settled"


class RosterProblem(TextChoices):
    """An error is in the list itself; a conflict is between the list and what is here."""

    ERROR = "error", "Error"
    CONFLICT = "conflict", "Conflict"


class AttendanceWay(TextChoices):
    """How it became known that somebody was at a meeting."""

    LIST = "list", "By list"
    CODE = "code", "By code"


class ClosureWay(TextChoices):
    """How it came about that an account is to be closed."""

    OWN = "own", "By the person"
    WRITTEN = "written", "Asked for in writing"
    UNUSED = "unused", "Not used for years"


class Seen(TextChoices):
    """What somebody looked at or took away that is about others; never what stood in it."""

    RECORD = "record", "Opened a learner’s record"
    FREE_TEXT = "free-text", "Read what learners wrote in surveys"
    REFLECTION = "reflection", "Read a reflection that was shared"
    NAMED = "named", "Read a reflection, with its writer’s name"
    FILE = "file", "Downloaded a file"
