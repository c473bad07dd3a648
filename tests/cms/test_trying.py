"""Trying out drafts as a student would meet them. Nothing is recorded."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from cms.models import ModulePage, QuizPage
from curriculum.enums import FeedbackTiming
from tests import people, starter
from tests.cms import site

pytestmark = pytest.mark.django_db

QUESTIONS = (site.single, site.multiple, site.true_false, site.matching, site.ordering)


@pytest.fixture
def module(db: Any) -> ModulePage:
    """A module of a live reading, a live quiz, and a case and a reflection that only draft."""
    from cms.models import ReflectionPage

    site.allow_unreviewed()
    module = site.module_page(title="Two systems")
    site.reading_page(module, title="What it is")
    site.quiz_page(module, title="Check", pass_mark=50, shuffle_options=False)
    page = ReflectionPage(title="Look back", slug="look-back", live=False)
    prompt = {
        "question": "Think of somebody.",
        "model": "three-questions",
        "required": True,
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
    module.add_child(instance=page)
    page.save_revision(clean=False)
    found: ModulePage = ModulePage.objects.get(pk=module.pk)
    return found


@pytest.fixture
def quiz(module: ModulePage) -> QuizPage:
    """The module's quiz, with a draft of every kind that is chosen or arranged."""
    page: QuizPage = QuizPage.objects.get()
    site.draft(page, questions=[make(f"q{n}") for n, make in enumerate(QUESTIONS)])
    return page


@pytest.fixture
def author(client: Client) -> Client:
    client.force_login(people.tom())
    return client


