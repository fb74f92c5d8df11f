"""A city with one source, declared in the test and written to a temporary folder."""

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest

from workbench.catalog.model import Catalog, City, PlaceLevel
from workbench.catalog.tables import Column, Source


@pytest.fixture
def declare(tmp_path) -> Callable[..., Catalog]:
    """``declare(content, columns, ...)`` is the catalog of a city with the source ``requests``.

    ``content`` is the text or bytes of its file; ``columns`` maps an id to a type, or to the
    fields of a column, whose name in the source is the id in capitals.
    """

    def declared(content=None, columns=None, file="requests.csv", places=None, **source) -> Catalog:
        if content is not None:
            path = tmp_path / file
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        typed = {name: _column(name, given) for name, given in (columns or {"id": "text"}).items()}
        requests = Source(**{"location": file, "columns": typed, "rejects_allowed": 1, **source})
        levels = {name: PlaceLevel(**level) for name, level in (places or {}).items()}
        city = City(name="Testville", time_zone="America/New_York")
        return Catalog(
            root=tmp_path,
            city=city,
            departments={},
            dimensions={},
            places=levels,
            sources={"requests": requests},
        )

    return declared


def _column(name: str, given) -> Column:
    fields = {"type": given} if isinstance(given, str) else given
    return Column(**{"name": name.upper(), **fields})


@pytest.fixture
def rows_of() -> Callable[[Path], list[dict]]:
    """``rows_of(path)`` are the rows of a Parquet file."""
    return lambda path: pyarrow.parquet.read_table(path).to_pylist()
