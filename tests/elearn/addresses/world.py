"""One of everything that has an address, and one person of every role."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from wagtail.documents.models import Document
from wagtail.models import Site

from cms import crediting, seats, suggesting
from cms.models import (
    HomePage,
    ModuleImport,
    Network,
    Picture,
    Recording,
    ReflectionPage,
    RolePage,
    SessionPage,
    Side,
    SiteSettings,
    SurveyItem,
    SurveyPage,
    WhoIsWhoPage,
)
from cms.models.credits import CreditKind
from curriculum import clock
from curriculum.domain import adjustments, attempts, feedback, grouping, names, roster
from curriculum.domain import invitations as inviting
from curriculum.domain.enrolment import enrol
from curriculum.domain.meetings import Plan, plan_meetings
from curriculum.domain.problems import report_problem
from curriculum.domain.reflections import offer_exemplar, share
from curriculum.domain.roster_table import Table
from curriculum.enums import JobState, ProblemKind
from curriculum.models import (
    Activity,
    Certificate,
    Invitation,
    Job,
    Profession,
    Programme,
    Regrade,
    SavedComment,
    Term,
    User,
)
from tests import factories, factors, people
from tests.cms import module, site, story
from tests.cms.directory import entries

World = SimpleNamespace

ROLES = ("out", "lena", "dana", "tom", "gita", "sol", "cora", "olga", "ada", "root")


def make() -> World:
    """The world of the tables: `world.quiz.key` is the key of the activity that Lena takes."""
    world = World(nobody=World(pk=987654, uuid="0a0a0a0a-0000-4000-8000-00000000beef"))
    site.allow_unreviewed()
    _people(world)
    _pages(world)
    _cohorts(world)
    _learning(world)
    _records(world)
    _teaching(world)
    _authoring(world)
    _library(world)
    _directory(world)
    _own(world)
    return world


def _people(world: World) -> None:
    """Dana learns with Olga. Root may do everything that the software lets anybody do."""
    for name in ("lena", "tom", "gita", "sol", "cora", "olga", "ada"):
        setattr(world, name, getattr(people, name)())
    world.dana = people.person("dana", "Dana Webb")
    world.root = people.person("root", "Rut Root", is_superuser=True, is_staff=True)


def _pages(world: World) -> None:
    world.programme_page = site.programme_page(title="Working together", slug="together")
    top = site.module_page(world.programme_page, title="Doors", slug="doors")
    world.module_page = top
    world.reading_page = site.reading_page(top, title="Read", slug="read")
    world.quiz_page = site.quiz_page(
        top, [site.single("q1"), site.single("q2")], title="Ask", slug="ask"
    )
    world.case_page = story.case_page(top)
    world.reflection_page = _reflection_page(top)
    world.survey_page = _survey_page(top)
    world.session_page = _session_page(top)
    world.home_page = HomePage.objects.get()
    world.standard_page = site.standard_page(title="About", slug="about")
    for kind in ("reading", "quiz", "case", "reflection", "survey", "session"):
        setattr(world, kind, Activity.objects.get(kind=kind))
    world.programme = Programme.objects.get()


def _reflection_page(parent: Any) -> ReflectionPage:
    page = ReflectionPage(title="Look back", slug="look-back")
    prompt = {
        "question": "Think of somebody.",
        "model": "three-questions",
        "is_required": True,
        "words_from": None,
        "words_to": None,
        "least": 5,
        "guidance": "",
        "instead": "",
        "gp": "<p>A next step.</p>",
        "social_worker": "<p>Her own goal.</p>",
        "exemplar": "A sample.",
        "outcomes": [],
    }
    page.prompts = site.stream(page, "prompts", [site.block("prompt", prompt, "p1")])
    parent.add_child(instance=page)
    return page


def _survey_page(parent: Any) -> SurveyPage:
    item = SurveyItem.objects.create(key="C1", statement="I know whom to ask.", domain="Knowing")
    page = SurveyPage(
        title="Before", slug="before", occasion="pre", measure="Self-check", consent="We count."
    )
    page.items = page._meta.get_field("items").to_python([site.block("item", item.pk)])
    parent.add_child(instance=page)
    return page


def _session_page(parent: Any) -> SessionPage:
    page = SessionPage(title="Together", slug="an-hour", minutes_override=60)
    page.body = site.stream(page, "body", [site.text(id="body-1")])
    page.plan = site.stream(page, "plan", [site.text(id="plan-1")])
    parent.add_child(instance=page)
    return page


def _cohorts(world: World) -> None:
    world.cohort = people.cohort(world.programme, world.cora)
    world.cohort.tutors.add(world.tom)
    world.other_cohort = people.cohort(world.programme, world.olga, name="Elsewhere")
    world.enrolment = enrol(world.cohort, world.lena)
    world.danas = enrol(world.other_cohort, world.dana)
    world.group = grouping.add_group(world.cohort, "Blue")


def _learning(world: World) -> None:
    lenas = world.enrolment
    done = attempts.start_attempt(lenas, world.quiz)
    for key in done.layout["questions"]:
        attempts.save_answer(done, key, {"choice": f"{key}-a"}, origin=attempts.Origin())
    world.done = attempts.submit_attempt(done)
    world.attempt = attempts.start_attempt(lenas, world.quiz)
    world.played = factories.play(attempts.start_attempt(lenas, world.case))
    world.answered = factories.answer_survey(attempts.start_attempt(lenas, world.survey))
    world.writing = factories.write(lenas, world.reflection)
    share(world.writing)
    feedback.record_reading(world.writing, world.tom)
    feedback.save_feedback(world.writing, world.tom, "You saw the flat first.", send=True)
    version = world.writing.versions.get()
    world.exemplar = offer_exemplar(version, {"what": "A man had come in again."})
    starts = clock.now() + dt.timedelta(hours=1)
    plan = Plan(starts_at=starts, ends_at=starts + dt.timedelta(hours=1), place="Room 4")
    [world.meeting] = plan_meetings(world.cohort, world.session, plan, [None], planner=world.cora)
    world.problem = report_problem(
        world.lena, world.done.edition, "q1", ProblemKind.WRONG, "It is not so."
    )


def _records(world: World) -> None:
    """A programme that Lena has finished, with its certificate, in another cohort of Cora's."""
    finished = factories.programme([factories.reading()])
    enrolment = enrol(people.cohort(finished, world.cora, name="Last year"), world.lena)
    factories.complete(enrolment, factories.activities(finished)[0])
    world.certificate = Certificate.objects.get()
    world.asked_name = names.ask_for_name(world.certificate, "Lena Okoro-Smith")