def counts() -> dict[str, int]:
    """Rows of every table that remembers something of learning."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_app_config("curriculum").get_models()
    }


def at(name: str, page: Any, *more: Any) -> str:
    return reverse(name, args=[page.pk, *more])


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


RIGHT: list[dict[str, Any]] = [
    {"choice": "q0-b"},
    {"choices": ["q1-a", "q1-b"]},
    {"choice": "true"},
]


def give(author: Client, quiz: QuizPage, number: int, post: dict[str, Any]) -> Any:
    return author.post(at("try_question", quiz, number), post)


def arranged(answer: Any) -> dict[str, str]:
    """The right places or matches for what a page shows, known by its words."""
    rows = answer.context["form"].rows
    if answer.context["form"].kind == "matching":
        return {
            row.name: next(c.value for c in row.choices if c.text[-1] == row.text[-1])
            for row in rows
        }
    return {row.name: str(1 + ["One", "Two", "Three"].index(row.text)) for row in rows}


def test_a_quiz_is_played_through_to_its_result_and_nothing_is_recorded(
    quiz: QuizPage, author: Client
) -> None:
    before = counts()
    start = author.get(at("try_out", quiz))
    assert "You are trying this out; nothing is recorded." in text(start)
    assert "5 questions" in text(start)
    assert "Start the quiz" in text(start)
    assert author.post(at("try_start", quiz))["Location"] == at("try_question", quiz, 1)
    for number in range(1, 6):
        page = author.get(at("try_question", quiz, number))
        assert "You are trying this out; nothing is recorded." in text(page)
        assert f"Question {number} of 5" in text(page)
        assert "Feedback q0-b" not in text(page)
        assert "data-answer" not in page.content.decode()
        answer = RIGHT[number - 1] if number < 4 else arranged(page)
        onward = give(author, quiz, number, answer)
        expected = at("try_question", quiz, number + 1) if number < 5 else at("try_review", quiz)
        assert onward["Location"] == expected
    review = author.get(at("try_review", quiz))
    assert "All 5 are answered." in text(review)
    assert "Option q0-b" in text(review)
    assert author.post(at("try_submit", quiz))["Location"] == at("try_result", quiz)
    result = author.get(at("try_result", quiz))
    assert "You passed" in text(result)
    assert "100%" in text(result)
    assert "Feedback q0-a" in text(result)
    assert "Continue: Look back" in text(result)
    assert "You are trying this out; nothing is recorded." in text(result)
    assert counts() == before


def test_what_is_wrong_is_marked_and_not_passed_and_can_be_tried_again(
    quiz: QuizPage, author: Client
) -> None:
    author.post(at("try_start", quiz))
    give(author, quiz, 1, {"choice": "q0-a", "go": "review"})
    author.post(at("try_submit", quiz))
    result = text(author.get(at("try_result", quiz)))
    assert "Not passed yet" in result
    assert "0 of 5 marks" in result
    assert "Feedback q0-b" in result
    assert "Feedback q1-a" not in result  # what was not answered keeps its feedback
    assert result.count("You did not answer this one") == 4
    assert author.get(at("try_question", quiz, 1))["Location"] == at("try_result", quiz)
    assert author.post(at("try_start", quiz)).status_code == 302
    assert "0 of 5 answered" in author.get(at("try_question", quiz, 1)).content.decode()


def test_checking_each_question_shows_its_feedback_at_once_and_makes_it_final(
    quiz: QuizPage, author: Client
) -> None:
    site.draft(quiz, feedback=FeedbackTiming.EACH)
    author.post(at("try_start", quiz))
    assert "Check the answer" in text(author.get(at("try_question", quiz, 1)))
    unfinished = give(author, quiz, 1, {"check": "1"})
    assert unfinished.status_code == 422
    assert "Finish the answer before you check it." in text(unfinished)
    checked = author.post(
        at("try_question", quiz, 1), {"choice": "q0-a", "check": "1"}, follow=True
    )
    assert "Feedback q0-b" in text(checked)
    assert "Not right" in text(checked)
    give(author, quiz, 1, {"choice": "q0-b"})
    author.post(at("try_submit", quiz))
    assert "0 of 5 marks" in text(author.get(at("try_result", quiz)))


def test_a_check_where_feedback_comes_at_the_end_shows_nothing(
    quiz: QuizPage, author: Client
) -> None:
    author.post(at("try_start", quiz))
    shown = author.post(at("try_question", quiz, 1), {"choice": "q0-a", "check": "1"}, follow=True)
    assert "Feedback q0-b" not in text(shown)


def test_flags_and_the_way_back_work_as_for_students(quiz: QuizPage, author: Client) -> None:
    author.post(at("try_start", quiz))
    flagged = give(author, quiz, 2, {"choices": ["q1-a"], "flag": "1"})
    assert flagged["Location"] == at("try_question", quiz, 2)
    shown = author.get(at("try_question", quiz, 2)).content.decode()
    assert "Take the flag away" in shown
    assert 'value="q1-a" checked' in shown
    assert give(author, quiz, 2, {"go": "previous"})["Location"] == at("try_question", quiz, 1)
    assert give(author, quiz, 2, {"go": "4"})["Location"] == at("try_question", quiz, 4)
    review = text(author.get(at("try_review", quiz)))
    assert "5 of 5 are not finished" in review
    assert author.post(at("try_submit", quiz))["Location"] == at("try_review", quiz)
    assert "Answer at least one question" in text(author.get(at("try_review", quiz)))


def test_hostile_answers_get_a_plain_error(quiz: QuizPage, author: Client) -> None:
    author.post(at("try_start", quiz))
    for number, post in (
        (1, {"choice": "\x00<b>"}),
        (2, {"choices": ["x"]}),
        (4, {"match-0": "9"}),
    ):
        answer = give(author, quiz, number, post)
        assert answer.status_code == 422
        assert "Not saved yet" in text(answer)
    for number in (0, 6, 999):
        assert author.get(f"/cms/try/{quiz.pk}/questions/{number}/").status_code == 404


def test_a_draft_that_changes_while_it_is_tried_does_no_harm(
    quiz: QuizPage, author: Client
) -> None:
    author.post(at("try_start", quiz))
    give(author, quiz, 1, {"choice": "q0-a"})
    give(author, quiz, 2, {"choices": ["q1-a"]})
    changed = [
        site.single("q0", site.option("new"), site.option("right", correct=True)),
        site.multiple("q1"),
        site.single("q7"),
    ]
    site.draft(quiz, questions=changed)
    page = author.get(at("try_question", quiz, 3))
    assert "Stem q7?" in text(page)
    assert "1 of 3 answered" in page.content.decode()
    site.draft(quiz, questions=[])
    for name in ("try_review", "try_result"):
        assert author.get(at(name, quiz))["Location"] == at("try_out", quiz)
    assert author.get(at("try_question", quiz, 1))["Location"] == at("try_out", quiz)
    assert author.post(at("try_submit", quiz))["Location"] == at("try_out", quiz)


def test_questions_that_are_too_unfinished_to_be_marked_are_left_out_and_said(
    quiz: QuizPage, author: Client
) -> None:
    unfinished = [
        site.single("a", site.option("only", correct=True)),
        site.multiple("b", site.option("x"), site.option("y")),
        site.block("matching", site.after(stem="c", pairs=[], feedback=""), "c"),
        site.block("ordering", site.after(stem="d", items=[], feedback=""), "d"),
        site.block("ranking", site.after(stem="e", items=[]), "e"),
    ]
    site.draft(quiz, questions=[*unfinished, site.single("q0", feedback="")], draw=4)
    page = author.post(at("try_start", quiz), follow=True)
    assert "Question 1 of 1" in text(page)
    assert "5 questions are not asked" in text(page)
    site.draft(quiz, questions=unfinished)
    page = author.post(at("try_start", quiz), follow=True)
    assert "no question yet that is finished enough" in text(page)


def test_only_the_last_few_quizzes_are_remembered(module: ModulePage, author: Client) -> None:
    for _ in range(5):
        author.post(at("try_start", site.quiz_page(module)))
    assert len(author.session["trying_quizzes"]) == 3


# ── A whole module ────────────────────────────────────────────────────────
def test_a_module_is_walked_from_activity_to_activity_drafts_included(
    module: ModulePage, quiz: QuizPage, author: Client
) -> None:
    before = counts()
    page = author.get(at("try_out", module))
    assert "You are trying this out; nothing is recorded." in text(page)
    assert "know it" in text(page)
    assert re.findall(r'class="title">([^<]+)<', page.content.decode()) == [
        "What it is",
        "Check",
        "Look back",
    ]
    assert "Reflection, not published" in text(page)
    titles, seen = [], 0
    while following := re.search(
        r'href="(/cms/try/\d+/)">(?:Start|Continue): ([^<]+)<', page.content.decode()
    ):
        titles.append(following[2])
        page = author.get(following[1])
        seen += 1
        assert page.status_code == 200
        assert f"Activity {seen} of 3" in text(page)
    assert titles == ["What it is", "Check", "Look back"]
    assert "Back to the module" in text(page)
    assert counts() == before


def test_the_newest_titles_and_words_are_shown(module: ModulePage, author: Client) -> None:
    reading = module.get_children().first().specific
    site.draft(reading, title="A new name", body=[site.text("<p>New words.</p>")])
    site.draft(module, title="A module renamed")
    page = author.get(at("try_out", reading))
    assert "New words." in text(page)
    assert "A module renamed" in text(page)
    assert "A new name" in text(author.get(at("try_out", module)))
    assert "New words." not in text(author.get(reading.url))


def test_the_writing_page_is_shown_and_what_is_typed_is_not_kept(
    module: ModulePage, author: Client
) -> None:
    before = counts()
    page = module.get_children().last()
    start = author.get(at("try_out", page))
    assert "Think of somebody." in text(start)
    desk = at("try_writing", page, "p1")
    assert f'href="{desk}"' in start.content.decode()
    empty = author.get(desk)
    assert "Only you can read this" in text(empty)
    assert "A next step." not in text(empty)
    written = author.post(desk, {"step-what": "She came in again.<script>"})
    assert "Not kept, because you are only trying this out." in text(written)
    assert "She came in again.&lt;script&gt;" in written.content.decode()
    assert "4 words" in text(written)
    assert "A next step." in text(written)
    assert "She came in again" not in text(author.get(desk))
    assert counts() == before
    assert author.get(at("try_writing", page, "nothing")).status_code == 404
    assert author.get(at("try_writing", module, "p1")).status_code == 404


def test_a_case_begins_from_its_own_page_and_leads_on(author: Client) -> None:
    from cms.models import CasePage

    site.allow_unreviewed()
    starter.load(told=[starter.M3])
    case = CasePage.objects.get(slug="the-empty-fridge")
    before = counts()
    start = author.get(at("try_out", case))
    assert "Who is in it" in text(start)
    assert f'href="/cms/cases/{case.pk}/play/"' in start.content.decode()
    ending = next(scene.id for scene in case.freeze().content.scenes if not scene.decision)
    shown = text(author.get(f"/cms/cases/{case.pk}/play/", {"from": ending}))
    assert "You are trying this out; nothing is recorded." in shown
    following = case.get_next_siblings().first()
    assert f"Continue: {following.title}" in shown
    assert counts() == before


def test_who_may_not_edit_sees_no_draft(module: ModulePage, quiz: QuizPage) -> None:
    reflection = module.get_children().last()
    pages = [
        *(at("try_out", page) for page in (module, quiz, reflection)),
        *(at(f"try_{name}", quiz) for name in ("review", "result")),
        at("try_question", quiz, 1),
        at("try_writing", reflection, "p1"),
    ]
    for user in (people.lena(), people.cora(), people.olga(), people.gita()):
        client = Client()
        client.force_login(user)
        for address in pages:
            answer = client.get(address)
            assert answer.status_code in {302, 404}, address
            assert "Stem q0" not in answer.content.decode()
        for name in ("try_start", "try_submit"):
            assert client.post(at(name, quiz)).status_code in {302, 404}
        assert "trying_quizzes" not in client.session


def test_somebody_who_may_edit_one_page_only_does_not_see_the_module_around_it(
    module: ModulePage, quiz: QuizPage
) -> None:
    from django.contrib.auth.models import Group, Permission
    from wagtail.models import GroupPagePermission

    gita = people.gita()
    group = Group.objects.create(name="One page")
    change = Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=group, page=quiz, permission=change)
    gita.groups.add(group)
    client = Client()
    client.force_login(gita)
    page = client.get(at("try_out", quiz))
    assert page.status_code == 200
    assert "Look back" not in text(page)
    assert client.get(at("try_out", module)).status_code == 404


def test_programmes_and_standard_pages_are_not_tried(module: ModulePage, author: Client) -> None:
    assert author.get(at("try_out", module.get_parent())).status_code == 404
    assert author.get(at("try_out", site.standard_page())).status_code == 404
    for name in ("try_review", "try_result"):
        assert author.get(at(name, module)).status_code == 404
    assert author.get(at("try_start", QuizPage.objects.get())).status_code == 405


def test_the_editor_leads_there(module: ModulePage, quiz: QuizPage, author: Client) -> None:
    for page in (module, quiz, module.get_children().first()):
        edit = author.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert f'href="{at("try_out", page)}"' in edit
    programme = reverse("wagtailadmin_pages:edit", args=[module.get_parent().pk])
    assert "/cms/try/" not in author.get(programme).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_trying_costs_the_same_for_one_activity_or_question_and_for_three(
    author: Client, many: int, django_assert_num_queries: Any
) -> None:
    site.allow_unreviewed()
    module = site.module_page()
    for _ in range(many):
        page = site.quiz_page(module, [site.single(f"q{n}") for n in range(many)])
    author.get(at("try_out", module))
    with django_assert_num_queries(11):
        author.get(at("try_out", module))
    author.post(at("try_start", page))
    give(author, page, 1, {"choice": "q0-b"})
    with django_assert_num_queries(10):
        author.get(at("try_question", page, 1))
    with django_assert_num_queries(10):
        author.get(at("try_review", page))
    author.post(at("try_submit", page))
    with django_assert_num_queries(10):
        author.get(at("try_result", page))
