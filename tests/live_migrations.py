"""Which migrations a running platform bears: expand, then contract one release later.

A migration runs while the code of before goes on, so it may only add what that code need not know of. What takes
something away says so, `contracts = "…"`, once no code in service uses it; and the code of after must have got on with
what is still there: a column that goes was nullable or had a default of the database's own.

Closed by default: an operation that is not known to be harmless is refused.
"""

from collections.abc import Iterator

from django.db import connection
from django.db.migrations import Migration, operations
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, CharField, Field, ManyToManyField

from esr.core.migrating import AddIndexOnline, RemoveIndexOnline

_HARMLESS = (
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.AlterModelTableComment,
    operations.CreateModel,
    AddIndexOnline,
    RemoveIndexOnline,
)
_CONTRACTS = (operations.RemoveField, operations.DeleteModel, operations.RemoveConstraint)
_OF_DATA = (operations.RunPython, operations.RunSQL)


def refusals(migration: Migration, before: ProjectState) -> list[str]:
    """Why a running platform does not bear `migration`, one sentence each. `before`: the models before it."""
    return [f"{migration.app_label}.{migration.name}: {why}" for why in _refusals(migration, before.clone())]


def _refusals(migration: Migration, state: ProjectState) -> Iterator[str]:
    contracts, data = getattr(migration, "contracts", ""), getattr(migration, "online", "")
    for operation in migration.operations:
        after = state.clone()
        operation.state_forwards(migration.app_label, after)
        what = operation.describe()
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield f"{what}: write the operations themselves"
        elif isinstance(operation, _CONTRACTS):
            if not contracts:
                yield f"{what}: the code in service may still use it; say since when it does not, in `contracts`"
            elif isinstance(operation, operations.RemoveField) and not _may_be_missing(
                _field(state, migration, operation)
            ):
                yield f"{what}: the code of after cannot leave it out; make it null=True or give it a db_default first"
        elif isinstance(operation, _OF_DATA):
            if not data:
                yield f"{what}: say in `online` how it spares the rows that people work with"
        elif isinstance(operation, operations.AddField):
            yield from _added(operation.field, what)
        elif isinstance(operation, operations.AlterField):
            yield from _altered(_field(state, migration, operation), _field(after, migration, operation), what)
        elif isinstance(operation, _HARMLESS):
            pass
        elif isinstance(operation, operations.AddIndex | operations.RemoveIndex):
            yield f"{what}: holds up every write meanwhile; use esr.core.migrating"
        else:
            yield f"{what}: not known to be harmless (rename by adding, copying and removing)"
        if isinstance(operation, AddIndexOnline | RemoveIndexOnline) and migration.atomic:
            yield f"{what}: needs atomic = False"
        state = after


def _is_needed(operation, state: ProjectState, migration: Migration) -> bool:
    return isinstance(operation, operations.RemoveField) and not _may_be_missing(_field(state, migration, operation))


def _field(state: ProjectState, migration: Migration, operation) -> Field:
    return state.apps.get_model(migration.app_label, operation.model_name)._meta.get_field(operation.name)


def _may_be_missing(field: Field) -> bool:
    return isinstance(field, ManyToManyField) or field.null or field.db_default is not NOT_PROVIDED


def _added(field: Field, what: str) -> Iterator[str]:
    if not _may_be_missing(field):
        yield f"{what}: the code in service does not fill it in; make it null=True or give it a db_default"
    if not isinstance(field, ManyToManyField) and (field.unique or field.db_index):
        yield f"{what}: its index holds up every write meanwhile; add it afterwards, by esr.core.migrating"


def _altered(old: Field, new: Field, what: str) -> Iterator[str]:
    editor = connection.SchemaEditorClass(connection)  # asked, not used
    if not editor._field_should_be_altered(old, new):
        return
    loosened = old.clone()
    if new.null:
        loosened.null = True
    if isinstance(old, CharField) and isinstance(new, CharField) and (new.max_length or 0) >= (old.max_length or 0):
        loosened.max_length = new.max_length
    loosened.set_attributes_from_name(old.name)
    loosened.model = old.model
    if editor._field_should_be_altered(loosened, new):
        yield f"{what}: rewrites or checks the whole table, or forbids what the code in service writes"
