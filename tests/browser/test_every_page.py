"""Every type of page: axe finds nothing, light and dark; nothing scrolls sideways at 320 px."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from curriculum.domain import attempts, problems
from curriculum.enums import ProblemKind
from curriculum.models import Activity, Attempt, Certificate, Cohort, User
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def addresses(course: Any) -> dict[str, list[str]]:
    """One address for each type of page: for somebody signed out, and for Lena."""
    readings = Activity.objects.filter(kind="reading").order_by("requirements__position")
    quiz = Activity.objects.get(kind="quiz")
    for activity in readings[:3]:
        attempts.mark_as_read(course, activity)
    finished = attempts.start_attempt(course, quiz)
    content = finished.edition.content
    right = {question.id: _right(question) for question in content.questions}
    for key, answer in list(right.items())[:-1]:
        attempts.save_answer(finished, key, answer, origin=attempts.Origin())
    attempts.submit_attempt(finished)
    attempt = attempts.start_attempt(course, quiz)
    attempts.set_flag(attempt, attempt.layout["questions"][1], True)

    done = factories.programme([factories.reading()])
    from curriculum.domain.enrolment import enrol
    from tests import people

    other = enrol(people.cohort(done, name="Done"), course.learner)
    factories.complete(other, factories.activities(done)[0])
    certificate = Certificate.objects.get(enrolment=other)

    fridge, garden = Activity.objects.filter(kind="case").order_by("title")[::-1]
    begun = factories.play(attempts.start_attempt(course, fridge))
    steps = begun.responses.count()
    factories.play(other_run := attempts.start_attempt(course, garden), _first(other_run))

    writing = _answered_writing(course)
    reflect = f"/learn/activities/{writing.activity.key}/reflect/{writing.prompt}/"

    report = problems.report_problem(
        course.learner,
        finished.edition,
        content.questions[0].id,
        ProblemKind.WRONG,
        "Unclear. " * 40,
    )
    problems.answer_problem(report, User.objects.get(email="tom@example.org"), "Mended, thank you.")

    base = "/working-with-social-care/two-systems/"
    return {
        "signed out": [
            "/",
            "/working-with-social-care/",
            base,
            "/about/",
            "/accessibility/",
            "/privacy/",
            "/editorial-policy/",
            "/who-is-who/",
            "/who-is-who/?side=health",
            "/who-is-who/amhp/",
            "/accounts/login/",
            "/accounts/signup/",
            "/accounts/password/reset/",
            "/accounts/confirm-email/",
            "/verify/",
            f"/verify/{certificate.code}/",
            "/verify/AAAA-BBBB-CCCC/",
            "/nothing/",
        ],
        "Lena": [
            "/dashboard/",
            "/working-with-social-care/",
            base,
            *(f"{base}{slug}/" for slug in _slugs()),
            *(
                f"/learn/attempts/{attempt.uuid}/questions/{n}/"
                for n in range(1, len(attempt.layout["questions"]) + 1)
            ),
            f"/learn/attempts/{attempt.uuid}/review/",
            f"/learn/attempts/{finished.uuid}/result/",
            "/working-with-social-care/who-to-contact/",
            "/working-with-social-care/who-to-contact/the-empty-fridge/",
            *(f"/learn/attempts/{begun.uuid}/steps/{n}/" for n in (1, steps + 1)),
            *(f"/learn/attempts/{other_run.uuid}/steps/{n}/" for n in (1, 2)),
            f"/learn/attempts/{begun.uuid}/replay/",
            reflect,
            f"/learn/activities/{quiz.key}/report/",
            f"/learn/attempts/{attempt.uuid}/report/{attempt.layout['questions'][0]}/",
            "/reports/",
            f"/reports/{report.uuid}/",
            "/reflections/",
            "/reflections/?q=nothing",
            f"/reflections/{writing.uuid}/",
            f"/reflections/{writing.uuid}/offer/",
            f"/certificates/{certificate.code}/",
            f"/certificates/{certificate.code}/name/",
            "/record/",
            f"/join/{Cohort.objects.first().join_code}/",
            "/search/?q=care",
            "/accounts/",
            "/accounts/profile/",
            "/accounts/email/",
            "/accounts/password/change/",
            "/accounts/sessions/",
            "/accounts/2fa/",
            "/accounts/2fa/totp/activate/",
            "/accounts/2fa/webauthn/",
            "/accounts/2fa/webauthn/add/",
            "/accounts/sso/",
            "/accounts/logout/",
            "/accounts/data/",
            "/accounts/close/",
            "/accounts/reauthenticate/",
        ],
    }


def _answered_writing(course: Any) -> Any:
    """A piece of writing with a hint in it, shared, read, answered and written on."""
    from curriculum.domain import feedback, reflections
    from tests import people

    tom = people.tom()
    course.cohort.tutors.add(tom)
    activity = Activity.objects.filter(kind="reflection").earliest("pk")
    prompt = activity.current_edition.content.prompts[0]
    for version, words in enumerate(("Mr Abernathy came in again. " * 10, "And more. " * 20)):
        text = {stage.key: words for stage in prompt.stages}
        seen = attempts.Origin(seen=version)
        saved = reflections.save_draft(course, activity, prompt.id, text, origin=seen)
        reflections.finish(saved.writing)
        if not version:
            reflections.share(saved.writing)
            feedback.record_reading(saved.writing, tom, name_shown=True)
            feedback.save_feedback(saved.writing, tom, "You saw the flat first.", send=True)
    return saved.writing


def _first(attempt: Attempt) -> str:
    """The first choice of the opening scene."""
    choice: str = attempt.edition.content.scenes[0].decision.choices[0].id
    return choice


def _right(question: Any) -> dict[str, Any]:
    if question.KIND == "matching":
        return {"matches": {pair.id: pair.id for pair in question.pairs}}
    if question.KIND == "ordering":
        return {"places": {item.id: n for n, item in enumerate(question.items, start=1)}}
    if question.KIND == "ranking":
        return {"places": {id: n for n, id in enumerate(question.gp_key, start=1)}}
    right = [option.id for option in question.options if option.correct]
    if question.KIND == "multiple-response":
        return {"choices": right[:1]}
    return {"choice": right[0], "confidence": "sure"}


def _slugs() -> list[str]:
    from cms.models import ModulePage

    return list(
        ModulePage.objects.get(slug="two-systems").get_children().values_list("slug", flat=True)
    )


def visited(page: Page, paths: list[str]) -> Iterator[str]:
    for path in paths:
        page.goto(path)
        yield path


# What fades in has no contrast of its own yet, so it is put where it ends. What goes round for ever
# has no end.
STILL = """() => document.getAnimations()
    .filter(a => a.effect.getComputedTiming().endTime !== Infinity).forEach(a => a.finish())"""


def findings(page: Page) -> list[str]:
    page.evaluate(STILL)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("(rules) => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    return [
        f"{violation['id']}: {node['html'][:160]} ({[any['message'][:120] for any in node['any']]})"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_any_type_of_page(
    scheme: str, width: int, addresses: dict[str, list[str]], course: Any, open_page: Any
) -> None:
    trouble: dict[str, list[str]] = {}
    for who, user in (("signed out", None), ("Lena", course.learner)):
        # axe is put into the page by the test, which the pages' own policy rightly forbids.
        page = open_page(user=user, width=width, color_scheme=scheme, bypass_csp=True)
        for path in visited(page, addresses[who]):
            if found := findings(page):
                trouble[f"{who} {path}"] = found
    assert trouble == {}


def test_errors_in_forms_are_found_by_axe_to_be_linked(
    addresses: dict[str, list[str]], open_page: Any
) -> None:
    """Known failure 32: errors are not linked to fields."""
    page = open_page(bypass_csp=True)
    page.goto("/accounts/signup/")
    page.locator("main button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert findings(page) == []
    assert page.evaluate("() => document.activeElement.className") == "error-summary"
    page.locator(".error-summary a").first.click()
    assert page.evaluate("() => document.activeElement.id") == "id_full_name"


def test_no_page_scrolls_sideways_at_320_pixels(
    addresses: dict[str, list[str]], course: Any, open_page: Any
) -> None:
    """Known failure 32: at 320 px the page scrolls sideways."""
    wide = {}
    for who, user in (("signed out", None), ("Lena", course.learner)):
        page = open_page(user=user, width=320)
        for path in visited(page, addresses[who]):
            over = page.evaluate(
                """() => document.documentElement.scrollWidth
                         - document.documentElement.clientWidth"""
            )
            if over > 0:
                wide[f"{who} {path}"] = over
    assert wide == {}


def test_everything_one_presses_is_at_least_44_pixels_or_stands_in_a_sentence(
    addresses: dict[str, list[str]], course: Any, open_page: Any
) -> None:
    small: dict[str, list[str]] = {}
    for who, user in (("signed out", None), ("Lena", course.learner)):
        page = open_page(user=user, width=390)
        for path in visited(page, addresses[who]):
            found = page.evaluate(
                """() => [...document.querySelectorAll("button, select, input:not([type=hidden]),"
                      + " .button, nav a, .activities a, .choice")]
                  .filter(e => e.checkVisibility() && !e.closest("label.choice, .field.check")
                          && !e.classList.contains("skip"))
                  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
                  .filter(([, r]) => r.height < 43.5 && r.width > 0)
                  .map(([html, r]) => `${Math.round(r.height)}px ${html}`)"""
            )
            if found:
                small[f"{who} {path}"] = found
    assert small == {}


def test_a_learners_page_weighs_less_than_a_hundred_kilobytes_before_pictures(
    addresses: dict[str, list[str]], course: Any, open_page: Any
) -> None:
    import gzip

    page = open_page(user=course.learner, width=390)
    for path in addresses["Lena"][:14]:
        sizes: dict[str, int] = {}

        def weigh(response: Any, sizes: dict[str, int] = sizes) -> None:
            if response.request.resource_type != "image" and response.status == 200:
                sizes[response.url] = len(gzip.compress(response.body()))

        page.on("response", weigh)
        page.goto(path, wait_until="networkidle")
        page.remove_listener("response", weigh)
        assert sum(sizes.values()) < 100_000, sizes


def test_a_radio_group_announces_its_question(
    addresses: dict[str, list[str]], course: Any, open_page: Any
) -> None:
    """Known failure 32: a radio group doesn't announce its question."""
    page = open_page(user=course.learner)
    attempt = Attempt.objects.get(state="open", activity__kind="quiz")
    page.goto(f"/learn/attempts/{attempt.uuid}/questions/1/")
    stem = attempt.edition.content.question(attempt.layout["questions"][0]).stem
    group = page.get_by_role("group", name=stem)
    assert group.get_by_role("radio").count() == 4


