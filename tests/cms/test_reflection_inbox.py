"""The tutors' inbox: what is shared, with whom, without names, and what can be done about it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.models import SiteSettings
from curriculum import clock
from curriculum.content import Prompt, Reflection
from curriculum.domain import feedback as answering
from curriculum.domain import reflections as writing_down
from curriculum.domain.attempts import Origin
from curriculum.domain.enrolment import enrol
from curriculum.enums import ReflectionModel
from curriculum.identity import site_identity
from curriculum.models import (
    Activity,
    Cohort,
    Consultation,
    Exemplar,
    Feedback,
    SavedComment,
    StaffReading,
    Writing,
)
from tests import factories, people

pytestmark = pytest.mark.django_db

INBOX = "/cms/reflections/"
LIST, READ = 14, 18  # queries
TEXT = "I stood in the kitchen <b>and</b> said nothing."


def reflection(title: str = "At the kitchen table") -> Reflection:
    """Two prompts: one in three steps, one without."""
    return Reflection(
        title=title,
        minutes=10,
        prompts=(
            Prompt(
                id="p1",
                question=f"Who was not at the table of {title}?",
                model=ReflectionModel.THREE_QUESTIONS,
                guidance="<p>Two short paragraphs.</p>",
                gp="<p>Names the risk.</p>",
                social_worker="<p>Asks what she wants.</p>",
            ),
            Prompt(id="p2", question="What will you do?", model=ReflectionModel.FREE),
        ),
    )


@pytest.fixture
def made(db: Any) -> Any:
    return factories.programme([reflection()])


@pytest.fixture
def activity(made: Any) -> Activity:
    return factories.activities(made)[0]


@pytest.fixture
def cohort(made: Any, cora: Any, tom: Any) -> Cohort:
    found = people.cohort(made, cora)
    found.tutors.add(tom)
    return found


def shared(
    cohort: Cohort,
    activity: Activity,
    who: Any = None,
    *,
    days: int = 0,
    prompt: str = "p1",
    text: str = TEXT,
) -> Writing:
    """Something that a learner of the cohort shared so many days ago."""
    number = cohort.enrolments.count()
    who = who or people.person(f"peer{cohort.pk}.{number}", f"Peer {number}")
    with clock.at(clock.now() - dt.timedelta(days=days)):
        data = {"what": text, "text": text}
        written = writing_down.save_draft(
            enrol(cohort, who), activity, prompt, data, origin=Origin()
        ).writing
        writing_down.finish(written)
        return writing_down.share(written)


def signed(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture
def lenas(cohort: Cohort, activity: Activity, lena: Any) -> Writing:
    return shared(cohort, activity, lena, days=9)


@pytest.fixture
def toms(tom: Any, cohort: Cohort) -> Client:
    return signed(tom)


def at(writing: Writing, what: str = "") -> str:
    return f"{INBOX}{writing.uuid}/{what}"


def version(writing: Writing) -> dict[str, str]:
    return {"version": str(writing.shared_id)}


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


# ── The list ──────────────────────────────────────────────────────────────
def test_what_waits_longest_comes_first_and_says_neither_who_nor_what(
    lenas: Writing, cohort: Cohort, activity: Activity, toms: Client
) -> None:
    newer = shared(cohort, activity, days=2)
    page = words(toms.get(INBOX))
    assert page.index(str(lenas.uuid)) < page.index(str(newer.uuid))
    assert "1 week ago" in page
    assert "<b>2</b> wait for your answer; <b>2</b> you have not opened yet" in page
    assert page.count(">New</span>") == 2
    for hidden in ("Lena", "lena@", "Peer", "peer", "kitchen <b>", "kitchen &lt;b"):
        assert hidden not in page


def test_filters_are_kept_in_the_address_and_on_the_way_to_the_next_one(
    lenas: Writing, cohort: Cohort, activity: Activity, toms: Client, tom: Any
) -> None:
    newer = shared(cohort, activity, days=2)
    other = shared(cohort, activity, days=1, prompt="p2")
    query = f"?prompt={activity.key}.p1&cohort={cohort.uuid}"
    page = words(toms.get(INBOX + query))
    assert f'href="{at(newer)}{query.replace("&", "&amp;")}"' in page
    assert str(other.uuid) not in page
    reading = words(toms.get(at(lenas) + query))
    assert "1 of 2" in reading
    assert f'href="{at(newer)}{query.replace("&", "&amp;")}" rel="next"' in reading
    assert "2 of 2" in words(toms.get(at(newer) + query))
    answering.save_feedback(newer, tom, "Begun.")
    for state, found in (
        ("new", [other]),
        ("drafted", [newer]),
        ("answered", []),
        ("all", [lenas, newer, other]),
    ):
        page = words(toms.get(f"{INBOX}?state={state}"))
        assert [w for w in (lenas, newer, other) if str(w.uuid) in page] == found
    for nonsense in ("state=x", "cohort=x", "prompt=x"):
        assert toms.get(f"{INBOX}?{nonsense}").status_code == 404


def test_the_list_goes_on_after_twenty_five(
    cohort: Cohort, activity: Activity, toms: Client
) -> None:
    for number in range(26):
        shared(cohort, activity, days=number)
    first, second = words(toms.get(INBOX)), words(toms.get(f"{INBOX}?p=2"))
    assert "26 reflections, what waits longest first" in first
    assert "Page 1 of 2" in first
    assert [page.count('<th scope="row" class="title">') for page in (first, second)] == [25, 1]


def test_pages_take_as_many_queries_for_three_as_for_one(
    lenas: Writing,
    cohort: Cohort,
    activity: Activity,
    toms: Client,
    tom: Any,
    sol: Any,
    django_assert_num_queries: Any,
) -> None:
    toms.get(INBOX)
    toms.get(at(lenas))

    def look() -> None:
        with django_assert_num_queries(LIST):
            toms.get(INBOX)
        with django_assert_num_queries(READ):
            toms.get(at(lenas))

    look()
    another = people.cohort(factories.programme([reflection("Another")]), name="Other")
    another.tutors.add(tom)
    [elsewhere] = factories.activities(another.programme)
    shared(cohort, activity, days=3, prompt="p2")
    shared(another, elsewhere, days=2)
    for text in ("One.", "Two.", "Three."):
        SavedComment.objects.create(owner=tom, text=text)
    answering.save_feedback(lenas, sol, "From Sol.", send=True)
    look()


def test_an_empty_inbox_says_what_will_be_there(ada: Any, tom: Any) -> None:
    for who in (ada, tom):
        page = words(signed(who).get(INBOX))
        assert "Nothing has been shared with you yet." in page
        assert "without their names" in page


# ── Who may ───────────────────────────────────────────────────────────────
def test_nobody_but_the_tutor_and_who_was_asked_comes_in(
    lenas: Writing, cora: Any, olga: Any, ada: Any, gita: Any, sol: Any, lena: Any
) -> None:
    """Known failures 24 and 25: neither leads nor administrators nor superusers read along."""
    root = people.person("root", "Root", is_superuser=True)
    other = people.staff("ole", "Ole", "Tutors")
    people.cohort(lenas.enrolment.cohort.programme, name="Elsewhere").tutors.add(other)
    posts = ("", "name/", "pass-on/", "comment/")
    data = {"text": "mine", "do": "send", "name": "show", "colleague": sol.pk, "comment": "x"}
    for who in (cora, olga, ada, gita, sol, root, other):
        client = signed(who)
        assert client.get(at(lenas)).status_code == 404
        assert str(lenas.uuid) not in words(client.get(f"{INBOX}?state=all"))
        for what in posts:
            refused = client.post(at(lenas, what), data | version(lenas))
            assert refused.status_code == 404
            assert "kitchen" not in words(refused)
            assert "Lena" not in words(refused)
    for client in (Client(), signed(lena)):
        assert client.get(at(lenas)).status_code == 302
        assert client.post(at(lenas), data).status_code == 302
    assert not StaffReading.objects.exists()
    assert not Feedback.objects.exists()
    assert not Consultation.objects.exists()


def test_what_is_not_shared_is_not_there(
    cohort: Cohort, activity: Activity, lena: Any, toms: Client
) -> None:
    private = writing_down.save_draft(
        enrol(cohort, lena), activity, "p1", {"what": TEXT}, origin=Origin()
    ).writing
    writing_down.finish(private)
    assert toms.get(at(private)).status_code == 404
    assert str(private.uuid) not in words(toms.get(f"{INBOX}?state=all"))


# ── Reading ───────────────────────────────────────────────────────────────
def test_reading_shows_the_prompt_the_text_and_what_to_do_about_a_worry(
    lenas: Writing, toms: Client
) -> None:
    page = words(toms.get(at(lenas)))
    assert "Who was not at the table" in page
    assert "<p>Two short paragraphs.</p>" in page
    assert "<p>Names the risk.</p>" in page
    assert "<p>Asks what she wants.</p>" in page
    assert "<h3>What?</h3>" in page
    assert "said nothing." in page
    assert "kitchen &lt;b&gt;and&lt;/b&gt;" in page
    assert "safeguarding lead" in page
    assert "Lena" not in page
    assert "lena@" not in page


def test_the_site_says_what_is_done_about_a_worry(lenas: Writing, toms: Client) -> None:
    row = SiteSettings.load()
    row.safeguarding_advice = "<p>Ring <b>Maya</b>.<script>alert(1)</script></p>"
    row.worry_help = '<p>Talk to <a href="https://example.org/help">the service</a>.</p>'
    row.save()
    page = words(toms.get(at(lenas)))
    assert "<p>Ring <strong>Maya</strong>.alert(1)</p>" in page
    assert "safeguarding lead" not in page
    assert site_identity().worry_help == row.worry_help


def test_each_visit_is_recorded_once_and_a_newer_version_anew(
    lenas: Writing, toms: Client, tom: Any
) -> None:
    for _ in range(2):
        toms.get(at(lenas))
    assert [(r.writing, r.reader, r.name, r.name_shown) for r in StaffReading.objects.all()] == [
        (lenas, tom, "Tom Ashby", False)
    ]
    with clock.at(clock.now() + dt.timedelta(hours=2)):
        toms.get(at(lenas))
    assert StaffReading.objects.count() == 2
    with clock.at(clock.now() + dt.timedelta(hours=2, minutes=1)):
        rewritten(lenas)
        assert ">New</span>" in words(toms.get(INBOX))
        toms.get(at(lenas))
        assert ">New</span>" not in words(toms.get(INBOX))
    assert StaffReading.objects.count() == 3


def rewritten(writing: Writing) -> Writing:
    """The same with a newer version shared."""
    writing_down.save_draft(
        writing.enrolment, writing.activity, "p1", {"what": "All new."}, origin=Origin(seen=1)
    )
    writing_down.finish(writing)
    return writing_down.share(writing)


def test_the_name_is_shown_only_after_it_was_recorded(
    lenas: Writing, cohort: Cohort, activity: Activity, toms: Client
) -> None:
    for tried in ("?name=show", "?name_shown=1"):
        assert "Lena Okoro" not in words(toms.get(at(lenas) + tried))
    assert toms.get(at(lenas, "name/")).status_code == 405
    assert not StaffReading.objects.filter(name_shown=True).exists()
    data = version(lenas) | {"name": "show", "text": "Half a thought"}
    page = words(toms.post(at(lenas, "name/"), data, follow=True))
    assert "Lena Okoro" in page
    assert "Medical student" in page
    assert ">Half a thought</textarea>" in page
    assert StaffReading.objects.filter(writing=lenas, name_shown=True).count() == 1
    assert "Peer" not in words(toms.get(at(shared(cohort, activity))))
    toms.post(at(lenas, "name/"), data | {"name": "hide"})
    assert "Lena" not in words(toms.get(at(lenas)))
    toms.post(at(lenas, "name/"), data)
    assert StaffReading.objects.filter(writing=lenas, name_shown=True).count() == 2


# ── Answering ─────────────────────────────────────────────────────────────
def test_a_draft_is_kept_and_what_is_sent_is_final(lenas: Writing, toms: Client, tom: Any) -> None:
    toms.post(at(lenas), version(lenas) | {"text": "Half", "do": "draft"})
    assert ">Draft</span>" in words(toms.get(INBOX))
    assert ">Half</textarea>" in words(toms.get(at(lenas)))
    sent = toms.post(at(lenas), version(lenas) | {"text": "Whole", "do": "send"})
    assert sent["Location"] == INBOX
    [given] = Feedback.objects.all()
    assert (given.author, given.text, given.name, given.profession) == (
        tom,
        "Whole",
        "Tom Ashby",
        "General practitioner",
    )
    page = words(toms.get(at(lenas)))
    assert "Tom Ashby, General practitioner</h3>" in page
    assert "data-reflection-text" not in page
    again = toms.post(at(lenas), version(lenas) | {"text": "Other", "do": "send"})
    assert again.status_code == 422
    assert "You have answered this version already." in words(again)
    given.refresh_from_db()
    assert given.text == "Whole"
    answering.reply(given, "Thank you, I had not thought of that.")
    answering.thank(given)
    page = words(toms.get(at(lenas)))
    assert "Thank you, I had not thought of that." in page
    assert "The writer said thank you." in page


def test_sending_goes_on_to_the_next_that_waits_and_then_back_to_the_list(
    lenas: Writing, cohort: Cohort, activity: Activity, toms: Client
) -> None:
    newer = shared(cohort, activity, days=2)
    data = {"text": "Well seen.", "do": "next"}
    query = f"?cohort={cohort.uuid}"
    assert toms.post(at(newer) + query, version(newer) | data)["Location"] == at(lenas) + query
    assert toms.post(at(lenas) + query, version(lenas) | data)["Location"] == INBOX + query
    page = toms.get(INBOX + query)
    assert "Feedback sent." in words(page)
    assert "There is nothing of this kind." in words(page)


def test_an_empty_answer_is_refused(lenas: Writing, toms: Client) -> None:
    refused = toms.post(at(lenas), version(lenas) | {"text": "  ", "do": "send"})
    assert refused.status_code == 422
    assert "Write your feedback first." in words(refused)


def test_what_was_typed_stays_where_the_writing_was_taken_back(
    lenas: Writing, toms: Client, cora: Any
) -> None:
    data = version(lenas) | {"text": "All my <i>words</i>", "do": "send"}
    writing_down.take_back(lenas)
    refused = toms.post(at(lenas), data)
    assert refused.status_code == 404
    assert "its writer has taken it back" in words(refused)
    assert ">All my &lt;i&gt;words&lt;/i&gt;</textarea>" in words(refused)
    assert "kitchen" not in words(refused)
    assert not Feedback.objects.exists()


def test_feedback_is_never_sent_on_a_version_that_was_not_read(
    lenas: Writing, toms: Client
) -> None:
    data = version(lenas) | {"text": "On the first", "do": "send"}
    newer = rewritten(lenas)
    refused = toms.post(at(lenas), data)
    assert refused.status_code == 422
    assert "has shared a newer version" in words(refused)
    assert ">On the first</textarea>" in words(refused)
    assert "All new." in words(refused)
    assert not Feedback.objects.exists()
    toms.post(at(lenas), data | version(newer))
    assert Feedback.objects.get().version == newer.shared


# ── Passing it on ─────────────────────────────────────────────────────────
def test_a_colleague_of_the_other_profession_is_asked_and_answers(
    lenas: Writing, toms: Client, sol: Any, gita: Any, lena: Any
) -> None:
    page = words(toms.get(at(lenas)))
    assert page.index("Sol Brandt, Social worker") < page.index("Gita Rao, General practitioner")
    assert f'<option value="{lena.pk}"' not in page
    data = version(lenas) | {
        "colleague": sol.pk,
        "question": "What would you say as a social worker?",
        "text": "My half",
    }
    page = words(toms.post(at(lenas, "pass-on/"), data, follow=True))
    assert "Passed on to Sol Brandt." in page
    assert ">My half</textarea>" in page
    client = signed(sol)
    assert "Asked by Tom Ashby</span>" in words(client.get(INBOX))
    page = words(client.get(at(lenas)))
    assert "What would you say as a social worker?" in page
    assert "Pass it on" not in page
    assert "My half" not in page
    passed = client.post(at(lenas, "pass-on/"), version(lenas) | {"colleague": gita.pk})
    assert passed.status_code == 404
    client.post(at(lenas), version(lenas) | {"text": "Ask her sister.", "do": "send"})
    page = words(toms.get(at(lenas)))
    assert "Sol Brandt, Social worker</h3>" in page
    assert "Ask her sister." in page
    assert [(c.asked_by.full_name, c.colleague) for c in Consultation.objects.all()] == [
        ("Tom Ashby", sol)
    ]


def test_it_is_passed_on_to_nobody_who_does_not_work_here(
    lenas: Writing, toms: Client, lena: Any, tom: Any
) -> None:
    for wrong in (lena.pk, tom.pk, "", "x", people.person("may", "May").pk):
        data = version(lenas) | {"colleague": wrong, "question": "Well?"}
        refused = toms.post(at(lenas, "pass-on/"), data)
        assert refused.status_code == 422
        assert "Choose the colleague" in words(refused)
        assert ">Well?</textarea>" in words(refused)
    assert not Consultation.objects.exists()


# ── Saved comments ────────────────────────────────────────────────────────
def test_a_comment_is_kept_while_reading_and_put_into_feedback(
    lenas: Writing, toms: Client, tom: Any, sol: Any
) -> None:
    data = version(lenas) | {"text": "So far", "comment": "Say whose words these are."}
    toms.post(at(lenas, "comment/"), data)
    [kept] = SavedComment.objects.all()
    assert (kept.owner, kept.text) == (tom, "Say whose words these are.")
    toms.post(at(lenas), data | {"insert": kept.pk})
    assert Feedback.objects.get().text == "So far\n\nSay whose words these are."
    others = SavedComment.objects.create(owner=sol, text="Sol's own")
    toms.post(at(lenas), data | {"insert": others.pk})
    assert Feedback.objects.get().text == "So far"
    refused = toms.post(at(lenas, "comment/"), data | {"comment": " "})
    assert (refused.status_code, "Write the comment first." in words(refused)) == (422, True)


def test_comments_are_added_changed_and_deleted_by_their_owner_only(
    toms: Client, tom: Any, sol: Any
) -> None:
    listing = reverse("saved_comments")
    for text in ("One.", "One.", "Two."):
        toms.post(listing, {"comment": text})
    one, two = SavedComment.objects.all()
    assert [one.text, two.text] == ["One.", "Two."]
    address, delete = reverse("saved_comment", args=[one.pk]), f"{INBOX}comments/{one.pk}/delete/"
    assert ">One.</textarea>" in words(toms.get(address))
    taken = toms.post(address, {"comment": "Two."})
    assert "You have this comment already." in words(taken)
    assert toms.post(listing, {"comment": "x" * 501}).status_code == 422
    toms.post(address, {"comment": "First."})
    client = signed(sol)
    assert "First." not in words(client.get(listing))
    for method, path in ((client.get, address), (client.post, address), (client.post, delete)):
        assert method(path, {"comment": "Sol's"}).status_code == 404
    one.refresh_from_db()
    assert one.text == "First."
    assert toms.get(delete).status_code == 405
    toms.post(delete)
    assert [c.text for c in SavedComment.objects.all()] == ["Two."]


# ── Exemplars ─────────────────────────────────────────────────────────────
@pytest.fixture
def offered(lenas: Writing) -> Exemplar:
    assert lenas.shared is not None
    return writing_down.offer_exemplar(lenas.shared, {"what": "Somebody said <nothing>."})


def test_a_tutor_accepts_an_exemplar_and_changes_no_word(
    offered: Exemplar, lenas: Writing, toms: Client, tom: Any
) -> None:
    address = reverse("exemplar_check", args=[offered.pk])
    assert address in words(toms.get(reverse("exemplars_check")))
    assert "Offered as exemplars (1 to check)" in words(toms.get(INBOX))
    page = words(toms.get(address))
    assert "Somebody said &lt;nothing&gt;." in page
    assert "Lena" not in page
    assert "kitchen &lt;" not in page
    assert StaffReading.objects.filter(writing=lenas, reader=tom).count() == 1
    toms.post(address, {"do": "accept", "what": "Changed", "text": "Changed", "reason": "x"})
    offered.refresh_from_db()
    assert offered.text == {"what": "Somebody said <nothing>."}
    assert (offered.checked_by, offered.return_reason) == (tom, "")
    assert offered.accepted_at is not None
    assert toms.post(address, {"do": "accept"}).status_code == 404
    assert "Nothing to check." in words(toms.get(reverse("exemplars_check")))


def test_an_exemplar_goes_back_only_with_a_reason(offered: Exemplar, toms: Client) -> None:
    address = reverse("exemplar_check", args=[offered.pk])
    for nothing in ("", "  ", "\x00\n"):
        refused = toms.post(address, {"do": "return", "reason": nothing})
        offered.refresh_from_db()
        assert offered.accepted_at is None
        assert refused.status_code == 422
        assert "Say why you send it back" in words(refused)
    toms.post(address, {"do": "return", "reason": "It names the ward."})
    offered.refresh_from_db()
    assert offered.returned_at is not None
    assert offered.return_reason == "It names the ward."


def test_exemplars_are_checked_by_the_cohorts_own_tutors_only(
    offered: Exemplar, cora: Any, olga: Any, ada: Any, sol: Any, lena: Any
) -> None:
    address = reverse("exemplar_check", args=[offered.pk])
    for who in (cora, olga, ada, sol):
        client = signed(who)
        assert client.get(address).status_code == 404
        assert client.post(address, {"do": "accept"}).status_code == 404
        assert address not in words(client.get(reverse("exemplars_check")))
    for client in (Client(), signed(lena)):
        assert client.get(address).status_code == 302
    offered.refresh_from_db()
    assert offered.checked_by is None
