"""Content and programmes for tests of `curriculum`, made without Wagtail."""

import itertools
import uuid
from collections.abc import Sequence
from typing import Any

from curriculum.content import (
    Case,
    CaseChoice,
    ConfidenceRated,
    Decision,
    Fact,
    Item,
    ItemWording,
    Matching,
    Member,
    ModuleOverview,
    Multiple,
    OnlyIf,
    Option,
    Ordering,
    Pair,
    Prompt,
    Question,
    Quiz,
    Ranking,
    Reading,
    Reflection,
    Scene,
    Session,
    Single,
    Survey,
    SurveyItem,
    Text,
    TrueFalse,
    View,
)
from curriculum.domain.editions import publish_edition
from curriculum.domain.outline import (
    ActivityPlan,
    ModulePlan,
    ProgrammePlan,
    publish_overview,
    synchronise,
)
from curriculum.enums import (
    ChoiceQuality,
    Portrait,
    ReflectionModel,
    SurveyItemKind,
    SurveyOccasion,
    Voice,
)
from curriculum.models import Activity, Attempt, Enrolment, Programme, SignOff, User, Writing

_numbers = itertools.count(1)


def reading(title: str = "Two doors", text: str = "<p>Words.</p>", **fields: Any) -> Reading:
    return Reading(title=title, minutes=3, body=(Text(id="t1", html=text),), **fields)


def options(*texts: str, right: Sequence[str] = ()) -> tuple[Option, ...]:
    """Options whose ids are their texts."""
    return tuple(
        Option(id=t, text=t.upper(), feedback=f"Feedback on {t}.", correct=t in right)
        for t in texts
    )


def single(id: str = "q1", right: str = "b", **fields: Any) -> Single:
    return Single(
        id=id, stem=f"Stem {id}?", options=options("a", "b", "c", right=[right]), **fields
    )


def multiple(id: str = "q2", right: Sequence[str] = ("a", "b")) -> Multiple:
    return Multiple(id=id, stem=f"Stem {id}?", options=options("a", "b", "c", "d", right=right))


def true_false(id: str = "q3", is_true: bool = True) -> TrueFalse:
    return TrueFalse(
        id=id,
        stem=f"Stem {id}.",
        is_true=is_true,
        feedback_true="On true.",
        feedback_false="On false.",
    )


def confidence(id: str = "q4", right: str = "b") -> ConfidenceRated:
    return ConfidenceRated(id=id, stem=f"Stem {id}?", options=options("a", "b", "c", right=[right]))


def matching(id: str = "q5") -> Matching:
    pairs = tuple(Pair(id=f"p{n}", left=f"Left {n}", right=f"Right {n}") for n in range(1, 5))
    return Matching(id=id, stem=f"Stem {id}?", pairs=pairs, feedback="Ask who pays.")


def ordering(id: str = "q6") -> Ordering:
    items = tuple(Item(id=f"i{n}", text=f"Step {n}") for n in range(1, 5))
    return Ordering(id=id, stem=f"Stem {id}?", items=items, feedback="Need comes first.")


def ranking(id: str = "q7") -> Ranking:
    items = tuple(Item(id=f"r{n}", text=f"Action {n}", feedback=f"Why {n}.") for n in range(1, 5))
    return Ranking(
        id=id,
        stem=f"Stem {id}?",
        items=items,
        gp_key=("r1", "r2", "r3", "r4"),
        social_worker_key=("r2", "r1", "r3", "r4"),
    )


def every_kind() -> tuple[Question, ...]:
    return (
        single(),
        multiple(),
        true_false(),
        confidence(),
        matching(),
        ordering(),
        ranking(),
    )


def quiz(*questions: Question, title: str = "Check what you know", **settings: Any) -> Quiz:
    return Quiz(
        title=title, minutes=5, questions=questions or (single("q1"), single("q2")), **settings
    )


def programme(
    *modules: Sequence[Reading | Quiz | Case | Reflection | Session | Survey],
    optional: Sequence[str] = (),
    allow_unreviewed: bool = True,
    **fields: Any,
) -> Programme:
    """A live programme with these modules. Titles in `optional` are not required.

    Called without modules it has one, with a reading and a quiz.
    """
    number = next(_numbers)
    plans = []
    for position, contents in enumerate(modules or [(reading(), quiz())], start=1):
        activities = []
        for content in contents:
            edition = publish_edition(uuid.uuid4(), content, allow_unreviewed=allow_unreviewed)
            required = content.title not in optional
            activities.append(ActivityPlan(edition.activity.key, required))
        title = f"Module {position}"
        overview = ModuleOverview(title=title, summary="", outcomes=("know it",))
        plans.append(
            ModulePlan(
                key=publish_overview(uuid.uuid4(), overview).key,
                is_required=title not in optional,
                activities=tuple(activities),
            )
        )
    return synchronise(
        ProgrammePlan(
            key=uuid.uuid4(),
            title=fields.pop("title", f"Programme {number}"),
            covers=fields.pop("covers", ("who does what",)),
            certificate_scope=fields.pop("certificate_scope", "programme"),
            is_live=True,
            modules=tuple(plans),
        )
    )


