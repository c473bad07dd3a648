"""The completion report: one query for screen, CSV and XLSX, and totals that agree."""

import csv
import datetime as dt
import io
import random
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.users.models import UserProfile

from curriculum import clock
from curriculum.domain.certificates import revoke
from curriculum.domain.enrolment import enrol, withdraw
from curriculum.exports.spreadsheets import harmless
from curriculum.models import Certificate, Cohort, Enrolment, Profession, User
from curriculum.queries import completion_rows, reports
from tests import people
from tests.factories import activities, complete, programme, quiz, reading

URL = "/cms/reports/completion/"


@pytest.fixture
def made(db: Any) -> Any:
    return programme([reading("A"), quiz(title="Q")], [reading("B")], title="Social care")


@pytest.fixture
def class_of(made: Any, cora: Any) -> Cohort:
    """Cora's cohort: one done, one halfway, one idle, one withdrawn, and the tutor."""
    cohort = people.cohort(made, cora, name="Year 3, Ŵest")
    work = activities(made)
    for name, done in (("Dora", 3), ("Hal", 1), ("Ida", 0), ("Will", 2)):
        learner = people.person(name.lower(), name, student_number=f"CG{done}")
        enrolment = enrol(cohort, learner)
        for activity in work[:done]:
            complete(enrolment, activity)
        if name == "Will":
            withdraw(enrolment)
    tutor = people.person("tess", "Tess")
    enrol(cohort, tutor)
    cohort.tutors.add(tutor)
    return cohort


@pytest.fixture
def lead(class_of: Cohort, cora: Any, client: Client) -> Client:
    client.force_login(cora)
    return client


def csv_text(client: Client, **query: str) -> str:
    response = client.get(URL, {"export": "csv", **query})
    return b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def csv_rows(client: Client, **query: str) -> list[dict[str, str]]:
    """Without the heading behind the last column, which says what is in the file."""
    head, *rows = csv.reader(io.StringIO(csv_text(client, **query)))
    return [dict(zip(head[:-1], row, strict=True)) for row in rows]


def shown_totals(client: Client, **query: str) -> dict[str, int]:
    return dict(client.get(URL, query).context["report"].totals)


def shown_names(client: Client, **query: Any) -> list[str]:
    return [line[0][0] for line in client.get(URL, query).context["lines"]]


