"""Runs many notebooks: planned, typed, prepared, executed several at once, judged and recorded."""

from workbench.lean import import_jsonschema

# Before anything here imports papermill, nbclient or nbformat.
import_jsonschema()
