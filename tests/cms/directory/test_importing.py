"""Services in and out of files: read, planned, shown, and all or nothing."""

import io
import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import ModelLogEntry, ReferenceIndex
from wagtail.search.backends import get_search_backend

from cms.directory.importing.applying import bring_in
from cms.directory.importing.export import as_csv, as_json, as_workbook
from cms.directory.importing.here import Here
from cms.directory.importing.plan import Fate, Plan, plan_for
from cms.directory.importing.reading import read_services_file
from cms.directory.sample import load_sample
from cms.directory.standard.published import faults
from cms.models import Contact, Opening, Organisation, Service
from curriculum.clock import today
from curriculum.domain.errors import Refused
from curriculum.imports.errors import NotReadable
from curriculum.models import Catalogue
from tests import people
from tests.cms.directory import entries

pytestmark = pytest.mark.django_db
IMPORT = "/cms/directory/import/"
HEAD = "Name,Organisation,What it does,Kinds,Who may refer"
ROW = "Hearth,Carers' Trust,Advice.,carers,self; gp"


def plan(data: bytes | str, *, is_whole: bool = False) -> Plan:
    source = read_services_file(data.encode() if isinstance(data, str) else data)
    return plan_for(source, Here(), is_whole=is_whole)


def bring(data: bytes | str, *, is_whole: bool = False) -> Plan:
    source = read_services_file(data.encode() if isinstance(data, str) else data)
    return bring_in(source, is_whole=is_whole, user=None)


def fates(found: Plan) -> dict[str, Fate]:
    return {line.name: line.fate for line in found.lines}


@pytest.fixture
def dinas(db: Any) -> Client:
    client = Client()
    client.force_login(people.staff("dina", "Dina Haddad", "Directory editors"))
    return client


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_what_is_taken_out_and_brought_in_again_changes_nothing(kind: str) -> None:
    load_sample()
    files = {
        "csv": lambda: b"".join(as_csv()),
        "json": as_json,
        "xlsx": lambda: as_workbook().read(),
    }
    found = plan(files[kind](), is_whole=True)
    assert found.problems == []
    assert [line.changes for line in found.lines if line.changes] == []
    assert found.counts[Fate.SAME] == 20
    assert not found.is_needed


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_sample_comes_back_whole_into_an_empty_directory(kind: str) -> None:
    load_sample()
    data = b"".join(as_csv()) if kind == "csv" else as_json()
    Service.objects.all().delete()
    Organisation.objects.all().delete()
    # Fallbacks are named by ID, so the services that others name come first.
    first = bring(_without_fallbacks(data, kind))
    assert first.counts[Fate.CREATE] == 20
    second = bring(data)
    assert {change.heading for line in second.lines for change in line.changes} == {
        "When closed, ask"
    }
    assert not plan(data, is_whole=True).is_needed


def _without_fallbacks(data: bytes, kind: str) -> bytes:
    if kind == "json":
        services = json.loads(data)
        for service in services:
            service["common_ground"]["out_of_hours"] = None
        return json.dumps(services).encode()
    import csv

    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows({**row, "When closed, ask": ""} for row in rows)
    return out.getvalue().encode()


def test_the_file_in_the_standards_words_is_what_its_schema_says() -> None:
    load_sample()
    for service in json.loads(as_json()):
        assert list(faults(service, "oruk_service")) == []


def test_a_plan_says_what_is_added_changed_left_and_missing_and_writes_nothing() -> None:
    entries.kind()
    others = "Stays,Carers' Trust,As it is.,carers,self\nGoes,Carers' Trust,Old.,carers,self"
    bring(f"{HEAD}\n{ROW}\n{others}")
    found = plan(
        f"{HEAD}\nHearth,Carers' Trust,New advice.,carers,self; gp\n"
        "Stays,carers' trust,As it is.,Carers,self\nFresh,Carers' Trust,New.,carers,gp",
        is_whole=True,
    )
    assert fates(found) == {
        "Hearth": Fate.CHANGE,
        "Stays": Fate.SAME,
        "Fresh": Fate.CREATE,
        "Goes": Fate.GONE,
    }
    [change] = found.lines[0].changes
    assert (change.heading, change.old, change.new) == ("What it does", "Advice.", "New advice.")
    assert Service.objects.count() == 3


