"""Writing for oneself: kept as it is typed, private, shared by an act and taken back by another."""

import io
import logging
from typing import Any

import pytest
from django.test import Client

from curriculum.domain import feedback as answering
from curriculum.domain import reflections as acting
from curriculum.domain.attempts import Origin
from curriculum.domain.enrolment import enrol
from curriculum.domain.errors import NothingAnswered, Refused
from curriculum.models import (
    Activity,
    Completion,
    Enrolment,
    Exemplar,
    Feedback,
    StaffReading,
    Version,
    Writing,
)
from tests import factories, people

pytestmark = pytest.mark.django_db

LONG = "He had come in for the third time with a chest infection."


@pytest.fixture
def mine(lena: Any, cora: Any, tom: Any) -> Enrolment:
    """Lena in a cohort that Cora leads and Tom tutors."""
    programme = factories.programme([factories.reflection()])
    cohort = people.cohort(programme, cora)
    cohort.tutors.add(tom)
    return enrol(cohort, lena)


@pytest.fixture
def activity(mine: Enrolment) -> Activity:
    return factories.activities(mine.cohort.programme)[0]


@pytest.fixture
def lenas(client: Client, mine: Enrolment) -> Client:
    client.force_login(mine.learner)
    return client


@pytest.fixture
def written(mine: Enrolment, activity: Activity) -> Writing:
    return factories.write(mine, activity, LONG)


def page(activity: Activity, prompt: str = "p1") -> str:
    return f"/learn/activities/{activity.key}/reflect/{prompt}/"


def typed(text: str, page: str = "a" * 32, sequence: int = 1, seen: int = 0) -> dict[str, Any]:
    return {"step-what": text, "page": page, "sequence": sequence, "seen": seen}


def autosave(client: Client, path: str, data: dict[str, Any]) -> Any:
    return client.post(path, data, headers={"X-Autosave": "1"})


# ── Writing ───────────────────────────────────────────────────────────────
def test_what_is_typed_is_kept_and_comes_back(lenas: Client, activity: Activity) -> None:
    answer = autosave(lenas, page(activity), typed("Half a thought")).json()
    assert (answer["version"], answer["words"], answer["hints"]) == (1, 3, [])
    assert "Half a thought" in lenas.get(page(activity)).content.decode()
    assert not Version.objects.exists()
    assert not Completion.objects.exists()


def test_what_others_look_for_is_shown_only_after_writing_and_saving(
    lenas: Client, activity: Activity
) -> None:
    """Known failure 7."""
    for _ in range(2):
        before = lenas.get(page(activity)).content.decode()
        for hidden in ("realistic next step", "own goal", "A sample."):
            assert hidden not in before
        autosave(lenas, page(activity), typed("Half a thought"))
    after = lenas.post(page(activity), typed(LONG) | {"go": "finish"}, follow=True)
    for shown in ("realistic next step", "own goal", "A sample.", LONG):
        assert shown in after.content.decode()


def test_two_tabs_lose_neither_text(lenas: Client, activity: Activity) -> None:
    """Known failure 3: two tabs save different texts and one silently wins."""
    autosave(lenas, page(activity), typed("From the first tab", page="a" * 32))
    refused = autosave(lenas, page(activity), typed("From the second tab", page="b" * 32))
    assert (refused.status_code, refused.json()) == (409, {"error": "conflict"})
    both = lenas.post(page(activity), typed("From the second tab", page="b" * 32) | {"go": "keep"})
    assert both.status_code == 409
    assert "From the first tab" in both.content.decode()
    assert "From the second tab" in both.content.decode()
    lenas.post(page(activity), typed("From both", page="c" * 32, seen=1) | {"go": "keep"})
    assert Writing.objects.get().draft == {"what": "From both"}


def test_a_late_save_of_the_same_page_changes_nothing(lenas: Client, activity: Activity) -> None:
    autosave(lenas, page(activity), typed("Later", sequence=2))
    assert autosave(lenas, page(activity), typed("Earlier", sequence=1)).status_code == 200
    assert Writing.objects.get().draft == {"what": "Later"}


