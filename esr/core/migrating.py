"""Schema changes on a live system: what migrations use instead of the operations that lock a table while they work.

`tests/test_migrations.py` refuses the others; docs/faults.md has the rule, expand and contract.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.migrations import AddIndex, RemoveIndex


class AddIndexOnline(AddIndexConcurrently):
    """PostgreSQL builds the index beside the writers (its migration has `atomic = False`); SQLite queues them."""

    def database_forwards(self, app_label, schema_editor, *states):
        how = AddIndexConcurrently if schema_editor.connection.vendor == "postgresql" else AddIndex
        how.database_forwards(self, app_label, schema_editor, *states)

    def database_backwards(self, app_label, schema_editor, *states):
        how = AddIndexConcurrently if schema_editor.connection.vendor == "postgresql" else AddIndex
        how.database_backwards(self, app_label, schema_editor, *states)


class RemoveIndexOnline(RemoveIndexConcurrently):
    """The same the other way round."""

    def database_forwards(self, app_label, schema_editor, *states):
        how = RemoveIndexConcurrently if schema_editor.connection.vendor == "postgresql" else RemoveIndex
        how.database_forwards(self, app_label, schema_editor, *states)

    def database_backwards(self, app_label, schema_editor, *states):
        how = RemoveIndexConcurrently if schema_editor.connection.vendor == "postgresql" else RemoveIndex
        how.database_backwards(self, app_label, schema_editor, *states)