def test_what_is_missing_is_marked_and_never_deleted_and_comes_back() -> None:
    entries.kind()
    bring(f"{HEAD}\n{ROW}\nOther,Carers' Trust,Two.,carers,self")
    bring(f"{HEAD}\n{ROW}", is_whole=True)
    other = Service.objects.get(name="Other")
    assert other.gone_on == today()
    assert other.is_shown
    assert bring(f"{HEAD}\n{ROW}", is_whole=True).counts[Fate.GONE] == 0
    bring(f"{HEAD}\nOther,Carers' Trust,Two.,carers,self")
    other.refresh_from_db()
    assert other.gone_on is None


def test_a_change_keeps_its_check_its_id_and_what_is_for_professionals(ada: Any) -> None:
    made = entries.service(professional_note="For colleagues", checked_by=ada)
    made.contacts = [Contact(phone="020 7946 0999", for_professionals=True), Contact(phone="1")]
    made.save()
    head = "ID,Name,Contacts,What it does"
    bring(f"{head}\n{made.uuid},Carers' Hearth,Desk | 020 7946 0109 | | ,New words.")
    made = Service.objects.get()
    assert (made.summary, made.professional_note) == ("New words.", "For colleagues")
    assert made.checked_by == ada
    assert {c.phone for c in made.contacts.all()} == {"020 7946 0999", "020 7946 0109"}
    assert [c.label for c in made.contacts.all() if not c.for_professionals] == ["Desk"]
    assert made.revisions.count() == 1


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (",Trust,Advice.,carers,self", "Name", "must be there"),
        ("Hearth,,Advice.,carers,self", "Organisation", "must be there"),
        ("Hearth,Trust,,carers,self", "What it does", "must be there"),
        ("Hearth,Trust,Advice.,,self", "Kinds", "must be there"),
        ("Hearth,Trust,Advice.,juggling,self", "Kinds", "“juggling” is not in the directory"),
        ("Hearth,Trust,Advice.,carers,aunt", "Who may refer", "“aunt” is none of"),
        (f"{'x' * 121},Trust,Advice.,carers,self", "Name", "at most 120 characters"),
        (f"Hearth,{'x' * 121},Advice.,carers,self", "Organisation", "at most 120 characters"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_column_and_stops_everything(
    row: str, column: str, message: str
) -> None:
    entries.kind()
    data = f"{HEAD}\n{ROW}\n{row}"
    found = plan(data)
    problem = next(p for p in found.problems if p.column == column)
    assert problem.place == "Row 3"
    assert message in problem.message
    with pytest.raises(Refused):
        bring(data)
    assert not Service.objects.exists()


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("ID", "7", "This is no ID"),
        ("Hours", "Mondays", "Write hours as"),
        ("Hours", "MO 25:00-26:00", "Write times as"),
        ("Contacts", "020 7946 0109", "Write a contact a line"),
        ("Contacts", "Desk | 1 | no-mail | ", "valid email"),
        ("Contacts", "Desk | | | ", "Give a number"),
        ("Lowest age", "old", "whole years"),
        ("In use", "perhaps", "Write “yes” or “no”"),
        ("Cost", "cheap", "none of"),
        ("Areas", "E09000999", "not in the directory"),
        ("When closed, ask", str(uuid.UUID(int=7)), "no service with this ID"),
    ],
)
def test_a_cell_that_cannot_be_read_says_what_it_wants(
    column: str, cell: str, message: str
) -> None:
    entries.kind()
    head = f'{HEAD},"{column}"'
    [problem] = plan(f'{head}\n{ROW},"{cell}"').problems
    assert (problem.place, problem.column) == ("Row 2", column)
    assert message in problem.message