def test_a_session_that_ends_while_writing_loses_nothing(
    lenas: Client, activity: Activity, mine: Enrolment
) -> None:
    """Known failure 1, with and without scripts; also for a text of several pages."""
    long = "Ünser Wort. " * 1500
    autosave(lenas, page(activity), typed("Before"))
    lenas.cookies.clear()
    refused = autosave(lenas, page(activity), typed("Before and after", sequence=2))
    assert (refused.status_code, refused.json()["error"]) == (401, "signed-out")
    assert lenas.post(page(activity), typed(long, page="b" * 32, seen=1)).status_code == 302
    lenas.force_login(mine.learner)
    back = lenas.get(page(activity)).content.decode()
    assert long.strip() in back
    assert "This is not saved yet." in back
    assert Writing.objects.get().draft == {"what": "Before"}


def test_a_text_that_is_too_long_is_refused_and_still_in_the_form(
    lenas: Client, activity: Activity
) -> None:
    long = "word " * 4001
    answer = lenas.post(page(activity), typed(long) | {"go": "finish"})
    assert answer.status_code == 422
    assert "is longer than can be kept here" in answer.content.decode()
    assert long in answer.content.decode()
    assert not Writing.objects.exists()


def test_finishing_twice_makes_one_version_and_each_later_text_another(
    written: Writing, mine: Enrolment, activity: Activity
) -> None:
    """Known failures 4 and 5."""
    acting.finish(written)
    assert written.versions.count() == 1
    acting.save_draft(mine, activity, "p1", {"what": f"{LONG} Again."}, origin=Origin(seen=1))
    acting.finish(written)
    assert list(written.versions.values_list("number", "text")) == [
        (1, {"what": LONG}),
        (2, {"what": f"{LONG} Again."}),
    ]


def test_an_empty_draft_is_not_finished(lenas: Client, activity: Activity) -> None:
    answer = lenas.post(page(activity), typed(" \n ") | {"go": "finish"})
    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()
    assert not Version.objects.exists()


def test_it_is_complete_once_each_required_prompt_has_some_substance(
    lenas: Client, activity: Activity
) -> None:
    lenas.post(page(activity), typed("Too few words") | {"go": "finish"})
    lenas.post(page(activity, "p2"), {"step-text": LONG, "go": "finish"})
    assert not Completion.objects.exists()
    lenas.post(page(activity), typed(LONG, seen=1) | {"go": "finish"})
    completion = Completion.objects.get()
    assert (completion.edition, completion.attempt) == (activity.current_edition, None)


def test_it_stays_on_the_prompt_that_was_met(
    written: Writing, lenas: Client, activity: Activity
) -> None:
    """Known failure 9: an edit never changes what somebody was asked."""
    import dataclasses

    from curriculum.domain.editions import publish_edition

    content = factories.reflection()
    first, second = content.prompts
    changed = (dataclasses.replace(first, question="Something else."), second)
    publish_edition(
        activity.key, dataclasses.replace(content, prompts=changed), allow_unreviewed=True
    )
    shown = lenas.get(f"/reflections/{written.uuid}/").content.decode()
    assert "Think of p1." in shown
    assert "Something else." not in shown


def test_hints_point_and_leave_no_trace(
    lenas: Client, activity: Activity, caplog: pytest.LogCaptureFixture
) -> None:
    text = "Mr Abernathy on Fraser ward rang from 020 7946 0018."
    with caplog.at_level(logging.DEBUG):
        found = autosave(lenas, page(activity), typed(text)).json()["hints"]
        shown = lenas.get(page(activity)).content.decode()
    assert {h["text"] for h in found} == {"Mr Abernathy", "Fraser ward", "020 7946 0018"}
    assert "Could this identify someone?" in shown
    assert Writing.objects.get().draft == {"what": text}
    for record in caplog.records:
        if record.name.startswith(("curriculum", "elearn", "cms", "django.request")):
            assert "Abernathy" not in record.getMessage()