def plan_of(made: Programme) -> ProgrammePlan:
    """The plan that `made` stands for now, to change and synchronise again."""
    return ProgrammePlan(
        key=made.key,
        title=made.title,
        covers=tuple(made.covers),
        certificate_scope=made.certificate_scope,
        is_live=made.is_live,
        modules=tuple(
            ModulePlan(
                key=inclusion.module.key,
                is_required=inclusion.is_required,
                activities=tuple(
                    ActivityPlan(row.activity.key, row.is_required)
                    for row in inclusion.module.requirements.filter(until=None)
                    .select_related("activity")
                    .order_by("position")
                ),
            )
            for inclusion in made.inclusions.filter(until=None)
            .select_related("module")
            .order_by("position")
        ),
    )


def activities(made: Programme) -> list[Activity]:
    """The programme's activities in order."""
    return list(
        Activity.objects.filter(
            requirements__until=None,
            requirements__module__inclusions__programme=made,
            requirements__module__inclusions__until=None,
        ).order_by("requirements__module__inclusions__position", "requirements__position")
    )


RIGHT: dict[str, dict[str, Any]] = {
    "single-best-answer": {"choice": "b"},
    "multiple-response": {"choices": ["a", "b"]},
    "true-false": {"choice": "true"},
    "confidence-rated": {"choice": "b", "confidence": "sure"},
    "matching": {"matches": {f"p{n}": f"p{n}" for n in range(1, 5)}},
    "ordering": {"places": {f"i{n}": n for n in range(1, 5)}},
    "ranking": {"places": {f"r{n}": n for n in range(1, 5)}},
}


def right_answer(question: Question) -> dict[str, Any]:
    """An answer that earns the full mark, for the questions made here."""
    return RIGHT[question.KIND]  # type: ignore[union-attr]


def complete(enrolment: Enrolment, activity: Activity) -> None:
    """Do an activity as its learner would."""
    from curriculum.domain import attempts

    if activity.kind == "reading":
        attempts.mark_as_read(enrolment, activity)
        return
    if activity.kind == "reflection":
        _reflect(enrolment, activity)
        return
    attempt = attempts.start_attempt(enrolment, activity)
    if activity.kind == "survey":
        answer_survey(attempt)
        return
    if activity.kind == "case":
        play(attempt)
        return
    for key in attempt.layout["questions"]:
        answer = right_answer(attempt.edition.content.question(key))
        attempts.save_answer(attempt, key, answer, origin=attempts.Origin())
    attempts.submit_attempt(attempt)


def _reflect(enrolment: Enrolment, activity: Activity) -> None:
    """Write enough on every required prompt of a reflection."""
    from curriculum.domain import reflections
    from curriculum.domain.attempts import Origin

    assert activity.current_edition is not None
    for prompt in activity.current_edition.content.required:
        text = {prompt.stages[0].key: "word " * prompt.least}
        saved = reflections.save_draft(enrolment, activity, prompt.id, text, origin=Origin())
        reflections.finish(saved.writing)


def survey(title: str = "Before you begin", occasion: str = "pre", **fields: Any) -> Survey:
    """Three items of one domain, one of them worded for doctors to be; afterwards also a look back
    and an open box."""

    def item(key: str, **more: Any) -> SurveyItem:
        return SurveyItem(
            **{"id": key, "key": key, "statement": f"Statement {key}.", "domain": "Confidence"}
            | more
        )

    own = (ItemWording(who="Medical student", text="Statement C2, as a doctor."),)
    items = [item("C1"), item("C2", wordings=own), item("C3", reverse=True)]
    if occasion == "post":
        items.append(item("BACK", kind=SurveyItemKind.RETROSPECTIVE, domain=""))
        items.append(item("BOX", kind=SurveyItemKind.TEXT, domain=""))
    return Survey(
        **{
            "title": title,
            "minutes": 2,
            "items": tuple(items),
            "occasion": SurveyOccasion(occasion),
            "measure": "Self-check",
            "about": "Own tool, not validated.",
            "consent": "We count your answers with those of others.",
            **fields,
        }
    )


def answer_survey(attempt: Attempt, *choices: str, consent: bool = True, **others: str) -> Attempt:
    """Hand a survey in with these choices for its rated items, one for all where one is given."""
    from curriculum.domain import surveys
    from curriculum.domain.attempts import Origin

    content = attempt.edition.content
    given_choices = choices or ("3",)
    rated = [item.key for item in content.rated]
    many = given_choices * len(rated) if len(given_choices) == 1 else given_choices
    given = dict(zip(rated, many, strict=False))
    for item in content.items:
        if item.kind == SurveyItemKind.RETROSPECTIVE:
            given[item.key] = "right"
    given |= others | {"~consent": "yes" if consent else "no"}
    surveys.save_answers(attempt, given, {}, origin=Origin())
    return surveys.hand_in(attempt)


