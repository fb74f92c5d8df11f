"""A declared source becomes a typed, dated, hashed snapshot, and its codes become groups and places."""

from workbench.sources.populations import added_up, population, population_rows
from workbench.sources.snapshots import Snapshot, current, fingerprint, snapshot
from workbench.sources.tables import Tables, tables

__all__ = [
    "Snapshot",
    "Tables",
    "added_up",
    "current",
    "fingerprint",
    "population",
    "population_rows",
    "snapshot",
    "tables",
]