def test_what_was_begun_shows_as_started_and_is_no_attempt(
    lenas: Client, activity: Activity, mine: Enrolment
) -> None:
    from curriculum.queries.progress import standing_of

    autosave(lenas, page(activity), typed("Half a thought"))
    standing = standing_of(mine)
    assert (standing.attempts, standing.written) == ({}, {activity.pk})
    shown = lenas.get("/dashboard/").content.decode()
    assert "Continue" in shown
    assert "Go on with it" not in shown


# ── Sharing ───────────────────────────────────────────────────────────────
def test_private_until_shared_and_again_once_taken_back(written: Writing, lenas: Client) -> None:
    from curriculum.queries.reflections import readable_by

    tom = written.enrolment.cohort.tutors.get()
    assert "Nobody but you." in lenas.get(f"/reflections/{written.uuid}/").content.decode()
    assert not readable_by(tom).exists()
    lenas.post(f"/reflections/{written.uuid}/share/")
    assert list(readable_by(tom)) == [written]
    lenas.post(f"/reflections/{written.uuid}/take-back/")
    assert not readable_by(tom).exists()


def test_hints_come_before_sharing_also_where_no_script_has_shown_them(
    lenas: Client, activity: Activity
) -> None:
    text = f"{LONG} Mr Abernathy told us so."
    sent = {**typed(text), "go": "share"}
    shown = lenas.post(page(activity), sent, follow=True).content.decode()
    assert "Saved, and not shared yet" in shown
    assert "<mark>Mr Abernathy</mark>" in shown
    assert "Share it with Tom" in shown
    writing = Writing.objects.get()
    assert (writing.shared, writing.versions.count()) == (None, 1)
    lenas.post(page(activity), {**sent, "seen": 1, "hinted": "Mr Abernathy"})
    assert Writing.objects.get().shared is not None


def test_a_text_without_hints_is_shared_at_once(lenas: Client, activity: Activity) -> None:
    lenas.post(page(activity), {**typed(LONG), "go": "share"})
    assert Writing.objects.get().shared is not None


def test_what_was_answered_cannot_be_taken_back(written: Writing, tom: Any) -> None:
    acting.share(written)
    answering.save_feedback(written, tom, "Thank you for this.", send=True)
    with pytest.raises(Refused):
        acting.take_back(written)
    assert Writing.objects.get().shared is not None


def test_a_newer_version_is_shared_by_an_act_of_its_own(
    written: Writing, mine: Enrolment, activity: Activity
) -> None:
    acting.share(written)
    acting.save_draft(mine, activity, "p1", {"what": "Now for myself."}, origin=Origin(seen=1))
    acting.finish(written)
    shared = Writing.objects.get().shared
    assert shared is not None
    assert shared.text == {"what": LONG}
    acting.share(written)
    assert Writing.objects.get().shared == written.versions.get(number=2)


def test_only_tutors_of_the_cohort_and_who_was_asked_may_read(
    written: Writing, cora: Any, olga: Any, ada: Any, gita: Any, sol: Any
) -> None:
    """Known failure 25: neither leads, nor administrators, nor another cohort's people."""
    from curriculum.queries.reflections import readable_by

    other = people.staff("theo", "Theo Marsh", "Tutors", "General practitioner")
    people.cohort(written.enrolment.cohort.programme, olga, name="Other").tutors.add(other)
    root = people.person("root", "Root", is_superuser=True)
    acting.share(written)
    for outsider in (cora, olga, ada, gita, sol, other, root, written.learner):
        assert not readable_by(outsider).exists()
    tom = written.enrolment.cohort.tutors.get()
    answering.consult(written, tom, sol, "What would you say as a social worker?")
    assert list(readable_by(sol)) == [written]
    acting.take_back(written)
    assert not readable_by(sol).exists()


