"""The table that says which postcode lies where."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from cms.directory.postcodes import load_postcodes, normal
from cms.directory.sample import load_sample
from cms.models import Postcode
from curriculum.imports.errors import NotReadable
from tests import people

pytestmark = pytest.mark.django_db
HEAD = "pcd,pcds,doterm,oslaua,osward"


@pytest.fixture(autouse=True)
def _sample(db: Any) -> None:
    load_sample()


def test_rows_are_added_changed_kept_and_passed_over() -> None:
    rows = [
        HEAD,
        "WX1 4AB,WX1 4AB,,E09000991,E05099102",  # new
        "WX1 4AA,WX1 4AA,,E09000992,E05099201",  # another council than before
        "WX3 9ZZ,WX3 9ZZ,,E09000992,E05099202",  # as it was
        "WX1 4AC,WX1 4AC,202001,E09000991,E05099102",  # no longer in use
        "SW1A1AA,SW1A 1AA,,E09000033,E05013805",  # of a council that is not here
        "WX1 4AD,WX1 4AD,,E09000991,E05000000",  # of a ward that is not here
    ]
    loaded = load_postcodes(rows)
    assert (loaded.added, loaded.changed, loaded.same) == (2, 1, 1)
    assert (loaded.elsewhere, loaded.ended, loaded.problems) == (1, 1, [])
    found = Postcode.objects.select_related("council", "ward").get(code="WX1 4AA")
    assert (found.council.name, str(found.ward)) == ("Easterlea", "East Common")
    assert Postcode.objects.get(code="WX1 4AD").ward is None


@pytest.mark.parametrize(
    "head", ["Postcode,lad25cd,wd25cd", "\ufeffpcds,laua,ward", "PCDS,LAD23CD,WD23CD"]
)
def test_columns_are_known_by_the_names_of_any_year(head: str) -> None:
    load_postcodes([head, "wx14ab,E09000991,E05099102"])
    assert Postcode.objects.get(code="WX1 4AB").ward.name == "Larkrise"


def test_a_table_with_a_wrong_row_changes_nothing_and_does_not_say_what_stood_there() -> None:
    before = Postcode.objects.count()
    loaded = load_postcodes([HEAD, "x,WX1 4AB,,E09000991,", "x,Ann Other,,E09000991,"])
    assert loaded.problems == [(3, "There is no postcode in this row.")]
    assert Postcode.objects.count() == before
    with pytest.raises(NotReadable, match="oslaua"):
        load_postcodes(["pcds,ward", "WX1 4AB,E05099102"])


@pytest.mark.parametrize("broken", ['"' + "x" * 140_000, "x\ry,WX1 4AB,,E09000991,"])
def test_a_table_that_is_no_csv_is_refused_with_words_and_changes_nothing(broken: str) -> None:
    before = Postcode.objects.count()
    many = [f"x,WX{n % 9 + 1} {n // 9 % 10}{chr(65 + n // 90)}A,,E09000991," for n in range(2100)]
    rows = [HEAD, *many, broken]
    with pytest.raises(NotReadable, match=r"Line 2102 cannot be read.*Nothing was taken over"):
        load_postcodes(rows)
    assert Postcode.objects.count() == before
    with pytest.raises(NotReadable, match="Line 1 cannot be read"):
        load_postcodes([broken])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("wx14aa", "WX1 4AA"),
        ("WX1  4AA", "WX1 4AA"),
        ("wx1 4", "WX1 4"),
        ("E1W 1AA", "E1W 1AA"),
        ("4AA", ""),
    ],
)
def test_postcodes_are_written_in_one_way(text: str, code: str) -> None:
    assert normal(text) == code


def test_an_editor_takes_a_table_over_and_sees_what_is_wrong(tmp_path: Any) -> None:
    client = Client()
    client.force_login(people.staff("dina", "Dina Haddad", "Directory editors"))

    def send(text: str) -> Any:
        file = SimpleUploadedFile("postcodes.csv", text.encode())
        return client.post("/cms/directory/postcodes/", {"file": file}, follow=True)

    assert "Row 2: There is no postcode" in send(f"{HEAD}\nx,nothing,,E09000991,").content.decode()
    assert "1 postcodes added" in send(f"{HEAD}\nx,WX1 4AB,,E09000991,").content.decode()
    assert "no column “pcds”" in send("a,b\n1,2").content.decode()
    long = send(f'{HEAD}\nx,WX1 4AF,,E09000991,\n"{"x" * 140_000}').content.decode()
    assert "Line 3 cannot be read" in long
    assert not Postcode.objects.filter(code="WX1 4AF").exists()
    table = tmp_path / "table.csv"
    table.write_text(f"{HEAD}\nx,WX1 4AE,,E09000991,")
    call_command("import_postcodes", table)
    assert Postcode.objects.filter(code="WX1 4AE").exists()
    table.write_text(f"{HEAD}\nx,?,,E09000991,")
    with pytest.raises(CommandError, match="Nothing was taken over"):
        call_command("import_postcodes", table)


def test_many_postcodes_are_taken_over_in_a_few_queries(django_assert_max_num_queries: Any) -> None:
    rows = [
        f"x,WX{n % 9 + 1} {n % 10}{a}{b},,E09000991,"
        for n in range(10)
        for a in "ABDEF"
        for b in "GHJLN"
    ]
    with django_assert_max_num_queries(12):
        load_postcodes([HEAD, *rows])