AGES = "ID,Name,Lowest age,Highest age"


@pytest.mark.parametrize(
    ("head", "cells", "column", "message"),
    [
        ("ID,Name", "Second", "Name", "of this name with another ID"),
        ("ID,Name,Organisation", "second,london borough of wexmoor", "Name", "another ID"),
        ("ID,Name,Lowest age", "First,66", "Lowest age", "above the highest age, which is 65"),
        ("ID,Name,Highest age", "First,17", "Highest age", "below the lowest age, which is 18"),
        (AGES, "First,30,20", "Highest age", "below the lowest age"),
    ],
)
def test_what_the_database_would_refuse_is_already_said_by_the_plan(
    head: str, cells: str, column: str, message: str
) -> None:
    first = entries.service("First", minimum_age=18, maximum_age=65)
    entries.service("Second")
    data = f"{head}\n{first.uuid},{cells}"
    [problem] = plan(data).problems
    assert (problem.place, problem.column) == ("Row 2", column)
    assert message in problem.message
    with pytest.raises(Refused):
        bring(data)


def test_an_age_fits_the_other_one_that_the_same_row_changes_or_empties() -> None:
    made = entries.service("First", minimum_age=18, maximum_age=65)
    assert plan(f"{AGES}\n{made.uuid},First,70,").problems == []
    bring(f"{AGES}\n{made.uuid},First,70,80")
    made.refresh_from_db()
    assert (made.minimum_age, made.maximum_age) == (70, 80)


def test_two_rows_that_would_get_one_name_are_refused() -> None:
    first, second = entries.service("First"), entries.service("Second")
    [problem] = plan(f"ID,Name\n{first.uuid},Both\n{second.uuid},both").problems
    assert (problem.place, problem.message) == ("Row 3", "This is the same service as in Row 2.")


def test_a_service_does_not_stand_in_for_itself_when_it_is_closed() -> None:
    made = entries.service("First")
    data = f'ID,Name,"When closed, ask"\n{made.uuid},First,{made.uuid}'
    [problem] = plan(data).problems
    assert (problem.column, "another service" in problem.message) == ("When closed, ask", True)


def test_a_kind_that_is_named_in_two_ways_stands_there_once() -> None:
    entries.kind()
    bring(f"{HEAD}\nHearth,Trust,Advice.,carers; Carers,self")
    assert [kind.slug for kind in Service.objects.get().kinds.all()] == ["carers"]


def published(**organisation: str) -> dict[str, Any]:
    """A service as another publisher writes it."""
    term = {"id": str(uuid.uuid4()), "name": "Carers", "description": "x"}
    return {
        "id": str(uuid.uuid4()),
        "name": "Cedar Carers",
        "status": "active",
        "description": "Company for carers.",
        "organization": {"id": str(uuid.uuid4()), "description": "A charity.", **organisation},
        "attributes": [{"id": str(uuid.uuid4()), "taxonomy_term": term}],
    }


def test_what_is_wrong_with_a_new_organisation_is_said_by_the_plan_once() -> None:
    entries.kind()
    owner = {"name": "Cedar", "website": f"https://cedar.example.org/{'x' * 200}"}
    services = [published(**owner), {**published(**owner), "name": "Another"}]
    [problem] = plan(json.dumps(services)).problems
    assert (problem.place, problem.column) == ("Service 1", "Organisation")
    assert problem.message.startswith("Website: Ensure this value has at most 200")


def test_an_organisation_is_one_under_two_names_where_its_id_is() -> None:
    entries.kind()
    key = str(uuid.uuid4())
    first, second = published(id=key, name="Cedar"), published(id=key, name="Cedar Ltd")
    [problem] = plan(json.dumps([first, second])).problems
    assert problem.message == "This is the same service as in Service 1."
    second["name"] = "Another"
    bring(json.dumps([first, second]))
    assert [o.services.count() for o in Organisation.objects.all()] == [2]


