"""Migrations that run while processes of the version before still serve: those must go on working.

docs/operators.md tells how a change is taken in steps: add, deploy, take away.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# From these numbers on. What came before ran before the first service was up.
SINCE = {"curriculum": 20, "cms": 21}
# (app, migration): why it may do what the rules forbid.
ALLOWED: dict[tuple[str, str], str] = {}

GONE = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def flaws(migration: migrations.Migration, state: ProjectState) -> Iterator[str]:
    """What a process of the version before would break on, operation by operation."""
    made: set[str] = set()
    state = state.clone()
    for operation in flat(migration.operations):
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        elif getattr(operation, "model_name_lower", "") not in made and (
            flaw := flaw_of(operation, state, migration.app_label)
        ):
            yield f"{operation.describe()}: {flaw}"
        operation.state_forwards(migration.app_label, state)


def flat(operations: list[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from flat(operation.database_operations)
        else:
            yield operation


def flaw_of(operation: Operation, state: ProjectState, app: str) -> str:
    if isinstance(operation, GONE):
        return "the old code still asks for it"
    if isinstance(operation, migrations.RunSQL):
        return "nobody can tell what it does; write an operation or a reason"
    if isinstance(operation, migrations.AddConstraint):
        return "the old code may write what it forbids"
    if isinstance(operation, migrations.AlterUniqueTogether) and operation.option_value:
        return "the old code may write what it forbids"
    if isinstance(operation, migrations.AddField) and must_be_given(operation.field):
        return "the old code writes rows without it: give it db_default or null=True"
    if isinstance(operation, migrations.AlterField):
        old = state.models[app, operation.model_name_lower].fields[operation.name]
        return narrowed(old, operation.field)
    return ""


def must_be_given(field: Any) -> bool:
    return not (field.null or field.many_to_many or field.has_db_default())


def narrowed(old: Any, new: Any) -> str:
    """In which way a column takes less than before."""
    if old.null and not new.null:
        return "the old code may write nothing here"
    if not old.unique and new.unique:
        return "the old code may write the same twice"
    if (old.max_length or 0) > (new.max_length or 10**9):
        return "the old code may write more than fits"
    if old.get_internal_type() != new.get_internal_type():
        return "the old code reads and writes another kind of value"
    return ""


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


def test_new_migrations_leave_what_the_version_before_needs(loader: MigrationLoader) -> None:
    found = {}
    for (app, name), migration in loader.disk_migrations.items():
        if int(name[:4]) >= SINCE.get(app, 10**9) and (app, name) not in ALLOWED:
            state = loader.project_state((app, name), at_end=False)
            if bad := list(flaws(migration, state)):
                found[app, name] = bad
    assert found == {}


def test_every_exception_is_of_a_migration_that_needs_it(loader: MigrationLoader) -> None:
    for key in ALLOWED:
        state = loader.project_state(key, at_end=False)
        assert list(flaws(loader.disk_migrations[key], state)), f"{key} needs no exception"


CHAR = models.CharField


@pytest.mark.parametrize(
    ("operation", "is_flawed"),
    [
        (migrations.RemoveField("job", "title"), True),
        (migrations.RenameField("job", "title", "name"), True),
        (migrations.DeleteModel("Job"), True),
        (migrations.RunSQL("SELECT 1"), True),
        (migrations.AddField("job", "x", CHAR(max_length=9)), True),
        (migrations.AddField("job", "x", CHAR(max_length=9, default="")), True),
        (migrations.AddField("job", "x", CHAR(max_length=9, default="", db_default="")), False),
        (migrations.AddField("job", "x", models.DateTimeField(null=True)), False),
        (migrations.AddField("job", "x", models.ManyToManyField("curriculum.Cohort")), False),
        (migrations.AlterField("job", "title", CHAR(max_length=20)), True),
        (migrations.AlterField("job", "title", CHAR(max_length=900)), False),
        (migrations.AlterField("job", "title", models.TextField()), True),
        (migrations.AlterField("job", "ended_at", models.DateTimeField()), True),
        (migrations.AlterField("job", "title", CHAR(max_length=200, unique=True)), True),
        (
            migrations.AddConstraint(
                "job", models.UniqueConstraint(fields=["title"], name="one_title")
            ),
            True,
        ),
    ],
    ids=str,
)
def test_the_rules_tell_what_breaks_old_processes(
    loader: MigrationLoader, operation: Operation, is_flawed: bool
) -> None:
    migration = migrations.Migration("9999_try", "curriculum")
    migration.operations = [operation]
    state = loader.project_state(loader.graph.leaf_nodes("curriculum"))
    assert bool(list(flaws(migration, state))) is is_flawed


def test_a_table_made_in_the_same_migration_may_have_anything(loader: MigrationLoader) -> None:
    migration = migrations.Migration("9999_try", "curriculum")
    migration.operations = [
        migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("new", "x", CHAR(max_length=9, default="")),
    ]
    state = loader.project_state(loader.graph.leaf_nodes("curriculum"))
    assert list(flaws(migration, state)) == []
