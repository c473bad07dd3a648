"""What an author is told about an edit."""

import re
from typing import Any

import pytest
from django.test import Client

from cms.models import CasePage, QuizPage, ReadingPage, ReflectionPage
from cms.templatetags.changes import marked_after, marked_before
from curriculum.domain import attempts
from curriculum.domain.changes import Change
from curriculum.domain.enrolment import enrol
from curriculum.models import Activity, Attempt, Enrolment, Programme
from tests import people, starter
from tests.cms import site


def test_only_the_words_that_differ_are_marked() -> None:
    change = Change("Text", "Ring the duty team.", "Ring the night team.", False)
    assert marked_before(change) == "Ring the <del>duty</del> team."
    assert marked_after(change) == "Ring the <ins>night</ins> team."


def test_what_was_added_or_removed_is_marked_whole() -> None:
    assert marked_after(Change("Option", "", "Ring now", True)) == "<ins>Ring now</ins>"
    assert marked_before(Change("Option", "Ring now", "", True)) == "<del>Ring now</del>"


def test_marked_words_are_escaped() -> None:
    change = Change("Text", "a", "<script>a</script> & b", False)
    assert "<script>" not in marked_after(change)
    assert "&lt;" in marked_after(change)
    assert "&amp;" in marked_after(change)


# ── Beside the editor ─────────────────────────────────────────────────────
@pytest.fixture
def page(db: Any) -> QuizPage:
    site.allow_unreviewed()
    return site.quiz_page()


@pytest.fixture
def author(db: Any, client: Client) -> Client:
    client.force_login(people.tom())
    return client


def reworded(page: QuizPage, **fields: Any) -> Any:
    question = site.single(**fields)
    question["value"]["stem"] = "Who pays?"
    return site.draft(page, questions=[question])


def learners(page: QuizPage, many: int) -> list[Enrolment]:
    cohort = people.cohort(Programme.objects.get())
    return [enrol(cohort, people.person(f"n{n}", f"Nia {n}")) for n in range(many)]


def shown(author: Client, page: QuizPage) -> str:
    return author.get(f"/cms/changes/{page.pk}/").content.decode()


def test_the_editor_says_first_of_all_what_publishing_changes(
    page: QuizPage, author: Client
) -> None:
    editor = author.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "as last saved, this is what learners have now (edition 1)" in editor
    assert editor.index("What publishing this changes") < editor.index(
        'id="panel-child-content-title'
    )
    reworded(page)
    editor = author.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "<b>1 change</b> to edition 1" in editor
    assert "Only words change." in editor
    assert "<ins>Who</ins> <ins>pays</ins>?" in editor or "<ins>Who pays</ins>?" in editor
    assert "Nobody has begun it yet." in editor


def test_a_page_that_was_never_published_has_no_such_panel(author: Client) -> None:
    site.allow_unreviewed()
    page = site.quiz_page(live=False)
    editor = author.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "What publishing this changes" not in editor
    parent = page.get_parent()
    new = author.get(f"/cms/pages/add/cms/quizpage/{parent.pk}/")
    assert "What publishing this changes" not in new.content.decode()


def test_another_key_or_another_threshold_is_material(page: QuizPage, author: Client) -> None:
    site.draft(page, pass_mark=80)
    assert "Not only words change" in shown(author, page)
    page.refresh_from_db()
    site.draft(page, pass_mark=60, is_required=False)
    told = shown(author, page)
    assert "Required in the module" in told
    assert "Not only words change" in told


def test_it_says_what_stands_on_which_edition_and_that_none_of_it_changes(
    page: QuizPage, author: Client
) -> None:
    one, two, three = learners(page, 3)
    activity = Activity.objects.get(key=page.translation_key)
    complete_quiz(one, activity)
    attempts.start_attempt(two, activity)
    reworded(page).publish()
    activity.refresh_from_db()
    attempts.start_attempt(three, activity)
    told = " ".join(shown(author, page).split())
    assert "Nothing that learners have done changes." in told
    rows = re.findall(
        r"<th scope=\"row\">(\d).*?</th><td>(\d)</td><td>(\d)</td><td>(\d)</td>", told
    )
    assert rows == [("2", "1", "0", "0"), ("1", "1", "1", "1")]


def complete_quiz(enrolment: Enrolment, activity: Activity, option: str = "q1-b") -> Attempt:
    attempt = attempts.start_attempt(enrolment, activity)
    attempts.save_answer(attempt, "q1", {"choice": option}, origin=attempts.Origin())
    return attempts.submit_attempt(attempt)


def test_it_is_true_on_every_save(page: QuizPage, author: Client) -> None:
    assert "Nothing: as last saved" in shown(author, page)
    reworded(page)
    assert "1 change" in shown(author, page)


@pytest.mark.parametrize("many", [1, 3])
def test_it_takes_the_same_queries_however_much_stands(
    many: int, page: QuizPage, author: Client, django_assert_num_queries: Any
) -> None:
    for enrolment in learners(page, many):
        complete_quiz(enrolment, Activity.objects.get())
    for number in range(many):
        site.draft(page, pass_mark=80 + number).publish()
    shown(author, page)
    with django_assert_num_queries(11):
        shown(author, page)


def test_only_those_who_may_edit_the_page_see_it(page: QuizPage, client: Client) -> None:
    for person in (people.olga(), people.lena()):
        client.force_login(person)
        assert client.get(f"/cms/changes/{page.pk}/").status_code in {302, 404}
    client.force_login(people.tom())
    assert client.get("/cms/changes/0/").status_code == 404
    home = page.get_parent().get_parent().get_parent()
    assert client.get(f"/cms/changes/{home.pk}/").status_code == 404


def test_every_kind_of_page_can_be_edited_with_it(author: Client) -> None:
    site.allow_unreviewed()
    starter.load(starter.M1, told=[starter.M3])
    for model in (ReadingPage, QuizPage, CasePage, ReflectionPage):
        page = model.objects.filter(live=True).first()
        assert "Nothing: as last saved" in shown(author, page)
        page.title = "Otherwise"
        page.save_revision()
        assert "Otherwise" in shown(author, page)
