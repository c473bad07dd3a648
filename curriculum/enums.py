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


class AttemptState(TextChoices):
    OPEN = "open", "Open"
    SUBMITTED = "submitted", "Submitted"
    ABANDONED = "abandoned", "Abandoned"


class CompletionBasis(TextChoices):
    EARNED = "earned", "Earned"
    CREDITED = "credited", "Credited"
    EXEMPT = "exempt", "Exempt"


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