def test_two_rows_that_are_one_service_are_refused() -> None:
    entries.kind()
    [problem] = plan(f"{HEAD}\n{ROW}\n{ROW.upper().replace('SELF; GP', 'self')}").problems
    assert (problem.place, problem.message) == ("Row 3", "This is the same service as in Row 2.")


@pytest.mark.parametrize(
    "encode",
    [
        lambda t: ("\ufeff" + t).encode(),
        lambda t: t.encode("cp1252"),
        lambda t: t.encode("utf-16"),
        lambda t: t.replace("; gp", "").replace(",", ";").encode(),
        lambda t: ("sep=;\n" + t.replace("; gp", "").replace(",", ";")).encode(),
    ],
)
def test_files_of_spreadsheets_are_read_however_they_were_written(encode: Any) -> None:
    entries.kind()
    bring(encode(f"{HEAD}\n{ROW}".replace("Hearth", "Café Hearth").replace("Trust", "Trüst")))
    assert Service.objects.get().name == "Café Hearth"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"{broken", "not valid JSON: something is wrong in line 1"),
        (b"[" * 100, "nested too deeply"),
        (b"\xff[", "cannot be read|headings"),
        (b"Name,Colour\nHearth,red", "“Colour” is not known"),
        (b"Name,Name\nHearth,Hearth", "stands there twice"),
        (b"Organisation\nTrust", "at least “Name”"),
        (b"Name,Organisation\n", "no service"),
        (b"[]", "no service"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"x" * (10 * 1024 * 1024 + 1), "more than 10 MB"),
    ],
)
def test_a_file_that_is_none_is_refused_with_words(data: bytes, message: str) -> None:
    with pytest.raises(NotReadable, match=message):
        read_services_file(data)


def test_what_the_schema_refuses_is_said_by_service_and_field() -> None:
    services = [{"id": "7", "name": 5, "status": "open"}, "nothing"]
    found = read_services_file(json.dumps(services).encode())
    assert {(p.place, p.column) for p in found.problems} == {
        ("Service 1", "id"),
        ("Service 1", "name"),
        ("Service 1", "status"),
        ("Service 2", ""),
    }


def test_a_service_of_another_publisher_is_taken_over_where_its_terms_are_kinds_here() -> None:
    entries.council()
    entries.kind()
    key, owner = str(uuid.uuid4()), str(uuid.uuid4())
    service = {
        "id": key,
        "name": "Cedar Carers",
        "status": "active",
        "description": "Company for carers.",
        "url": "https://cedar.example.org/",
        "assured_date": "2026-01-05",
        "organization": {"id": owner, "name": "Cedar", "description": "A charity."},
        "contacts": [
            {
                "id": key,
                "name": "Office",
                "email": "a@cedar.example.org",
                "phones": [{"id": key, "number": "020 7946 0500"}],
            }
        ],
        "schedules": [
            {
                "id": key,
                "freq": "WEEKLY",
                "byday": "MO,FR",
                "opens_at": "09:00:00",
                "closes_at": "17:00Z",
            }
        ],
        "attributes": [
            {"id": key, "taxonomy_term": {"id": key, "name": "Carers", "description": "x"}}
        ],
    }
    bring(json.dumps({"contents": [service]}))
    made = Service.objects.get(uuid=key)
    assert str(made.organisation.uuid) == owner
    assert made.checked_on.isoformat() == "2026-01-05"
    assert [str(hours) for hours in made.openings.all()] == ["MO, FR 09:00–17:00"]
    assert [(c.label, c.phone) for c in made.contacts.all()] == [("Office", "020 7946 0500")]
    assert not plan(json.dumps(service)).is_needed