def _teaching(world: World) -> None:
    world.decision = adjustments.credit(
        world.enrolment, world.reading, actor=world.cora, reason="Done elsewhere."
    )
    table = Table(header=("Name", "E-mail"), header_row=1, rows=((2, ("Siân", "sian@e.org")),))
    world.roster = roster.keep_list(world.cohort, world.cora, table, name="Year 3.csv")
    file = storages["records"].save("exports/report.csv", ContentFile(b"a,b\n"))
    world.job = Job.objects.create(
        kind="report",
        title="Completion",
        owner=world.cora,
        key="report:1",
        state=JobState.DONE,
        ended_at=clock.now(),
        file=file,
        file_name="report.csv",
        parameters={"cohorts": [world.cohort.pk]},
        expires_at=clock.now() + dt.timedelta(hours=1),
    )
    world.comment = SavedComment.objects.create(owner=world.tom, text="Say more.")
    guest = User.objects.create_user("guest@example.org", full_name="Gus Guest")
    invitation = Invitation.objects.create(enrolment=enrol(world.cohort, guest))
    world.invitation = World(key=inviting.key_of(invitation))


def _authoring(world: World) -> None:
    world.seat = seats.ask(world.case_page, "social-worker", world.tom, world.sol)
    world.suggestion = suggesting.suggest(
        world.reading_page, ("body", "text-1"), "<p>Other words.</p>", "Clearer.", world.gita
    )
    edition = world.quiz.current_edition
    world.credit = crediting.enter_credit(
        world.reading_page,
        crediting.Entry(
            kind=CreditKind.SPECIALIST,
            name="Bea",
            capacity="Solicitor",
            read_on=clock.today(),
            digest=world.reading.current_edition.digest,
            consented_on=clock.today(),
            consent_how="By mail",
        ),
        world.tom,
    )
    world.regrade = Regrade.objects.create(
        activity=world.quiz,
        number=1,
        corrected=edition,
        reason="A council assesses.",
        by=world.tom,
        name="Tom Ashby",
        fingerprint="f" * 64,
        changed=0,
        now_pass=0,
        now_fail=0,
    )
    factories.sign(world.reading, world.gita, world.sol)
    world.signature = world.reading.signoffs.get(role="gp")
    world.module_import = ModuleImport.objects.create(
        user=world.tom,
        programme=world.programme_page,
        is_copy=True,
        name="doors.zip",
        found={"problems": [["module.yaml", 1, "This is no module."]]},
    )


def _library(world: World) -> None:
    world.picture = Picture(title="A door", description="A door")
    world.picture.file = ContentFile(module.png(), name="door.png")
    world.picture.save()
    world.document = Document.objects.create(
        title="Words", file=ContentFile(b"WEBVTT\n", name="c.vtt")
    )
    world.recording = Recording.objects.create(
        title="A call", type="audio", duration=3, file=ContentFile(module.SOUND, name="a.mp3")
    )
    world.tag = site.tag()
    world.outcome = site.outcome()
    world.item = SurveyItem.objects.get()
    world.term = Term.objects.create(slug="adass", term="ADASS", definition="Directors.")
    world.profession = Profession.objects.first()
    world.site = Site.objects.get()
    world.settings = SiteSettings.load()
    world.reading_page.save_revision()


def _directory(world: World) -> None:
    """A service and a practice, and who is who."""
    world.service, world.practice = entries.service(), entries.practice()
    world.kind, world.area = entries.kind("dementia", "Dementia"), entries.council()
    world.network = Network.objects.create(name="Alder")
    index = WhoIsWhoPage(title="Who is who", slug="who-is-who")
    index.body = site.stream(index, "body", [site.text(id="body-1")])
    world.home_page.add_child(instance=index)
    index.add_child(
        instance=RolePage(
            title="Link worker",
            slug="link-worker",
            side=Side.BETWEEN,
            summary="Finds what is near.",
            employer="A network",
            call_when="<ul><li>somebody is lonely</li></ul>",
            does="<p>Listens.</p>",
            decides="<p>Nothing.</p>",
            cannot="<p>Assess.</p>",
        )
    )


def _own(world: World) -> None:
    """A copy of Lena's data, and her authenticator app."""
    file = storages["records"].save("jobs/copy", ContentFile(b"PK"))
    world.copy = Job.objects.create(
        kind="own-data",
        title="A copy of your data",
        owner=world.lena,
        key="own-data:1",
        state=JobState.DONE,
        ended_at=clock.now(),
        file=file,
        file_name="my-data.zip",
        expires_at=clock.now() + dt.timedelta(hours=1),
    )
    factors.give_app(world.lena)
