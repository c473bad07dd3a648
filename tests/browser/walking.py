"""What `tests.browser.walk` does: the world, the way through it, and looking at each page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.test.utils import setup_test_environment
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from cms.directory.sample import load_sample
from cms.models import ModulePage
from cms.starter import load_starter
from curriculum.content import Case
from curriculum.domain import cases, playing
from curriculum.domain.case_graph import steps_to_an_ending
from curriculum.domain.enrolment import enrol
from curriculum.enums import ActivityKind
from curriculum.models import Activity, Attempt, Certificate, Programme
from tests import people
from tests.browser.conftest import launch, sign_in
from tests.browser.steps import answer_rightly
from tests.browser.test_every_page import findings
from tests.cms import site

PHONE, DESK = 390, 1280
COLUMNS, THUMB, TALLEST = 10, 156, 620  # of a contact sheet, in pixels
ALSO = ["/", "/glossary/", "/about/", "/accessibility/", "/privacy/", "/editorial-policy/"]
WORDS = "She told me what she wanted only when I had stopped asking. "


class Walk:
    """Goes on, and looks at what is there."""

    def __init__(self, page: Page, into: Path) -> None:
        self.page, self.into = page, into
        self.part, self.looked = "", 0
        self.found: list[str] = []
        self.heard: list[str] = []  # by the browser, since the last look
        page.on("pageerror", lambda error: self.heard.append(str(error)))
        page.on("console", self._complained)
        page.on("response", self._answered)

    def _complained(self, message: Any) -> None:
        # What a server refuses is heard as its answer.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.heard.append(message.text)

    def _answered(self, response: Any) -> None:
        # A choice's own save may come after the button that commits to it, and is refused.
        is_overtaken = response.status == 409 and "x-autosave" in response.request.headers
        if response.status >= 400 and not is_overtaken:
            self.heard.append(f"{response.status} {response.url}")

    def look(self, name: str, *, only_phone: bool = False) -> None:
        """Take pictures of the page, and say what is wrong with it."""
        self.looked += 1
        page, said = self.page, []
        page.wait_for_load_state("networkidle")
        drawn = bool(page.locator("figure svg").count())
        for width, scheme in [(PHONE, "light"), (PHONE, "dark"), (DESK, "light")]:
            if (scheme == "dark" and not drawn) or (width == DESK and only_phone):
                continue
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            file = self.into / self.part / f"{self.looked:03}-{name[:60]}-{width}-{scheme}.png"
            page.screenshot(path=file, full_page=True)
            over = page.evaluate(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            faults = [f"scrolls sideways by {over} px"] if over > 0 else []
            said += [f"{width} px, {scheme}: {fault}" for fault in [*faults, *findings(page)]]
        page.emulate_media(color_scheme="light")
        said += self.heard
        self.heard.clear()
        print(f"{self.looked:03} {self.part}/{name}: {'; '.join(said) or 'fine'}", flush=True)
        self.found += [f"{self.part}/{name}: {each}" for each in said]

    def go(self, address: str, name: str, **options: Any) -> None:
        self.page.goto(address)
        self.look(name, **options)

    # ── What a student does ───────────────────────────────────────────────
    def activity(self, activity: Activity) -> None:
        name = slug(activity.title)
        self.go(f"/go/{activity.key}/", name)
        DOES[ActivityKind(activity.kind)](self, activity, name)

    def reading(self, activity: Activity, name: str) -> None:
        self.page.get_by_role("button", name="Mark as read").click()
        self.page.wait_for_load_state()

    def quiz(self, activity: Activity, name: str) -> None:
        page = self.page
        page.get_by_role("button", name="Start the quiz").click()
        for number in range(1, activity.current_edition.content.asks + 1):
            page.wait_for_url(f"**/questions/{number}/")
            answer_rightly(page)
            self.look(f"{name}-question-{number}")
            page.get_by_role("button", name="Save and").click()
        page.wait_for_url("**/review/")
        self.look(f"{name}-review")
        page.get_by_role("button", name="Submit your answers").click()
        page.wait_for_url("**/result/")
        self.look(f"{name}-result")

    def reflection(self, activity: Activity, name: str) -> None:
        page = self.page
        for number, prompt in enumerate(activity.current_edition.content.prompts, start=1):
            page.goto(f"/learn/activities/{activity.key}/reflect/{prompt.id}/")
            many = prompt.least // len(WORDS.split()) + 1
            for box in page.locator("main form textarea").all():
                box.fill(WORDS * many)
            self.look(f"{name}-prompt-{number}")
            page.get_by_role("button", name="Save, keep it private").click()
            page.wait_for_url("**/reflections/**")
            self.look(f"{name}-prompt-{number}-written")

    def survey(self, activity: Activity, name: str) -> None:
        page = self.page
        page.get_by_role("button", name="Start the survey").click()
        page.wait_for_url("**/attempts/**")
        self.look(f"{name}-survey")
        for group in page.locator("main fieldset:has(input[type=radio])").all():
            group.locator("input[type=radio]").nth(1).check()
        for box in page.locator("main form textarea").all():
            box.fill(WORDS)
        self.look(f"{name}-answered")
        page.get_by_role("button", name="Hand in").click()
        page.wait_for_load_state()
        self.look(f"{name}-sent")

    def session(self, activity: Activity, name: str) -> None:
        """There is nothing to do but to be there."""

    def case(self, activity: Activity, name: str) -> None:
        """Play it to the nearest ending; then see every other scene, and what every other choice
        leads to, as a replay."""
        page = self.page
        page.get_by_role("button", name="Begin the case").click()
        page.wait_for_url("**/steps/1/")
        attempt = attempt_at(page)
        case: Case = attempt.edition.content
        near, chosen = steps_to_an_ending(case), set()
        while not (run := playing.run_of(attempt)).is_over:
            here = f"{name}-{slug(case.scene(run.now.scene).title)}"
            self.look(here)
            if cases.decision_at(case, run.now.key).finds:
                self._find(here)
                attempt = attempt_at(page)
                chosen.add((run.now.scene, playing.run_of(attempt).now.steps[-1].choice))
                continue
            choice = min(cases.offered(case, run.now), key=lambda choice: near[choice.leads_to])
            chosen.add((run.now.scene, choice.id))
            page.locator(f"input[name=choice][value='{choice.id}']").check()
            if page.locator("input[name=confidence]").count():
                page.get_by_label("Fairly sure").check()
            if page.locator("textarea[name=prediction]").count():
                page.locator("textarea[name=prediction]").fill(WORDS)
            page.get_by_role("button", name="Commit to this").click()
            page.locator("#happened").wait_for()
            self.look(f"{here}-chosen")
            page.locator("main p.actions a.button").first.click()
            page.locator("#happened").wait_for(state="detached")
            attempt = attempt_at(page)
        self.look(f"{name}-ending")
        seen = {scene for scene, _ in chosen} | {run.now.scene}
        self._roads_not_taken(attempt, name, seen, chosen)

    def _find(self, here: str) -> None:
        """Look for a service, and see every page on the way to what follows."""
        page = self.page
        page.get_by_role("link", name="Find whom to contact").click()
        self.look(f"{here}-directory")
        page.get_by_label("What is needed?").fill("bath")
        page.get_by_role("button", name="Search", exact=True).click()
        self.look(f"{here}-found")
        page.get_by_role("link", name="Contact this service").first.click()
        self.look(f"{here}-confirm")
        page.get_by_role("button", name="Contact this service").click()
        page.locator("#happened").wait_for()
        self.look(f"{here}-chosen")
        page.locator("main p.actions a.button").first.click()
        page.locator("#happened").wait_for(state="detached")

    def _roads_not_taken(self, attempt: Attempt, name: str, seen: Any, chosen: Any) -> None:
        case: Case = attempt.edition.content
        replay = f"/learn/attempts/{attempt.uuid}/replay/?from="
        for scene in case.scenes:
            here = f"{name}-{slug(scene.title)}"
            if scene.id not in seen:
                self.go(f"{replay}{scene.id}", f"{here}-again")
            for number, choice in enumerate(scene.decision.choices if scene.decision else (), 1):
                if (scene.id, choice.id) not in chosen:
                    address = f"{replay}{scene.id}&chose={choice.id}"
                    self.go(address, f"{here}-choice-{number}", only_phone=True)


DOES = {
    ActivityKind.READING: Walk.reading,
    ActivityKind.QUIZ: Walk.quiz,
    ActivityKind.REFLECTION: Walk.reflection,
    ActivityKind.CASE: Walk.case,
    ActivityKind.SURVEY: Walk.survey,
    ActivityKind.SESSION: Walk.session,
}


def slug(title: str) -> str:
    return re.sub(r"\W+", "-", title.lower()).strip("-")


def attempt_at(page: Page) -> Attempt:
    """The attempt that the page's address names, as it stands now."""
    found = re.search(r"/attempts/([0-9a-f-]{36})/", page.url)
    assert found, f"{page.url} is no page of an attempt"
    return Attempt.objects.select_related("activity", "edition", "enrolment").get(uuid=found[1])


