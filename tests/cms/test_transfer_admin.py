"""The screens that take a module out and bring one in, and who may use them."""

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.models import ModuleImport, ModulePage, Picture
from cms.portable.transfer import export_module
from tests import people
from tests.cms import module, site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


@pytest.fixture
def doors() -> ModulePage:
    return module.module()


def upload(client: Client, programme: Any, data: bytes, keys: str = "copy") -> Any:
    file = SimpleUploadedFile("doors.zip", data, "application/zip")
    fields = {"archive": file, "programme": programme.pk, "keys": keys}
    return client.post(reverse("module_import"), fields)


def packed(page: ModulePage) -> bytes:
    out = io.BytesIO()
    export_module(page, out)
    return out.getvalue()


def kept() -> list[str]:
    records = storages["records"]
    return records.listdir("imports")[1] if records.exists("imports") else []


# ── Out ───────────────────────────────────────────────────────────────────
def test_a_tutor_downloads_a_module_from_its_menu(
    doors: ModulePage, tom: Any, client: Client
) -> None:
    client.force_login(tom)
    url = reverse("module_export", args=[doors.pk])
    for page in (
        reverse("wagtailadmin_explore", args=[doors.pk]),
        reverse("wagtailadmin_explore", args=[doors.get_parent().pk]),
    ):
        assert url in client.get(page).content.decode()
    assert "Read me" in client.get(url).content.decode()
    response = client.get(url, {"version": "saved"})
    assert response["Content-Disposition"] == 'attachment; filename="doors.zip"'
    assert b"".join(response.streaming_content) == packed(doors)


def test_a_module_that_is_not_finished_is_refused_with_its_reason(
    doors: ModulePage, tom: Any, client: Client
) -> None:
    client.force_login(tom)
    site.draft(module.first_reading(doors), body=[])
    url = reverse("module_export", args=[doors.pk])
    response = client.get(url, {"version": "saved"})
    assert response.status_code == 422
    assert "“Read me” is not finished" in response.content.decode()
    assert client.get(url, {"version": "live"}).status_code == 200
    doors.unpublish()
    assert "as learners see it now" not in client.get(url, {"version": "live"}).content.decode()


@pytest.mark.parametrize("name", ["gita", "sol", "cora", "olga"])
def test_who_writes_no_pages_takes_none_out_and_brings_none_in(
    name: str, doors: ModulePage, client: Client
) -> None:
    data = packed(doors)
    client.force_login(getattr(people, name)())
    assert client.get(reverse("module_export", args=[doors.pk])).status_code == 404
    answer = client.get(reverse("module_export", args=[doors.pk]), {"version": "saved"})
    assert answer.status_code == 404
    assert client.get(reverse("module_import")).status_code == 404
    assert upload(client, doors.get_parent(), data).status_code == 404
    assert "Import a module" not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert not ModuleImport.objects.exists()


def test_a_learner_and_a_stranger_see_neither(doors: ModulePage, lena: Any, client: Client) -> None:
    for signed_in in (False, True):
        if signed_in:
            client.force_login(lena)
        for url in (reverse("module_export", args=[doors.pk]), reverse("module_import")):
            assert client.get(url, {"version": "saved"}).status_code in {302, 403}


