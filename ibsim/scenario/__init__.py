"""The file a user writes: guarded reading with line numbers, `extends`, dated changes, schema, diff."""