# ── The way ───────────────────────────────────────────────────────────────
def walk_all(into: Path, modules: list[str]) -> int:
    """Walk; 0 where nothing was found."""
    with world() as (programme, learner, url), sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(base_url=url, bypass_csp=True, reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(30_000)
        sign_in(page, learner)
        walk = Walk(page, into)
        try:
            _through(walk, programme, modules)
        except Exception:
            page.screenshot(path=into / "stuck.png", full_page=True)
            print(f"Stuck at {page.url}; heard: {walk.heard}", flush=True)
            raise
        finally:
            browser.close()
    for folder in sorted(path for path in into.iterdir() if path.is_dir()):
        contact_sheet(folder)
    print(f"\n{walk.looked} pages looked at; {len(walk.found)} findings.")
    print("\n".join(walk.found))
    return 1 if walk.found else 0


def _through(walk: Walk, programme: Programme, modules: list[str]) -> None:
    walk.part = "00-around"
    walk.go("/dashboard/", "dashboard-at-first")
    for address in ALSO:
        walk.go(address, slug(address) or "home")
    for number, inclusion in enumerate(programme.inclusions.order_by("position"), start=1):
        page = ModulePage.objects.get(translation_key=inclusion.module.key)
        if modules and page.slug not in modules:
            continue
        walk.part = f"{number:02}-{page.slug}"
        walk.go(f"/go/{inclusion.module.key}/", "module")
        required = inclusion.module.requirements.filter(until=None).order_by("position")
        for requirement in required.select_related("activity__current_edition"):
            walk.activity(requirement.activity)
        walk.go(f"/go/{inclusion.module.key}/", "module-done")
    walk.part = "99-after"
    walk.go("/dashboard/", "dashboard-at-last")
    walk.go(f"/go/{programme.key}/", "programme")
    walk.go("/reflections/", "reflections")
    for certificate in Certificate.objects.all():
        walk.go(f"/certificates/{certificate.code}/", "certificate")
        walk.go(f"/verify/{certificate.code}/", "verified")
    if not modules and not Certificate.objects.exists():
        walk.found.append("Everything was done, and there is no certificate.")


@contextmanager
def world() -> Iterator[tuple[Programme, Any, str]]:
    """A database with the starter and a student, and a server over it; both go afterwards."""
    from django.test.utils import setup_databases, teardown_databases

    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    site.allow_unreviewed()
    load_sample()
    print("\n".join(load_starter()), flush=True)
    programme = Programme.objects.get(is_live=True)
    learner = people.lena()
    enrol(people.cohort(programme, people.cora()), learner)
    server = LiveServer("localhost")
    try:
        yield programme, learner, server.url
    finally:
        server.stop()
        teardown_databases(made, verbosity=0)


def contact_sheet(folder: Path) -> None:
    """The tops of a folder's pictures from the phone, small, in one picture."""
    files = sorted(folder.glob(f"*-{PHONE}-light.png"))
    rows = -(-len(files) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (THUMB + 8), rows * (TALLEST + 8)), "grey")
    for n, file in enumerate(files):
        with Image.open(file) as picture:
            tall = round(picture.height * THUMB / picture.width)
            small = picture.convert("RGB").resize((THUMB, tall)).crop((0, 0, THUMB, TALLEST))
        sheet.paste(small, (n % COLUMNS * (THUMB + 8), n // COLUMNS * (TALLEST + 8)))
    sheet.save(folder.parent / f"{folder.name}.png")