def test_nothing_for_professionals_and_no_formula_stands_in_a_file(dinas: Client) -> None:
    made = entries.service(
        professional_note="Only for colleagues", summary="=HYPERLINK(1)", urgent_phone="+44 20"
    )
    made.contacts = [Contact(phone="020 7946 0999", for_professionals=True), Contact(phone="1")]
    made.save()
    for kind in ("csv", "json", "xlsx"):
        answer = dinas.get(f"/cms/directory/export/{kind}/")
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"0999" not in data
        assert b"Only for colleagues" not in data
        assert not plan(data).is_needed  # and back again as it was
        if kind == "csv":
            assert b",'=HYPERLINK" in data
    assert dinas.get("/cms/directory/export/exe/").status_code == 404


def upload(client: Client, data: str, **more: Any) -> Any:
    file = SimpleUploadedFile("services.csv", data.encode())
    return client.post(IMPORT, {"file": file, **more})


def test_an_editor_sees_the_plan_and_then_brings_it_in(dinas: Client) -> None:
    entries.kind()
    answer = upload(dinas, f"{HEAD}\n{ROW}")
    assert answer.status_code == 302
    page = dinas.get(answer.url)
    assert "Nothing is changed yet." in page.content.decode()
    assert not Service.objects.exists()
    done = dinas.post(
        answer.url, {"do": "bring-in", "plan": page.context["plan"].digest}, follow=True
    )
    assert "Brought in: 1 added" in done.content.decode()
    made = Service.objects.get()
    history = dinas.get(f"/cms/snippets/cms/service/history/{made.pk}/").content.decode()
    assert "Dina Haddad" in history
    assert dinas.get(answer.url).status_code == 302  # the file is gone


def test_a_plan_that_is_not_what_was_seen_is_not_done(dinas: Client) -> None:
    entries.kind()
    address = upload(dinas, f"{HEAD}\n{ROW}").url
    seen = dinas.get(address).context["plan"].digest
    bring(f"{HEAD}\n{ROW.replace('Advice.', 'Other.')}")
    answer = dinas.post(address, {"do": "bring-in", "plan": seen}, follow=True)
    assert "The directory has changed meanwhile." in answer.content.decode()
    assert Service.objects.get().summary == "Other."


def test_what_is_wrong_is_shown_and_the_button_is_not_there(dinas: Client) -> None:
    entries.kind()
    address = upload(dinas, f"{HEAD}\n{ROW}\nHearth,,Advice.,carers,self").url
    page = dinas.get(address).content.decode()
    assert "Nothing can be brought in yet." in page
    assert "Row 3" in page
    assert 'value="bring-in"' not in page
    dinas.post(address, {"do": "bring-in", "plan": ""})
    assert not Service.objects.exists()


def test_a_file_that_cannot_be_read_says_so_at_its_field(dinas: Client) -> None:
    answer = upload(dinas, "Name,Colour\nHearth,red")
    assert answer.status_code == 422
    assert "“Colour” is not known" in answer.content.decode()
    assert "Choose a file." in dinas.post(IMPORT, {}).content.decode()


@pytest.mark.parametrize("who", ["lena", "tom", "olga"])
def test_nobody_else_imports_exports_or_sees_a_plan(request: Any, dinas: Client, who: str) -> None:
    entries.kind()
    plan_address = upload(dinas, f"{HEAD}\n{ROW}").url
    other = Client()
    other.force_login(request.getfixturevalue(who))
    for address in (
        IMPORT,
        plan_address,
        "/cms/directory/export/csv/",
        "/cms/directory/postcodes/",
    ):
        assert other.get(address).status_code in {302, 404}
        assert other.post(address, {"do": "bring-in"}).status_code in {302, 404}
    assert not Service.objects.exists()


def test_a_colleague_does_not_find_another_editors_file(dinas: Client, ada: Any) -> None:
    entries.kind()
    address = upload(dinas, f"{HEAD}\n{ROW}").url
    colleague = Client()
    colleague.force_login(ada)
    assert colleague.get(address).url == IMPORT