@pytest.mark.parametrize("who", ["tom", "cora", "olga", "ada", "gita"])
def test_nobody_else_reaches_the_writer_s_own_pages(
    written: Writing, activity: Activity, who: str, request: pytest.FixtureRequest
) -> None:
    acting.share(written)
    other = Client()
    other.force_login(request.getfixturevalue(who))
    base = f"/reflections/{written.uuid}/"
    assert [other.get(p).status_code for p in (base, f"{base}offer/")] == [404, 404]
    for action in ("share", "take-back", "withdraw", "thank", "reply", "nonsense"):
        assert other.post(f"{base}{action}/", {"feedback": 1}).status_code == 404
    assert other.get(page(activity)).status_code == 404
    assert LONG not in other.get("/reflections/").content.decode()
    assert LONG not in other.get("/reflections/text/").content.decode()


def test_signed_out_one_is_asked_to_sign_in(written: Writing, activity: Activity) -> None:
    for path in (f"/reflections/{written.uuid}/", "/reflections/", page(activity)):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")


# ── Feedback ──────────────────────────────────────────────────────────────
def test_feedback_says_from_whom_and_is_new_until_it_is_read(
    written: Writing, lenas: Client, tom: Any
) -> None:
    acting.share(written)
    answering.save_feedback(written, tom, "Only a draft.")
    assert "New feedback" not in lenas.get("/dashboard/").content.decode()
    answering.save_feedback(written, tom, "You saw the flat before anybody.", send=True)
    assert "from Tom Ashby, General practitioner" in lenas.get("/dashboard/").content.decode()
    shown = lenas.get(f"/reflections/{written.uuid}/").content.decode()
    assert "You saw the flat before anybody." in shown
    assert "New feedback" not in lenas.get("/dashboard/").content.decode()