def sheet(client: Client, name: str = "Completion", **query: Any) -> list[tuple[Any, ...]]:
    response = client.get(URL, {"export": "xlsx", **query})
    data = io.BytesIO(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    return list(openpyxl.load_workbook(data)[name].iter_rows(values_only=True))


def test_a_row_says_how_a_learner_stands_with_every_module(lead: Client, class_of: Any) -> None:
    today = dt.datetime.now(dt.UTC).astimezone().date()
    by_name = {row["Name"]: row for row in csv_rows(lead)}
    assert list(by_name) == ["Dora", "Hal", "Ida"]
    dora, hal, ida = by_name.values()
    certificate = Certificate.objects.get()
    assert dora == {
        "Name": "Dora",
        "E-mail": "dora@example.org",
        "Student number": "CG3",
        "Profession": "Medical student",
        "Cohort": "Year 3, Ŵest",
        "Group": "",
        "Enrolled": dora["Enrolled"],
        "Module 1": "Done",
        "Module 1: done on": dora["Enrolled"],
        "Module 2": "Done",
        "Module 2: done on": dora["Enrolled"],
        "Activities done": "3",
        "Of these given": "0",
        "Activities required": "3",
        "Per cent": "100",
        "Last active": dora["Enrolled"],
        "Completed": dora["Enrolled"],
        "Certificate": certificate.code,
        "Certificate issued": dora["Enrolled"],
    }
    assert abs((dt.date.fromisoformat(dora["Enrolled"]) - today).days) <= 1
    assert (hal["Module 1"], hal["Module 2"], hal["Per cent"]) == ("1 of 2", "Not started", "33")
    assert (ida["Per cent"], ida["Last active"], ida["Certificate"]) == ("0", "", "")


def test_staff_and_those_who_left_are_absent(lead: Client) -> None:
    """Known failure 24: staff are counted."""
    names = {row["Name"] for row in csv_rows(lead)}
    assert not names & {"Tess", "Will", "Cora Lindqvist"}


def test_a_learner_who_comes_to_work_here_is_counted_no_more(
    lead: Client, class_of: Cohort
) -> None:
    dora = User.objects.get(full_name="Dora")
    dora.groups.add(Group.objects.get(name="Tutors"))
    assert [row["Name"] for row in csv_rows(lead)] == ["Hal", "Ida"]
    totals = shown_totals(lead)
    assert (totals["Learners"], totals["Done"], totals["Certificates"]) == (2, 0, 0)


def test_learners_without_profession_or_number_are_there(
    lead: Client, class_of: Cohort, made: Any
) -> None:
    """Known failure 24: learners without a group are dropped."""
    bare = User.objects.create_user("bare@example.org")
    enrol(class_of, bare)
    assert "bare@example.org" in {row["Name"] for row in csv_rows(lead)}


def test_totals_on_the_screen_equal_those_of_both_files(lead: Client) -> None:
    """Known failure 24: the file disagrees with the screen."""
    page = lead.get(URL).content.decode()
    rows = csv_rows(lead)
    done = [row for row in rows if row["Completed"]]
    idle = [row for row in rows if not row["Last active"]]
    for name, number in (
        ("Learners", len(rows)),
        ("Done", len(done)),
        ("Started", 1),
        ("Not started", len(idle)),
        ("Certificates", len(done)),
    ):
        assert f"<dt>{name}</dt><dd>{number}</dd>" in page
    about = dict(row[:2] for row in sheet(lead, "About this file"))
    names = ("Learners", "Done", "Started", "Not started", "Certificates")
    assert [about[name] for name in names] == [3, 1, 1, 1, 1]
    assert len(sheet(lead)) == 1 + len(rows)


def test_the_workbook_says_what_its_totals_follow(lead: Client, class_of: Cohort) -> None:
    student = Profession.objects.get(name="Medical student")
    query = {"cohort": class_of.pk, "profession": student.pk, "state": "done", "q": "dora"}
    about = dict(row[:2] for row in sheet(lead, "About this file", **query))
    chosen = ("Completion report", "Profession", "State", "Search", "Learners")
    assert [about[name] for name in chosen] == [
        "Year 3, Ŵest",
        "Medical student",
        "Done",
        "dora",
        1,
    ]


@pytest.fixture
def by_module(cora: Any, client: Client) -> Client:
    """Cora's cohort of a programme in which each module earns a certificate: Dora has both, Hal
    one. She leads another of one that gives a certificate for the whole: Ida has it."""
    each = programme([reading("A")], [reading("B")], title="By module", certificate_scope="module")
    whole = programme([reading("C")], title="Whole")
    for name, made, done in (("Dora", each, 2), ("Hal", each, 1), ("Ida", whole, 1)):
        cohort, _ = Cohort.objects.get_or_create(name=made.title, programme=made)
        cohort.leads.add(cora)
        enrolment = enrol(cohort, people.person(name.lower(), name))
        for activity in activities(made)[:done]:
            complete(enrolment, activity)
    client.force_login(cora)
    return client


def test_certificates_of_modules_are_shown_and_counted(by_module: Client) -> None:
    def codes(name: str) -> list[str]:
        found = Certificate.objects.filter(enrolment__learner__full_name=name)
        return list(found.order_by("module__title").values_list("code", flat=True))

    columns = ["Module 1: certificate", "Module 2: certificate", "Certificate"]
    rows = {row["Name"]: row for row in csv_rows(by_module)}
    assert [rows["Dora"][column] for column in columns] == [*codes("Dora"), ""]
    assert [rows["Hal"][column] for column in columns] == [*codes("Hal"), "", ""]
    assert rows["Ida"]["Certificate"] == codes("Ida")[0]
    page = by_module.get(URL).content.decode()
    assert all(code in page for code in codes("Dora"))
    assert "<dt>Certificates</dt><dd>4</dd>" in page
    about = dict(row[:2] for row in sheet(by_module, "About this file"))
    assert about["Certificates"] == 4
    whole = Cohort.objects.get(name="Whole")
    assert "Module 1: certificate" not in csv_rows(by_module, cohort=str(whole.pk))[0]


def test_a_certificate_of_a_module_that_ended_is_neither_shown_nor_counted(
    by_module: Client,
) -> None:
    for certificate in Certificate.objects.filter(enrolment__learner__full_name="Dora"):
        revoke(certificate, reason="In error")
    rows = {row["Name"]: row for row in csv_rows(by_module)}
    assert rows["Dora"]["Module 1: certificate"] == ""
    assert shown_totals(by_module)["Certificates"] == 2


def test_a_withdrawn_certificate_is_not_reported(lead: Client) -> None:
    revoke(Certificate.objects.get(), reason="In error")
    assert {row["Certificate"] for row in csv_rows(lead)} == {""}
    assert shown_totals(lead)["Certificates"] == 0


def test_what_was_completed_stays_complete_when_more_is_required(lead: Client, made: Any) -> None:
    import dataclasses

    from curriculum.domain.outline import ActivityPlan, synchronise
    from tests.factories import plan_of

    plan = plan_of(made)
    extra = activities(programme([reading("New")]))[0]
    first = plan.modules[0]
    more = dataclasses.replace(first, activities=(*first.activities, ActivityPlan(extra.key, True)))
    synchronise(dataclasses.replace(plan, modules=(more, *plan.modules[1:])))
    by_name = {row["Name"]: row for row in csv_rows(lead)}
    assert (by_name["Dora"]["Module 1"], by_name["Dora"]["Per cent"]) == ("Done", "100")
    assert (by_name["Hal"]["Module 1"], by_name["Hal"]["Per cent"]) == ("1 of 3", "25")


# ── Who sees what ─────────────────────────────────────────────────────────
def test_a_lead_sees_their_own_cohorts_and_nobody_elses(
    class_of: Cohort, made: Any, olga: Any, client: Client, lena: Any
) -> None:
    """Known failure 25: a lead exports somebody else's course."""
    own = people.cohort(made, olga, name="Olga's")
    enrol(own, lena)
    client.force_login(olga)
    assert [row["Name"] for row in csv_rows(client)] == ["Lena Okoro"]
    for query in ({}, {"export": "csv"}, {"export": "xlsx"}, {"export": "pdf"}):
        assert client.get(URL, {"cohort": str(class_of.pk), **query}).status_code == 404
    assert [row[0] for row in sheet(client)] == ["Name", "Lena Okoro"]
    assert "Year 3, Ŵest" not in client.get(URL).content.decode()


def test_those_without_the_role_are_sent_away(
    class_of: Cohort, tom: Any, lena: Any, client: Client
) -> None:
    for outsider in (tom, lena):
        client.force_login(outsider)
        for query in ({}, {"export": "csv"}):
            response = client.get(URL, query)
            assert response.status_code == 302
            assert "completion" not in response["Location"].split("?")[0]


def test_an_administrator_sees_every_cohort(class_of: Cohort, ada: Any, client: Client) -> None:
    client.force_login(ada)
    assert len(csv_rows(client)) == 3


# ── Filter, search, sort, pages ───────────────────────────────────────────
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "hal"}, ["Hal"]),
        ({"q": "CG3"}, ["Dora"]),
        ({"q": "nobody"}, []),
        ({"state": "done"}, ["Dora"]),
        ({"state": "started"}, ["Hal"]),
        ({"state": "not-started"}, ["Ida"]),
        ({"ordering": "-learner__full_name"}, ["Ida", "Hal", "Dora"]),
        ({"ordering": "progress"}, ["Ida", "Hal", "Dora"]),
        ({"ordering": "-progress"}, ["Dora", "Hal", "Ida"]),
        ({"ordering": "nonsense; drop table"}, ["Dora", "Hal", "Ida"]),
    ],
)
def test_screen_and_file_follow_the_same_filter_search_and_order(
    lead: Client, query: dict[str, str], names: list[str]
) -> None:
    assert [row["Name"] for row in csv_rows(lead, **query)] == names
    assert shown_names(lead, **query) == names