def test_the_command_says_what_it_would_do_and_does_it(tmp_path: Any, capsys: Any) -> None:
    entries.kind()
    file = tmp_path / "services.csv"
    file.write_text(f"{HEAD}\n{ROW}")
    call_command("import_directory", file, dry_run=True)
    assert "Would be: 1 create" in capsys.readouterr().out
    assert not Service.objects.exists()
    call_command("import_directory", file)
    assert Service.objects.count() == 1
    file.write_text(f"{HEAD}\n{ROW}\nHearth,,,,")
    with pytest.raises(CommandError, match="Nothing was brought in"):
        call_command("import_directory", file)


def test_two_thousand_services_are_planned_and_brought_in_with_few_queries(
    django_assert_max_num_queries: Any,
) -> None:
    entries.kind()
    rows = [f"Service {n},Trust {n % 40},What {n} does.,carers,self; gp" for n in range(2000)]
    data = "\n".join([HEAD, *rows])
    with django_assert_max_num_queries(1000):  # SQLite takes few values in one
        bring(data)
    assert Service.objects.count() == 2000
    one = Service.objects.get(name="Service 77")
    assert [kind.slug for kind in one.kinds.all()] == ["carers"]
    assert one.latest_revision.as_object().summary == "What 77 does."
    assert [s.pk for s in get_search_backend().search("77", Service)] == [one.pk]
    with django_assert_max_num_queries(20):
        again = plan(data, is_whole=True)
    assert again.counts[Fate.SAME] == 2000
    other = "\n".join([HEAD, *(row.replace("What", "Now what")[:-4] for row in rows)])
    with django_assert_max_num_queries(3000):  # on SQLite one for each place in the search
        assert bring(other).counts[Fate.CHANGE] == 2000
    one.refresh_from_db()
    assert (one.summary, one.referral_from) == ("Now what 77 does.", ["self"])
    assert one.revisions.count() == 2


def test_many_changes_at_once_leave_what_one_change_leaves(ada: Any) -> None:
    made = [entries.service(f"Service {n}", professional_note="For colleagues") for n in range(3)]
    for service in made:
        service.contacts = [Contact(phone="0999", for_professionals=True), Contact(phone="1")]
        service.openings = [Opening(days=["MO"], opens_at="09:00", closes_at="17:00")]
        service.save()
    rank = entries.kind("respite", "Respite")
    mark, before = Catalogue.objects.get().mark, [service.changed_at for service in made]
    backdoors = set(Contact.objects.filter(for_professionals=True).values_list("pk", flat=True))
    rows = [
        f"{service.uuid},Renamed {n},New Trust,Zebra.,respite,2 | 2 | | ,TU 10:00-12:00"
        for n, service in enumerate(made)
    ]
    head = "ID,Name,Organisation,What it does,Kinds,Contacts,Hours"
    source = read_services_file("\n".join([head, *rows]).encode())
    bring_in(source, is_whole=False, user=ada)
    backend = get_search_backend()
    assert {s.pk for s in backend.search("Zebra", Service)} == {s.pk for s in made}
    assert Catalogue.objects.get().mark != mark
    assert set(Contact.objects.filter(for_professionals=True).values_list("pk", flat=True)) == (
        backdoors
    )
    trust = Organisation.objects.get(name="New Trust")
    for n, service in enumerate(made):
        found = Service.objects.get(pk=service.pk)
        assert (found.name, found.organisation) == (f"Renamed {n}", trust)
        assert found.changed_at > before[n]
        assert [kind.pk for kind in found.kinds.all()] == [rank.pk]
        assert [contact.phone for contact in found.contacts.all()] == ["2", "0999"]
        assert [str(opening) for opening in found.openings.all()] == ["TU 10:00–12:00"]
        version = found.latest_revision
        assert version.user == ada
        kept = version.as_object()
        assert [contact.phone for contact in kept.contacts.all()] == ["2", "0999"]
        assert kept.professional_note == "For colleagues"
        [line] = ModelLogEntry.objects.for_instance(found)
        assert (line.action, line.user, line.revision) == ("wagtail.edit", ada, version)
    assert ReferenceIndex.get_references_to(trust).count() == 3