def play(attempt: Attempt, *choices: str, **given: Any) -> Attempt:
    """Commit to these choices; without any, take the first offered one until the case ends. Where
    somebody is to be found in the directory, nobody is."""
    from curriculum.domain import attempts, cases, playing

    wanted = list(choices)
    run = playing.run_of(attempt)
    while not run.is_over and (wanted or not choices):
        choice = wanted.pop(0) if wanted else cases.offered(run.case, run.now)[0].id
        data = {"confidence": "sure", "entry": playing.NOBODY, **given, "choice": choice}
        number = len(run.now.steps) + 1
        playing.decide(attempt, number, data, origin=attempts.Origin())
        run = playing.run_of(attempt)
    return attempt


def case(title: str = "The empty fridge", **fields: Any) -> Case:
    """A door to come in by, a scene to recover in, a table, and two endings."""
    seats = (View(who="win", text="Someone asked."), View(who="gp", text="A start."))
    seats = (*seats, View(who="sw", text="I can work with that."))

    def choice(id: str, leads_to: str, quality: str = "strong", **more: Any) -> CaseChoice:
        return CaseChoice(
            id=id,
            text=f"Do {id}",
            quality=ChoiceQuality(quality),
            happened=f"<p>After {id}.</p>",
            leads_to=leads_to,
            views=more.pop("views", seats),
            **more,
        )

    def scene(id: str, *choices: CaseChoice, **asks: Any) -> Scene:
        told: tuple[Any, ...] = (Text(id=f"{id}-t", html=f"<p>At the {id}.</p>"),)
        if id == "table":
            again = Text(id="sorry-t2", html="<p>You had to say sorry.</p>")
            told = (*told, OnlyIf(id="table-if", fact="pushed", body=(again,)))
        question = f"What now at the {id}?"
        return Scene(
            id=id,
            title=f"The {id}",
            narrative=told,
            knows=(View(who="gp", text="She lost six kilograms."),) if id == "door" else (),
            decision=Decision(question=question, choices=choices, **asks) if choices else None,
        )

    people = (("gp", Voice.GP), ("sw", Voice.SOCIAL_WORKER), ("win", Voice.PERSON))
    return Case(
        **{
            "title": title,
            "minutes": 10,
            "role": "You are a student.",
            "cast": tuple(
                Member(id=id, name=id.title(), voice=v, description="x", portrait=Portrait.WOMAN)
                for id, v in people
            ),
            "facts": (Fact(id="pushed", name="You pushed her"),),
            "scenes": (
                scene(
                    "door",
                    choice("door-a", "table"),
                    choice("door-b", "sorry", "poor", sets="pushed"),
                    choice("door-c", "table", "partly"),
                    asks_confidence=True,
                    asks_prediction=True,
                ),
                scene("sorry", choice("sorry-a", "table"), choice("sorry-b", "sorry", "poor")),
                scene("table", choice("table-a", "home"), choice("table-b", "late", "partly")),
                scene("home"),
                scene("late"),
            ),
            **fields,
        }
    )


def reflection(title: str = "A problem that was mainly social", **fields: Any) -> Reflection:
    """A required prompt of three questions, and an optional free one."""

    def prompt(id: str, model: str, **more: Any) -> Prompt:
        return Prompt(
            id=id,
            question=f"Think of {id}.",
            model=ReflectionModel(model),
            least=5,
            gp="<p>A realistic next step.</p>",
            social_worker="<p>The person's own goal.</p>",
            exemplar="A sample.",
            **more,
        )

    prompts = (prompt("p1", "three-questions"), prompt("p2", "free", is_required=False))
    return Reflection(**{"title": title, "minutes": 10, "prompts": prompts, **fields})


def session(title: str = "One hour together", **fields: Any) -> Session:
    """A taught session whose plan is short."""
    body = (Text(id="s1", html="<p>For mixed groups.</p>"),)
    plan = (Text(id="s2", html="<p>Ask the quiet one first.</p>"),)
    return Session(**{"title": title, "minutes": 60, "body": body, "plan": plan, **fields})


def write(
    enrolment: Enrolment, activity: Activity, text: str = "He had come in for the third time."
) -> Writing:
    """Something that a learner has written on the first prompt and finished."""
    from curriculum.domain import reflections
    from curriculum.domain.attempts import Origin

    saved = reflections.save_draft(enrolment, activity, "p1", {"what": text}, origin=Origin())
    reflections.finish(saved.writing)
    return Writing.objects.get(pk=saved.writing.pk)


def sign(activity: Activity, gp: User, social_worker: User) -> None:
    """Both approvals of the activity's current edition."""
    edition = activity.current_edition
    for role, who, profession in (
        ("gp", gp, "GP"),
        ("social-worker", social_worker, "social worker"),
    ):
        SignOff.objects.create(
            activity=activity,
            digest=edition.digest,
            edition=edition,
            role=role,
            signatory=who,
            name=who.full_name,
            profession=profession,
        )