def test_the_mail_says_that_there_is_feedback_and_nothing_of_it(
    written: Writing, tom: Any, mailoutbox: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from curriculum.tasks import mail_feedback

    acting.share(written)
    with django_capture_on_commit_callbacks(execute=True):
        sent = answering.save_feedback(written, tom, "You saw the flat.", send=True)
    mail_feedback.enqueue(sent.pk)  # a task may run twice
    (mail,) = mailoutbox
    assert mail.to == [written.learner.email]
    assert f"/reflections/{written.uuid}/" in mail.body
    for private in ("flat", LONG, "chest"):
        assert private not in mail.body + mail.subject


def test_who_is_asked_gets_one_mail_with_nothing_of_the_text(
    written: Writing, tom: Any, sol: Any, mailoutbox: Any, django_capture_on_commit_callbacks: Any
) -> None:
    acting.share(written)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            answering.consult(written, tom, sol, "What would you say of the chest infection?")
    (mail,) = mailoutbox
    assert mail.to == [sol.email]
    assert f"/cms/reflections/{written.uuid}/" in mail.body
    assert "chest" not in mail.body + mail.subject


def test_the_writer_replies_once_and_thanks_once(written: Writing, lenas: Client, tom: Any) -> None:
    acting.share(written)
    sent = answering.save_feedback(written, tom, "Well seen.", send=True)
    base = f"/reflections/{written.uuid}/"
    for text in ("I will ask next time.", "And again."):
        lenas.post(f"{base}reply/", {"feedback": sent.pk, "reply": text})
        lenas.post(f"{base}thank/", {"feedback": sent.pk})
    sent.refresh_from_db()
    assert (sent.reply, sent.thanked_at is not None) == ("I will ask next time.", True)
    assert lenas.post(f"{base}reply/", {"feedback": 999, "reply": "x"}).status_code == 404


def test_sent_feedback_is_final_and_an_empty_one_is_not_sent(written: Writing, tom: Any) -> None:
    acting.share(written)
    with pytest.raises(NothingAnswered):
        answering.save_feedback(written, tom, "  ", send=True)
    answering.save_feedback(written, tom, "Well seen.", send=True)
    with pytest.raises(Refused):
        answering.save_feedback(written, tom, "Something else.")
    assert Feedback.objects.get().text == "Well seen."


# ── Examples for others ───────────────────────────────────────────────────
def test_an_example_needs_consent_and_a_check_and_can_be_withdrawn(
    written: Writing, lenas: Client, tom: Any, cora: Any
) -> None:
    base = f"/reflections/{written.uuid}/"
    without = lenas.post(f"{base}offer/", {"step-what": "Somebody came in, a third time."})
    assert without.status_code == 422
    assert "Somebody came in, a third time." in without.content.decode()
    words = {"step-what": "Somebody came in, a third time.", "consent": "yes"}
    lenas.post(f"{base}offer/", words)
    peer = enrol(written.enrolment.cohort, people.person("peer", "Peer"))
    theirs = factories.write(peer, written.activity, "I was the one who asked about the flat.")
    peers = Client()
    peers.force_login(peer.learner)
    seen = f"/reflections/{theirs.uuid}/"
    assert "a third time" not in peers.get(seen).content.decode()
    answering.accept_exemplar(Exemplar.objects.get(), tom)
    shown = peers.get(seen).content.decode()
    assert "Somebody came in, a third time." in shown
    assert "Lena" not in shown
    lenas.post(f"{base}withdraw/")
    assert "a third time" not in peers.get(seen).content.decode()
    assert not Exemplar.objects.exists()


# ── To find and to take away ──────────────────────────────────────────────
def test_one_s_own_writing_can_be_searched_and_taken_away(written: Writing, lenas: Client) -> None:
    assert "Think of p1." in lenas.get("/reflections/?q=CHEST").content.decode()
    assert "Nothing has these words" in lenas.get("/reflections/?q=zebra").content.decode()
    text = lenas.get("/reflections/text/")
    assert text["Content-Disposition"] == 'attachment; filename="reflections.txt"'
    assert LONG in text.content.decode()
    pdf = lenas.get("/reflections/pdf/").content
    assert pdf.startswith(b"%PDF")
    from pypdf import PdfReader

    read = PdfReader(io.BytesIO(pdf))
    assert LONG in " ".join("".join(p.extract_text() for p in read.pages).split())
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_one_s_own_writing_stands_by_date_or_by_module(
    written: Writing, lenas: Client, mine: Enrolment
) -> None:
    other = factories.programme([factories.reading()], [factories.reflection(title="Second")])
    factories.write(mine, factories.activities(other)[1])
    by_date = lenas.get("/reflections/").content.decode()
    assert by_date.index("Module 2 · Second") < by_date.index("Module 1 · A problem")
    by_module = lenas.get("/reflections/?by=module").content.decode()
    assert by_module.index("Module 1</h2>") < by_module.index("Module 2</h2>")


def test_lists_take_as_many_queries_for_three_as_for_one(
    written: Writing, lenas: Client, mine: Enrolment, django_assert_num_queries: Any
) -> None:
    lenas.get("/reflections/")
    with django_assert_num_queries(4):
        lenas.get("/reflections/")
    three = [factories.reflection(title=f"Number {n}") for n in range(3)]
    for activity in factories.activities(factories.programme(three)):
        factories.write(mine, activity)
    with django_assert_num_queries(4):
        lenas.get("/reflections/")


def test_erasing_an_account_erases_what_it_wrote(written: Writing, tom: Any) -> None:
    """Known failure 31: erasure leaves reflections behind."""
    acting.share(written)
    answering.save_feedback(written, tom, "Well seen.", send=True)
    answering.record_reading(written, tom)
    acting.offer_exemplar(written.versions.get(), {"what": "Somebody came in."})
    acting.erase_reflections(written.learner)
    for model in (Writing, Version, Feedback, Exemplar, StaffReading):
        assert not model.objects.exists()