def test_the_per_cent_that_rows_are_ordered_by_is_the_one_they_show(
    lead: Client, class_of: Cohort
) -> None:
    cohorts = Cohort.objects.filter(pk=class_of.pk)
    columns = reports.report_columns(cohorts)
    found = reports.with_report_columns(reports.reported(cohorts), columns)
    ordered = reports.with_progress(found, columns)
    in_sql = dict(ordered.values_list("learner__full_name", "progress"))
    values = found.values_list(*completion_rows.field_names(columns))
    rows = completion_rows.rows(values, columns)
    assert in_sql == {row.name: row.per_cent for row in rows}


def test_a_long_report_has_pages_and_its_files_are_whole(lead: Client, class_of: Cohort) -> None:
    User.objects.bulk_create(
        User(email=f"x{n}@example.org", full_name=f"X {n:03}") for n in range(60)
    )
    for learner in User.objects.filter(email__startswith="x"):
        Enrolment.objects.create(cohort=class_of, learner=learner)
    assert len(shown_names(lead)) == 50
    assert len(shown_names(lead, p=2)) == 13
    assert len(csv_rows(lead)) == 63


# ── Files ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["=1+1", "+44", "-Anna", "@cmd", "\tx", "\rx", "=HYPERLINK(1)"])
def test_a_cell_that_looks_like_a_formula_is_made_harmless(
    name: str, lead: Client, class_of: Cohort
) -> None:
    """Known failure 21: names and answers run as formulas in a spreadsheet."""
    learner = people.person("mal", "x")
    User.objects.filter(pk=learner.pk).update(full_name=name)
    enrol(class_of, learner)
    row = next(r for r in csv_rows(lead) if r["E-mail"] == "mal@example.org")
    assert row["Name"] == f"'{name}"
    typed = next(r for r in sheet(lead) if r[1] == "mal@example.org")
    assert typed[0].replace("_x000D_", "\r") == name  # typed as text; Excel does not run it
    assert harmless("Anna-Maria") == "Anna-Maria"