# ── In ────────────────────────────────────────────────────────────────────
def test_a_tutor_reads_what_would_be_made_and_then_makes_it_once(
    doors: ModulePage, tom: Any, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(tom)
    programme, data = site.programme_page(), packed(doors)
    pages, pictures = Page.objects.count(), Picture.objects.count()
    form = client.get(reverse("module_import"), {"programme": programme.pk}).content.decode()
    assert f'value="{programme.pk}" selected' in form
    response = upload(client, programme, data)
    made = ModuleImport.objects.get()
    plan = client.get(response["Location"]).content.decode()
    for words in ("Read me", "Reflection", "pictures/a-door", "Nothing has been made yet"):
        assert words in plan
    assert (Page.objects.count(), Picture.objects.count()) == (pages, pictures)
    assert len(kept()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        client.post(response["Location"])
    client.post(response["Location"])  # pressed twice
    assert Page.objects.count() == pages + 5
    assert kept() == []
    done = client.get(response["Location"]).content.decode()
    assert "nobody has signed off" in done
    made.refresh_from_db()
    copy = ModulePage.objects.get(pk=made.found["page"])
    assert copy.get_parent() == Page.objects.get(pk=programme.pk)
    assert copy.owner == tom
    assert not copy.live


def test_what_is_wrong_is_listed_by_file_and_line_and_nothing_can_be_confirmed(
    doors: ModulePage, tom: Any, client: Client
) -> None:
    client.force_login(tom)
    files = module.unzipped(packed(doors))
    files["think.yaml"] = files["think.yaml"].replace(b"least: 12", b"least: 1200")
    response = upload(client, doors.get_parent(), module.zipped(files).getvalue())
    page = client.get(response["Location"]).content.decode()
    assert "think.yaml" in page
    assert "Say a number of words from 1 to 200." in page
    assert "Import as drafts" not in page
    before = Page.objects.count()
    client.post(response["Location"])
    assert Page.objects.count() == before
    assert kept() == []


def test_a_hostile_upload_and_a_form_without_a_file_get_plain_answers(
    doors: ModulePage, tom: Any, client: Client
) -> None:
    client.force_login(tom)
    response = upload(client, doors.get_parent(), b"MZ\x00 no archive")
    assert "not a ZIP file" in client.get(response["Location"]).content.decode()
    for fields in ({}, {"programme": "x", "keys": "y", "archive": "z"}):
        answer = client.post(reverse("module_import"), fields)
        assert answer.status_code == 422
        assert b"error-message" in answer.content
    own = client.post(reverse("module_import"), {"programme": doors.get_parent().pk, "keys": "own"})
    assert 'value="own"' in own.content.decode().split("checked")[0].rsplit("<input", 1)[1]


def test_pages_that_are_here_get_drafts_that_can_be_compared(
    doors: ModulePage, tom: Any, client: Client
) -> None:
    client.force_login(tom)
    data = packed(doors)
    response = upload(client, doors.get_parent(), data, "own")
    assert "There is nothing to do" in client.get(response["Location"]).content.decode()
    site.draft(module.first_reading(doors), title="Changed").publish()
    response = upload(client, doors.get_parent(), data, "own")
    assert "gets a draft with this version" in client.get(response["Location"]).content.decode()
    client.post(response["Location"])
    done = client.get(response["Location"])
    url = next(url for _, url in ModuleImport.objects.get(done_at__isnull=False).found["drafts"])
    assert url in done.content.decode()
    assert "Changed" in client.get(url).content.decode()


def test_an_upload_belongs_to_one_person_one_session_and_one_hour(
    doors: ModulePage, tom: Any, ada: Any, client: Client
) -> None:
    client.force_login(tom)
    url = upload(client, doors.get_parent(), packed(doors))["Location"]
    assert client.get(url).status_code == 200
    for user in (ada, tom):  # Tom, from another session
        other = Client()
        other.force_login(user)
        assert other.get(url).status_code == 404
        assert other.post(url).status_code == 404
    assert client.get(reverse("module_import_plan", args=[uuid.uuid4()])).status_code == 404
    ModuleImport.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404
    client.force_login(ada)
    upload(client, doors.get_parent(), b"no archive")
    assert kept() == []  # what has expired goes with the next upload


def test_a_second_upload_takes_the_place_of_the_first(
    doors: ModulePage, tom: Any, client: Client
) -> None:
    client.force_login(tom)
    first = upload(client, doors.get_parent(), packed(doors))["Location"]
    upload(client, doors.get_parent(), packed(doors))
    assert client.get(first).status_code == 404
    assert len(kept()) == 1


def test_who_may_no_longer_add_pages_cannot_confirm(
    doors: ModulePage, tom: Any, client: Client
) -> None:
    client.force_login(tom)
    url = upload(client, doors.get_parent(), packed(doors))["Location"]
    tom.groups.clear()
    tom.groups.add(people.cora().groups.get())
    before = Page.objects.count()
    assert client.post(url).status_code == 404
    assert Page.objects.count() == before


@pytest.mark.parametrize("which", ["export", "listing", "import", "plan"])
def test_pages_that_list_take_the_same_queries_for_one_row_and_for_three(
    which: str, doors: ModulePage, tom: Any, client: Client
) -> None:
    client.force_login(tom)
    small = site.module_page(doors.get_parent().specific)
    site.reading_page(small, [site.block("text", "<p>Words.</p>")])

    def count(page: ModulePage) -> int:
        if which == "plan":
            url = upload(client, doors.get_parent(), packed(page))["Location"]
        else:
            url = {
                "export": reverse("module_export", args=[page.pk]),
                "listing": reverse("wagtailadmin_explore", args=[page.get_parent().pk]),
                "import": reverse("module_import"),
            }[which]
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    one = count(small)
    if which in {"listing", "import"}:
        programme = site.programme_page()
        other = site.module_page(programme)
        one = count(other)
        for _ in range(2):
            site.module_page(programme if which == "listing" else None)
        assert count(other) == one
    else:
        for _ in range(2):
            site.reading_page(small, [site.block("text", "<p>Words.</p>")])
        assert count(small) == one
