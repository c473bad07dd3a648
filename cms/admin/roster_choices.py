"""What a lead decides about the rows of a list, between the form and what is kept."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from curriculum.domain.roster_columns import bare
from curriculum.domain.roster_plan import BACK, LEAVE, SAME, Plan
from curriculum.domain.roster_rows import NONE
from curriculum.models import Profession

ANSWERS = {
    BACK: {BACK: "Take back", LEAVE: "Leave withdrawn"},
    SAME: {SAME: "The same person: enrol the account that is here", LEAVE: "Leave the row out"},
}
ASKED = {
    BACK: "Was withdrawn from this cohort.",
    SAME: "Somebody with another e-mail address has this student number.",
}


def read_choices(
    posted: Mapping[str, Any], words: Sequence[str], rows: Iterable[int]
) -> dict[str, Any]:
    """The choices in a form, without what no form of ours asks."""

    def answer(about: str, name: str) -> str:
        given = str(posted.get(name, ""))
        return given if given in ANSWERS[about] else ""

    professions = {
        word_key(word): posted.get(f"profession-{number}", "") for number, word in enumerate(words)
    }
    known = {NONE, *(str(pk) for pk in Profession.objects.values_list("pk", flat=True))}
    return {
        "professions": {word: pk for word, pk in professions.items() if pk in known},
        "rows": {
            f"{about}-{row}": given
            for row in rows
            for about in ANSWERS
            if (given := answer(about, f"{about}-{row}"))
        },
        "all": {about: given for about in ANSWERS if (given := answer(about, f"all-{about}"))},
        "skip": posted.get("skip") == "yes",
    }


def word_key(word: str) -> str:
    """How a word for a profession is kept."""
    return bare(word) or word


def with_fields(plan: Plan, choices: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows: words to explain, rows to decide, and what was chosen so far."""
    chosen, own = choices.get("professions", {}), choices.get("rows", {})
    asked = [
        (
            line,
            question.about,
            ASKED[question.about],
            ANSWERS[question.about].items(),
            own.get(f"{question.about}-{line.row}", ""),
        )
        for line in plan.to_decide
        for question in line.questions
    ]
    kinds = {about for _, about, *_ in asked}
    together = [
        (about, ASKED[about], ANSWERS[about].items(), choices.get("all", {}).get(about, ""))
        for about in ANSWERS
        if about in kinds
    ]
    return {
        "words": [
            (n, word, chosen.get(word_key(word), ""))
            for n, word in enumerate(plan.unknown_professions)
        ],
        "professions": [(str(p.pk), p.name) for p in Profession.objects.all()],
        "none": NONE,
        "asked": asked,
        "together": together if len(asked) > 1 else [],
        "skips": bool(choices.get("skip")),
    }