def test_the_csv_carries_the_mark_by_which_excel_knows_utf8(lead: Client) -> None:
    """Known failure 22: Excel shows accents as rubbish."""
    response = lead.get(URL, {"export": "csv"})
    data = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert data.startswith(b"\xef\xbb\xbf")
    assert "Year 3, Ŵest".encode() in data
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in response["Cache-Control"]


def test_the_workbook_has_dates_and_numbers_as_such(lead: Client) -> None:
    head, dora, *_ = sheet(lead)
    row = dict(zip(head, dora, strict=True))
    assert isinstance(row["Enrolled"], dt.datetime)
    assert isinstance(row["Module 1: done on"], dt.datetime)
    assert row["Per cent"] == 1
    assert isinstance(row["Name"], str)


def test_days_are_the_sites_on_screen_and_in_files_whatever_zone_a_lead_has_chosen(
    made: Any, cora: Any, client: Client, lena: Any
) -> None:
    """Known failure 27: different dates for one instant."""
    UserProfile.objects.create(user=cora, current_time_zone="Pacific/Auckland")
    with clock.at(dt.datetime(2026, 12, 4, 20, tzinfo=dt.UTC)):  # the 5th in Auckland
        enrolment = enrol(people.cohort(made, cora), lena)
        for activity in activities(made):
            complete(enrolment, activity)
        client.force_login(cora)
        response = client.get(URL, {"export": "xlsx"})
    (row,) = csv_rows(client)
    days = ["Enrolled", "Module 1: done on", "Last active", "Completed", "Certificate issued"]
    assert {row[day] for day in days} == {"2026-12-04"}
    typed = dict(zip(*sheet(client), strict=True))
    assert {typed[day] for day in days} == {dt.datetime(2026, 12, 4)}  # noqa: DTZ001
    page = client.get(URL).content.decode()
    assert "4 Dec 2026" in page
    assert "5 Dec 2026" not in page
    assert "completion-2026-12-04.xlsx" in response["Content-Disposition"]
    data = io.BytesIO(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    about = openpyxl.load_workbook(data)["About this file"]
    assert about["B2"].value == "4 December 2026, 20:00"


def test_an_empty_report_is_an_empty_file_with_headings(cora: Any, client: Client) -> None:
    client.force_login(cora)
    assert csv_rows(client) == []
    assert len(sheet(client)) == 1
    assert "No learner is enrolled" in client.get(URL).content.decode()


# ── Cost ──────────────────────────────────────────────────────────────────
def test_the_report_takes_the_same_queries_for_one_row_and_for_three(
    lead: Client, class_of: Cohort, django_assert_max_num_queries: Any
) -> None:
    lead.get(URL)  # fills caches that belong to the process
    taken = []
    for learners in (3, 1):
        if learners == 1:
            for enrolment in class_of.enrolments.exclude(learner__full_name="Hal"):
                withdraw(enrolment)
        with django_assert_max_num_queries(15) as screen:
            assert len(shown_names(lead)) == learners
        with django_assert_max_num_queries(15) as file:
            assert len(csv_rows(lead)) == learners
        taken.append((len(screen), len(file)))
    assert taken[0] == taken[1]


def test_certificates_of_modules_take_no_more_queries(
    by_module: Client, django_assert_max_num_queries: Any
) -> None:
    by_module.get(URL)
    for cohort in ("By module", "Whole"):
        query = {"cohort": str(Cohort.objects.get(name=cohort).pk)}
        with django_assert_max_num_queries(15):
            assert csv_rows(by_module, **query)


# ── Agreement over random histories ───────────────────────────────────────
@pytest.mark.parametrize("seed", range(5))
def test_screen_and_files_agree_with_a_plain_recount_from_the_ledger(
    seed: int, made: Any, cora: Any, client: Client
) -> None:
    chance = random.Random(seed)
    cohort = people.cohort(made, cora, name="Random")
    work = activities(made)
    for number in range(6):
        enrolment = enrol(cohort, people.person(f"p{number}", f"P {number}"))
        with clock.at(dt.datetime(2026, 10, 20 + number, 23, 30, tzinfo=dt.UTC)):
            for activity in chance.sample(work, chance.randint(0, 3)):
                complete(enrolment, activity)
    client.force_login(cora)
    rows = csv_rows(client)
    for row in rows:
        enrolment = Enrolment.objects.get(learner__email=row["E-mail"])
        done = enrolment.completions.count()
        assert int(row["Per cent"]) == 100 * done // 3
        assert bool(row["Certificate"]) == (done == 3)
    assert shown_totals(client)["Done"] == sum(bool(row["Completed"]) for row in rows)
    assert shown_names(client) == [row["Name"] for row in rows]
