"""The register: what learners write for themselves, and what they are awarded."""

from curriculum.domain.reflections import erase_reflections
from curriculum.privacy import forgetting
from curriculum.privacy.learners import LEARNERS
from curriculum.privacy.registry import (
    AWARDING,
    DECIDED,
    FORMER,
    REFLECTING,
    UNTIL_CLOSED,
    WATCHING,
    Delete,
    Do,
    Keep,
    Overwrite,
    about,
    holds,
)

# ── Reflections: all of it goes with its writer ───────────────────────────
WITH_THE_WRITING = Do("Goes with the writing", erase_reflections)
holds(
    "curriculum.Writing",
    "Your reflections as they stand",
    REFLECTING,
    about("learner", Do("Goes, with all that hangs on it", erase_reflections)),
    kept=UNTIL_CLOSED,
    person="learner",
    words="draft",
    deed="begun_at saved_at shared shared_at",
    plain="version page sequence uuid enrolment activity edition prompt",
)
holds(
    "curriculum.Version",
    "Versions that you finished",
    REFLECTING,
    about("writing__learner", WITH_THE_WRITING),
    kept=UNTIL_CLOSED,
    words="text",
    deed="number words finished_at",
    plain="writing",
)
holds(
    "curriculum.Feedback",
    "Feedback on your reflections",
    REFLECTING,
    about("version__writing__learner", WITH_THE_WRITING, sent_at__isnull=False),
    about("author", Delete(), in_copy=False, sent_at=None),
    about(
        "author",
        Overwrite({"name": FORMER}, "What was sent belongs to the learner’s reflection"),
        Keep("What was sent belongs to the learner’s reflection", ("text", "reply", "profession")),
        in_copy=False,
    ),
    kept=UNTIL_CLOSED,
    person="author",
    name="name profession",
    words="text reply",
    deed="saved_at sent_at mailed_at seen_at thanked_at replied_at",
    plain="version",
)
holds(
    "curriculum.Consultation",
    "Whom your reflections were passed on to",
    REFLECTING,
    about("writing__learner", WITH_THE_WRITING),
    about("asked_by", Keep(LEARNERS, ("question",)), in_copy=False),
    about("colleague", Keep(LEARNERS, ("question",)), in_copy=False),
    kept=UNTIL_CLOSED,
    person="asked_by colleague",
    words="question",
    deed="asked_at mailed_at",
    plain="writing",
)
holds(
    "curriculum.Exemplar",
    "What you offered as an example",
    REFLECTING,
    about("version__writing__learner", WITH_THE_WRITING),
    about("checked_by", Keep(LEARNERS, ("text", "return_reason")), in_copy=False),
    kept=f"{UNTIL_CLOSED}; withdrawn at any time",
    person="checked_by",
    words="text return_reason",
    deed="consented_at accepted_at returned_at",
    plain="version",
)
holds(
    "curriculum.StaffReading",
    "Who has read your reflections",
    WATCHING,
    about("writing__learner", WITH_THE_WRITING),
    about("reader", Overwrite({"name": FORMER}, DECIDED), in_copy=False),
    kept="As long as the reflection",
    person="reader",
    name="name",
    deed="name_shown at",
    plain="writing",
)

# ── Awards ────────────────────────────────────────────────────────────────
holds(
    "curriculum.Certificate",
    "Your certificates",
    AWARDING,
    about(
        "enrolment__learner",
        Do("The file goes; it was drawn from the facts", forgetting.forget_sheets),
        Keep("Name, award, date and code: whoever is shown the code can check it", ("facts",)),
    ),
    about("ended_by", Keep(LEARNERS, ("facts", "end_reason")), in_copy=False),
    kept="For good",
    name="facts",
    words="end_reason",
    person="ended_by",
    deed="issued_at state ended_at end_told_at replaced_by pdf missing_glyphs",
    plain="uuid code enrolment module",
)
holds(
    "curriculum.NameRequest",
    "Corrections of a name that you asked for",
    AWARDING,
    about("certificate__enrolment__learner", Delete()),
    about("answered_by", Keep(LEARNERS, ("wanted", "note")), in_copy=False),
    kept=UNTIL_CLOSED,
    person="answered_by",
    name="wanted",
    words="note",
    deed="asked_at state answered_at mailed_at",
    plain="uuid certificate",
)
