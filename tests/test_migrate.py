"""Our `migrate` renders less than Django's and comes to the same models, and to the same tables."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate as djangos
from django.db import connection, models
from django.db.migrations import AddConstraint, AddField, AddIndex, AlterField, CreateModel
from django.db.migrations.state import ModelState, ProjectState

from motcua.testing.databases import database_called, drop_database
from motcua.web.management.commands import migrate

KEY = ("id", models.BigAutoField(primary_key=True))


def pointing(to: str, name: str) -> models.Field:
    return models.ForeignKey(f"thu.{to}", models.CASCADE, related_name=name)


HISTORY = [
    CreateModel("Province", [KEY, ("name", models.TextField())]),
    CreateModel("Unit", [KEY, ("province", pointing("province", "units")), ("code", models.TextField())]),
    AddConstraint("unit", models.UniqueConstraint(fields=["province", "code"], name="one_code")),
    CreateModel("Case", [KEY, ("unit", pointing("unit", "cases")), ("before", pointing("case", "after"))]),
    AddIndex("case", models.Index(fields=["unit"], name="of_unit")),
    AddField("unit", "above", pointing("unit", "below")),
    AddConstraint("case", models.CheckConstraint(condition=models.Q(unit__gt=0), name="some_unit")),
    AlterField("unit", "code", models.CharField(max_length=9)),
    AddField("province", "note", models.TextField(default="")),
    AddIndex("province", models.Index(fields=["name"], name="of_name")),
    CreateModel("Step", [KEY, ("case", pointing("case", "steps"))]),
    CreateModel("Word", [KEY, ("step", pointing("step", "words")), ("unit", pointing("unit", "words"))]),
    AlterField("province", "id", models.IntegerField(primary_key=True)),
    CreateModel("Last", [KEY, ("province", pointing("province", "lasts"))]),
]


def described(apps: Any) -> dict[str, Any]:
    return {
        model._meta.label: (
            [(field.name, type(field).__name__) for field in model._meta.concrete_fields],
            sorted(
                (one.name, one.related_model._meta.label)
                for one in model._meta.get_fields()
                if one.is_relation
            ),
            [index.deconstruct() for index in model._meta.indexes],
            [constraint.deconstruct() for constraint in model._meta.constraints],
            [constraint.name for constraint in model._meta.total_unique_constraints],
        )
        for model in apps.get_models()
    }


def rendered(how: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[list[dict[str, Any]], int]:
    """What the models are after each operation, and how many were rendered on the way."""
    count, render = [0], ModelState.render

    def counted(state: ModelState, apps: Any) -> Any:
        count[0] += 1
        return render(state, apps)

    monkeypatch.setattr(ModelState, "render", counted)
    state, found = ProjectState(), []
    with how:
        assert state.apps is not None  # rendered from the start, as while migrating
        for operation in HISTORY:
            state = state.clone()
            operation.state_forwards("thu", state)
            found.append(described(state.apps))
    monkeypatch.undo()
    return found, count[0]


def test_fewer_renderings_come_to_the_same_models(monkeypatch):
    slow, many = rendered(nullcontext(), monkeypatch)
    quick, few = rendered(migrate.few_renderings(), monkeypatch)
    assert quick == slow
    assert few < many


def test_django_is_as_before_when_it_is_over():
    before = vars(ProjectState).copy()
    with pytest.raises(ValueError, match="x"), migrate.few_renderings():
        raise ValueError("x")
    assert before == vars(ProjectState)


CATALOGUE = (
    "SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default,"
    " character_maximum_length FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferred FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal ORDER BY 1, 2",
)


@pytest.mark.full
def test_both_come_to_the_same_tables(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        assert tables_of(migrate.Command()) == tables_of(djangos.Command())


def tables_of(command: Any) -> list[list[tuple[Any, ...]]]:
    name = f"{connection.settings_dict['NAME']}_migrated"
    drop_database(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        with database_called(name):
            call_command(command, verbosity=0, interactive=False)
            return [rows(statement) for statement in CATALOGUE]
    finally:
        drop_database(name)


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = list(cursor.fetchall())
    assert found
    return found
