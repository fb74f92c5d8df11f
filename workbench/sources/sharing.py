"""Who shares a source, and by which column the rows of one measure are told from those of another."""

from workbench.catalog.model import Catalog


def telling_column(catalog: Catalog, source_id: str) -> str:
    """The text column by whose words all that is reviewed of a source tells its rows from those of others; empty without.

    Each measure asks for one word of it and for nothing else (``where: [{column: measure, equals: PW-01}]``), there are two
    measures or more, and no service, process or population reads the source.
    """
    measures = measures_of(catalog, source_id)
    asked = [
        each.where[0] for each in measures if len(each.where) == 1 and len(each.where[0].equals or ()) == 1
    ]
    columns = {each.column for each in asked}
    if (
        len(measures) < 2
        or len(asked) < len(measures)
        or len(columns) > 1
        or _read_otherwise(catalog, source_id)
    ):
        return ""
    [column] = columns
    declared = catalog.sources[source_id].columns.get(column)
    return column if declared is not None and declared.type == "text" else ""


def why_all(catalog: Catalog, source_id: str) -> str:
    """Why too many rejects cost all measures of a source, not those alone whose rows they are; empty for a single one."""
    if len(measures_of(catalog, source_id)) < 2:
        return ""
    if telling_column(catalog, source_id):
        return "Without the measures that most of these rows are of, there are still too many of them."
    return (
        "None of its measures can be reviewed, because whose rows these are cannot be told: that takes one column with a word for "
        "each measure, and `where: [{column: ..., equals: ...}]` in every one of them."
    )


def measures_of(catalog: Catalog, source_id: str) -> list:
    """The measures that read a source."""
    return [each for each in catalog.measures.values() if each.source == source_id]


def _read_otherwise(catalog: Catalog, source_id: str) -> bool:
    """Whether anything but measures reads a source."""
    others = (*catalog.services.values(), *catalog.processes.values(), *catalog.populations.values())
    return any(each.source == source_id for each in others)