def test_no_page_asks_another_host_for_anything(
    addresses: dict[str, list[str]], course: Any, open_page: Any, live_server: Any
) -> None:
    """No third party learns who reads what: neither on learners' pages nor on the authors' side."""
    from cms.models import ModulePage
    from tests import people

    module = ModulePage.objects.get(slug="two-systems").pk
    teaching = [
        "/cms/",
        "/cms/pages/",
        f"/cms/pages/{module}/edit/",
        "/cms/images/",
        "/cms/documents/",
        "/cms/users/",
        f"/cms/cohorts/{course.cohort_id}/overview/",
        f"/cms/cohorts/learners/{course.uuid}/",
        "/cms/reports/completion/",
        "/cms/reports/accesses/",
        "/cms/reports/evaluation/",
        f"/cms/people/{course.learner.uuid}/close/",
    ]
    visits = [
        (None, addresses["signed out"]),
        (course.learner, addresses["Lena"]),
        (people.ada(), teaching),
    ]
    elsewhere: dict[str, str] = {}
    asked: list[str] = []
    for user, paths in visits:
        page = open_page(user=user)
        page.on("request", lambda request: asked.append(request.url))
        for path in visited(page, paths):
            page.wait_for_load_state("networkidle")
            for url in asked:
                if not url.startswith((f"{live_server.url}/", "data:", "blob:")):
                    elsewhere[url] = path
            assert asked
            asked.clear()
    assert elsewhere == {}
